/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Decides once a stream whether it shows colours. */
#include "terminal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool decide(FILE *file)
{
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(fileno(file)) && (refused == NULL || refused[0] == '\0') && terminal != NULL &&
        strcmp(terminal, "dumb") != 0;
}

static bool has_colours(FILE *file)
{
    static int known[2] = {-1, -1};
    int *answer = &known[file == stderr];

    if (*answer < 0)
        *answer = decide(file);
    return *answer != 0;
}

const char *colour_on(FILE *file, enum colour colour)
{
    static const char *const codes[] = {
        [COLOUR_NONE] = "",
        [COLOUR_GOOD] = "\033[32m",
        [COLOUR_WARNING] = "\033[33m",
        [COLOUR_BAD] = "\033[31m",
        [COLOUR_FAINT] = "\033[2m",
    };

    return has_colours(file) ? codes[colour] : "";
}

const char *colour_off(FILE *file)
{
    return has_colours(file) ? "\033[0m" : "";
}
