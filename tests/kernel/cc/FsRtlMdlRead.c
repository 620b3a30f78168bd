/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlMdlRead, FsRtlMdlReadComplete, FsRtlMdlReadDev, FsRtlMdlReadCompleteDev,
 * FsRtlPrepareMdlWrite, FsRtlMdlWriteComplete, FsRtlPrepareMdlWriteDev, FsRtlMdlWriteCompleteDev -
 * fast I/O by MDLs.
 */
#include "cc_test.h"

NTKERNELAPI BOOLEAN NTAPI FsRtlMdlRead(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
    ULONG Length, ULONG LockKey, PMDL *MdlChain, PIO_STATUS_BLOCK IoStatus);
NTKERNELAPI BOOLEAN NTAPI FsRtlMdlReadComplete(PFILE_OBJECT FileObject, PMDL MdlChain);
NTKERNELAPI BOOLEAN NTAPI FsRtlPrepareMdlWrite(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
    ULONG Length, ULONG LockKey, PMDL *MdlChain, PIO_STATUS_BLOCK IoStatus);
NTKERNELAPI BOOLEAN NTAPI FsRtlMdlWriteComplete(
    PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, PMDL MdlChain);

static ULONG Calls;

static BOOLEAN NTAPI ReadIt(PFILE_OBJECT File, PLARGE_INTEGER Offset, ULONG Length, ULONG LockKey,
    PMDL *Chain, PIO_STATUS_BLOCK Io, PDEVICE_OBJECT Device)
{
    Calls++;
    return FsRtlMdlReadDev(File, Offset, Length, LockKey, Chain, Io, Device);
}

static BOOLEAN NTAPI ReadItComplete(PFILE_OBJECT File, PMDL Chain, PDEVICE_OBJECT Device)
{
    Calls++;
    return FsRtlMdlReadCompleteDev(File, Chain, Device);
}

static BOOLEAN NTAPI WriteIt(PFILE_OBJECT File, PLARGE_INTEGER Offset, ULONG Length,
    ULONG LockKey, PMDL *Chain, PIO_STATUS_BLOCK Io, PDEVICE_OBJECT Device)
{
    Calls++;
    return FsRtlPrepareMdlWriteDev(File, Offset, Length, LockKey, Chain, Io, Device);
}

static BOOLEAN NTAPI WriteItComplete(
    PFILE_OBJECT File, PLARGE_INTEGER Offset, PMDL Chain, PDEVICE_OBJECT Device)
{
    Calls++;
    return FsRtlMdlWriteCompleteDev(File, Offset, Chain, Device);
}

static VOID ReadAndComplete(PFILE_OBJECT File)
{
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PMDL Chain = NULL;

    if (!CHECK(FsRtlMdlRead(File, &Offset, 2 * PAGE_SIZE, 0, &Chain, &Io)))
        return;
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, PAGE_SIZE);
    if (CHECK(Chain != NULL)) {
        CHECK_EQ(MmGetMdlByteCount(Chain), PAGE_SIZE);
        CHECK(CcTestIsPattern(
            MmGetSystemAddressForMdlSafe(Chain, NormalPagePriority), PAGE_SIZE, PAGE_SIZE));
        CHECK(FsRtlMdlReadComplete(File, Chain));
    }
}

static VOID WriteAndComplete(PFILE_OBJECT File, LONGLONG At, UCHAR With)
{
    LARGE_INTEGER Offset = CcTestOffset(At);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PMDL Chain = NULL;

    if (!CHECK(FsRtlPrepareMdlWrite(File, &Offset, 100, 0, &Chain, &Io)))
        return;
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, 100);
    if (CHECK(Chain != NULL)) {
        RtlFillMemory(MmGetSystemAddressForMdlSafe(Chain, NormalPagePriority), 100, With);
        CHECK(FsRtlMdlWriteComplete(File, &Offset, Chain));
    }
}

TEST(FsRtlMdlRead, DescribesAndCompletes)
{
    static FAST_IO_DISPATCH Fast;
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    ReadAndComplete(File);
    Fast.SizeOfFastIoDispatch = sizeof(Fast);
    Fast.MdlRead = ReadIt;
    Fast.MdlReadComplete = ReadItComplete;
    Fast.PrepareMdlWrite = WriteIt;
    Fast.MdlWriteComplete = WriteItComplete;
    KtestDriverObject->FastIoDispatch = &Fast;
    Calls = 0;
    ReadAndComplete(File);
    CHECK_EQ(Calls, 2);
    WriteAndComplete(File, 50, 0x24);
    CHECK_EQ(Calls, 4);
    KtestDriverObject->FastIoDispatch = NULL;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 50, 100, 0x24));
    CcTestClose(File);
}

TEST(FsRtlMdlRead, LeavesOtherThingsToRequests)
{
    PFILE_OBJECT File = CcTestOpen(2 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(2 * PAGE_SIZE);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CHECK(!FsRtlMdlReadDev(File, &Offset, 10, 0, &Chain, &Io, CcDevice));
    CcTestCache(File, 2 * PAGE_SIZE);
    CHECK(FsRtlMdlReadDev(File, &Offset, 10, 0, &Chain, &Io, CcDevice));
    CHECK_STATUS(Io.Status, STATUS_END_OF_FILE);
    CHECK(FsRtlMdlReadDev(File, &Offset, 0, 0, &Chain, &Io, CcDevice));
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    Offset.QuadPart = 0;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    CHECK(!FsRtlMdlReadDev(File, &Offset, 10, 0, &Chain, &Io, CcDevice));
    CcFile.ReadStatus = STATUS_SUCCESS;
    CcFile.Header.IsFastIoPossible = FastIoIsNotPossible;
    CHECK(!FsRtlMdlReadDev(File, &Offset, 10, 0, &Chain, &Io, CcDevice));
    CHECK(!FsRtlPrepareMdlWriteDev(File, &Offset, 10, 0, &Chain, &Io, CcDevice));
    CHECK(Chain == NULL);
    CcTestClose(File);
}

TEST(FsRtlPrepareMdlWrite, Extends)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    WriteAndComplete(File, 2 * PAGE_SIZE, 0x25);
    CHECK_EQ(CcFile.Header.FileSize.QuadPart, 2 * PAGE_SIZE + 100);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, 2 * PAGE_SIZE));
    CHECK(CcTestIsFilled(CcFile.Data + 2 * PAGE_SIZE, 100, 0x25));
    CcTestClose(File);
}
