/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A PC's BIOS, which no machine has. There is one buffer below 1 MiB for arguments of calls, and
 * calls fail. Elsewhere below 1 MiB there is nothing: it reads as zeros, and what is written there
 * is lost. Whoever has the buffer uses it alone: no lock but for taking it.
 */
#include "hal/bios.h"

#include <string.h>

#define HALP_BIOS_SEGMENT 0x2000u
#define HALP_BIOS_BYTES 0x1000u
#define HALP_BIOS_END 0x100000u

static UCHAR HalpBiosBuffer[HALP_BIOS_BYTES];
static ULONG HalpBiosTaken;

void HalpResetBios(void)
{
    HalpBiosTaken = 0;
    memset(HalpBiosBuffer, 0, sizeof(HalpBiosBuffer));
}

/*
 * x86BiosAllocateBuffer - the buffer, of a page.
 *
 * Size:    in: bytes wanted; out: those there are. Segment, Offset: out; its real-mode address.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; NO_MEMORY: more than there are, or somebody has it.
 * Source:  INF, undocumented; OBS tests/kernel/hal/x86BiosCall.c
 */
NTSTATUS NTAPI x86BiosAllocateBuffer(ULONG *Size, USHORT *Segment, USHORT *Offset)
{
    const BOOLEAN Fits = *Size <= HALP_BIOS_BYTES;
    *Size = HALP_BIOS_BYTES;
    if (!Fits || __atomic_exchange_n(&HalpBiosTaken, 1, __ATOMIC_ACQ_REL) != 0)
        return STATUS_NO_MEMORY;
    *Segment = HALP_BIOS_SEGMENT;
    *Offset = 0;
    return STATUS_SUCCESS;
}

/* x86BiosFreeBuffer - the reverse. INVALID_PARAMETER: nobody has it, or it is another. Source: INF,
 * undocumented; OBS. */
NTSTATUS NTAPI x86BiosFreeBuffer(USHORT Segment, USHORT Offset)
{
    if (Segment != HALP_BIOS_SEGMENT || Offset != 0 ||
        __atomic_exchange_n(&HalpBiosTaken, 0, __ATOMIC_ACQ_REL) == 0)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

static NTSTATUS HalpTransferBios(
    USHORT Segment, USHORT Offset, UCHAR *Buffer, ULONG Size, BOOLEAN Write)
{
    const ULONG First = (ULONG)Segment * 16 + Offset;
    if (First >= HALP_BIOS_END || Size > HALP_BIOS_END - First)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < Size; Index++) {
        UCHAR *There = First + Index - HALP_BIOS_SEGMENT * 16 < HALP_BIOS_BYTES
            ? &HalpBiosBuffer[First + Index - HALP_BIOS_SEGMENT * 16] : NULL;
        if (!Write)
            Buffer[Index] = There != NULL ? *There : 0;
        else if (There != NULL)
            *There = Buffer[Index];
    }
    return STATUS_SUCCESS;
}

/* x86BiosReadMemory - read below 1 MiB. INVALID_PARAMETER: beyond that. Source: INF, undocumented;
 * OBS as above. */
NTSTATUS NTAPI x86BiosReadMemory(USHORT Segment, USHORT Offset, void *Buffer, ULONG Size)
{
    return HalpTransferBios(Segment, Offset, Buffer, Size, FALSE);
}

/* x86BiosWriteMemory - the reverse. Source: INF, undocumented; OBS as above. */
NTSTATUS NTAPI x86BiosWriteMemory(USHORT Segment, USHORT Offset, void *Buffer, ULONG Size)
{
    return HalpTransferBios(Segment, Offset, Buffer, Size, TRUE);
}

/* x86BiosCall - FALSE: there is no BIOS; Registers as they were. IRQL: PASSIVE_LEVEL. Source: INF,
 * undocumented; OBS as above. */
BOOLEAN NTAPI x86BiosCall(ULONG BiosCommand, void *Registers)
{
    (void)BiosCommand;
    (void)Registers;
    return FALSE;
}

#if defined(__i386__)
/* Ke386CallBios - NOT_IMPLEMENTED: there is no BIOS. IRQL: PASSIVE_LEVEL. Source: INF,
 * undocumented; OBS as above. */
NTSTATUS NTAPI Ke386CallBios(ULONG BiosCommand, void *BiosArguments)
{
    (void)BiosCommand;
    (void)BiosArguments;
    return STATUS_NOT_IMPLEMENTED;
}
#endif
