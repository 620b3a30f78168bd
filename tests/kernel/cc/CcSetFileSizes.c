/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcSetFileSizes, CcSetFileSizesEx - files that become longer and shorter while they are cached.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];

static VOID SetSize(PFILE_OBJECT File, LONGLONG Size)
{
    CC_FILE_SIZES Sizes;

    CcFile.Header.FileSize.QuadPart = Size;
    if (CcFile.Header.ValidDataLength.QuadPart > Size)
        CcFile.Header.ValidDataLength.QuadPart = Size;
    Sizes.AllocationSize = CcFile.Header.AllocationSize;
    Sizes.FileSize = CcFile.Header.FileSize;
    Sizes.ValidDataLength = CcFile.Header.ValidDataLength;
    CcSetFileSizes(File, &Sizes);
}

TEST(CcSetFileSizes, Extends)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);

    if (File == NULL)
        return;
    SetSize(File, 3 * PAGE_SIZE);
    CHECK_EQ(CcGetFileSizePointer(File)->QuadPart, 3 * PAGE_SIZE);
    RtlFillMemory(Buffer, PAGE_SIZE, 0x21);
    CHECK_STATUS(CcTestWrite(File, 2 * PAGE_SIZE, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + 2 * PAGE_SIZE, PAGE_SIZE, 0x21));
    CcTestClose(File);
}

TEST(CcSetFileSizes, TruncatesWhatIsCached)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, sizeof(Buffer), 0x21);
    CHECK_STATUS(CcTestWrite(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    SetSize(File, PAGE_SIZE);
    CHECK_EQ(CcGetFileSizePointer(File)->QuadPart, PAGE_SIZE);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, PAGE_SIZE, 0x21));
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 3 * PAGE_SIZE));
    SetSize(File, 4 * PAGE_SIZE);
    CHECK_STATUS(CcTestRead(File, PAGE_SIZE, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, PAGE_SIZE, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcSetFileSizes, OfAFileThatIsNotCached)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);

    if (File == NULL)
        return;
    SetSize(File, 2 * PAGE_SIZE);
    CHECK(!CcIsFileCached(File));
    CcTestClose(File);
}

TEST(CcSetFileSizesEx, Succeeds)
{
    NTSTATUS(NTAPI * SetEx)
    (PFILE_OBJECT, PCC_FILE_SIZES) = KtestExport(L"CcSetFileSizesEx");
    CC_FILE_SIZES Sizes;
    PFILE_OBJECT File;

    if (SetEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(PAGE_SIZE);
    if (File == NULL)
        return;
    CcFile.Header.FileSize.QuadPart = 2 * PAGE_SIZE;
    Sizes.AllocationSize = CcFile.Header.AllocationSize;
    Sizes.FileSize = CcFile.Header.FileSize;
    Sizes.ValidDataLength = CcFile.Header.ValidDataLength;
    CHECK_STATUS(SetEx(File, &Sizes), STATUS_SUCCESS);
    CHECK_EQ(CcGetFileSizePointer(File)->QuadPart, 2 * PAGE_SIZE);
    CcTestClose(File);
}
