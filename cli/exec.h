/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Running a program as a machine's. */
#pragma once

#include <stddef.h>

/*
 * Asks the machine behind a connection, runs the program if it may, and waits for it. Returns its exit status, 128 and a signal's
 * number, or EXIT_COMMAND_FAILED when it was refused or cannot be run, which has been said. arguments ends with NULL.
 */
int exec_program(const char *verb, int connection, size_t count, char **arguments);
