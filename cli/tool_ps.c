/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys ps: what runs on a machine that is up. */
#include "tool.h"

const char cmd_ps_help[] =
    "Usage: dotsys ps [--machine DIR] [--json]\n"
    "\n"
    "Shows a machine that is up: its Windows version, how it watches the host's processes, its drivers and who uses it.\n"
    "\n"
    "Exit status: 0 the machine is up, 1 it is not, 2 usage.\n";

int tool_ps(struct tool *tool, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fprintf(tool->out, "up\n");
    return EXIT_FINE;
}
