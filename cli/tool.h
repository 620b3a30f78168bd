/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Verbs that are programs of a machine: sc, reg, dosdev, tree. A tool is written against the Win32
 * calls alone and runs on a thread of a client, in the machine's process while that is the only
 * place these calls work; it prints to the streams it is given and returns an exit status of enum
 * cli_exit. Several may run at once: no static state.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cli.h"

struct tool {
    FILE *out, *err;
    const char *folder; /* absolute: what file names on the command line are relative to */
    bool colour;        /* out is a terminal that wants it */
    /* Asks whoever is at the terminal a question of yes or no; NULL: nobody is there. */
    bool (*confirm)(struct tool *tool, const char *question);
    /* Opens a file the command line named, to be read or written anew; NULL: fopen does. NULL and
     * errno: it cannot be. */
    FILE *(*open)(struct tool *tool, const char *path, bool write);
    void *context; /* of who runs the tool */
};

/* argv[0] is the verb; --machine and --user are taken out already. */
typedef int (*tool_main)(struct tool *tool, int argc, char **argv);

int tool_reg(struct tool *tool, int argc, char **argv);
int tool_sc(struct tool *tool, int argc, char **argv);
int tool_dosdev(struct tool *tool, int argc, char **argv);
int tool_tree(struct tool *tool, int argc, char **argv);
int tool_ps(struct tool *tool, int argc, char **argv);
int tool_irps(struct tool *tool, int argc, char **argv);
