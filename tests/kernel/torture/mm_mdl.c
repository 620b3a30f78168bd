/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MDLs of memory that several threads have at once: locked, mapped, mapped in part, made read-only,
 * unmapped. Pages, contiguous memory and reserved room that pass from thread to thread. Who asks
 * for addresses meanwhile gets an answer and never a fault.
 */
#include <ntifs.h>

#include "../mm/mdl_test.h"
#include "torture.h"

const ULONG TortureTests = 6;

typedef union COPY_FROM { /* MM_COPY_ADDRESS */
    PVOID Virtual;
    PHYSICAL_ADDRESS Physical;
} COPY_FROM;

typedef NTSTATUS(NTAPI *COPY_MEMORY)(PVOID Target, COPY_FROM Source, SIZE_T Bytes, ULONG Flags,
                                     PSIZE_T Done);

static PHYSICAL_ADDRESS MdlPhysical(LONGLONG Address)
{
    PHYSICAL_ADDRESS Result;

    Result.QuadPart = Address;
    return Result;
}

/* ---- MDLs of memory that all threads have ---------------------------------------------------- */

#define MDL_PAGES 8u
#define MDL_CELL 64u /* each thread's bytes in each page */

typedef struct MDL_RACE {
    UCHAR *Memory[3]; /* non-paged, paged, the process's; MDL_PAGES each */
} MDL_RACE;

/* Writes by one address what must be there by the other. */
static VOID MdlSame(TORTURE_THREAD *Self, volatile UCHAR *Writes, const volatile UCHAR *Reads)
{
    UCHAR Value = (UCHAR)Self->Round;

    *Writes = Value;
    TORTURE_CHECK(Self->Torture, *Reads == Value);
}

static VOID MdlMapPart(TORTURE_THREAD *Self, PMDL Whole, UCHAR *At)
{
    PMDL Part = IoAllocateMdl(At, MDL_CELL, FALSE, FALSE, NULL);
    UCHAR *Mapped;

    if (!TORTURE_CHECK(Self->Torture, Part != NULL))
        return;
    IoBuildPartialMdl(Whole, Part, At, MDL_CELL);
    Mapped = MmGetSystemAddressForMdlSafe(Part, NormalPagePriority);
    if (TORTURE_CHECK(Self->Torture, Mapped != NULL))
        MdlSame(Self, Mapped, At);
    IoFreeMdl(Part);
}

static VOID MdlMapForProcess(TORTURE_THREAD *Self, PMDL Mdl, UCHAR *At)
{
    UCHAR *volatile Mapped = NULL;

    __try {
        Mapped = MmMapLockedPagesSpecifyCache(Mdl, UserMode, MmCached, NULL, FALSE,
                                              NormalPagePriority);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        TORTURE_CHECK(Self->Torture, GetExceptionCode() == STATUS_SUCCESS);
    }
    if (!TORTURE_CHECK(Self->Torture, Mapped != NULL))
        return;
    MdlSame(Self, Mapped, At);
    MmUnmapLockedPages(Mapped, Mdl);
}

/* Mdl: locked; Start: its first byte, the thread's own, as is each a page further on. */
static VOID MdlUse(TORTURE_THREAD *Self, PMDL Mdl, UCHAR *Start, ULONG Pages, BOOLEAN Protect)
{
    UCHAR *System = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority);
    SIZE_T At = (SIZE_T)TortureRandom(Self, Pages) * PAGE_SIZE;

    if (!TORTURE_CHECK(Self->Torture, System != NULL))
        return;
    TORTURE_CHECK(Self->Torture, MmIsAddressValid(System + At));
    TORTURE_CHECK(Self->Torture,
                  (PFN_NUMBER)(MmGetPhysicalAddress(System + At).QuadPart >> PAGE_SHIFT) ==
                      MmGetMdlPfnArray(Mdl)[At >> PAGE_SHIFT]);
    MdlSame(Self, System + At, Start + At);
    MdlSame(Self, Start + At, System + At);
    if (TortureRandom(Self, 3) == 0)
        MdlMapPart(Self, Mdl, Start + At);
    /* Of one mapping; who has another may go on writing. */
    if (Protect && (Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0 && TortureRandom(Self, 3) == 0) {
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(MmProtectMdlSystemAddress(Mdl, PAGE_READONLY)));
        MdlSame(Self, Start + At, System + At);
    }
    if ((Mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) != 0 && TortureRandom(Self, 2) != 0)
        MmUnmapLockedPages(System, Mdl);
}

