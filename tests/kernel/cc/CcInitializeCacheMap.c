/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcInitializeCacheMap, CcUninitializeCacheMap, CcIsFileCached, CcGetFileObjectFromSectionPtrs,
 * CcGetFileObjectFromSectionPtrsRef - when a file is cached.
 */
#include "cc_test.h"

static UCHAR Buffer[2 * PAGE_SIZE];

TEST(CcInitializeCacheMap, MakesTheFileCached)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);
    PVOID Private;

    if (File == NULL)
        return;
    CHECK(!CcIsFileCached(File));
    CHECK(File->PrivateCacheMap == NULL);
    CHECK(CcGetFileObjectFromSectionPtrs(&CcFile.Pointers) == NULL);
    CcTestCache(File, PAGE_SIZE);
    CHECK(CcIsFileCached(File));
    CHECK(File->PrivateCacheMap != NULL);
    CHECK_EQ(CcGetFileSizePointer(File)->QuadPart, PAGE_SIZE);
    CHECK_PTR(CcGetFileObjectFromSectionPtrs(&CcFile.Pointers), File);
    Private = File->PrivateCacheMap;
    CcTestCache(File, PAGE_SIZE);
    CHECK_PTR(File->PrivateCacheMap, Private);
    CcTestUncache(File, NULL);
    CHECK(!CcIsFileCached(File));
    CHECK(File->PrivateCacheMap == NULL);
    CcTestClose(File);
}

TEST(CcInitializeCacheMap, IsSharedByFileObjects)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE), Other;
    LONG Reads;

    if (File == NULL)
        return;
    Other = CcTestOpenAgain();
    if (Other != NULL) {
        CHECK(CcIsFileCached(Other));
        CHECK(Other->PrivateCacheMap == NULL);
        CcTestCache(Other, PAGE_SIZE);
        CHECK(Other->PrivateCacheMap != NULL);
        CHECK_PTR(CcGetFileObjectFromSectionPtrs(&CcFile.Pointers), File);
        CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
        Reads = CcFile.Reads;
        CHECK_STATUS(CcTestRead(Other, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
        CHECK_EQ(CcFile.Reads, Reads);
        CcUninitializeCacheMap(Other, NULL, NULL);
        CHECK(Other->PrivateCacheMap == NULL);
        CHECK(CcIsFileCached(File));
        CcTestCloseAgain(Other);
    }
    CcTestClose(File);
}

TEST(CcUninitializeCacheMap, WritesWhatIsDirty)
{
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, PAGE_SIZE, 0xAB);
    CHECK_STATUS(CcTestWrite(File, 10, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcTestUncache(File, NULL);
    CHECK(CcFile.Writes > 0);
    CHECK(CcTestIsPattern(CcFile.Data, 0, 10));
    CHECK(CcTestIsFilled(CcFile.Data + 10, PAGE_SIZE, 0xAB));
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE + 10, PAGE_SIZE + 10, PAGE_SIZE - 10));
    CcTestClose(File);
}

TEST(CcUninitializeCacheMap, TruncatedDataIsNotWritten)
{
    LARGE_INTEGER Zero = CcTestOffset(0);
    PFILE_OBJECT File = CcTestOpenCached(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    RtlFillMemory(Buffer, PAGE_SIZE, 0xAB);
    CHECK_STATUS(CcTestWrite(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcTestUncache(File, &Zero);
    CHECK_EQ(CcFile.Writes, 0);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcUninitializeCacheMap, OfAFileThatIsNotCached)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(!CcUninitializeCacheMap(File, NULL, NULL));
    CcTestUncache(File, NULL);
    CcTestClose(File);
}

TEST(CcGetFileObjectFromSectionPtrsRef, References)
{
    PFILE_OBJECT(NTAPI * Get)
    (PSECTION_OBJECT_POINTERS) = KtestExport(L"CcGetFileObjectFromSectionPtrsRef");
    PFILE_OBJECT File, Again;

    if (Get == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpen(PAGE_SIZE);
    if (File == NULL)
        return;
    CHECK(Get(&CcFile.Pointers) == NULL);
    CcTestCache(File, PAGE_SIZE);
    Again = Get(&CcFile.Pointers);
    if (CHECK(Again == File))
        ObDereferenceObject(Again);
    CcTestClose(File);
}
