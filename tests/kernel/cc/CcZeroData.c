/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcZeroData - zeros, in the cache and in a file that is not cached.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];

TEST(CcZeroData, OfACachedFileIsInTheCache)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Start = CcTestOffset(100), End = CcTestOffset(2 * PAGE_SIZE + 100);

    if (File == NULL)
        return;
    CHECK(CcZeroData(File, &Start, &End, TRUE));
    CHECK_STATUS(CcTestRead(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, 100));
    CHECK(CcTestIsFilled(Buffer + 100, 2 * PAGE_SIZE, 0));
    CHECK(CcTestIsPattern(Buffer + 2 * PAGE_SIZE + 100, 2 * PAGE_SIZE + 100, PAGE_SIZE));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 100, 2 * PAGE_SIZE, 0));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE + 100, 2 * PAGE_SIZE + 100, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcZeroData, OfAnotherIsInTheFile)
{
    PFILE_OBJECT File = CcTestOpen(4 * PAGE_SIZE);
    LARGE_INTEGER Start = CcTestOffset(PAGE_SIZE), End = CcTestOffset(3 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(CcZeroData(File, &Start, &End, TRUE));
    CHECK(CcFile.Writes > 0);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, 2 * PAGE_SIZE, 0));
    CHECK(CcTestIsPattern(CcFile.Data + 3 * PAGE_SIZE, 3 * PAGE_SIZE, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcZeroData, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Start = CcTestOffset(100), End = CcTestOffset(200);
    volatile NTSTATUS Status = STATUS_SUCCESS;

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    __try {
        CcZeroData(File, &Start, &End, TRUE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_DEVICE_DATA_ERROR);
    CcTestClose(File);
}
