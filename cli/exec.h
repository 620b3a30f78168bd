/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Running a program as a machine's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Who has an eye on the program while it runs. */
struct exec_watch {
    uint32_t timeout_ms;     /* it is killed after that; 0: it has as long as it takes */
    volatile pid_t *process; /* its number while it runs, otherwise 0 */
    bool late;               /* it was killed for that */
};

/*
 * Asks the machine behind a connection, runs the program if it may, and waits for it. Returns its
 * exit status, 128 and a signal's number, or EXIT_COMMAND_FAILED when it was refused or cannot be
 * run, which has been said. arguments ends with NULL; watch NULL: nobody has.
 */
int exec_program(
    const char *verb, int connection, size_t count, char **arguments, struct exec_watch *watch);
