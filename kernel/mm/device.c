/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Physical pages where a device answers in place of memory. They are nobody else's, and where
 * drivers have mapped them they are inaccessible: the fault asks MmFindDevice which physical
 * address is meant. Ranges stay until the machine closes. Both tables are read without a lock, by
 * signal handlers: a range counts once MiDeviceRanges includes it, a view while its Bytes are not
 * 0.
 */
#include "mm/device.h"

#include <string.h>

#include "mm/mip.h"

#define MI_DEVICE_RANGES 64u
#define MI_DEVICE_VIEWS  256u

static struct {
    ULONG64 First, End;
} MiDeviceRange[MI_DEVICE_RANGES];
static ULONG MiDeviceRanges;

static struct {
    ULONG_PTR Address;
    SIZE_T Bytes; /* 0: free */
    ULONG64 Physical;
} MiDeviceView[MI_DEVICE_VIEWS];

static KSPIN_LOCK MiDeviceLock; /* of those who change them */

void MiResetDevices(void)
{
    MiDeviceLock = 0;
    MiDeviceRanges = 0;
    memset(MiDeviceView, 0, sizeof(MiDeviceView));
}

/* The index of a range that overlaps; MiDeviceRanges: none. */
static ULONG MiFindRange(ULONG64 First, ULONG64 End)
{
    ULONG Count = __atomic_load_n(&MiDeviceRanges, __ATOMIC_ACQUIRE), Index = 0;
    while (
        Index < Count && (MiDeviceRange[Index].First >= End || First >= MiDeviceRange[Index].End))
        Index++;
    return Index;
}

BOOLEAN MmIsDeviceMemory(ULONG64 Physical)
{
    return MiFindRange(Physical, Physical + 1) < __atomic_load_n(&MiDeviceRanges, __ATOMIC_ACQUIRE);
}

/* Whatever of the range is RAM is not given to anybody. */
static BOOLEAN MiTakeRam(ULONG64 First, ULONG64 End)
{
    const ULONG64 Last = End < MM_RAM_BYTES ? End : MM_RAM_BYTES;
    if (First >= MM_RAM_BYTES)
        return TRUE;
    const ULONG Page = (ULONG)(First / PAGE_SIZE), Count = (ULONG)((Last - First) / PAGE_SIZE);
    return Page >= MI_FIRST_PAGE &&
        MmAllocatePagesIn(Count, MM_PAGE_KERNEL, Page, Page + Count, 0) != NULL;
}

NTSTATUS MmClaimDeviceMemory(ULONG64 First, ULONG64 Bytes)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (First % PAGE_SIZE != 0 || Bytes % PAGE_SIZE != 0 || Bytes == 0 ||
        First >= MI_PHYSICAL_END || Bytes > MI_PHYSICAL_END - First)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&MiDeviceLock);
    if (MiFindRange(First, First + Bytes) < MiDeviceRanges)
        Status = STATUS_CONFLICTING_ADDRESSES;
    else if (MiDeviceRanges == MI_DEVICE_RANGES)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    else if (!MiTakeRam(First, First + Bytes))
        Status = STATUS_CONFLICTING_ADDRESSES;
    if (NT_SUCCESS(Status)) {
        MiDeviceRange[MiDeviceRanges].First = First;
        MiDeviceRange[MiDeviceRanges].End = First + Bytes;
        __atomic_store_n(&MiDeviceRanges, MiDeviceRanges + 1, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&MiDeviceLock, Old);
    return Status;
}

/* ---- where they are mapped ------------------------------------------------------------------- */

static NTSTATUS MiHidePages(UCHAR *At, ULONG64 Physical, SIZE_T Bytes)
{
    for (SIZE_T Done = 0; Done < Bytes; Done += PAGE_SIZE) {
        if (MmIsDeviceMemory(Physical + Done) &&
            host_mem_protect(At + Done, PAGE_SIZE, HOST_NO_ACCESS) != 0)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

NTSTATUS MiNoteDeviceView(UCHAR *At, ULONG64 Physical, SIZE_T Bytes)
{
    ULONG Index = 0;
    if (MiFindRange(Physical, Physical + Bytes) == MiDeviceRanges)
        return STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&MiDeviceLock);
    while (Index < MI_DEVICE_VIEWS && MiDeviceView[Index].Bytes != 0)
        Index++;
    if (Index < MI_DEVICE_VIEWS) {
        MiDeviceView[Index].Address = (ULONG_PTR)At;
        MiDeviceView[Index].Physical = Physical;
        __atomic_store_n(&MiDeviceView[Index].Bytes, Bytes, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&MiDeviceLock, Old);
    return Index < MI_DEVICE_VIEWS ? MiHidePages(At, Physical, Bytes)
                                   : STATUS_INSUFFICIENT_RESOURCES;
}

void MiForgetDeviceView(const UCHAR *At)
{
    KIRQL Old = KiAcquireLock(&MiDeviceLock);
    for (ULONG Index = 0; Index < MI_DEVICE_VIEWS; Index++) {
        if (MiDeviceView[Index].Bytes != 0 && MiDeviceView[Index].Address == (ULONG_PTR)At)
            __atomic_store_n(&MiDeviceView[Index].Bytes, 0, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&MiDeviceLock, Old);
}

BOOLEAN MmFindDevice(ULONG_PTR Address, ULONG64 *Physical)
{
    for (ULONG Index = 0; Index < MI_DEVICE_VIEWS; Index++) {
        const SIZE_T Bytes = __atomic_load_n(&MiDeviceView[Index].Bytes, __ATOMIC_ACQUIRE);
        const SIZE_T Offset = Address - MiDeviceView[Index].Address;
        if (Offset < Bytes && MmIsDeviceMemory(MiDeviceView[Index].Physical + Offset)) {
            *Physical = MiDeviceView[Index].Physical + Offset;
            return TRUE;
        }
    }
    return FALSE;
}
