/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The dotsys command: finds the subcommand in the table and runs it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "suggest.h"

#include "dotsys/dotsys.h"

const struct cli_verb cli_verbs[] = {
    {"run", "load drivers into a throw-away machine and do I/O to them", cmd_run_help, cmd_run},
    {"up", "bring a machine up that stays", cmd_up_help, cmd_up},
    {"down", "take it down, and show what drivers left behind", cmd_down_help, cmd_down},
    {"ps", "what runs on a machine that is up", cmd_ps_help, cmd_ps},
    {"exec", "run a program as the machine's", cmd_exec_help, cmd_exec},
    {"sc", "services: create, start, stop, query, delete", cmd_sc_help, cmd_sc},
    {"reg", "the registry: query, add, delete, export, import", cmd_reg_help, cmd_reg},
    {"io", "do I/O to the drivers of a machine that is up", cmd_io_help, cmd_io},
    {"dosdev", "the names a program can open, and what they stand for", cmd_dosdev_help,
        cmd_dosdev},
    {"tree", "the object namespace", cmd_tree_help, cmd_tree},
    {"log", "what the drivers of a machine that is up have printed", cmd_log_help, cmd_log},
    {"fuzz", "send a driver random requests until something breaks", cmd_fuzz_help, cmd_fuzz},
    {"analyze", "show the report of a bugcheck again, from its minidump", cmd_analyze_help,
        cmd_analyze},
    {"imports", "what a driver binary needs, and what a Windows version lacks", cmd_imports_help,
        cmd_imports},
    {"exports", "the functions and variables the machine offers to drivers", cmd_exports_help,
        cmd_exports},
    {"portcheck", "find what does not survive the move of C sources to 64 bits", cmd_portcheck_help,
        cmd_portcheck},
    {"build", "build classic DDK projects: 'dirs' and 'sources' files", cmd_build_help, cmd_build},
    {"help", "explain a command", cmd_help_help, cmd_help},
};
const size_t cli_verb_count = sizeof(cli_verbs) / sizeof(cli_verbs[0]);

int cli_usage(const char *verb, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "dotsys%s%s: ", verb != NULL ? " " : "", verb != NULL ? verb : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(
        stderr, "\nTry 'dotsys%s%s --help'.\n", verb != NULL ? " " : "", verb != NULL ? verb : "");
    return EXIT_USAGE;
}

static const struct cli_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < cli_verb_count; i++) {
        if (strcmp(cli_verbs[i].name, name) == 0)
            return &cli_verbs[i];
    }
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *names[sizeof(cli_verbs) / sizeof(cli_verbs[0])], *nearest;

    for (size_t i = 0; i < cli_verb_count; i++)
        names[i] = cli_verbs[i].name;
    nearest = suggest_nearest(name, names, cli_verb_count);
    if (nearest != NULL)
        return cli_usage(NULL, "there is no command '%s': did you mean '%s'?", name, nearest);
    return cli_usage(NULL, "there is no command '%s'", name);
}

static int general_help(void)
{
    printf("Usage: dotsys COMMAND [ARGUMENTS]\n"
           "\n"
           "Runs Windows kernel drivers (.sys) natively on Linux, in user mode.\n"
           "\n"
           "Commands:\n");
    for (size_t i = 0; i < cli_verb_count; i++)
        printf("  %-10s %s\n", cli_verbs[i].name, cli_verbs[i].summary);
    printf("\n"
           "'dotsys COMMAND --help' explains a command, 'dotsys --version' shows the version.\n");
    return EXIT_FINE;
}

int cli_help(const char *verb)
{
    const struct cli_verb *found = verb != NULL ? find_verb(verb) : NULL;

    if (verb == NULL)
        return general_help();
    if (found == NULL)
        return unknown_verb(verb);
    fputs(found->help, stdout);
    return EXIT_FINE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        general_help();
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return general_help();
    if (strcmp(argv[1], "--version") == 0)
        return cli_version();
    if (argv[1][0] == '-')
        return cli_usage(NULL, "unknown option '%s': a command comes first", argv[1]);
    const struct cli_verb *verb = find_verb(argv[1]);
    if (verb != NULL && argc == 3 && strcmp(argv[2], "--version") == 0)
        return cli_version();
    return verb != NULL ? verb->main(argc - 1, argv + 1) : unknown_verb(argv[1]);
}
