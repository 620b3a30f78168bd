/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * User memory: probing and copying. Whatever touches the system range is refused before it is
 * touched; what is merely not there faults under a guard. ProbeForRead and ProbeForWrite are the
 * exported forms, which raise.
 */
#include <string.h>

#include "mm/mip.h"
#include "mm/space.h"

/* NULL: user addresses are this process's. */
static const MM_SPACE *MiCurrentSpace(void)
{
    return KiHostThread != NULL ? KiHostThread->Space : NULL;
}

NTSTATUS MmCopyFromUser(void *System, const void *User, SIZE_T Bytes)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (!MmIsUserRange(User, Bytes))
        return STATUS_ACCESS_VIOLATION;
    const MM_SPACE *Space = MiCurrentSpace();
    if (__builtin_expect(Space != NULL, 0))
        return MmReadRegion(System, User, Bytes) ? STATUS_SUCCESS
                                                 : MmReadSpace(Space, System, User, Bytes);
    return KeCopyGuarded(System, User, Bytes);
}

NTSTATUS MmCopyToUser(void *User, const void *System, SIZE_T Bytes)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (!MmIsUserRange(User, Bytes))
        return STATUS_ACCESS_VIOLATION;
    const MM_SPACE *Space = MiCurrentSpace();
    if (__builtin_expect(Space != NULL, 0))
        return MmWriteRegion(User, System, Bytes) ? STATUS_SUCCESS
                                                  : MmWriteSpace(Space, User, System, Bytes);
    return KeCopyGuarded(User, System, Bytes);
}

/* Another process's pages are asked for; whether they may be written shows when they are. What came
 * along is on one page. */
static NTSTATUS MiTouchSpace(const MM_SPACE *Space, ULONG_PTR Start, SIZE_T Bytes)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Bytes > 2 * PAGE_SIZE)
        return host_process_touch(Space->ProcessId, (const void *)Start, Bytes) == 0
            ? STATUS_SUCCESS
            : STATUS_ACCESS_VIOLATION;
    for (ULONG_PTR At = Start; NT_SUCCESS(Status) && At - Start < Bytes;
         At = (At & ~(ULONG_PTR)(PAGE_SIZE - 1)) + PAGE_SIZE) {
        UCHAR Byte;
        if (!MmIsInRegion((const void *)At))
            Status = MmReadSpace(Space, &Byte, (const void *)At, 1);
    }
    return Status;
}

NTSTATUS MiTouchPages(const volatile void *Address, SIZE_T Bytes, BOOLEAN Write)
{
    const MM_SPACE *Space = MiCurrentSpace();
    if (__builtin_expect(Space != NULL, 0))
        return MiTouchSpace(Space, (ULONG_PTR)Address, Bytes);
    volatile UCHAR *First = (volatile UCHAR *)(ULONG_PTR)Address;
    return KeTouchGuarded(First, First + Bytes - 1, Write);
}

NTSTATUS MmProbe(const void *User, SIZE_T Bytes, ULONG Alignment, BOOLEAN Write)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (((ULONG_PTR)User & (Alignment - 1)) != 0)
        return STATUS_DATATYPE_MISALIGNMENT;
    if (!MmIsUserRange(User, Bytes))
        return STATUS_ACCESS_VIOLATION;
    return Write ? MiTouchPages(User, Bytes, TRUE) : STATUS_SUCCESS;
}

/* The current thread acts for a 32-bit client of this 64-bit machine. */
static BOOLEAN MiClientIs32Bit(void)
{
    const MM_SPACE *Space = MiCurrentSpace();
    return Space != NULL && Space->Wow64;
}

NTSTATUS MmProbeStatusBlock(const IO_STATUS_BLOCK *User)
{
    return MmProbe(User, MiClientIs32Bit() ? sizeof(IO_STATUS_BLOCK32) : sizeof(IO_STATUS_BLOCK),
        sizeof(ULONG), TRUE);
}

NTSTATUS MmWriteStatusBlock(IO_STATUS_BLOCK *User, const IO_STATUS_BLOCK *Block)
{
    const ULONG_PTR Address = (ULONG_PTR)User; /* whatever the client says: no pointer to reckon
                                                  with */
    const BOOLEAN Narrow = MiClientIs32Bit();
    const ULONG_PTR Offset = Narrow ? FIELD_OFFSET(IO_STATUS_BLOCK32, Information)
                                    : FIELD_OFFSET(IO_STATUS_BLOCK, Information);
    NTSTATUS Status = MmCopyToUser((void *)(Address + Offset), &Block->Information,
        Narrow ? sizeof(ULONG) : sizeof(Block->Information));
    NTSTATUS Last = MmCopyToUser((void *)Address, &Block->Status, sizeof(Block->Status));
    return NT_SUCCESS(Status) ? Last : Status;
}

/* What a driver has probed it touches by the client's addresses: they must not be in use here. */
static NTSTATUS MiProbeSpace(ULONG_PTR Start, SIZE_T Bytes)
{
    return MmClaimClientPages((const void *)Start, Bytes) ? STATUS_SUCCESS
                                                          : STATUS_ACCESS_VIOLATION;
}

/* What drivers are told about is Windows' user memory; a program's own stack may lie a little
 * beyond it. */
