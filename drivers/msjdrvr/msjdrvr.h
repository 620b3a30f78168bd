/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * msjdrvr.h - what the msjdrvr driver and its clients agree on.
 *
 * Include windows.h (on Windows winioctl.h, too) or a DDK header first. The structures are the same
 * for 32- and 64-bit programs.
 */
#ifndef MSJDRVR_H
#define MSJDRVR_H

#define MSJDRVR_DEVICE_NAME L"\\Device\\MSJDrvr"
#define MSJDRVR_LINK_NAME   L"\\DosDevices\\MSJDrvr"
#define MSJDRVR_USER_NAME   "\\\\.\\MSJDrvr"

/* GET_STRING with a name answers with the greeting, ", NAME" and the final NUL. */
#define MSJDRVR_GREETING   "Hello from MSJDrvr"
#define MSJDRVR_NAME_BYTES 64 /* a longer name is STATUS_INVALID_PARAMETER */

#define MSJDRVR_SECTOR_BYTES 512

/* Both in KB. */
typedef struct MSJDRVR_CMOS {
    ULONG ulBaseMem;
    ULONG ulExtMem;
} MSJDRVR_CMOS;

/* In: optionally a name, with or without a final NUL. Out: text that ends with NUL. */
#define IOCTL_MSJDRVR_GET_STRING \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Out: MSJDRVR_CMOS. */
#define IOCTL_MSJDRVR_READ_CMOS \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Out: the first MSJDRVR_SECTOR_BYTES of the first disk. The handle must be open for reading. */
#define IOCTL_MSJDRVR_READ_MBR \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_READ_ACCESS)
/* The same; pending until the disk has answered, and can be cancelled. */
#define IOCTL_MSJDRVR_READ_MBR_ASYNC \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_READ_ACCESS)
/* Out: DISK_GEOMETRY of the first disk. */
#define IOCTL_MSJDRVR_GET_GEOMETRY \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_READ_ACCESS)

#endif
