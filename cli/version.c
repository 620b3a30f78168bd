/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Which dotsys this is, and which Windows a machine may be: for the command and for its machines'
 * programs. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

#include "dotsys/dotsys.h"

const char *const cli_os_names[] = {"win2000", "xp", "win7", "win81", "win10", "win11"};
const size_t cli_os_count = sizeof(cli_os_names) / sizeof(cli_os_names[0]);

int cli_version(void)
{
    printf("dotsys %s\n", dotsys_version());
    return EXIT_FINE;
}

int cli_find_os(const char *verb, const char *name)
{
    for (size_t i = 0; i < cli_os_count; i++) {
        if (strcmp(cli_os_names[i], name) == 0)
            return (int)i;
    }
    cli_usage(verb, "--os '%s' is none of win2000, xp, win7, win81, win10, win11", name);
    return -1;
}
