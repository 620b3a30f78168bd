/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See paging.h. A list of ranges, changed under a spin lock that is taken in fault handling, too:
 * nothing pageable is touched while it is held. What a page may be used for when it is in stays in
 * the page table.
 */
#include <string.h>

#include "mm/paging.h"

typedef struct MI_RANGE {
    UCHAR *Base; /* NULL: unused */
    ULONG Pages;
    ULONG Locks;
    BOOLEAN Out;
} MI_RANGE;

static KSPIN_LOCK MiPagingLock;
static MI_RANGE *MiRange;
static ULONG MiRangeCount, MiRangeRoom; /* used and unused entries */
static _Atomic ULONG MiRangesIn;        /* not locked: there is something to trim */

static SIZE_T MiRangeBytes(const MI_RANGE *Range)
{
    return (SIZE_T)Range->Pages * PAGE_SIZE;
}

static BOOLEAN MiTouches(const MI_RANGE *Range, const void *Base, SIZE_T Bytes)
{
    return Range->Base != NULL && (UCHAR *)(ULONG_PTR)Base < Range->Base + MiRangeBytes(Range) &&
           Range->Base < (UCHAR *)(ULONG_PTR)Base + Bytes;
}

/* Pages of one protection together; memory Linux refuses to map stays out, and its next touch is a
 * fault again. */
static BOOLEAN MiBringIn(MI_RANGE *Range)
{
    const MM_PAGE *Page = MmPageOf(Range->Base);
    for (ULONG First = 0, End; First < Range->Pages; First = End) {
        for (End = First + 1; End < Range->Pages && Page[End].Protection == Page[First].Protection;
             End++)
            ;
        if (host_mem_protect(Range->Base + (SIZE_T)First * PAGE_SIZE,
                (SIZE_T)(End - First) * PAGE_SIZE, Page[First].Protection) != 0)
            return FALSE;
    }
    Range->Out = FALSE;
    return TRUE;
}

static MI_RANGE *MiFreeRange(void)
{
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        if (MiRange[Index].Base == NULL)
            return &MiRange[Index];
    }
    if (MiRangeCount == MiRangeRoom) {
        ULONG Room = MiRangeRoom != 0 ? MiRangeRoom * 2 : 256;
        MI_RANGE *Larger = host_private_allocate(Room * sizeof(*Larger));
        if (Larger == NULL)
            return NULL;
        if (MiRange != NULL) {
            memcpy(Larger, MiRange, MiRangeCount * sizeof(*Larger));
            host_private_free(MiRange, MiRangeRoom * sizeof(*MiRange));
        }
        MiRange = Larger;
        MiRangeRoom = Room;
    }
    return &MiRange[MiRangeCount++];
}

BOOLEAN MmMakePageable(void *Base, ULONG PageCount)
{
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    MI_RANGE *Range = MiFreeRange();
    if (Range != NULL) {
        *Range = (MI_RANGE){Base, PageCount, 0, FALSE};
        MiRangesIn++;
    }
    KiReleaseLock(&MiPagingLock, Old);
    return Range != NULL;
}

void MmMakeResident(void *Base)
{
    if (MiRangeCount == 0)
        return;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        if (MiRange[Index].Base != Base)
            continue;
        if (MiRange[Index].Out)
            MiBringIn(&MiRange[Index]);
        else if (MiRange[Index].Locks == 0)
            MiRangesIn--;
        MiRange[Index].Base = NULL;
    }
    KiReleaseLock(&MiPagingLock, Old);
}

void MiForgetPageable(void *Base, SIZE_T Bytes)
{
    if (MiRangeCount == 0)
        return;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        if (!MiTouches(&MiRange[Index], Base, Bytes))
            continue;
        MiRangesIn -= !MiRange[Index].Out && MiRange[Index].Locks == 0;
        MiRange[Index].Base = NULL;
    }
    KiReleaseLock(&MiPagingLock, Old);
}

void MmTrim(void)
{
    if (MiRangesIn == 0)
        return;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        MI_RANGE *Range = &MiRange[Index];
        if (Range->Base == NULL || Range->Out || Range->Locks != 0 ||
            host_mem_protect(Range->Base, MiRangeBytes(Range), HOST_NO_ACCESS) != 0)
            continue;
        Range->Out = TRUE;
        MiRangesIn--;
    }
    KiReleaseLock(&MiPagingLock, Old);
}

/* Takes no lock: for reports. */
static BOOLEAN MiIsOut(ULONG_PTR Address)
{
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        if (MiTouches(&MiRange[Index], (const void *)Address, 1))
            return MiRange[Index].Out;
    }
    return FALSE;
}

/* A fault below DISPATCH_LEVEL. FALSE: it has another reason. */
static BOOLEAN MiPageIn(ULONG_PTR Address)
{
    BOOLEAN In = FALSE;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount && !In; Index++) {
        MI_RANGE *Range = &MiRange[Index];
        if (!Range->Out || !MiTouches(Range, (const void *)Address, 1))
            continue;
        In = MiBringIn(Range);
        MiRangesIn += In;
    }
    KiReleaseLock(&MiPagingLock, Old);
    return In;
}

void MiLockPageable(const void *Base, SIZE_T Bytes)
{
    if (MiRangeCount == 0)
        return;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        MI_RANGE *Range = &MiRange[Index];
        if (!MiTouches(Range, Base, Bytes))
            continue;
        if (Range->Out)
            MiBringIn(Range);
        else if (Range->Locks == 0)
            MiRangesIn--;
        Range->Locks++;
    }
    KiReleaseLock(&MiPagingLock, Old);
}

void MiUnlockPageable(const void *Base, SIZE_T Bytes)
{
    if (MiRangeCount == 0)
        return;
    KIRQL Old = KiAcquireLock(&MiPagingLock);
    for (ULONG Index = 0; Index < MiRangeCount; Index++) {
        MI_RANGE *Range = &MiRange[Index];
        if (MiTouches(Range, Base, Bytes) && Range->Locks != 0 && --Range->Locks == 0 &&
            !Range->Out)
            MiRangesIn++;
    }
    KiReleaseLock(&MiPagingLock, Old);
}

void MiInitializePaging(void)
{
    MiPagingLock = 0;
    MiRange = NULL;
    MiRangeCount = MiRangeRoom = 0;
    MiRangesIn = 0;
    KePageIn = MiPageIn;
    KePagedOut = MiIsOut;
}

void MiEndPaging(void)
{
    if (MiRange != NULL)
        host_private_free(MiRange, MiRangeRoom * sizeof(*MiRange));
    MiRange = NULL;
    MiRangeCount = 0;
}
