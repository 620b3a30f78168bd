/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcSetLogHandleForFile, CcGetDirtyPages, CcGetLsnForFileObject - logs of file systems.
 */
#include "cc_test.h"

static LONGLONG FlushedTo;
static PVOID FlushedLog;
static ULONG Pages;
static LONGLONG OldestSeen, NewestSeen, OffsetSeen;

static VOID NTAPI FlushToLsn(PVOID LogHandle, LARGE_INTEGER Lsn)
{
    FlushedLog = LogHandle;
    FlushedTo = Lsn.QuadPart;
}

static VOID NTAPI Tell(PFILE_OBJECT File, PLARGE_INTEGER Offset, ULONG Length,
    PLARGE_INTEGER OldestLsn, PLARGE_INTEGER NewestLsn, PVOID Context1, PVOID Context2)
{
    if (File->SectionObjectPointer == &CcFile.Pointers && Context1 == &Pages &&
        Context2 == &CcFile && Length != 0)
        Pages++;
    OffsetSeen = Offset->QuadPart;
    OldestSeen = OldestLsn->QuadPart;
    NewestSeen = NewestLsn->QuadPart;
}

static VOID MakeDirty(PFILE_OBJECT File, LONGLONG Where, LONGLONG Lsn)
{
    LARGE_INTEGER Offset = CcTestOffset(Where), Number = CcTestOffset(Lsn);
    PVOID Bcb, Bytes;

    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        RtlFillMemory(Bytes, 8, 0x81);
        CcSetDirtyPinnedData(Bcb, &Number);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
}

TEST(CcSetLogHandleForFile, FlushesTheLogFirst)
{
    static ULONG Log, OtherLog;
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Oldest;

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    CcSetLogHandleForFile(File, &Log, FlushToLsn);
    Pages = 0;
    FlushedTo = 0;
    Oldest = CcGetDirtyPages(&Log, Tell, &Pages, &CcFile);
    CHECK_EQ(Oldest.QuadPart, 0);
    CHECK_EQ(Pages, 0);
    MakeDirty(File, PAGE_SIZE, 500);
    MakeDirty(File, PAGE_SIZE, 700);
    Oldest = CcGetDirtyPages(&OtherLog, Tell, &Pages, &CcFile);
    CHECK_EQ(Oldest.QuadPart, 0);
    CHECK_EQ(Pages, 0);
    Oldest = CcGetDirtyPages(&Log, Tell, &Pages, &CcFile);
    CHECK_EQ(Oldest.QuadPart, 500);
    CHECK_EQ(Pages, 1);
    CHECK_EQ(OffsetSeen, PAGE_SIZE);
    CHECK_EQ(OldestSeen, 500);
    CHECK_EQ(NewestSeen, 700);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK_EQ(FlushedTo, 700);
    CHECK_PTR(FlushedLog, &Log);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, 8, 0x81));
    Pages = 0;
    Oldest = CcGetDirtyPages(&Log, Tell, &Pages, &CcFile);
    CHECK_EQ(Oldest.QuadPart, 0);
    CHECK_EQ(Pages, 0);
    CcTestClose(File);
}

TEST(CcGetLsnForFileObject, KnowsTheNumbers)
{
    static ULONG Log;
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER(NTAPI * Get)
    (PFILE_OBJECT, PLARGE_INTEGER) = KtestExport(L"CcGetLsnForFileObject");
    LARGE_INTEGER Oldest = CcTestOffset(77);

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    CcSetLogHandleForFile(File, &Log, FlushToLsn);
    MakeDirty(File, PAGE_SIZE, 300);
    MakeDirty(File, 2 * PAGE_SIZE, 400);
    CHECK_EQ(Get(File, &Oldest).QuadPart, 400);
    CHECK_EQ(Oldest.QuadPart, 300);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CcTestClose(File);
}
