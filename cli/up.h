/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The supervisor of a machine that is up. */
#pragma once

#include <stdbool.h>

#include "serve.h"

struct up_options {
    int argc; /* the command line it was read from, "up" first */
    char **argv;
    struct serve_options serve;
    bool x86; /* the machine is one for drivers of i386 */
};

/*
 * Brings a machine up and stays until it is down. ready is called once: with NULL when the machine
 * takes connections, or with why it does not, and the exit status. Returns the exit status.
 */
int up_run(const struct up_options *options,
    void (*ready)(void *context, const char *why, int status), void *context);
