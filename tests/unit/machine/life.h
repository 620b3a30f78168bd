/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A short life of a machine in a process of its own, once for each call of each of some functions,
 * which fails then. Whatever fails, that life comes to its end, the machine does not stop, what
 * does not open or start says why, and a second life in the same process is whole: after it there
 * are no more descriptors, threads and mapped memory than after two lives without a failure.
 */
#pragma once

#include <stdbool.h>

#define LIFE_FUNCTIONS 160u
/* of each function: of more, the first half and others all over the rest of the life; with
 * DOTSYS_EVERY_CALL in the environment all of them */
#define LIFE_CALLS     40u

typedef struct LIFE_TEST {
    const char *const *Names;
    unsigned Functions;
    bool Strict;                                  /* a function that is not called is an error */
    bool Directories;                             /* in machine directories, too */
    unsigned (*Calls)(unsigned Function);         /* so far */
    void (*Choose)(int Function, unsigned Call);  /* to fail; -1: none. Call counts from 1 */
    const char *Allowed; /* in a finding: what the failure leads a driver to. NULL: nothing */
} LIFE_TEST;

/* A test program's main. */
int LifeTest(const LIFE_TEST *Test);
