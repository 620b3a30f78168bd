/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * query.c - lists every DOS device name and where it leads; those given as arguments, or all.
 *
 * Exit status: 0, 1 if there is no such name.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#define REPORT_PROGRAM "query"
#include "../../report.h"

#define FIRST_ROOM 4096
#define MOST_ROOM  (16 * 1024 * 1024)

/*
 * Asks with more and more room until the answer fits; the only way to know how much it takes. NULL
 * asks for all names. Returns strings one after the other, an empty one at the end, to be freed;
 * NULL: see the last error.
 */
static char *query(const char *name)
{
    DWORD room, error = ERROR_NOT_ENOUGH_MEMORY;

    for (room = FIRST_ROOM; room <= MOST_ROOM; room *= 2) {
        char *list = malloc(room);

        if (list == NULL)
            break;
        if (QueryDosDeviceA(name, list, room) != 0)
            return list;
        error = GetLastError();
        free(list);
        if (error != ERROR_INSUFFICIENT_BUFFER)
            break;
    }
    SetLastError(error);
    return NULL;
}

/* A name may have several targets, newest first; one that is replaced keeps the old ones. */
static BOOL show(const char *name)
{
    char *targets = query(name);
    const char *target;

    if (targets == NULL) {
        report_error(name);
        return FALSE;
    }
    printf("%-24s %s\n", name, targets);
    for (target = targets + strlen(targets) + 1; *target != '\0'; target += strlen(target) + 1)
        printf("%-24s %s\n", "", target);
    free(targets);
    return TRUE;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* In alphabetical order, which is not Windows'. A name that is gone by now is none. */
static BOOL show_names(char *names)
{
    size_t count = 0, i;
    const char **sorted;
    char *name;

    for (name = names; *name != '\0'; name += strlen(name) + 1)
        count++;
    sorted = malloc((count + 1) * sizeof(*sorted));
    if (sorted == NULL) {
        report_code("malloc", ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    for (i = 0, name = names; *name != '\0'; name += strlen(name) + 1)
        sorted[i++] = name;
    qsort(sorted, count, sizeof(*sorted), compare_names);
    for (i = 0; i < count; i++)
        show(sorted[i]);
    free(sorted);
    return TRUE;
}

int main(int argc, char **argv)
{
    BOOL all_well = TRUE;
    int i;

    for (i = 1; i < argc; i++)
        all_well = show(argv[i]) && all_well;
    if (argc < 2) {
        char *names = query(NULL);

        if (names == NULL) {
            report_error("QueryDosDevice");
            return 1;
        }
        all_well = show_names(names);
        free(names);
    }
    return report_end(all_well);
}
