/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include "tool.h"

__attribute__((weak)) const char cmd_sc_help[] = "";

__attribute__((weak)) int tool_sc(struct tool *tool, int argc, char **argv)
{
    (void)tool, (void)argc, (void)argv;
    return EXIT_USAGE;
}
