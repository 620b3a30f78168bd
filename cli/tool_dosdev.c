/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys dosdev: the names a client can open, and what they stand for, as QueryDosDevice tells. */
#include "tool.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#include "win32/windows.h"

const char cmd_dosdev_help[] = "Usage: dotsys dosdev [--machine DIR] [--user] [PATTERN] [--json]\n"
                               "\n"
                               "Lists the DOS device names of a machine with their targets: what "
                               "QueryDosDevice returns. A program opens \\\\.\\NAME.\n"
                               "PATTERN has * and ? as in a shell; case does not matter.\n"
                               "\n"
                               "Exit status: 0 fine, 1 no name matches, 2 usage.\n"
                               "\n"
                               "Example:\n"
                               "  dotsys dosdev 'Physical*'\n";

static int compare_names(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* All names, each with its end, an empty one last. NULL: the last error says why. Freed with
 * free. */
static char *query_names(void)
{
    for (DWORD room = 4096; room <= 16u << 20; room *= 2) {
        char *names = malloc(room);
        if (names == NULL)
            return NULL;
        if (QueryDosDeviceA(NULL, names, room) != 0)
            return names;
        free(names);
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER)
            return NULL;
    }
    return NULL;
}

static void show(struct tool *tool, const char *name, bool json)
{
    char target[1024] = "";

    if (QueryDosDeviceA(name, target, sizeof(target)) == 0)
        target[0] = '\0'; /* gone since, or not for this user */
    if (!json) {
        fprintf(tool->out, "%-28s %s\n", name, target);
        return;
    }
    json_object *object = json_object_new_object();
    json_add_string(object, "name", name);
    json_add_string(object, "target", target);
    json_write(tool->out, object);
}

int tool_dosdev(struct tool *tool, int argc, char **argv)
{
    const char *pattern = NULL;
    bool json = false;
    size_t count = 0, shown = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (argv[i][0] == '-' || pattern != NULL)
            return fprintf(tool->err, "dotsys dosdev: '%s' is not understood\n", argv[i]),
                   EXIT_USAGE;
        else
            pattern = argv[i];
    }
    char *names = query_names();
    if (names == NULL)
        return fprintf(tool->err, "dotsys dosdev: the names cannot be read: error %u\n",
                   (unsigned)GetLastError()),
               EXIT_COMMAND_FAILED;
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1)
        count++;
    const char **sorted = calloc(count + 1, sizeof(*sorted));
    if (sorted == NULL) {
        free(names);
        return EXIT_COMMAND_FAILED;
    }
    count = 0;
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1)
        sorted[count++] = name;
    qsort(sorted, count, sizeof(*sorted), compare_names);
    for (size_t i = 0; i < count; i++) {
        if (pattern != NULL && fnmatch(pattern, sorted[i], FNM_CASEFOLD | FNM_NOESCAPE) != 0)
            continue;
        show(tool, sorted[i], json);
        shown++;
    }
    free(sorted);
    free(names);
    if (shown == 0)
        fprintf(
            tool->err, "dotsys dosdev: no name matches '%s'\n", pattern != NULL ? pattern : "*");
    return shown != 0 ? EXIT_FINE : EXIT_COMMAND_FAILED;
}
