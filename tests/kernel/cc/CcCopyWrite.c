/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcCopyWrite, CcCopyWriteEx, CcFastCopyWrite - writing through the cache.
 */
#include "cc_test.h"

static UCHAR Buffer[VACB_MAPPING_GRANULARITY + 4 * PAGE_SIZE];

TEST(CcCopyWrite, ChangesTheCacheAndThenTheFile)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, sizeof(Buffer), 0x5A);
    CHECK_STATUS(CcTestWrite(File, PAGE_SIZE + 3, 100, Buffer), STATUS_SUCCESS);
    CHECK_STATUS(CcTestRead(File, PAGE_SIZE, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, PAGE_SIZE, 3));
    CHECK(CcTestIsFilled(Buffer + 3, 100, 0x5A));
    CHECK(CcTestIsPattern(Buffer + 103, PAGE_SIZE + 103, PAGE_SIZE - 103));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 3, 100, 0x5A));
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE + 103, PAGE_SIZE + 103, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcCopyWrite, CrossesViews)
{
    const ULONG Bytes = VACB_MAPPING_GRANULARITY + 2 * PAGE_SIZE;
    PFILE_OBJECT File = CcTestOpenCached(CC_ROOM);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, sizeof(Buffer), 0x11);
    CHECK_STATUS(CcTestWrite(File, PAGE_SIZE + 7, Bytes, Buffer), STATUS_SUCCESS);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE + 7));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 7, Bytes, 0x11));
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE + 7 + Bytes, PAGE_SIZE + 7 + Bytes, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcCopyWrite, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    CHECK_STATUS(CcTestWrite(File, 10, 10, Buffer), STATUS_DEVICE_DATA_ERROR);
    CcFile.ReadStatus = STATUS_SUCCESS;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcCopyWrite, WithoutWaitReadsNothing)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(10);

    if (File == NULL)
        return;
    CHECK(!CcCopyWrite(File, &Offset, 10, FALSE, Buffer));
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    RtlFillMemory(Buffer, 10, 0x77);
    CHECK(CcCopyWrite(File, &Offset, 10, FALSE, Buffer));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 10, 10, 0x77));
    CcTestClose(File);
}

TEST(CcCopyWrite, OfAWriteThroughFileObjectIsInTheFile)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    File->Flags |= FO_WRITE_THROUGH;
    RtlFillMemory(Buffer, PAGE_SIZE, 0x33);
    CHECK_STATUS(CcTestWrite(File, PAGE_SIZE, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 0x33));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE));
    File->Flags &= ~FO_WRITE_THROUGH;
    CcTestClose(File);
}

TEST(CcCopyWrite, BeyondValidDataReadsNothing)
{
    PFILE_OBJECT File = CcTestOpen(4 * PAGE_SIZE);
    LONG Reads;

    if (File == NULL)
        return;
    CcFile.Header.ValidDataLength.QuadPart = 0;
    CcTestCache(File, 0);
    RtlFillMemory(Buffer, PAGE_SIZE, 0x44);
    Reads = CcFile.Reads;
    CHECK_STATUS(CcTestWrite(File, 0, 100, Buffer), STATUS_SUCCESS);
    CHECK_EQ(CcFile.Reads, Reads);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, 100, 0x44));
    CHECK(CcTestIsFilled(CcFile.Data + 100, PAGE_SIZE - 100, 0));
    CcTestClose(File);
}

TEST(CcCopyWriteEx, IsTheSame)
{
    BOOLEAN(NTAPI * CopyWriteEx)
    (PFILE_OBJECT, PLARGE_INTEGER, ULONG, BOOLEAN, PVOID, PETHREAD) = KtestExport(
        L"CcCopyWriteEx");
    LARGE_INTEGER Offset = CcTestOffset(8);
    PFILE_OBJECT File;

    if (CopyWriteEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(PAGE_SIZE);
    if (File == NULL)
        return;
    RtlFillMemory(Buffer, 100, 0x66);
    CHECK(CopyWriteEx(File, &Offset, 100, TRUE, Buffer, PsGetCurrentThread()));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 8, 100, 0x66));
    CcTestClose(File);
}

TEST(CcFastCopyWrite, WritesBelow4GB)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, 100, 0x55);
    CcFastCopyWrite(File, PAGE_SIZE - 50, 100, Buffer);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE - 50, 100, 0x55));
    CcTestClose(File);
}

/* ---- two threads ----------------------------------------------------------------------------- */

#define ROUNDS 200

static VOID NTAPI WriteItsPage(PVOID Context)
{
    static UCHAR Bytes[PAGE_SIZE];
    PFILE_OBJECT File = Context;
    ULONG Round;

    for (Round = 0; Round < ROUNDS; Round++) {
        RtlFillMemory(Bytes, PAGE_SIZE, (UCHAR)Round);
        CcTestWrite(File, PAGE_SIZE, PAGE_SIZE, Bytes);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(CcCopyWrite, WhileAnotherThreadFlushes)
{
    PFILE_OBJECT File = CcTestOpenCached(3 * PAGE_SIZE);
    PVOID Thread;
    ULONG Round;

    if (File == NULL)
        return;
    Thread = KtestStartThread(WriteItsPage, File);
    for (Round = 0; Round < ROUNDS; Round++) {
        RtlFillMemory(Buffer, PAGE_SIZE, (UCHAR)Round);
        CHECK_STATUS(CcTestWrite(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
        CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
        CHECK(CcTestIsFilled(CcFile.Data, PAGE_SIZE, (UCHAR)Round));
    }
    KtestJoinThread(Thread);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, PAGE_SIZE, (UCHAR)(ROUNDS - 1)));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PAGE_SIZE));
    CcTestClose(File);
}