static VOID NTAPI MdlThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    MDL_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        ULONG Kind = TortureRandom(Self, 3), First = TortureRandom(Self, MDL_PAGES);
        ULONG Pages = 1 + TortureRandom(Self, MDL_PAGES - First);
        UCHAR *Start = Race->Memory[Kind] + First * PAGE_SIZE + Self->Index * MDL_CELL;
        PMDL Mdl = IoAllocateMdl(Start, (Pages - 1) * PAGE_SIZE + MDL_CELL, FALSE, FALSE, NULL);

        if (!TORTURE_CHECK(Self->Torture, Mdl != NULL))
            return;
        if (Kind == 0 && TortureRandom(Self, 2) != 0) {
            MmBuildMdlForNonPagedPool(Mdl);
            MdlUse(Self, Mdl, Start, Pages, Kind != 2);
        } else if (TORTURE_CHECK(Self->Torture,
                                 MdlTestLock(Mdl, KernelMode, IoModifyAccess) == STATUS_SUCCESS)) {
            if (TortureRandom(Self, 4) == 0)
                MdlMapForProcess(Self, Mdl, Start);
            else
                MdlUse(Self, Mdl, Start, Pages, Kind != 2);
            MmUnlockPages(Mdl);
        }
        IoFreeMdl(Mdl);
    }
}

TEST(MmProbeAndLockPages, ManyMdlsOfTheSamePages)
{
    static MDL_RACE Race;
    TORTURE Torture;
    ULONG Index;
    SIZE_T Bytes = MDL_PAGES * PAGE_SIZE;

    TortureBegin(&Torture, 300);
    RtlZeroMemory(&Race, sizeof(Race));
    Race.Memory[0] = ExAllocatePoolWithTag(NonPagedPool, Bytes, TORTURE_TAG);
    Race.Memory[1] = ExAllocatePoolWithTag(PagedPool, Bytes, TORTURE_TAG);
    CHECK_STATUS(ZwAllocateVirtualMemory(NtCurrentProcess(), (PVOID *)&Race.Memory[2], 0, &Bytes,
                                         MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE),
                 STATUS_SUCCESS);
    if (CHECK(Race.Memory[0] != NULL && Race.Memory[1] != NULL && Race.Memory[2] != NULL)) {
        for (Index = 0; Index < 4; Index++)
            TortureStart(&Torture, MdlThread, &Race);
        TortureJoin(&Torture);
    }
    for (Index = 0; Index < 2; Index++) {
        if (Race.Memory[Index] != NULL)
            ExFreePoolWithTag(Race.Memory[Index], TORTURE_TAG);
    }
    Bytes = 0;
    if (Race.Memory[2] != NULL)
        CHECK_STATUS(
            ZwFreeVirtualMemory(NtCurrentProcess(), (PVOID *)&Race.Memory[2], &Bytes, MEM_RELEASE),
            STATUS_SUCCESS);
}

/* ---- pages that pass from thread to thread, and who looks at where they are ------------------ */

#define PAGES_PLACES 8

typedef struct PAGES_RACE {
    PMDL volatile Place[PAGES_PLACES];
    PVOID volatile Seen[4]; /* where each thread has or had something mapped */
    volatile LONG Over;
} PAGES_RACE;

/* The first word of each page is its frame number: nobody else has it. */
static VOID PagesFill(TORTURE_THREAD *Self, PAGES_RACE *Race, PMDL Mdl, BOOLEAN Check)
{
    UCHAR *Mapped = MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE,
                                                 NormalPagePriority);
    ULONG Pages = MmGetMdlByteCount(Mdl) / PAGE_SIZE, Page;

    if (!TORTURE_CHECK(Self->Torture, Mapped != NULL))
        return;
    TortureExchange(&Race->Seen[Self->Index], Mapped);
    for (Page = 0; Page < Pages; Page++) {
        PPFN_NUMBER Word = (PPFN_NUMBER)(PVOID)(Mapped + (SIZE_T)Page * PAGE_SIZE);

        TORTURE_CHECK(Self->Torture, *Word == (Check ? MmGetMdlPfnArray(Mdl)[Page] : 0));
        *Word = MmGetMdlPfnArray(Mdl)[Page];
    }
    MmUnmapLockedPages(Mapped, Mdl);
}

