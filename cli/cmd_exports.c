/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys exports: the export table, whole or by name. */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "describe.h"
#include "json.h"
#include "suggest.h"

const char cmd_exports_help[] = "Usage: dotsys exports [OPTIONS] [NAME...]\n"
                                "\n"
                                "Lists the functions and variables Windows exports to drivers: "
                                "module, first and last Windows version, highest\n"
                                "IRQL they may be called at, and whether dotsys has them fully, "
                                "partly, or as a stub that stops the machine when it\n"
                                "is called. NAME may have wildcards ('Ke*').\n"
                                "\n"
                                "Options:\n"
                                "      --json     print one JSON object a line\n"
                                "  -h, --help     show this\n"
                                "      --version  show the version\n"
                                "\n"
                                "Exit status: 0 fine, 1 there is no such name, 2 usage.\n";

enum { OPTION_JSON = 256, OPTION_VERSION };

static void json_export(const LDR_EXPORT *export)
{
    json_object *object = json_object_new_object();

    json_add_string(object, "name", export->Name);
    json_add_string(object, "module", export->Module);
    json_add_string(object, "since", LdrVersionName(export->Since));
    json_add_string(object, "last", describe_last(export));
    json_add_string(object, "irql", describe_irql(export->MaxIrql));
    json_add_string(object, "convention", describe_convention(export->Convention));
    if (export->ArgBytes >= 0)
        json_add_number(object, "arg_bytes", export->ArgBytes);
    else
        json_add_string(object, "arg_bytes", NULL);
    json_add_string(object, "support", describe_support(export));
    json_print(object);
}

static void text_export(const LDR_EXPORT *export)
{
    const char *last = describe_last(export);

    printf("%-44s %-12s %-7s %-14s since %s%s%s\n", export->Name, export->Module,
        describe_support(export), describe_irql(export->MaxIrql), LdrVersionName(export->Since),
        last != NULL ? ", last in " : "", last != NULL ? last : "");
}

/* Prints what a pattern matches; how many that were. */
static unsigned list_matching(
    const LDR_EXPORT *exports, ULONG count, const char *pattern, bool json)
{
    unsigned listed = 0;

    for (ULONG i = 0; i < count; i++) {
        if (fnmatch(pattern, exports[i].Name, 0) != 0)
            continue;
        json ? json_export(&exports[i]) : text_export(&exports[i]);
        listed++;
    }
    return listed;
}

static void complain(const LDR_EXPORT *exports, ULONG count, const char *pattern)
{
    const char **names = malloc(count * sizeof(*names)), *nearest = NULL;

    for (ULONG i = 0; names != NULL && i < count; i++)
        names[i] = exports[i].Name;
    if (names != NULL)
        nearest = suggest_nearest(pattern, names, count);
    fflush(stdout);
    fprintf(stderr, "dotsys exports: no Windows exports '%s'", pattern);
    if (nearest != NULL)
        fprintf(stderr, ": did you mean %s?", nearest);
    fputc('\n', stderr);
    free(names);
}

int cmd_exports(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, OPTION_VERSION},
        {0},
    };
    int option, status = EXIT_FINE;
    bool json = false;
    ULONG count;
    const LDR_EXPORT *exports = LdrKernelExports(&count);

    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        switch (option) {
        case OPTION_JSON:
            json = true;
            break;
        case 'h':
            return cli_help("exports");
        case OPTION_VERSION:
            return cli_version();
        default:
            return cli_usage("exports", "unknown option '%s'", argv[optind - 1]);
        }
    }
    if (optind == argc)
        list_matching(exports, count, "*", json);
    for (; optind < argc; optind++) {
        if (list_matching(exports, count, argv[optind], json) == 0) {
            complain(exports, count, argv[optind]);
            status = EXIT_COMMAND_FAILED;
        }
    }
    return status;
}
