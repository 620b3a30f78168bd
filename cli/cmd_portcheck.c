/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys portcheck: hands over to dotsys-portcheck, a program of its own since libclang takes many
 * times as long to start as this command. It is where 'meson install' put it, or in the folder of a
 * build.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

const char cmd_portcheck_help[] =
    "Usage: dotsys portcheck [OPTIONS] FILE.c... [-- COMPILER FLAGS]\n"
    "\n"
    "Finds what does not survive the move of C sources of drivers and their programs to 64-bit "
    "Windows: pointers in\n"
    "32-bit integers and back, truncated sizes, formats, constants and masks of 32 bits; "
    "structures in requests that are\n"
    "laid out differently in 32-bit programs, with the twin a driver needs; pointers that packing "
    "misaligns. Each source\n"
    "is compiled for both word sizes against mingw-w64's Windows and DDK headers; flags after '--' "
    "are for the compiler,\n"
    "-I and -D above all.\n"
    "\n"
    "Options:\n"
    "      --align       misaligned fields of fixed size are warnings, too, not notes\n"
    "      --json        print one JSON object for each finding\n"
    "      --os VERSION  compile for this Windows: win2000 xp win7 win81 win10 win11 (win10)\n"
    "      --sarif       print a SARIF 2.1.0 log\n"
    "  -h, --help        show this\n"
    "      --version     show the version\n"
    "\n"
    "A comment '/* portcheck: ignore PC4311 */' on a line, or alone on the one before, silences a "
    "finding there.\n"
    "\n"
    "Exit status: 0 nothing found, 1 a file cannot be parsed, 2 usage, 5 there are findings; 5 "
    "comes before 1.\n";

/* Ends up in the other program, or says why not. */
static void hand_over(char **argv)
{
    char here[PATH_MAX], program[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);

    if (length > 0) {
        here[length] = '\0';
        *strrchr(here, '/') = '\0';
        snprintf(program, sizeof(program), "%s/portcheck/dotsys-portcheck", here);
        execv(program, argv);
    }
    if (errno == ENOENT)
        execv(DOTSYS_LIBEXEC "/dotsys-portcheck", argv);
    if (errno == ENOENT)
        fputs("dotsys portcheck: dotsys-portcheck is not there: it is built where libclang 19 is "
              "(libclang-19-dev)\n",
            stderr);
    else
        perror("dotsys portcheck: dotsys-portcheck");
}

int cmd_portcheck(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return cli_help("portcheck");
        if (strcmp(argv[i], "--version") == 0)
            return cli_version();
    }
    hand_over(argv);
    return EXIT_COMMAND_FAILED;
}
