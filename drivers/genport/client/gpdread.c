/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * gpdread.c - reads a port of the range genport.sys has.
 *
 *     gpdread [-p] -b|-w|-d PORT
 *
 * PORT is hexadecimal and relative to the range's base; -b, -w and -d: 1, 2 or 4 bytes; -p: by the
 * request with a pointer-sized port.
 *
 * Exit status: 0, 1 if something was refused, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#define REPORT_PROGRAM "gpdread"
#include "gpd.h"

static BOOL read_plain(const GPD_WIDTH *width, ULONGLONG port, ULONG *value)
{
    ULONG number = (ULONG)port;
    GENPORT_WRITE_INPUT answer; /* for its union */

    memset(&answer, 0, sizeof(answer));
    if (!gpd_send(GENERIC_READ, width->read_plain, &number, sizeof(number), &answer.LongData,
                  width->bytes))
        return FALSE;
    *value = answer.LongData;
    return TRUE;
}

static BOOL read_pointer(const GPD_WIDTH *width, ULONGLONG port, ULONG *value)
{
    GENPORT_POINTER_ACCESS access;

    memset(&access, 0, sizeof(access));
    access.PortNumber = (ULONG_PTR)port;
    if (!gpd_send(GENERIC_READ, width->read_pointer, &access, sizeof(access), &access,
                  sizeof(access)))
        return FALSE;
    *value = access.LongData;
    return TRUE;
}

int main(int argc, char **argv)
{
    GPD_OPTIONS options;
    ULONGLONG port;
    ULONG value;
    BOOL done;

    if (!gpd_take_options(&argc, &argv, &options) || argc != 1 ||
        !gpd_take_port(&options, argv[0], &port)) {
        fprintf(stderr, "Usage: gpdread [-p] -b|-w|-d PORT      (PORT in hexadecimal)\n");
        return 2;
    }
    done = options.pointer ? read_pointer(options.width, port, &value)
                           : read_plain(options.width, port, &value);
    if (done)
        printf("port 0x%llx: 0x%0*lx\n", (unsigned long long)port, (int)(2 * options.width->bytes),
               (unsigned long)value);
    return report_end(done);
}
