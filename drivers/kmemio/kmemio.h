/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kmemio.h - what the kmemio driver and its client agree on.
 *
 * Addresses are 64 bits wide whatever the word size of either side, so a 32-bit client speaks to a
 * 64-bit driver without a second set of structures. Include windows.h (on Windows winioctl.h, too)
 * or a DDK header first.
 */
#ifndef KMEMIO_H
#define KMEMIO_H

#define KMEMIO_DEVICE_NAME L"\\Device\\KMemIo"
#define KMEMIO_LINK_NAME   L"\\??\\KMemIo"
#define KMEMIO_USER_NAME   "\\\\.\\KMemIo"

/* Which addresses a position is counted in. The build for Windows 7 knows the first only. */
#define KMEMIO_VIRTUAL  0
#define KMEMIO_PHYSICAL 1

/* Where the next reads and writes take place; they do not move it. */
typedef struct KMEMIO_POSITION {
    ULONG64 Address;
    ULONG Space;    /* KMEMIO_VIRTUAL or KMEMIO_PHYSICAL */
    ULONG Reserved; /* 0 */
} KMEMIO_POSITION;

/* In: KMEMIO_POSITION. After start the position is the driver's own DRIVER_OBJECT. */
#define IOCTL_KMEMIO_SET_POSITION \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)
/* Out: KMEMIO_POSITION. */
#define IOCTL_KMEMIO_GET_POSITION \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)
/* Out: ULONG64, the virtual address of the driver's own DRIVER_OBJECT. */
#define IOCTL_KMEMIO_GET_DRIVER \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_READ_ACCESS)

#endif
