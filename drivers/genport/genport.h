/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * genport.h - what the genport driver and its clients agree on.
 *
 * Include windows.h (on Windows winioctl.h, too) or a DDK header first.
 *
 * Every request names a port relative to the base of the driver's range. There are two forms:
 *
 * - plain: a read takes a ULONG and returns the UCHAR, USHORT or ULONG read; a write takes a
 *   GENPORT_WRITE_INPUT, which may end after the data. The same for 32- and 64-bit programs.
 * - "PTR": a GENPORT_POINTER_ACCESS, whose port is as wide as a pointer of the program; a read
 *   returns it with the data filled in. A 64-bit driver gets GENPORT_POINTER_ACCESS32 from a
 *   32-bit program.
 */
#ifndef GENPORT_H
#define GENPORT_H

#define GENPORT_DEVICE_NAME L"\\Device\\Gpd0"
#define GENPORT_LINK_NAME   L"\\DosDevices\\GpdDev"
#define GENPORT_USER_NAME   "\\\\.\\GpdDev"

/* Values (REG_DWORD) of the key Parameters below the driver's service key, and their defaults. */
#define GENPORT_PARAMETERS   L"Parameters"
#define GENPORT_BASE_VALUE   L"IoPortAddress"
#define GENPORT_COUNT_VALUE  L"IoPortCount"
#define GENPORT_BASE_DEFAULT  0x300
#define GENPORT_COUNT_DEFAULT 4

/* From the range of device types that is free for anybody. */
#define GPD_TYPE 40000

typedef struct GENPORT_WRITE_INPUT {
    ULONG PortNumber;
    union {
        ULONG LongData;
        USHORT ShortData;
        UCHAR CharData;
    };
} GENPORT_WRITE_INPUT;

/* 8 bytes in a 32-bit program; 16 in a 64-bit one, of which the last 4 are padding. */
typedef struct GENPORT_POINTER_ACCESS {
    ULONG_PTR PortNumber;
    union {
        ULONG LongData;
        USHORT ShortData;
        UCHAR CharData;
    };
} GENPORT_POINTER_ACCESS;

/* The same as a 32-bit program has it, whoever compiles this. */
typedef struct GENPORT_POINTER_ACCESS32 {
    ULONG PortNumber;
    union {
        ULONG LongData;
        USHORT ShortData;
        UCHAR CharData;
    };
} GENPORT_POINTER_ACCESS32;

#define IOCTL_GPD_READ_PORT_UCHAR  CTL_CODE(GPD_TYPE, 0x900, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_GPD_READ_PORT_USHORT CTL_CODE(GPD_TYPE, 0x901, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_GPD_READ_PORT_ULONG  CTL_CODE(GPD_TYPE, 0x902, METHOD_BUFFERED, FILE_READ_ACCESS)

#define IOCTL_GPD_WRITE_PORT_UCHAR  CTL_CODE(GPD_TYPE, 0x910, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_GPD_WRITE_PORT_USHORT CTL_CODE(GPD_TYPE, 0x911, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_GPD_WRITE_PORT_ULONG  CTL_CODE(GPD_TYPE, 0x912, METHOD_BUFFERED, FILE_WRITE_ACCESS)

#define IOCTL_GPD_READ_PTR_UCHAR  CTL_CODE(GPD_TYPE, 0x920, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_GPD_READ_PTR_USHORT CTL_CODE(GPD_TYPE, 0x921, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_GPD_READ_PTR_ULONG  CTL_CODE(GPD_TYPE, 0x922, METHOD_BUFFERED, FILE_READ_ACCESS)

#define IOCTL_GPD_WRITE_PTR_UCHAR  CTL_CODE(GPD_TYPE, 0x930, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_GPD_WRITE_PTR_USHORT CTL_CODE(GPD_TYPE, 0x931, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_GPD_WRITE_PTR_ULONG  CTL_CODE(GPD_TYPE, 0x932, METHOD_BUFFERED, FILE_WRITE_ACCESS)

#endif
