/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A cached file that several threads read, write, pin, flush and purge, by requests and by MDLs,
 * while the lazy writer is at it. Each thread has a page in every four for itself, and finds there
 * what it wrote; in the end the file has it.
 */
#include "../cc/cc_test.h"
#include "torture.h"

const ULONG TortureTests = 1;

#define CACHE_THREADS 4
#define CACHE_PAGES   (CC_ROOM / PAGE_SIZE)
#define CACHE_OF_EACH (CACHE_PAGES / CACHE_THREADS)

typedef struct CACHE_RACE {
    PFILE_OBJECT File;
    UCHAR Written[CACHE_PAGES]; /* what is in each page, each its thread's */
} CACHE_RACE;

static CACHE_RACE Race;
static UCHAR Bytes[CACHE_THREADS][PAGE_SIZE];

static VOID CacheRead(TORTURE_THREAD *Self, ULONG Page)
{
    PUCHAR Mine = Bytes[Self->Index];

    TORTURE_CHECK(Self->Torture,
        CcTestRead(Race.File, (LONGLONG)Page * PAGE_SIZE, PAGE_SIZE, Mine) == STATUS_SUCCESS);
    TORTURE_CHECK(Self->Torture, CcTestIsFilled(Mine, PAGE_SIZE, Race.Written[Page]));
}

static VOID CacheWrite(TORTURE_THREAD *Self, ULONG Page)
{
    const UCHAR Value = (UCHAR)TortureRandom(Self, 256);

    RtlFillMemory(Bytes[Self->Index], PAGE_SIZE, Value);
    TORTURE_CHECK(Self->Torture, CcTestWrite(Race.File, (LONGLONG)Page * PAGE_SIZE, PAGE_SIZE,
                                     Bytes[Self->Index]) == STATUS_SUCCESS);
    Race.Written[Page] = Value;
}

static VOID CachePin(TORTURE_THREAD *Self, ULONG Page)
{
    LARGE_INTEGER Offset = CcTestOffset((LONGLONG)Page * PAGE_SIZE);
    const UCHAR Value = (UCHAR)TortureRandom(Self, 256);
    PVOID Bcb, Data;

    KeEnterCriticalRegion();
    if (TORTURE_CHECK(Self->Torture,
            CcPinRead(
                Race.File, &Offset, PAGE_SIZE, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Data))) {
        TORTURE_CHECK(Self->Torture, CcTestIsFilled(Data, PAGE_SIZE, Race.Written[Page]));
        RtlFillMemory(Data, PAGE_SIZE, Value);
        Race.Written[Page] = Value;
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
}

static VOID CacheMdl(TORTURE_THREAD *Self, ULONG Page)
{
    LARGE_INTEGER Offset = CcTestOffset((LONGLONG)Page * PAGE_SIZE);
    const UCHAR Value = (UCHAR)TortureRandom(Self, 256);
    PMDL Chain = NULL;
    IO_STATUS_BLOCK Io;

    CcPrepareMdlWrite(Race.File, &Offset, PAGE_SIZE, &Chain, &Io);
    if (!TORTURE_CHECK(Self->Torture, Chain != NULL))
        return;
    RtlFillMemory(MmGetSystemAddressForMdlSafe(Chain, NormalPagePriority), PAGE_SIZE, Value);
    Race.Written[Page] = Value;
    CcMdlWriteComplete(Race.File, &Offset, Chain);
}

/* Pages of others may be dirty, so they are written first. */
static VOID CacheFlush(TORTURE_THREAD *Self, ULONG Page)
{
    TORTURE_CHECK(Self->Torture,
        CcTestFlush((LONGLONG)Page * PAGE_SIZE, PAGE_SIZE) == STATUS_SUCCESS);
    TORTURE_CHECK(Self->Torture,
        CcTestIsFilled(CcFile.Data + Page * PAGE_SIZE, PAGE_SIZE, Race.Written[Page]));
}

static VOID NTAPI CacheThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;

    while (TortureGoesOn(Self)) {
        const ULONG Page = TortureRandom(Self, CACHE_OF_EACH) * CACHE_THREADS + Self->Index;

        switch (TortureRandom(Self, 8)) {
        case 0:
        case 1: CacheWrite(Self, Page); break;
        case 2: CachePin(Self, Page); break;
        case 3: CacheMdl(Self, Page); break;
        case 4: CacheFlush(Self, Page); break;
        case 5:
            if (TortureRandom(Self, 16) == 0)
                CcWaitForCurrentLazyWriterActivity();
            break;
        default: CacheRead(Self, Page); break;
        }
    }
}

TEST(CcCopyWrite, OfPagesSideBySide)
{
    TORTURE Torture;
    ULONG Index;

    Race.File = CcTestOpenCached(CC_ROOM);
    if (Race.File == NULL)
        return;
    for (Index = 0; Index < CACHE_PAGES; Index++) {
        Race.Written[Index] = (UCHAR)Index;
        RtlFillMemory(CcFile.Data + Index * PAGE_SIZE, PAGE_SIZE, (UCHAR)Index);
    }
    TortureBegin(&Torture, 2000);
    for (Index = 0; Index < CACHE_THREADS; Index++)
        TortureStart(&Torture, CacheThread, NULL);
    TortureJoin(&Torture);
    CcTestUncache(Race.File, NULL);
    for (Index = 0; Index < CACHE_PAGES; Index++)
        CHECK(
            CcTestIsFilled(CcFile.Data + Index * PAGE_SIZE, PAGE_SIZE, Race.Written[Index]));
    CcTestClose(Race.File);
}
