/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys analyze: writes the report of a bugcheck again, from a minidump of dotsys's. Names are
 * looked up anew. */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "crash.h"

const char cmd_analyze_help[] =
    "Usage: dotsys analyze [--json] FILE.dmp|DIR\n"
    "\n"
    "Shows the report of a bugcheck that 'dotsys run --crash DIR' or a machine has left, from its "
    "minidump: what stopped the\n"
    "machine, where, in which driver, and what it was about. Functions and source lines are looked "
    "up in the drivers' files as\n"
    "they are now. Of a folder, as 'crash' in a machine's, it is the last one.\n"
    "\n"
    "Options:\n"
    "      --json  print it as a JSON object\n"
    "  -h, --help  show this\n"
    "\n"
    "Exit status: 0 fine, 1 there is none, or it cannot be read, 2 usage.\n"
    "\n"
    "Example:\n"
    "  dotsys analyze ~/.local/share/dotsys/default/crash\n";

static const struct option analyze_options[] = {
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static bool is_dump(const char *name)
{
    const size_t length = strlen(name);

    return name[0] != '.' && length > 4 && strcmp(name + length - 4, ".dmp") == 0;
}

/* The dump a path means: itself, or the last one in the folder, whose names sort by time. False:
 * the folder has none. */
static bool find_dump(const char *path, char *found, size_t size)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char last[256] = "";

    snprintf(found, size, "%s", path);
    if (folder == NULL)
        return true;
    while ((entry = readdir(folder)) != NULL) {
        if (is_dump(entry->d_name) && strcmp(entry->d_name, last) > 0)
            snprintf(last, sizeof(last), "%s", entry->d_name);
    }
    closedir(folder);
    snprintf(found, size, "%s/%s", path, last);
    return last[0] != '\0';
}

static void show(const KD_CRASH *crash, bool json)
{
    struct crash_names *names = crash_names_open(crash);

    if (json) {
        json_print(crash_json(crash, names));
    } else {
        char *report = crash_text(crash, names, KD_CRASH_COMPLETE);
        fputs(report != NULL ? report : "dotsys analyze: out of memory\n",
            report != NULL ? stdout : stderr);
        free(report);
    }
    free(names);
}

int cmd_analyze(int argc, char **argv)
{
    static KD_CRASH crash;
    char path[4096], why[256];
    bool json = false;
    int option;

    while ((option = getopt_long(argc, argv, "+:h", analyze_options, NULL)) != -1) {
        if (option == 'h')
            return cli_help("analyze");
        if (option != 'j')
            return cli_usage("analyze", "unknown option '%s'", argv[optind - 1]);
        json = true;
    }
    if (optind + 1 != argc)
        return cli_usage(
            "analyze", optind == argc ? "no minidump is given" : "one minidump at a time");
    if (!find_dump(argv[optind], path, sizeof(path))) {
        fprintf(stderr, "dotsys analyze: %s: there is no minidump in it\n", argv[optind]);
        return EXIT_COMMAND_FAILED;
    }
    if (!crash_dump_read(path, &crash, why, sizeof(why))) {
        fprintf(stderr, "dotsys analyze: %s: %s\n", path, why);
        return EXIT_COMMAND_FAILED;
    }
    show(&crash, json);
    return EXIT_FINE;
}