static VOID NTAPI PagesThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    PAGES_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        PMDL Mdl = MmAllocatePagesForMdl(MdlPhysical(0), MdlPhysical(MAXLONGLONG), MdlPhysical(0),
                                         (SIZE_T)PAGE_SIZE * (1 + TortureRandom(Self, 12)));

        if (!TORTURE_CHECK(Self->Torture, Mdl != NULL))
            return;
        PagesFill(Self, Race, Mdl, FALSE);
        Mdl = TortureExchange(&Race->Place[TortureRandom(Self, PAGES_PLACES)], Mdl);
        if (Mdl == NULL)
            continue;
        PagesFill(Self, Race, Mdl, TRUE);
        MmFreePagesFromMdl(Mdl);
        ExFreePool(Mdl);
    }
}

/* What is said of an address another thread unmaps may be out of date; saying it is no fault. */
static VOID NTAPI PagesLooker(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    PAGES_RACE *Race = Self->Context;
    COPY_MEMORY Copy = (COPY_MEMORY)KtestExport(L"MmCopyMemory");
    UCHAR *Block = MdlTestAllocate(PAGE_SIZE);

    while (Block != NULL && Race->Over == 0 && Self->Torture->Stop == 0) {
        COPY_FROM From = {.Physical.QuadPart = 0};
        SIZE_T Done = 0;

        From.Virtual = Race->Seen[TortureRandom(Self, 3)];
        TORTURE_CHECK(Self->Torture, MmIsAddressValid(Block));
        TORTURE_CHECK(Self->Torture, MmIsAddressValid(&From));
        TORTURE_CHECK(Self->Torture, MmGetPhysicalAddress(Block).QuadPart != 0);
        if (From.Virtual == NULL) {
            TortureYield();
            continue;
        }
        MmIsAddressValid(From.Virtual);
        MmGetPhysicalAddress(From.Virtual);
        if (Copy != NULL && NT_SUCCESS(Copy(Block, From, PAGE_SIZE, 2, &Done)))
            TORTURE_CHECK(Self->Torture, Done == PAGE_SIZE);
    }
    if (Block != NULL)
        MdlTestFree(Block);
}

TEST(MmAllocatePagesForMdl, FreedElsewhere)
{
    static PAGES_RACE Race;
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 500);
    RtlZeroMemory((PVOID)(ULONG_PTR)&Race, sizeof(Race));
    TortureStart(&Torture, PagesThread, &Race);
    TortureStart(&Torture, PagesThread, &Race);
    TortureStart(&Torture, PagesThread, &Race);
    TortureStart(&Torture, PagesLooker, &Race);
    for (Index = 0; Index < 3; Index++) {
        if (Torture.Thread[Index].Object != NULL)
            KeWaitForSingleObject(Torture.Thread[Index].Object, Executive, KernelMode, FALSE, NULL);
    }
    InterlockedExchange(&Race.Over, 1);
    TortureJoin(&Torture);
    for (Index = 0; Index < PAGES_PLACES; Index++) {
        if (Race.Place[Index] == NULL)
            continue;
        MmFreePagesFromMdl(Race.Place[Index]);
        ExFreePool(Race.Place[Index]);
    }
}

/* ---- contiguous memory, and physical memory mapped ------------------------------------------- */

#define CONTIGUOUS_PLACES 8

typedef struct CONTIGUOUS {
    SIZE_T Bytes;
    PHYSICAL_ADDRESS Physical;
} CONTIGUOUS;

static VOID ContiguousLook(TORTURE_THREAD *Self, CONTIGUOUS *Block)
{
    SIZE_T Last = Block->Bytes - sizeof(ULONG);
    PHYSICAL_ADDRESS There = MmGetPhysicalAddress((UCHAR *)Block + Last);
    UCHAR *View;

    TORTURE_CHECK(Self->Torture, There.QuadPart == Block->Physical.QuadPart + (LONGLONG)Last);
    TORTURE_CHECK(Self->Torture, *(PULONG)(PVOID)((UCHAR *)Block + Last) == (ULONG)Block->Bytes);
    View = MmMapIoSpace(Block->Physical, Block->Bytes, MmCached);
    if (View == NULL)
        return; /* later versions of Windows map no memory that is in use */
    TORTURE_CHECK(Self->Torture, ((CONTIGUOUS *)(PVOID)View)->Bytes == Block->Bytes);
    TORTURE_CHECK(Self->Torture, MmGetPhysicalAddress(View).QuadPart == Block->Physical.QuadPart);
    MdlSame(Self, View + sizeof(CONTIGUOUS), (UCHAR *)(Block + 1));
    MmUnmapIoSpace(View, Block->Bytes);
}

