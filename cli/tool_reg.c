/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys reg: the registry of a machine with reg.exe's words. Its verbs are in reg_*.c. */
#include <string.h>
#include <strings.h>

#include "reg.h"

const char cmd_reg_help[] =
    "Usage: dotsys reg [--machine DIR] [--user] VERB KEY [OPTIONS]\n"
    "\n"
    "Reads and changes the registry of a machine, with the words and the output of reg.exe. KEY is "
    "ROOT\\PATH, ROOT one of\n"
    "HKLM, HKCU, HKCR, HKU, HKCC or its long name. Options begin with / or -.\n"
    "\n"
    "  query KEY [/v NAME | /ve] [/s] [/t TYPE] [/z] [/se SEP] [--json]\n"
    "  query KEY /f DATA [/s] [/k] [/d] [/c] [/e] [/t TYPE] [/v [NAME]]      search names and "
    "data\n"
    "  add KEY [/v NAME | /ve] [/t TYPE] [/s SEP] [/d DATA] [/f]\n"
    "  delete KEY [/v NAME | /ve | /va] [/f]\n"
    "  copy KEY1 KEY2 [/s] [/f]\n"
    "  compare KEY1 KEY2 [/v NAME | /ve] [/s]          exit status 0 the same, 1 not, or failed\n"
    "  export KEY FILE [/y] [/reg4]                    a .reg file in UTF-16, or a REGEDIT4 one in "
    "UTF-8\n"
    "  import FILE [KEY]                               a .reg file; with KEY a hive file, which "
    "goes below it\n"
    "  restore KEY FILE | load KEY FILE                what is in a hive file, in place of what is "
    "in KEY, or as a new KEY\n"
    "\n"
    "TYPE is REG_SZ, REG_MULTI_SZ, REG_EXPAND_SZ, REG_DWORD, REG_QWORD, REG_BINARY or REG_NONE. "
    "SEP stands between the\n"
    "strings of a REG_MULTI_SZ, \\0 unless given. /f does without asking.\n"
    "\n"
    "A file that is damaged changes nothing. Exit status: 0 fine, 1 failed or not found, 2 usage.\n"
    "\n"
    "Example:\n"
    "  dotsys reg add 'HKLM\\System\\CurrentControlSet\\Services\\hello' /v Start /t REG_DWORD /d "
    "1 /f\n";

static const struct {
    const char *name;
    int (*main)(struct tool *tool, int argc, char **argv);
} verbs[] = {
    {"query", reg_query},
    {"add", reg_add},
    {"delete", reg_delete},
    {"copy", reg_copy},
    {"compare", reg_compare_keys},
    {"export", reg_export},
    {"import", reg_import},
    {"restore", reg_restore},
    {"load", reg_restore},
};

/* The option a word is, NULL: it is none of these. */
static const struct reg_option *find_option(const struct reg_option *options, const char *word)
{
    if (word[0] != '/' && word[0] != '-')
        return NULL;
    word += strncmp(word, "--", 2) == 0 ? 2 : 1;
    for (; options->name != NULL; options++) {
        if (strcasecmp(options->name, word) == 0)
            return options;
    }
    return NULL;
}

int reg_options(struct tool *tool, int argc, char **argv, const struct reg_option *options,
    const char **words, int most)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        const struct reg_option *option = find_option(options, argv[i]);
        if (option != NULL && option->flag != NULL)
            *option->flag = true;
        if (option != NULL && option->text == NULL)
            continue;
        if (option != NULL) {
            if (++i == argc) {
                reg_usage(tool, "%s wants a word behind it.", argv[i - 1]);
                return -1;
            }
            *option->text = argv[i];
            continue;
        }
        /* A path of the host may begin with a slash, an option that is unknown has no second
         * one. */
        if ((argv[i][0] == '-' || (argv[i][0] == '/' && strchr(argv[i] + 1, '/') == NULL)) ||
            count == most) {
            reg_usage(tool, "'%s' is not understood by 'reg %s'.", argv[i], argv[0]);
            return -1;
        }
        words[count++] = argv[i];
    }
    return count;
}

int tool_reg(struct tool *tool, int argc, char **argv)
{
    if (argc < 2)
        return reg_usage(tool,
            "What to do is missing: query, add, delete, copy, compare, export, import, restore or "
            "load.");
    if (strcmp(argv[1], "/?") == 0 || strcmp(argv[1], "--help") == 0) {
        fputs(cmd_reg_help, tool->out);
        return EXIT_FINE;
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(verbs); i++) {
        if (strcasecmp(argv[1], verbs[i].name) == 0)
            return verbs[i].main(tool, argc - 1, argv + 1);
    }
    return reg_usage(tool,
        "'%s' is none of query, add, delete, copy, compare, export, import, restore and load.",
        argv[1]);
}
