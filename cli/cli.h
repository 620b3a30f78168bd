/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the subcommands share: their table, exit statuses, help and complaints about usage. */
#pragma once

#include <stddef.h>

/* The exit statuses scripts rely on. */
enum cli_exit {
    EXIT_FINE = 0,
    EXIT_COMMAND_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_LOADED = 3,
    EXIT_BUGCHECK = 4,
    EXIT_FINDING = 5,
};

struct cli_verb {
    const char *name;
    const char *summary; /* one line for the list of verbs */
    const char *help;    /* what --help prints */
    int (*main)(int argc, char **argv); /* argv[0] is the verb; returns the exit status */
};

extern const struct cli_verb cli_verbs[];
extern const size_t cli_verb_count;

int cmd_run(int argc, char **argv);
int cmd_analyze(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_imports(int argc, char **argv);
int cmd_exports(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_up(int argc, char **argv);
int cmd_down(int argc, char **argv);
int cmd_ps(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_sc(int argc, char **argv);
int cmd_reg(int argc, char **argv);
int cmd_io(int argc, char **argv);
int cmd_dosdev(int argc, char **argv);
int cmd_tree(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_portcheck(int argc, char **argv);
int cmd_build(int argc, char **argv);

extern const char cmd_run_help[], cmd_fuzz_help[], cmd_analyze_help[], cmd_imports_help[],
    cmd_exports_help[], cmd_help_help[], cmd_up_help[], cmd_down_help[], cmd_ps_help[],
    cmd_exec_help[], cmd_sc_help[], cmd_reg_help[], cmd_io_help[], cmd_dosdev_help[],
    cmd_tree_help[], cmd_log_help[], cmd_portcheck_help[], cmd_build_help[];

/* Prints what is wrong and where help is; returns EXIT_USAGE. */
int cli_usage(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The help of a verb, of dotsys itself when it is NULL; the version. Both return the exit
 * status. */
int cli_help(const char *verb);
int cli_version(void);

/* Names --os takes, in order of age. */
extern const char *const cli_os_names[];
extern const size_t cli_os_count;

/* Index of a Windows version in cli_os_names, -1 after complaining. */
int cli_find_os(const char *verb, const char *name);
