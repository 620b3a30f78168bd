/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlCopyWrite - fast writes to a cached file.
 */
#include "cc_test.h"

static UCHAR Buffer[0x11000];

static BOOLEAN Write(PFILE_OBJECT File, LONGLONG At, ULONG Length, BOOLEAN Wait, UCHAR With)
{
    LARGE_INTEGER Offset = CcTestOffset(At);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};

    RtlFillMemory(Buffer, Length, With);
    if (!FsRtlCopyWrite(File, &Offset, Length, Wait, 0, Buffer, &Io, CcDevice))
        return FALSE;
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, Length);
    return TRUE;
}

TEST(FsRtlCopyWrite, Writes)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(Write(File, 10, 100, TRUE, 0x12));
    CHECK_EQ(File->CurrentByteOffset.QuadPart, 110);
    CHECK((File->Flags & FO_FILE_MODIFIED) != 0);
    CHECK(Write(File, 0, 0, TRUE, 0));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 10, 100, 0x12));
    CHECK(CcTestIsPattern(CcFile.Data + 110, 110, PAGE_SIZE));
    CcTestClose(File);
}

TEST(FsRtlCopyWrite, Extends)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(Write(File, PAGE_SIZE + 50, 100, TRUE, 0x13));
    CHECK_EQ(CcFile.Header.FileSize.QuadPart, PAGE_SIZE + 150);
    CHECK_EQ(CcFile.Header.ValidDataLength.QuadPart, PAGE_SIZE + 150);
    CHECK_EQ(CcGetFileSizePointer(File)->QuadPart, PAGE_SIZE + 150);
    CHECK((File->Flags & FO_FILE_SIZE_CHANGED) != 0);
    CHECK(Write(File, -1, 10, TRUE, 0x14));
    CHECK_EQ(CcFile.Header.FileSize.QuadPart, PAGE_SIZE + 160);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, 50, 0));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 50, 100, 0x13));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 150, 10, 0x14));
    CcTestClose(File);
}

TEST(FsRtlCopyWrite, LeavesOtherThingsToRequests)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(!Write(File, 0, 10, TRUE, 0x15));
    CcTestCache(File, PAGE_SIZE);
    CHECK(!Write(File, 0, 0x10001, TRUE, 0x15));
    CHECK(!Write(File, 0, 10, FALSE, 0x15));
    CHECK(!Write(File, CC_ROOM - 5, 10, TRUE, 0x15));
    CHECK(!Write(File, PAGE_SIZE + 0x2000, 10, TRUE, 0x15));
    CcFile.Header.IsFastIoPossible = FastIoIsNotPossible;
    CHECK(!Write(File, 0, 10, TRUE, 0x15));
    CcFile.Header.IsFastIoPossible = FastIoIsPossible;
    File->Flags |= FO_WRITE_THROUGH;
    CHECK(!Write(File, 0, 10, TRUE, 0x15));
    File->Flags &= ~FO_WRITE_THROUGH;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    CHECK(!Write(File, 10, 10, TRUE, 0x15));
    CcFile.ReadStatus = STATUS_SUCCESS;
    CHECK_EQ(CcFile.Header.FileSize.QuadPart, PAGE_SIZE);
    CHECK_EQ(CcFile.Header.ValidDataLength.QuadPart, PAGE_SIZE);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CcTestClose(File);
}
