/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcSetReadAheadGranularity, CcScheduleReadAhead, CcScheduleReadAheadEx,
 * CcSetAdditionalCacheAttributes - reading ahead.
 */
#include "cc_test.h"

static UCHAR Buffer[VACB_MAPPING_GRANULARITY];

TEST(CcScheduleReadAhead, ReadsWhatFollows)
{
    PFILE_OBJECT File = CcTestOpen(CC_ROOM);
    LARGE_INTEGER Offset = CcTestOffset(0);

    if (File == NULL)
        return;
    File->Flags |= FO_SEQUENTIAL_ONLY;
    CcTestCache(File, CC_ROOM);
    CcSetReadAheadGranularity(File, 0x10000);
    CHECK_STATUS(CcTestRead(File, 0, 2 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    Offset.QuadPart = 2 * PAGE_SIZE;
    CHECK_STATUS(CcTestRead(File, 2 * PAGE_SIZE, 2 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcScheduleReadAhead(File, &Offset, 2 * PAGE_SIZE);
    CHECK_STATUS(KtestWait(&CcFile.HasReadAhead), STATUS_SUCCESS);
    CHECK(CcFile.ReadAheads > 0);
    CHECK_STATUS(CcTestRead(File, 0x10000, 0x10000, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0x10000, 0x10000));
    File->Flags &= ~FO_SEQUENTIAL_ONLY;
    CcTestClose(File);
}

TEST(CcSetAdditionalCacheAttributes, TurnsItOff)
{
    PFILE_OBJECT File = CcTestOpen(CC_ROOM);
    LARGE_INTEGER Offset = CcTestOffset(0);

    if (File == NULL)
        return;
    CcTestCache(File, CC_ROOM);
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    for (; Offset.QuadPart < 16 * PAGE_SIZE; Offset.QuadPart += PAGE_SIZE) {
        CHECK_STATUS(CcTestRead(File, Offset.QuadPart, PAGE_SIZE, Buffer), STATUS_SUCCESS);
        CcScheduleReadAhead(File, &Offset, PAGE_SIZE);
    }
    CHECK_EQ(CcFile.ReadAheads, 0);
    CHECK_STATUS(CcTestWrite(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcWaitForCurrentLazyWriterActivity();
    CHECK_EQ(CcFile.LazyWrites, 0);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CcTestClose(File);
}

TEST(CcScheduleReadAheadEx, IsTheSame)
{
    VOID(NTAPI * ScheduleEx)
    (PFILE_OBJECT, PLARGE_INTEGER, ULONG, PETHREAD) = KtestExport(L"CcScheduleReadAheadEx");
    LARGE_INTEGER Offset = CcTestOffset(0);
    PFILE_OBJECT File;

    if (ScheduleEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(CC_ROOM);
    if (File == NULL)
        return;
    ScheduleEx(File, &Offset, PAGE_SIZE, PsGetCurrentThread());
    CHECK_EQ(CcFile.ReadAheads, 0);
    CcTestClose(File);
}
