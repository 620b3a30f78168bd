/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcPurgeCacheSection, CcCoherencyFlushAndPurgeCache - forgetting what is in the cache.
 */
#include "cc_test.h"

#ifndef UNINITIALIZE_CACHE_MAPS
#define UNINITIALIZE_CACHE_MAPS 1
#endif

static UCHAR Buffer[4 * PAGE_SIZE];

TEST(CcPurgeCacheSection, ForgetsWhatIsInTheCache)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CcFile.Data[5] ^= 0xFF;
    CHECK_STATUS(CcTestRead(File, 5, 1, Buffer), STATUS_SUCCESS);
    CHECK_EQ(Buffer[0], CcByte(5));
    CHECK(CcPurgeCacheSection(&CcFile.Pointers, NULL, 0, FALSE));
    CHECK(CcIsFileCached(File));
    CHECK_STATUS(CcTestRead(File, 5, 1, Buffer), STATUS_SUCCESS);
    CHECK_EQ(Buffer[0], (UCHAR)~CcByte(5));
    CcTestClose(File);
}

TEST(CcPurgeCacheSection, ForgetsARange)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(2 * PAGE_SIZE);

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    RtlFillMemory(Buffer, sizeof(Buffer), 0x31);
    CHECK_STATUS(CcTestWrite(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcPurgeCacheSection(&CcFile.Pointers, &Offset, 0, FALSE));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, 2 * PAGE_SIZE, 0x31));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcPurgeCacheSection, MayEndCaching)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK_STATUS(CcTestRead(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcPurgeCacheSection(&CcFile.Pointers, NULL, 0, UNINITIALIZE_CACHE_MAPS));
    CHECK(File->PrivateCacheMap == NULL);
    CcTestClose(File);
}

TEST(CcPurgeCacheSection, OfAFileThatIsNotCached)
{
    PFILE_OBJECT File = CcTestOpen(PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(CcPurgeCacheSection(&CcFile.Pointers, NULL, 0, FALSE));
    CcTestClose(File);
}

TEST(CcCoherencyFlushAndPurgeCache, WritesAndForgets)
{
    VOID(NTAPI * FlushAndPurge)
    (PSECTION_OBJECT_POINTERS, PLARGE_INTEGER, ULONG, PIO_STATUS_BLOCK, ULONG) = KtestExport(
        L"CcCoherencyFlushAndPurgeCache");
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PFILE_OBJECT File;

    if (FlushAndPurge == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(4 * PAGE_SIZE);
    if (File == NULL)
        return;
    RtlFillMemory(Buffer, PAGE_SIZE, 0x41);
    CHECK_STATUS(CcTestWrite(File, 0, PAGE_SIZE, Buffer), STATUS_SUCCESS);
    FlushAndPurge(&CcFile.Pointers, NULL, 0, &Io, 0);
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, PAGE_SIZE, 0x41));
    CcFile.Data[0] = 0x42;
    CHECK_STATUS(CcTestRead(File, 0, 1, Buffer), STATUS_SUCCESS);
    CHECK_EQ(Buffer[0], 0x42);
    CHECK_STATUS(CcTestWrite(File, 1, 1, Buffer), STATUS_SUCCESS);
    CcFile.WriteStatus = STATUS_DISK_FULL;
    FlushAndPurge(&CcFile.Pointers, NULL, 0, &Io, 0);
    CHECK_STATUS(Io.Status, STATUS_DISK_FULL);
    CcFile.WriteStatus = STATUS_SUCCESS;
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CcTestClose(File);
}
