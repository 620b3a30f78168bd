/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys-bench: measures what the table of README.md lists and prints it; --json FILE keeps it for
 * programs. It judges nothing: a slow machine gives slow numbers, and the ratios say how far they
 * are from what the machine can do.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static void bench_usage(FILE *file)
{
    fputs("usage: dotsys-bench [--json FILE] [--only PREFIX]\n"
          "  --json FILE    write the table to FILE, too\n"
          "  --only PREFIX  measure the rows whose names start with PREFIX\n",
        file);
}

/* What this program does when it starts itself as the process to be measured. */
static void bench_be_child(const char *role)
{
    if (strcmp(role, "--by-hand") == 0) {
        bench_map_by_hand(bench_paths.driver);
        exit(0);
    }
    if (strcmp(role, "--idle") == 0)
        bench_idle_child();
    if (strncmp(role, "--served=", 9) == 0)
        bench_served_child(role + 9);
    if (strncmp(role, "--crowd=", 8) == 0)
        bench_crowd_child(role + 8);
}

static void bench_all(void)
{
    bench_pin(0);
    bench_open_machine();
    bench_loading();
    bench_start_driver();
    bench_requests();
    bench_growth();
    bench_transfers();
    bench_trap();
    bench_wake();
    bench_dpcs();
    bench_registry();
    bench_scale();
    bench_process_event();
    bench_disk();
    bench_stop_driver();
    bench_close_machine();
    bench_verifying();
    bench_unpin();
    bench_serving();
    bench_processes();
}

int main(int count, char **arguments)
{
    static const struct option options[] = {
        {"json", required_argument, NULL, 'j'},
        {"only", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    const char *json = NULL;
    int option;

    bench_find_paths();
    if (count == 2)
        bench_be_child(arguments[1]);
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 'j':
            json = optarg;
            break;
        case 'o':
            bench_only(optarg);
            break;
        case 'h':
            bench_usage(stdout);
            return 0;
        default:
            bench_usage(stderr);
            return 2;
        }
    }
    if (optind != count) {
        bench_usage(stderr);
        return 2;
    }
    bench_all();
    if (json != NULL)
        bench_write_json(json);
    return 0;
}
