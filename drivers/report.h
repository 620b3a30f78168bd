/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * report.h - how the samples' clients tell of a Win32 error, and show bytes. Include windows.h
 * first, and define REPORT_PROGRAM, the name that begins each line.
 */
#ifndef DRIVERS_REPORT_H
#define DRIVERS_REPORT_H

#include <stdio.h>

/* Prints "PROGRAM: What: Windows' text (error N)" to standard error. */
static inline void report_code(const char *what, DWORD error)
{
    char *text = NULL;
    DWORD length;

    length = FormatMessageA(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                                FORMAT_MESSAGE_IGNORE_INSERTS,
                            NULL, error, 0, (LPSTR)&text, 0, NULL);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    fflush(stdout);
    fprintf(stderr, REPORT_PROGRAM ": %s: %s (error %lu)\n", what,
            length > 0 ? text : "no text for this error", (unsigned long)error);
    if (text != NULL)
        LocalFree(text);
}

/* The same for the last error. */
static inline void report_error(const char *what)
{
    report_code(what, GetLastError());
}

/* The exit status of a program that printed something: output that went nowhere is a failure. */
static inline int report_end(BOOL all_well)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror(REPORT_PROGRAM ": standard output");
        return 1;
    }
    return all_well ? 0 : 1;
}

#endif
