/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Verbs that are programs of a machine: sc, reg, dosdev, tree. A tool is written against the Win32 calls alone and runs on a
 * thread of a client, in the machine's process while that is the only place these calls work; it prints to the streams it is
 * given and returns an exit status of enum cli_exit. Several may run at once: no static state.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cli.h"

struct tool {
    FILE *out, *err;
    const char *folder; /* absolute: what file names on the command line are relative to */
    bool colour;        /* out is a terminal that wants it */
};

/* argv[0] is the verb; --machine and --user are taken out already. */
typedef int (*tool_main)(struct tool *tool, int argc, char **argv);

int tool_reg(struct tool *tool, int argc, char **argv);
int tool_sc(struct tool *tool, int argc, char **argv);
int tool_dosdev(struct tool *tool, int argc, char **argv);
int tool_tree(struct tool *tool, int argc, char **argv);

extern const char cmd_reg_help[], cmd_sc_help[], cmd_dosdev_help[], cmd_tree_help[];
