/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * READ_REGISTER_… and WRITE_REGISTER_…: device registers in memory (MmMapIoSpace), each access made
 * once, in its width and in order with the others. The BUFFER forms go on to the next address with
 * each element, unlike those of ports.
 *
 * Register: a mapped address, aligned to the width.
 * IRQL:     any, if the memory is resident.
 * Source:   DOC wdm/READ_REGISTER_UCHAR and the eleven others;
 *           tests/kernel/hal/READ_REGISTER_UCHAR.c
 */
#include "hal/halp.h"

/* READ_REGISTER_UCHAR - 1 byte from a register. */
UCHAR NTAPI READ_REGISTER_UCHAR(volatile UCHAR *Register)
{
    return *Register;
}

/* WRITE_REGISTER_UCHAR - 1 byte to a register; later accesses come after it. */
void NTAPI WRITE_REGISTER_UCHAR(volatile UCHAR *Register, UCHAR Value)
{
    *Register = Value;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* READ_REGISTER_BUFFER_UCHAR - Count registers in a row. */
void NTAPI READ_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, UCHAR *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = Register[Index];
}

/* WRITE_REGISTER_BUFFER_UCHAR - the reverse. */
void NTAPI WRITE_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, UCHAR *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Register[Index] = Buffer[Index];
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* READ_REGISTER_USHORT - 2 bytes from a register. */
USHORT NTAPI READ_REGISTER_USHORT(volatile USHORT *Register)
{
    return *Register;
}

/* WRITE_REGISTER_USHORT - 2 bytes to a register; later accesses come after it. */
void NTAPI WRITE_REGISTER_USHORT(volatile USHORT *Register, USHORT Value)
{
    *Register = Value;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* READ_REGISTER_BUFFER_USHORT - Count registers in a row. */
void NTAPI READ_REGISTER_BUFFER_USHORT(volatile USHORT *Register, USHORT *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = Register[Index];
}

/* WRITE_REGISTER_BUFFER_USHORT - the reverse. */
void NTAPI WRITE_REGISTER_BUFFER_USHORT(volatile USHORT *Register, USHORT *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Register[Index] = Buffer[Index];
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* READ_REGISTER_ULONG - 4 bytes from a register. */
ULONG NTAPI READ_REGISTER_ULONG(volatile ULONG *Register)
{
    return *Register;
}

/* WRITE_REGISTER_ULONG - 4 bytes to a register; later accesses come after it. */
void NTAPI WRITE_REGISTER_ULONG(volatile ULONG *Register, ULONG Value)
{
    *Register = Value;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* READ_REGISTER_BUFFER_ULONG - Count registers in a row. */
void NTAPI READ_REGISTER_BUFFER_ULONG(volatile ULONG *Register, ULONG *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Buffer[Index] = Register[Index];
}

/* WRITE_REGISTER_BUFFER_ULONG - the reverse. */
void NTAPI WRITE_REGISTER_BUFFER_ULONG(volatile ULONG *Register, ULONG *Buffer, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        Register[Index] = Buffer[Index];
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
