/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys help [COMMAND] */
#include "cli.h"

#include <string.h>

const char cmd_help_help[] = "Usage: dotsys help [COMMAND]\n"
                             "\n"
                             "Shows what a command does, or which commands there are.\n";

int cmd_help(int argc, char **argv)
{
    if (argc > 2)
        return cli_usage("help", "one command at a time");
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return cli_help("help");
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return cli_version();
    if (argc == 2 && argv[1][0] == '-')
        return cli_usage("help", "unknown option '%s'", argv[1]);
    return cli_help(argc == 2 ? argv[1] : NULL);
}
