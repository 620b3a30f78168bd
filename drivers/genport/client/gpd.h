/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * gpd.h - what gpdread and gpdwrite share: the command line, and a request on a handle of its own.
 * Define REPORT_PROGRAM first.
 */
#ifndef GENPORT_GPD_H
#define GENPORT_GPD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#include "../genport.h"

#include "../../report.h"

/* How wide an access is. The control codes of a form are one after the other, by width. */
typedef struct GPD_WIDTH {
    char option;
    DWORD bytes;
    DWORD read_plain, read_pointer, write_plain, write_pointer;
} GPD_WIDTH;

static const GPD_WIDTH gpd_widths[] = {
    {'b', 1, IOCTL_GPD_READ_PORT_UCHAR, IOCTL_GPD_READ_PTR_UCHAR, IOCTL_GPD_WRITE_PORT_UCHAR,
     IOCTL_GPD_WRITE_PTR_UCHAR},
    {'w', 2, IOCTL_GPD_READ_PORT_USHORT, IOCTL_GPD_READ_PTR_USHORT, IOCTL_GPD_WRITE_PORT_USHORT,
     IOCTL_GPD_WRITE_PTR_USHORT},
    {'d', 4, IOCTL_GPD_READ_PORT_ULONG, IOCTL_GPD_READ_PTR_ULONG, IOCTL_GPD_WRITE_PORT_ULONG,
     IOCTL_GPD_WRITE_PTR_ULONG},
};

typedef struct GPD_OPTIONS {
    const GPD_WIDTH *width; /* NULL: none was given */
    BOOL pointer;           /* -p */
} GPD_OPTIONS;

/* Takes the options off the arguments. FALSE: one is unknown, or there is not one width. */
static inline BOOL gpd_take_options(int *argc, char ***argv, GPD_OPTIONS *options)
{
    size_t i;

    options->width = NULL;
    options->pointer = FALSE;
    for (--*argc, ++*argv; *argc > 0 && (**argv)[0] == '-'; --*argc, ++*argv) {
        const char *text = **argv + 1;

        if (strcmp(text, "p") == 0) {
            options->pointer = TRUE;
            continue;
        }
        for (i = 0; i < sizeof(gpd_widths) / sizeof(gpd_widths[0]); i++) {
            if (text[0] == gpd_widths[i].option && text[1] == '\0')
                break;
        }
        if (i == sizeof(gpd_widths) / sizeof(gpd_widths[0]) || options->width != NULL)
            return FALSE;
        options->width = &gpd_widths[i];
    }
    return options->width != NULL;
}

/* A hexadecimal number, with or without 0x, of at most so many bytes. */
static inline BOOL gpd_take_number(const char *text, DWORD bytes, ULONGLONG *number)
{
    const char *digits = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? text + 2 : text;
    size_t length = strlen(digits);

    if (length == 0 || strspn(digits, "0123456789abcdefABCDEF") != length)
        return FALSE;
    while (length > 1 && *digits == '0') {
        digits++;
        length--;
    }
    if (length > 2 * (size_t)bytes)
        return FALSE;
    *number = strtoull(digits, NULL, 16);
    return TRUE;
}

/* The port: 32 bits, or in the form with a pointer as many as a pointer has. */
static inline BOOL gpd_take_port(const GPD_OPTIONS *options, const char *text, ULONGLONG *port)
{
    return gpd_take_number(text, options->pointer ? sizeof(ULONG_PTR) : sizeof(ULONG), port);
}

/* Sends a control code and expects so many bytes back. */
static inline BOOL gpd_send(DWORD access, DWORD code, void *input, DWORD input_bytes, void *output,
                            DWORD output_bytes)
{
    HANDLE device;
    DWORD returned = 0;
    BOOL done;

    device = CreateFileA(GENPORT_USER_NAME, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                         OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        report_error("cannot open " GENPORT_USER_NAME);
        return FALSE;
    }
    done = DeviceIoControl(device, code, input, input_bytes, output, output_bytes, &returned, NULL);
    if (!done) {
        report_error("DeviceIoControl");
    } else if (returned != output_bytes) {
        fprintf(stderr, REPORT_PROGRAM ": %lu bytes instead of %lu\n", (unsigned long)returned,
                (unsigned long)output_bytes);
        done = FALSE;
    }
    if (!CloseHandle(device)) {
        report_error("CloseHandle");
        done = FALSE;
    }
    return done;
}

#endif