static VOID NTAPI ContiguousThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    CONTIGUOUS *volatile *Places = Self->Context;

    while (TortureGoesOn(Self)) {
        SIZE_T Bytes = (SIZE_T)PAGE_SIZE * (1 + TortureRandom(Self, 16));
        BOOLEAN Bounded = TortureRandom(Self, 2) != 0;
        CONTIGUOUS *Block = Bounded ? MmAllocateContiguousMemorySpecifyCache(
                                          Bytes, MdlPhysical(0), MdlPhysical(MAXLONGLONG),
                                          MdlPhysical(0x10000), MmCached)
                                    : MmAllocateContiguousMemory(Bytes, MdlPhysical(MAXLONGLONG));

        if (!TORTURE_CHECK(Self->Torture, Block != NULL))
            return;
        Block->Bytes = Bytes;
        Block->Physical = MmGetPhysicalAddress(Block);
        *(PULONG)(PVOID)((UCHAR *)Block + Bytes - sizeof(ULONG)) = (ULONG)Bytes;
        TORTURE_CHECK(Self->Torture,
                      !Bounded || (Block->Physical.QuadPart & 0xFFFF) + (LONGLONG)Bytes <= 0x10000);
        ContiguousLook(Self, Block);
        Block = TortureExchange(&Places[TortureRandom(Self, CONTIGUOUS_PLACES)], Block);
        if (Block == NULL)
            continue;
        ContiguousLook(Self, Block);
        MmFreeContiguousMemory(Block);
    }
}

TEST(MmAllocateContiguousMemory, FreedElsewhere)
{
    CONTIGUOUS *volatile Places[CONTIGUOUS_PLACES] = {NULL};
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 300);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, ContiguousThread, (PVOID)(ULONG_PTR)Places);
    TortureJoin(&Torture);
    for (Index = 0; Index < CONTIGUOUS_PLACES; Index++) {
        if (Places[Index] != NULL)
            MmFreeContiguousMemory(Places[Index]);
    }
}

/* ---- room reserved for mappings -------------------------------------------------------------- */

#define ROOM_PAGES 4u

/* Buffer: shared; its second page may be in several rooms at once. */
static BOOLEAN RoomUse(TORTURE_THREAD *Self, PVOID Room, UCHAR *Buffer)
{
    UCHAR *Start = Buffer + TortureRandom(Self, 3) * PAGE_SIZE + Self->Index * MDL_CELL;
    PMDL Mdl = IoAllocateMdl(Start, (1 + TortureRandom(Self, 2)) * PAGE_SIZE, FALSE, FALSE, NULL);
    UCHAR *View;

    if (!TORTURE_CHECK(Self->Torture, Mdl != NULL))
        return FALSE;
    if (TORTURE_CHECK(Self->Torture,
                      MdlTestLock(Mdl, KernelMode, IoWriteAccess) == STATUS_SUCCESS)) {
        View = MmMapLockedPagesWithReservedMapping(Room, TORTURE_TAG, Mdl, MmCached);
        if (TORTURE_CHECK(Self->Torture, View == (UCHAR *)Room + MmGetMdlByteOffset(Mdl))) {
            MdlSame(Self, View, Start);
            TORTURE_CHECK(Self->Torture, MmGetPhysicalAddress(View).QuadPart >> PAGE_SHIFT ==
                                             MmGetMdlPfnArray(Mdl)[0]);
            MmUnmapReservedMapping(Room, TORTURE_TAG, Mdl);
        }
        MmUnlockPages(Mdl);
    }
    IoFreeMdl(Mdl);
    return TRUE;
}

static VOID NTAPI RoomThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    UCHAR *Buffer = Self->Context;

    while (TortureGoesOn(Self)) {
        PVOID Room = MmAllocateMappingAddress(ROOM_PAGES * PAGE_SIZE, TORTURE_TAG);
        ULONG Uses = TortureRandom(Self, 6);

        if (!TORTURE_CHECK(Self->Torture, Room != NULL))
            return;
        while (Uses-- > 0 && RoomUse(Self, Room, Buffer))
            continue;
        MmFreeMappingAddress(Room, TORTURE_TAG);
    }
}

TEST(MmAllocateMappingAddress, RoomComesAndGoes)
{
    UCHAR *Buffer = MdlTestAllocate(6 * PAGE_SIZE);
    TORTURE Torture;
    ULONG Index;

    if (Buffer == NULL)
        return;
    TortureBegin(&Torture, 150);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, RoomThread, Buffer);
    TortureJoin(&Torture);
    MdlTestFree(Buffer);
}
