/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcCanIWrite, CcDeferWrite, CcCopyWriteWontFlush, CcSetDirtyPageThreshold - how much may be dirty.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];
static KEVENT Posted;
static PVOID PostedContext[2];

static VOID NTAPI Post(PVOID Context1, PVOID Context2)
{
    PostedContext[0] = Context1;
    PostedContext[1] = Context2;
    KeSetEvent(&Posted, IO_NO_INCREMENT, FALSE);
}

TEST(CcCanIWrite, ALittle)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    CHECK(CcCanIWrite(File, PAGE_SIZE, FALSE, FALSE));
    CHECK(CcCanIWrite(File, PAGE_SIZE, TRUE, FALSE));
    CcTestClose(File);
}

TEST(CcDeferWrite, PostsWhatMayBeWritten)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);

    if (File == NULL)
        return;
    KeInitializeEvent(&Posted, SynchronizationEvent, FALSE);
    CcDeferWrite(File, Post, &Buffer, &Posted, PAGE_SIZE, FALSE);
    CHECK_STATUS(KtestWait(&Posted), STATUS_SUCCESS);
    CHECK_PTR(PostedContext[0], &Buffer);
    CHECK_PTR(PostedContext[1], &Posted);
    CcTestClose(File);
}

TEST(CcSetDirtyPageThreshold, HoldsWritesBack)
{
    PFILE_OBJECT File = CcTestOpenCached(CC_ROOM);

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    CcFile.Header.Flags |= FSRTL_FLAG_LIMIT_MODIFIED_PAGES;
    CcSetDirtyPageThreshold(File, 2);
    CHECK_STATUS(CcTestWrite(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(!CcCanIWrite(File, 4 * PAGE_SIZE, FALSE, FALSE));
    KeInitializeEvent(&Posted, SynchronizationEvent, FALSE);
    CcDeferWrite(File, Post, &Buffer, &Posted, 4 * PAGE_SIZE, FALSE);
    CHECK_STATUS(KtestPoll(&Posted), STATUS_TIMEOUT);
    CcSetAdditionalCacheAttributes(File, TRUE, FALSE);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK_STATUS(KtestWait(&Posted), STATUS_SUCCESS);
    CHECK(CcCanIWrite(File, 4 * PAGE_SIZE, TRUE, FALSE));
    CcTestClose(File);
}

TEST(CcCopyWriteWontFlush, IsForSmallWrites)
{
    BOOLEAN(NTAPI * WontFlush)
    (PFILE_OBJECT, PLARGE_INTEGER, ULONG) = KtestExport(L"CcCopyWriteWontFlush");
    LARGE_INTEGER Offset = CcTestOffset(0);
    PFILE_OBJECT File;

    if (WontFlush == NULL) {
        skip("newer than this Windows");
        return;
    }
    File = CcTestOpenCached(4 * PAGE_SIZE);
    if (File == NULL)
        return;
    CHECK(WontFlush(File, &Offset, PAGE_SIZE));
    CHECK(WontFlush(File, &Offset, 0x10000));
    CHECK(!WontFlush(File, &Offset, 0x10001));
    CcTestClose(File);
}
