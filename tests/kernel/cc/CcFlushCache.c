/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcFlushCache, CcGetFlushedValidData, CcIsThereDirtyData, CcIsThereDirtyDataEx,
 * CcWaitForCurrentLazyWriterActivity - writing what is dirty.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];

TEST(CcFlushCache, WritesTheRange)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Flushed;

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    RtlFillMemory(Buffer, sizeof(Buffer), 0x91);
    CHECK_STATUS(CcTestWrite(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK_STATUS(CcTestFlush(PAGE_SIZE, PAGE_SIZE), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 0x91));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE));
    Flushed = CcGetFlushedValidData(&CcFile.Pointers, FALSE);
    CHECK(Flushed.QuadPart < 4 * PAGE_SIZE);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, 4 * PAGE_SIZE, 0x91));
    CcTestClose(File);
}

TEST(CcFlushCache, SaysWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    RtlFillMemory(Buffer, sizeof(Buffer), 0x92);
    CHECK_STATUS(CcTestWrite(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcFile.WriteStatus = STATUS_DISK_FULL;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_DISK_FULL);
    CcFile.WriteStatus = STATUS_SUCCESS;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, PAGE_SIZE, 0x92));
    CcTestClose(File);
}

TEST(CcFlushCache, OfAFileThatIsNotCached)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CcFlushCache(&CcFile.Pointers, NULL, 0, NULL);
    CHECK_EQ(CcFile.Writes, 0);
    CcTestClose(File);
}

TEST(CcWaitForCurrentLazyWriterActivity, WritesWhatIsDirty)
{
    PFILE_OBJECT File = CcTestOpen(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CcFile.Header.ValidDataLength.QuadPart = PAGE_SIZE;
    CcTestCache(File, PAGE_SIZE);
    RtlFillMemory(Buffer, sizeof(Buffer), 0x93);
    CHECK_STATUS(CcTestWrite(File, PAGE_SIZE, 2 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK_STATUS(CcWaitForCurrentLazyWriterActivity(), STATUS_SUCCESS);
    CHECK_STATUS(KtestWait(&CcFile.LazilyWritten), STATUS_SUCCESS);
    CHECK_STATUS(CcWaitForCurrentLazyWriterActivity(), STATUS_SUCCESS);
    CHECK(CcFile.LazyWrites > 0);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, 2 * PAGE_SIZE, 0x93));
    CHECK_EQ(CcFile.Advanced, 3 * PAGE_SIZE);
    CcTestClose(File);
}

TEST(CcIsThereDirtyData, KnowsTheVolumesFiles)
{
    BOOLEAN(NTAPI * IsThereEx)
    (PVPB, PULONG) = KtestExport(L"CcIsThereDirtyDataEx");
    PFILE_OBJECT File = CcTestOpen(4 * PAGE_SIZE);
    ULONG Pages = 77;
    VPB Volume;

    if (File == NULL)
        return;
    RtlZeroMemory(&Volume, sizeof(Volume));
    CcTestCache(File, 4 * PAGE_SIZE);
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    CHECK(!CcIsThereDirtyData(&Volume));
    CHECK_STATUS(CcTestWrite(File, 0, 2 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(!CcIsThereDirtyData(&Volume));
    CHECK(CcIsThereDirtyData(File->Vpb));
    if (IsThereEx != NULL) {
        CHECK(IsThereEx(File->Vpb, &Pages));
        CHECK(Pages >= 2);
        CHECK(!IsThereEx(&Volume, &Pages));
        CHECK_EQ(Pages, 0);
    }
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CcTestClose(File);
}
