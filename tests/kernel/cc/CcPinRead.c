/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcPinRead, CcPreparePinWrite, CcSetDirtyPinnedData, CcUnpinData, CcUnpinDataForThread,
 * CcSetBcbOwnerPointer - bytes of a file that are changed in memory.
 */
#include "cc_test.h"

TEST(CcPinRead, ChangesTheFile)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE + 16);
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, PAGE_SIZE, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CHECK(CcTestIsPattern(Bytes, PAGE_SIZE + 16, PAGE_SIZE));
        CHECK(((PPUBLIC_BCB)Bcb)->MappedFileOffset.QuadPart <= Offset.QuadPart);
        CHECK(((PPUBLIC_BCB)Bcb)->MappedFileOffset.QuadPart +
                  ((PPUBLIC_BCB)Bcb)->MappedLength >=
              Offset.QuadPart + PAGE_SIZE);
        RtlFillMemory(Bytes, PAGE_SIZE, 0x19);
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 16));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 16, PAGE_SIZE, 0x19));
    CcTestClose(File);
}

TEST(CcPinRead, WithoutWaitIsForWhatIsThere)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    UCHAR Byte;
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    CHECK(!CcPinRead(File, &Offset, 100, 0, &Bcb, &Bytes));
    CHECK(!CcPinRead(File, &Offset, 100, PIN_WAIT | PIN_NO_READ, &Bcb, &Bytes));
    CHECK_EQ(CcFile.Reads, 0);
    CHECK(!CcPinRead(File, &Offset, 100, PIN_WAIT | PIN_IF_BCB, &Bcb, &Bytes));
    CHECK_STATUS(CcTestRead(File, 0, 1, &Byte), STATUS_SUCCESS);
    if (CHECK(CcPinRead(File, &Offset, 100, PIN_WAIT, &Bcb, &Bytes))) {
        PVOID Again;

        if (CHECK(CcPinRead(File, &Offset, 100, PIN_WAIT | PIN_IF_BCB, &Again, &Bytes)))
            CcUnpinData(Again);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
    CcTestClose(File);
}

TEST(CcPinRead, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    volatile NTSTATUS Status = STATUS_SUCCESS;
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    KeEnterCriticalRegion();
    __try {
        if (CcPinRead(File, &Offset, 100, PIN_WAIT, &Bcb, &Bytes))
            CcUnpinData(Bcb);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    KeLeaveCriticalRegion();
    CHECK_STATUS(Status, STATUS_DEVICE_DATA_ERROR);
    CcTestClose(File);
}

/* ---- two threads ----------------------------------------------------------------------------- */

static BOOLEAN PinnedWithoutWait;
static UCHAR Seen;

static VOID NTAPI PinToo(PVOID Context)
{
    LARGE_INTEGER Offset = CcTestOffset(0);
    PVOID Bcb, Bytes;

    KeEnterCriticalRegion();
    PinnedWithoutWait = CcPinRead(Context, &Offset, 8, 0, &Bcb, &Bytes);
    if (PinnedWithoutWait)
        CcUnpinData(Bcb);
    KeSetEvent(CcFile.ReadStarted, IO_NO_INCREMENT, FALSE);
    if (CcPinRead(Context, &Offset, 8, PIN_WAIT, &Bcb, &Bytes)) {
        Seen = *(PUCHAR)Bytes;
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(CcPinRead, ExclusivelyKeepsOthersOut)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    KEVENT Tried, GoOn;
    PVOID Bcb, Bytes, Thread;

    if (File == NULL)
        return;
    KeInitializeEvent(&Tried, NotificationEvent, FALSE);
    KeInitializeEvent(&GoOn, NotificationEvent, TRUE);
    CcFile.ReadGoOn = &GoOn;
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CcFile.ReadStarted = &Tried;
        Thread = KtestStartThread(PinToo, File);
        CHECK_STATUS(KtestWait(&Tried), STATUS_SUCCESS);
        *(PUCHAR)Bytes = 0x99;
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
        KtestJoinThread(Thread);
        CHECK(!PinnedWithoutWait);
        CHECK_EQ(Seen, 0x99);
    }
    KeLeaveCriticalRegion();
    CcFile.ReadStarted = NULL;
    CcTestClose(File);
}

static VOID NTAPI UnpinForOwner(PVOID Context)
{
    KeEnterCriticalRegion();
    CcUnpinDataForThread(Context, (ERESOURCE_THREAD)((ULONG_PTR)&CcFile | 3));
    KeLeaveCriticalRegion();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(CcSetBcbOwnerPointer, LetsAnotherThreadUnpin)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CcSetBcbOwnerPointer(Bcb, (PVOID)((ULONG_PTR)&CcFile | 3));
        KtestJoinThread(KtestStartThread(UnpinForOwner, Bcb));
        if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes)))
            CcUnpinDataForThread(Bcb, ExGetCurrentResourceThread());
    }
    KeLeaveCriticalRegion();
    CcTestClose(File);
}

TEST(CcPreparePinWrite, ReadsNothingThatIsWritten)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    if (CHECK(CcPreparePinWrite(
            File, &Offset, 2 * PAGE_SIZE, TRUE, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CHECK(CcTestIsFilled(Bytes, 2 * PAGE_SIZE, 0));
        RtlFillMemory(Bytes, PAGE_SIZE, 0x29);
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
    CHECK_EQ(CcFile.Reads, 0);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 0x29));
    CHECK(CcTestIsFilled(CcFile.Data + 2 * PAGE_SIZE, PAGE_SIZE, 0));
    CHECK(CcTestIsPattern(CcFile.Data + 3 * PAGE_SIZE, 3 * PAGE_SIZE, PAGE_SIZE));
    CcTestClose(File);
}
