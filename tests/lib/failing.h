/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Calls of the C library that fail once: a program linked with --wrap for each name of
 * failing_rows.h has its calls of them counted, whoever makes them, and the one that is chosen
 * fails. tools/failing.py says what to link with, and that no call is forgotten.
 */
#pragma once

#include <stdbool.h>

enum failing_call {
#define FAILS(name, value, error) FAILING_##name,
#define NEVER(name)
#include "failing_rows.h"
#undef FAILS
#undef NEVER
    FAILING_CALLS
};

/* May lie in memory that processes share. */
struct failing {
    int chosen;            /* enum failing_call; -1: none */
    unsigned number;       /* which call of it, from 1 */
    _Atomic unsigned failed;
    _Atomic unsigned count[FAILING_CALLS];
};

extern struct failing *failing; /* NULL: nothing is counted */
extern const char *const failing_names[FAILING_CALLS];
