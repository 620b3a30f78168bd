/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcCopyRead, CcCopyReadEx, CcFastCopyRead - reading through the cache.
 */
#include "cc_test.h"

static UCHAR Buffer[2 * VACB_MAPPING_GRANULARITY];

TEST(CcCopyRead, ReadsOnce)
{
    PFILE_OBJECT File = CcTestOpenCached(10 * PAGE_SIZE);
    LONG Reads;

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, 0, 3 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, 3 * PAGE_SIZE));
    Reads = CcFile.Reads;
    CHECK(Reads > 0);
    RtlZeroMemory(Buffer, PAGE_SIZE);
    CHECK_STATUS(CcTestRead(File, 100, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 100, PAGE_SIZE));
    CHECK_EQ(CcFile.Reads, Reads);
    CcTestClose(File);
}

TEST(CcCopyRead, CrossesViews)
{
    const ULONG Bytes = VACB_MAPPING_GRANULARITY + 2 * PAGE_SIZE;
    PFILE_OBJECT File = CcTestOpenCached(CC_ROOM);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, PAGE_SIZE + 5, Bytes, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, PAGE_SIZE + 5, Bytes));
    CcTestClose(File);
}

TEST(CcCopyRead, ReadsUpToTheEnd)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE + 10);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, PAGE_SIZE - 10, 20, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, PAGE_SIZE - 10, 20));
    CcTestClose(File);
}

TEST(CcCopyRead, WithoutWaitIsForWhatIsThere)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    IO_STATUS_BLOCK Io;

    if (File == NULL)
        return;
    CHECK(!CcCopyRead(File, &Offset, PAGE_SIZE, FALSE, Buffer, &Io));
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    RtlZeroMemory(Buffer, PAGE_SIZE);
    CHECK(CcCopyRead(File, &Offset, PAGE_SIZE, FALSE, Buffer, &Io));
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, PAGE_SIZE);
    CHECK(CcTestIsPattern(Buffer, 0, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcCopyRead, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_DEVICE_DATA_ERROR);
    CcFile.ReadStatus = STATUS_SUCCESS;
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, PAGE_SIZE));
    CcTestClose(File);
}

/* More than there is room for in the cache: what is clean makes room. */
TEST(CcCopyRead, GoesThroughALargeFile)
{
    const ULONG Views = 1200;
    PFILE_OBJECT File = CcTestOpenCached(1200u * VACB_MAPPING_GRANULARITY);
    ULONG View;

    if (File == NULL)
        return;
    for (View = 0; View < Views; View++) {
        const LONGLONG Offset = (LONGLONG)View * VACB_MAPPING_GRANULARITY + View % PAGE_SIZE;

        if (!CHECK_STATUS(CcTestRead(File, Offset, 8, Buffer), STATUS_SUCCESS) ||
            !CHECK(CcTestIsPattern(Buffer, Offset, 8)))
            break;
    }
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcCopyReadEx, IsTheSame)
{
    BOOLEAN(NTAPI * CopyReadEx)
    (PFILE_OBJECT, PLARGE_INTEGER, ULONG, BOOLEAN, PVOID, PIO_STATUS_BLOCK, PETHREAD) = KtestExport(
        L"CcCopyReadEx");
    LARGE_INTEGER Offset = CcTestOffset(8);
    IO_STATUS_BLOCK Io;
    PFILE_OBJECT File;

    if (CopyReadEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(PAGE_SIZE);
    if (File == NULL)
        return;
    CHECK(CopyReadEx(File, &Offset, 100, TRUE, Buffer, &Io, PsGetCurrentThread()));
    CHECK_EQ(Io.Information, 100);
    CHECK(CcTestIsPattern(Buffer, 8, 100));
    CcTestClose(File);
}

TEST(CcFastCopyRead, ReadsBelow4GB)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);
    IO_STATUS_BLOCK Io;

    if (File == NULL)
        return;
    CcFastCopyRead(File, 50, PAGE_SIZE, 2, Buffer, &Io);
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, PAGE_SIZE);
    CHECK(CcTestIsPattern(Buffer, 50, PAGE_SIZE));
    CcTestClose(File);
}

/* ---- two threads ----------------------------------------------------------------------------- */

static UCHAR Other[PAGE_SIZE];
static NTSTATUS OtherStatus;

static VOID NTAPI ReadToo(PVOID Context)
{
    OtherStatus = CcTestRead(Context, 0, PAGE_SIZE, Other);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(CcCopyRead, WaitsForAnotherThatReads)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    KEVENT Started, GoOn;
    IO_STATUS_BLOCK Io;
    PVOID Thread;

    if (File == NULL)
        return;
    KeInitializeEvent(&Started, NotificationEvent, FALSE);
    KeInitializeEvent(&GoOn, NotificationEvent, FALSE);
    CcFile.ReadGoOn = &GoOn;
    CcFile.ReadStarted = &Started;
    Thread = KtestStartThread(ReadToo, File);
    CHECK_STATUS(KtestWait(&Started), STATUS_SUCCESS);
    CHECK(!CcCopyRead(File, &Offset, PAGE_SIZE, FALSE, Buffer, &Io));
    KeSetEvent(&GoOn, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, PAGE_SIZE));
    KtestJoinThread(Thread);
    CHECK_STATUS(OtherStatus, STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Other, 0, PAGE_SIZE));
    CHECK_EQ(CcFile.Reads, 1);
    CcFile.ReadStarted = NULL;
    CcTestClose(File);
}
