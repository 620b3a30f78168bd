/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * gpdwrite.c - writes to a port of the range genport.sys has.
 *
 *     gpdwrite [-p] -b|-w|-d PORT VALUE
 *
 * Both numbers are hexadecimal, PORT relative to the range's base; -b, -w and -d: 1, 2 or 4 bytes;
 * -p: by the request with a pointer-sized port.
 *
 * Exit status: 0, 1 if something was refused, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#define REPORT_PROGRAM "gpdwrite"
#include "gpd.h"

/* What is sent ends with the data. */
static BOOL write_plain(const GPD_WIDTH *width, ULONGLONG port, ULONG value)
{
    GENPORT_WRITE_INPUT input;

    memset(&input, 0, sizeof(input));
    input.PortNumber = (ULONG)port;
    input.LongData = value;
    return gpd_send(GENERIC_WRITE, width->write_plain, &input,
                    (DWORD)FIELD_OFFSET(GENPORT_WRITE_INPUT, LongData) + width->bytes, NULL, 0);
}

static BOOL write_pointer(const GPD_WIDTH *width, ULONGLONG port, ULONG value)
{
    GENPORT_POINTER_ACCESS access;

    memset(&access, 0, sizeof(access));
    access.PortNumber = (ULONG_PTR)port;
    access.LongData = value;
    return gpd_send(GENERIC_WRITE, width->write_pointer, &access, sizeof(access), NULL, 0);
}

int main(int argc, char **argv)
{
    GPD_OPTIONS options;
    ULONGLONG port, value;
    BOOL done;

    if (!gpd_take_options(&argc, &argv, &options) || argc != 2 ||
        !gpd_take_port(&options, argv[0], &port) ||
        !gpd_take_number(argv[1], options.width->bytes, &value)) {
        fprintf(stderr, "Usage: gpdwrite [-p] -b|-w|-d PORT VALUE      (both in hexadecimal)\n");
        return 2;
    }
    done = options.pointer ? write_pointer(options.width, port, (ULONG)value)
                           : write_plain(options.width, port, (ULONG)value);
    if (done)
        printf("port 0x%llx: 0x%0*llx written\n", (unsigned long long)port,
               (int)(2 * options.width->bytes), (unsigned long long)value);
    return report_end(done);
}
