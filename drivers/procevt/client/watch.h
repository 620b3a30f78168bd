/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * watch.h - what procevt's clients have in common: the command line, opening the device, a line for
 * an entry, and when to stop. Include windows.h (on Windows winioctl.h, too) first and define
 * REPORT_PROGRAM.
 *
 *     PROGRAM [-n COUNT] [-p PID]
 *
 * It prints "watching" when from there on no event is missed, and ends after COUNT events or with
 * the exit of process PID, which is the last one shown. Without either it goes on.
 */
#ifndef PROCEVT_CLIENT_WATCH_H
#define PROCEVT_CLIENT_WATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../procevt.h"
#include "../../report.h"

struct watch {
    unsigned long count; /* entries still to come; 0: any number */
    unsigned long pid;   /* 0: none */
    BOOL ended;
};

static inline BOOL watch_number(const char *text, unsigned long *value)
{
    char *end;

    if (*text < '0' || *text > '9')
        return FALSE;
    *value = strtoul(text, &end, 10);
    return *end == '\0' && *value != 0;
}

static inline BOOL watch_parse(int argc, char **argv, struct watch *watch)
{
    int i;

    memset(watch, 0, sizeof(*watch));
    for (i = 1; i < argc; i += 2) {
        unsigned long *value = strcmp(argv[i], "-n") == 0   ? &watch->count
                               : strcmp(argv[i], "-p") == 0 ? &watch->pid
                                                            : NULL;

        if (value == NULL || i + 1 == argc || !watch_number(argv[i + 1], value)) {
            fprintf(stderr, "Usage: " REPORT_PROGRAM " [-n COUNT] [-p PID]\n");
            return FALSE;
        }
    }
    return TRUE;
}

static inline HANDLE watch_open(DWORD flags)
{
    HANDLE device = CreateFileA(PROCEVT_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                NULL, OPEN_EXISTING, flags, NULL);

    if (device == INVALID_HANDLE_VALUE)
        report_error("cannot open " PROCEVT_USER_NAME);
    return device;
}

static inline BOOL watch_close(HANDLE handle)
{
    if (CloseHandle(handle))
        return TRUE;
    report_error("CloseHandle");
    return FALSE;
}

static inline void watch_ready(void)
{
    printf("watching\n");
    fflush(stdout);
}

/* Time of day, UTC, in milliseconds. */
static inline void watch_print_time(ULONG64 time)
{
    unsigned long ms = (unsigned long)(time / 10000 % 86400000);

    printf("%02lu:%02lu:%02lu.%03lu ", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

static inline const char *watch_name(const char *name)
{
    return *name != '\0' ? name : "?";
}

/* Prints an entry on a line, unless it has ended before; sets ended if it is the last one. */
static inline void watch_show(struct watch *watch, const PROCEVT_ENTRY *entry)
{
    if (watch->ended)
        return;
    if (entry->Kind == PROCEVT_LOST) {
        printf("%lu events are missing here\n", (unsigned long)entry->Lost);
    } else {
        watch_print_time(entry->Time);
        printf("%-7s %lu %s, by %lu %s\n", entry->Kind == PROCEVT_CREATED ? "created" : "exited",
               (unsigned long)entry->ProcessId, watch_name(entry->ProcessName),
               (unsigned long)entry->ParentId, watch_name(entry->ParentName));
    }
    fflush(stdout);
    if (watch->count != 0 && --watch->count == 0)
        watch->ended = TRUE;
    if (entry->Kind == PROCEVT_EXITED && entry->ProcessId == watch->pid)
        watch->ended = TRUE;
}

#endif