static NTSTATUS MiProbeForDriver(
    const volatile void *Address, SIZE_T Length, ULONG Alignment, BOOLEAN Write)
{
    ULONG_PTR Start = (ULONG_PTR)Address;
    NTSTATUS Status = MmProbe((const void *)Start, Length, Alignment, FALSE);
    if (NT_SUCCESS(Status) && Length != 0 && !MmIsProbedRange(Start, Length))
        Status = STATUS_ACCESS_VIOLATION;
    if (NT_SUCCESS(Status) && MiClientIs32Bit() && Length != 0 &&
        ((ULONG64)(Start + Length - 1) >> 32) != 0)
        Status = STATUS_ACCESS_VIOLATION;
    if (NT_SUCCESS(Status) && __builtin_expect(MiCurrentSpace() != NULL, 0))
        Status = MiProbeSpace(Start, Length);
    return NT_SUCCESS(Status) && Write ? MmProbe((const void *)Start, Length, Alignment, TRUE)
                                       : Status;
}

/*
 * ProbeForRead - check that a range is user memory, aligned. Does not touch it.
 *
 * Length:    bytes; zero checks nothing. Alignment: 1, 2, 4, 8 or 16.
 * IRQL:      up to APC_LEVEL.
 * Raises:    STATUS_ACCESS_VIOLATION outside user memory or when the range wraps;
 *            STATUS_DATATYPE_MISALIGNMENT.
 * Source:    DOC wdm/ProbeForRead.
 */
void NTAPI ProbeForRead(const volatile void *Address, SIZE_T Length, ULONG Alignment)
{
    NTSTATUS Status = MiProbeForDriver(Address, Length, Alignment, FALSE);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}

/*
 * ProbeForWrite - the same, and every page of the range is written to.
 * IRQL: up to APC_LEVEL. Raises: as ProbeForRead; ACCESS_VIOLATION for a page that cannot be
 * written.
 * Source: DOC wdm/ProbeForWrite.
 */
void NTAPI ProbeForWrite(volatile void *Address, SIZE_T Length, ULONG Alignment)
{
    NTSTATUS Status = MiProbeForDriver(Address, Length, Alignment, TRUE);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}

#define MM_COPY_PHYSICAL 1u
#define MM_COPY_VIRTUAL 2u

/* Bytes of one page, which its owner may unmap meanwhile. */
static BOOLEAN MiCopyFromPage(UCHAR *Target, const UCHAR *Address, SIZE_T Bytes)
{
    if (MmIsUserRange(Address, Bytes))
        return NT_SUCCESS(MmCopyFromUser(Target, Address, Bytes));
    if (!MmIsAddressValid((void *)(ULONG_PTR)Address))
        return FALSE;
    return NT_SUCCESS(KeCopySystemGuarded(Target, Address, Bytes));
}

/* Bytes from Address that are there, page by page, copied to Target. */
static SIZE_T MiCopyPages(UCHAR *Target, const UCHAR *Address, SIZE_T Bytes)
{
    SIZE_T Done = 0;
    while (Done < Bytes) {
        SIZE_T Chunk = PAGE_SIZE - ((ULONG_PTR)(Address + Done) & (PAGE_SIZE - 1));
        if (Chunk > Bytes - Done)
            Chunk = Bytes - Done;
        if (!MiCopyFromPage(Target + Done, Address + Done, Chunk))
            break;
        Done += Chunk;
    }
    return Done;
}

/*
 * MmCopyMemory - read physical or virtual memory that may not be there.
 *
 * Target:      system memory. Flags: exactly one of MM_COPY_MEMORY_PHYSICAL and
 *              MM_COPY_MEMORY_VIRTUAL.
 * Transferred: bytes copied, also when not all could be.
 * IRQL:        up to APC_LEVEL.
 * Returns:     SUCCESS; INVALID_PARAMETER_4 for other flags; INVALID_ADDRESS for physical memory
 *              that is not RAM; INVALID_ADDRESS when a virtual page is missing (what precedes it
 *              was copied).
 * Source:      DOC ntddk/MmCopyMemory; OBS tests/kernel/mm/MmCopyMemory.c; INF which error
 *              statuses: the page says only that it fails. A client's pages have no physical memory
 *              of the machine's: theirs cannot be read so.
 */
NTSTATUS NTAPI MmCopyMemory(
    void *Target, MM_COPY_ADDRESS Source, SIZE_T Bytes, ULONG Flags, SIZE_T *Transferred)
{
    const UCHAR *From;
    *Transferred = 0;
    if (Flags == MM_COPY_PHYSICAL) {
        ULONG64 Physical = (ULONG64)Source.PhysicalAddress.QuadPart;
        if (Physical >= MM_RAM_BYTES || Bytes > MM_RAM_BYTES - Physical)
            return STATUS_INVALID_ADDRESS;
        From = (const UCHAR *)(MM_SYSTEM_BASE + (ULONG_PTR)Physical);
    } else if (Flags == MM_COPY_VIRTUAL) {
        From = Source.VirtualAddress;
    } else {
        return STATUS_INVALID_PARAMETER_4;
    }
    *Transferred = MiCopyPages(Target, From, Bytes);
    return *Transferred == Bytes ? STATUS_SUCCESS : STATUS_INVALID_ADDRESS;
}
