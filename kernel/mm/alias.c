/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See alias.h. Records are under MiAliasLock, which is also held while room is looked for; mapping
 * happens outside it, in room that is the caller's alone.
 */
#include "mm/alias.h"

#include <string.h>

#include "mm/mip.h"

#define MI_ALIASES 2048u

static KSPIN_LOCK MiAliasLock;
static MI_ALIAS MiAlias[MI_ALIASES];
static ULONG MiAliasesUsed; /* no record from here on was ever used */
static ULONG_PTR MiNextAlias;
static int MiAbsent; /* a descriptor plus one; 0: not made yet */

void MiResetAliases(void)
{
    MiAliasLock = 0;
    MiNextAlias = MI_ALIAS_BASE;
    memset(MiAlias, 0, sizeof(MiAlias));
    MiAliasesUsed = 0;
}

void MiEndAliases(void)
{
    for (ULONG Index = 0; Index < MiAliasesUsed; Index++) {
        if (MiAlias[Index].Kind != MI_ALIAS_FREE && MiAlias[Index].Pfn != NULL)
            host_private_free(
                MiAlias[Index].Pfn, MiAlias[Index].Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
        MiAlias[Index].Kind = MI_ALIAS_FREE;
    }
    int File = __atomic_exchange_n(&MiAbsent, 0, __ATOMIC_ACQ_REL) - 1;
    if (File >= 0)
        host_disk_close(File);
}

/* The index of a view that overlaps [Address, Address + Bytes); MI_ALIASES: none. MiAliasLock
 * held. */
static ULONG MiFindOverlap(ULONG_PTR Address, SIZE_T Bytes)
{
    for (ULONG Index = 0; Index < MiAliasesUsed; Index++) {
        const MI_ALIAS *Alias = &MiAlias[Index];
        if (Alias->Kind != MI_ALIAS_FREE && Alias->Address < Address + Bytes &&
            Alias->Address + Alias->Bytes > Address)
            return Index;
    }
    return MI_ALIASES;
}

/* Room for a view, from where the last one ended on and then from the start. 0: none. MiAliasLock
 * held. */
static ULONG_PTR MiFindAliasRoom(SIZE_T Bytes)
{
    ULONG_PTR At = MiNextAlias;
    BOOLEAN Again = FALSE;
    if (Bytes == 0 || Bytes > MI_ALIAS_BYTES)
        return 0;
    for (;;) {
        if (Bytes > MI_ALIAS_BASE + (MI_ALIAS_BYTES - 1) - At) {
            if (Again)
                return 0;
            Again = TRUE;
            At = MI_ALIAS_BASE;
            continue;
        }
        ULONG Index = MiFindOverlap(At, Bytes);
        if (Index == MI_ALIASES)
            return At;
        At = MiAlias[Index].Address + MiAlias[Index].Bytes;
    }
}

static ULONG MiFindRecord(const void *Address, BOOLEAN Inside)
{
    for (ULONG Index = 0; Index < MiAliasesUsed; Index++) {
        SIZE_T Offset = (ULONG_PTR)Address - MiAlias[Index].Address;
        if (MiAlias[Index].Kind != MI_ALIAS_FREE &&
            (Inside ? Offset < MiAlias[Index].Bytes : Offset < PAGE_SIZE))
            return Index;
    }
    return MI_ALIASES;
}

UCHAR *MiCreateAlias(SIZE_T Bytes, const MI_ALIAS *Content)
{
    UCHAR *Result = NULL;
    if (MmShouldFail())
        return NULL;
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    ULONG_PTR Room = MiFindAliasRoom(Bytes);
    ULONG Index = 0;
    while (Index < MI_ALIASES && MiAlias[Index].Kind != MI_ALIAS_FREE)
        Index++;
    if (Room != 0 && Index < MI_ALIASES) {
        MiAlias[Index] = *Content;
        MiAlias[Index].Address = Room;
        MiAlias[Index].Bytes = Bytes;
        if (Index >= MiAliasesUsed)
            MiAliasesUsed = Index + 1;
        MiNextAlias = Room + Bytes;
        Result = (UCHAR *)Room;
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Result;
}

BOOLEAN MiFindAliasAt(const void *Address, BOOLEAN Inside, MI_ALIAS *Found)
{
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    ULONG Index = MiFindRecord(Address, Inside);
    if (Index < MI_ALIASES)
        *Found = MiAlias[Index];
    KiReleaseLock(&MiAliasLock, Old);
    return Index < MI_ALIASES;
}

BOOLEAN MiRemoveAlias(const void *Address, enum MI_ALIAS_KIND Kind, MI_ALIAS *Removed)
{
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    /* MmAdvanceMdl moves the address of an MDL's mapping. */
    ULONG Index = MiFindRecord(Address, Kind == MI_ALIAS_PAGES);
    BOOLEAN Found = Index < MI_ALIASES && MiAlias[Index].Kind == Kind;
    if (Found) {
        *Removed = MiAlias[Index];
        host_ram_unalias((void *)Removed->Address, Removed->Bytes);
        MiAlias[Index].Kind = MI_ALIAS_FREE;
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Found;
}

PFN_NUMBER *MiSetAliasPfns(const void *Address, PFN_NUMBER *Pfn)
{
    PFN_NUMBER *Before = NULL;
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    ULONG Index = MiFindRecord(Address, FALSE);
    if (Index < MI_ALIASES) {
        Before = MiAlias[Index].Pfn;
        MiAlias[Index].Pfn = Pfn;
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Before;
}

BOOLEAN MiIsPhysicalMapped(ULONG64 Physical, SIZE_T Bytes)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    for (ULONG Index = 0; Index < MiAliasesUsed && !Found; Index++) {
        const MI_ALIAS *Alias = &MiAlias[Index];
        Found = Alias->Kind == MI_ALIAS_PHYSICAL && Alias->Physical < Physical + Bytes &&
                Physical < Alias->Physical + Alias->Bytes;
    }
    KiReleaseLock(&MiAliasLock, Old);
    return Found;
}

static BOOLEAN MiPhysicalOf(const MI_ALIAS *Alias, ULONG_PTR Address, ULONG64 *Physical)
{
    const SIZE_T Offset = Address - Alias->Address;
    if (Alias->Kind == MI_ALIAS_PHYSICAL)
        *Physical = Alias->Physical + Offset;
    else if (Alias->Pfn != NULL)
        *Physical = (ULONG64)Alias->Pfn[Offset / PAGE_SIZE] * PAGE_SIZE + Offset % PAGE_SIZE;
    else if (Alias->Kind ==
             MI_ALIAS_SECTION) /* no page of the machine's RAM: as of a client's memory */
        *Physical = (ULONG64)(Address / PAGE_SIZE | MM_USER_PFN) * PAGE_SIZE + Offset % PAGE_SIZE;
    else
        return FALSE;
    return TRUE;
}

BOOLEAN MiAliasToPhysical(const void *Address, ULONG64 *Physical)
{
    /* Under the lock: the list of pages goes with the view. */
    KIRQL Old = KiAcquireLock(&MiAliasLock);
    const ULONG Index = MiFindRecord(Address, TRUE);
    const BOOLEAN Found = Index < MI_ALIASES &&
                          MiPhysicalOf(&MiAlias[Index], (ULONG_PTR)Address, Physical);
    KiReleaseLock(&MiAliasLock, Old);
    return Found;
}

/* ---- what is mapped there -------------------------------------------------------------------- */

int MiAbsentFile(void)
{
    static UCHAR Ones[PAGE_SIZE];
    int File, None = 0;
    int Made = __atomic_load_n(&MiAbsent, __ATOMIC_ACQUIRE);
    if (Made != 0)
        return Made - 1;
    if (host_disk_memory(&File) != 0)
        return -1;
    memset(Ones, 0xFF, sizeof(Ones));
    int Error = host_disk_resize(File, MI_ABSENT_BYTES);
    for (SIZE_T At = 0; Error == 0 && At < MI_ABSENT_BYTES; At += PAGE_SIZE)
        Error = host_disk_write(File, Ones, PAGE_SIZE, At);
    if (Error != 0 ||
        !__atomic_compare_exchange_n(
            &MiAbsent, &None, File + 1, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        host_disk_close(File);
    return Error == 0 ? __atomic_load_n(&MiAbsent, __ATOMIC_ACQUIRE) - 1 : -1;
}

static NTSTATUS MiMapAbsent(UCHAR *At, SIZE_T Bytes, unsigned Protection)
{
    int File = MiAbsentFile();
    for (SIZE_T Done = 0; File >= 0 && Done < Bytes; Done += MI_ABSENT_BYTES) {
        SIZE_T Chunk = Bytes - Done < MI_ABSENT_BYTES ? Bytes - Done : MI_ABSENT_BYTES;
        if (host_view_map(At + Done, Chunk, Protection, File, 0, FALSE) != 0)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    return File >= 0 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS MiMapPhysical(UCHAR *At, ULONG64 Physical, SIZE_T Bytes, unsigned Protection)
{
    SIZE_T Ram = Physical >= MM_RAM_BYTES          ? 0
                 : Bytes < MM_RAM_BYTES - Physical ? Bytes
                                                   : (SIZE_T)(MM_RAM_BYTES - Physical);
    if (Ram != 0 && host_ram_alias(At, Physical, Ram, Protection) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    return Ram == Bytes ? STATUS_SUCCESS : MiMapAbsent(At + Ram, Bytes - Ram, Protection);
}

NTSTATUS MiMapPfns(UCHAR *At, const PFN_NUMBER *Pfn, ULONG Count, unsigned Protection)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG First = 0, Next; NT_SUCCESS(Status) && First < Count; First = Next) {
        for (Next = First + 1; Next < Count && Pfn[Next] == Pfn[First] + (Next - First); Next++)
            ;
        if (MiIsUserPfn(Pfn[First]))
            return STATUS_INVALID_PARAMETER;
        Status = MiMapPhysical(At + (SIZE_T)First * PAGE_SIZE, (ULONG64)Pfn[First] * PAGE_SIZE,
            (SIZE_T)(Next - First) * PAGE_SIZE, Protection);
    }
    return Status;
}
