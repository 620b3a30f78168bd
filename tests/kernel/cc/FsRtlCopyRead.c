/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlCopyRead; CcFastReadWait, CcFastReadNotPossible, CcFastMdlReadWait, and the FsRtlIncrement…
 * that count them - fast reads of a cached file.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];

static BOOLEAN Read(PFILE_OBJECT File, LONGLONG At, ULONG Length, BOOLEAN Wait, PIO_STATUS_BLOCK Io)
{
    LARGE_INTEGER Offset = CcTestOffset(At);

    return FsRtlCopyRead(File, &Offset, Length, Wait, 0, Buffer, Io, CcDevice);
}

TEST(FsRtlCopyRead, ReadsUpToTheEnd)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE + 100);
    IO_STATUS_BLOCK Io;

    if (File == NULL)
        return;
    CHECK(Read(File, 50, 200, TRUE, &Io));
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, 200);
    CHECK(CcTestIsPattern(Buffer, 50, 200));
    CHECK_EQ(File->CurrentByteOffset.QuadPart, 250);
    CHECK((File->Flags & FO_FILE_FAST_IO_READ) != 0);
    CHECK(Read(File, PAGE_SIZE, 200, TRUE, &Io));
    CHECK_EQ(Io.Information, 100);
    CHECK(CcTestIsPattern(Buffer, PAGE_SIZE, 100));
    CHECK(Read(File, PAGE_SIZE + 100, 200, TRUE, &Io));
    CHECK_STATUS(Io.Status, STATUS_END_OF_FILE);
    CHECK_EQ(Io.Information, 0);
    CHECK(Read(File, 0, 0, TRUE, &Io));
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, 0);
    CcTestClose(File);
}

TEST(FsRtlCopyRead, LeavesOtherThingsToRequests)
{
    PFILE_OBJECT File = CcTestOpen(2 * PAGE_SIZE);
    IO_STATUS_BLOCK Io;

    if (File == NULL)
        return;
    CHECK(!Read(File, 0, 100, TRUE, &Io));
    CcTestCache(File, 2 * PAGE_SIZE);
    CHECK(!Read(File, 0, 100, FALSE, &Io));
    CcFile.Header.IsFastIoPossible = FastIoIsNotPossible;
    CHECK(!Read(File, 0, 100, TRUE, &Io));
    CcFile.Header.IsFastIoPossible = FastIoIsPossible;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    CHECK(!Read(File, 0, 100, TRUE, &Io));
    CcFile.ReadStatus = STATUS_SUCCESS;
    CHECK(Read(File, 0, 100, TRUE, &Io));
    CHECK(Read(File, 0, 100, FALSE, &Io));
    CcTestClose(File);
}

/* ---- what the file system is asked ----------------------------------------------------------- */

static BOOLEAN Possible, AskedForRead;
static ULONG Asked, AskedKey;

static BOOLEAN NTAPI Check(PFILE_OBJECT File, PLARGE_INTEGER Offset, ULONG Length, BOOLEAN Wait,
    ULONG LockKey, BOOLEAN ForRead, PIO_STATUS_BLOCK Io, PDEVICE_OBJECT Device)
{
    UNREFERENCED_PARAMETER(File);
    UNREFERENCED_PARAMETER(Offset);
    UNREFERENCED_PARAMETER(Length);
    UNREFERENCED_PARAMETER(Wait);
    UNREFERENCED_PARAMETER(Io);
    UNREFERENCED_PARAMETER(Device);
    Asked++;
    AskedKey = LockKey;
    AskedForRead = ForRead;
    return Possible;
}

TEST(FsRtlCopyRead, AsksWhatIsQuestionable)
{
    static FAST_IO_DISPATCH Fast;
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    IO_STATUS_BLOCK Io;

    if (File == NULL)
        return;
    Fast.SizeOfFastIoDispatch = sizeof(Fast);
    Fast.FastIoCheckIfPossible = Check;
    KtestDriverObject->FastIoDispatch = &Fast;
    CcFile.Header.IsFastIoPossible = FastIoIsQuestionable;
    Asked = 0;
    Possible = FALSE;
    CHECK(!FsRtlCopyRead(File, &Offset, 10, TRUE, 5, Buffer, &Io, CcDevice));
    CHECK_EQ(Asked, 1);
    CHECK_EQ(AskedKey, 5);
    CHECK(AskedForRead);
    Possible = TRUE;
    CHECK(FsRtlCopyRead(File, &Offset, 10, TRUE, 5, Buffer, &Io, CcDevice));
    CHECK(CcTestIsPattern(Buffer, 0, 10));
    CHECK(FsRtlCopyWrite(File, &Offset, 10, TRUE, 6, Buffer, &Io, CcDevice));
    CHECK_EQ(AskedKey, 6);
    CHECK(!AskedForRead);
    CcTestClose(File);
    KtestDriverObject->FastIoDispatch = NULL;
}

/* ---- two threads ----------------------------------------------------------------------------- */

static BOOLEAN WithoutWait;

static VOID NTAPI ReadWithoutWait(PVOID Context)
{
    IO_STATUS_BLOCK Io;

    WithoutWait = Read(Context, 0, 10, FALSE, &Io);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(FsRtlCopyRead, WithoutWaitDoesNotWaitForTheResource)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, 0, 10, Buffer), STATUS_SUCCESS);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&CcFile.Resource, TRUE);
    KtestJoinThread(KtestStartThread(ReadWithoutWait, File));
    CHECK(!WithoutWait);
    ExReleaseResourceLite(&CcFile.Resource);
    KeLeaveCriticalRegion();
    KtestJoinThread(KtestStartThread(ReadWithoutWait, File));
    CHECK(WithoutWait);
    CcTestClose(File);
}

/* ---- counters -------------------------------------------------------------------------------- */

static VOID Counts(const WCHAR *Increment, const WCHAR *Counter)
{
    VOID(NTAPI * Routine)
    (VOID) = KtestExport(Increment);
    volatile ULONG *Count = Counter != NULL ? KtestExport(Counter) : NULL;
    ULONG Before = Count != NULL ? *Count : 0;

    if (Routine == NULL)
        return;
    Routine();
    if (Count != NULL)
        CHECK(*Count - Before >= 1);
}

TEST(FsRtlIncrementCcFastReadWait, Counts)
{
    Counts(L"FsRtlIncrementCcFastReadWait", L"CcFastReadWait");
    Counts(L"FsRtlIncrementCcFastReadNotPossible", L"CcFastReadNotPossible");
    Counts(L"FsRtlIncrementCcFastMdlReadWait", L"CcFastMdlReadWait");
    Counts(L"FsRtlIncrementCcFastReadNoWait", NULL);
    Counts(L"FsRtlIncrementCcFastReadResourceMiss", NULL);
}
