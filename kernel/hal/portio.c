/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * READ_PORT_… and WRITE_PORT_…: ports by function call, as 32-bit drivers and portable ones reach
 * them; compilers for x64 make in and out instructions of these, which trap to the same devices. A
 * port no device is at reads as all ones.
 *
 * Port:    the port's number, passed as a pointer; upper bits are ignored.
 * IRQL:    any. No failure is reported: there is none on a bus.
 * Source:  DOC wdm/READ_PORT_UCHAR and the eleven others; tests/kernel/hal/READ_PORT_UCHAR.c
 */
#include "hal/halp.h"

static inline USHORT HalpNumber(const void *Port)
{
    return (USHORT)(ULONG_PTR)Port;
}

/* READ_PORT_UCHAR - 1 byte from a port. */
UCHAR NTAPI READ_PORT_UCHAR(UCHAR *Port)
{
    return (UCHAR)HaliReadPort(HalpNumber(Port), 1);
}

/* WRITE_PORT_UCHAR - 1 byte to a port. */
void NTAPI WRITE_PORT_UCHAR(UCHAR *Port, UCHAR Value)
{
    HaliWritePort(HalpNumber(Port), 1, Value);
}

/* READ_PORT_BUFFER_UCHAR - Count reads of the same port, one after the other into Buffer. */
void NTAPI READ_PORT_BUFFER_UCHAR(UCHAR *Port, UCHAR *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = (UCHAR)HaliReadPort(HalpNumber(Port), 1);
}

/* WRITE_PORT_BUFFER_UCHAR - the reverse. */
void NTAPI WRITE_PORT_BUFFER_UCHAR(UCHAR *Port, UCHAR *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        HaliWritePort(HalpNumber(Port), 1, Buffer[Index]);
}

/* READ_PORT_USHORT - 2 bytes from a port. */
USHORT NTAPI READ_PORT_USHORT(USHORT *Port)
{
    return (USHORT)HaliReadPort(HalpNumber(Port), 2);
}

/* WRITE_PORT_USHORT - 2 bytes to a port. */
void NTAPI WRITE_PORT_USHORT(USHORT *Port, USHORT Value)
{
    HaliWritePort(HalpNumber(Port), 2, Value);
}

/* READ_PORT_BUFFER_USHORT - Count reads of the same port, one after the other into Buffer. */
void NTAPI READ_PORT_BUFFER_USHORT(USHORT *Port, USHORT *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = (USHORT)HaliReadPort(HalpNumber(Port), 2);
}

/* WRITE_PORT_BUFFER_USHORT - the reverse. */
void NTAPI WRITE_PORT_BUFFER_USHORT(USHORT *Port, USHORT *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        HaliWritePort(HalpNumber(Port), 2, Buffer[Index]);
}

/* READ_PORT_ULONG - 4 bytes from a port. */
ULONG NTAPI READ_PORT_ULONG(ULONG *Port)
{
    return HaliReadPort(HalpNumber(Port), 4);
}

/* WRITE_PORT_ULONG - 4 bytes to a port. */
void NTAPI WRITE_PORT_ULONG(ULONG *Port, ULONG Value)
{
    HaliWritePort(HalpNumber(Port), 4, Value);
}

/* READ_PORT_BUFFER_ULONG - Count reads of the same port, one after the other into Buffer. */
void NTAPI READ_PORT_BUFFER_ULONG(ULONG *Port, ULONG *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = HaliReadPort(HalpNumber(Port), 4);
}

/* WRITE_PORT_BUFFER_ULONG - the reverse. */
void NTAPI WRITE_PORT_BUFFER_ULONG(ULONG *Port, ULONG *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        HaliWritePort(HalpNumber(Port), 4, Buffer[Index]);
}
