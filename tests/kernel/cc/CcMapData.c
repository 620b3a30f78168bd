/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcMapData, CcPinMappedData - bytes of a file in memory.
 */
#include "cc_test.h"

TEST(CcMapData, GivesTheBytes)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE + 9);
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    if (CHECK(CcMapData(File, &Offset, PAGE_SIZE, MAP_WAIT, &Bcb, &Bytes))) {
        CHECK(CcTestIsPattern(Bytes, PAGE_SIZE + 9, PAGE_SIZE));
        CHECK_EQ((ULONG_PTR)Bytes & (PAGE_SIZE - 1), 9);
        CcUnpinData(Bcb);
    }
    CcTestClose(File);
}

TEST(CcMapData, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    volatile NTSTATUS Status = STATUS_SUCCESS;
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    __try {
        if (CcMapData(File, &Offset, PAGE_SIZE, MAP_WAIT, &Bcb, &Bytes))
            CcUnpinData(Bcb);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_DEVICE_DATA_ERROR);
    CcTestClose(File);
}

TEST(CcMapData, SeesWhatIsWritten)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    UCHAR Bytes[4] = {1, 2, 3, 4};
    PVOID Bcb, Mapped;

    if (File == NULL)
        return;
    if (CHECK(CcMapData(File, &Offset, 64, MAP_WAIT, &Bcb, &Mapped))) {
        CHECK_STATUS(CcTestWrite(File, 10, sizeof(Bytes), Bytes), STATUS_SUCCESS);
        CHECK_EQ(RtlCompareMemory((PUCHAR)Mapped + 10, Bytes, sizeof(Bytes)), sizeof(Bytes));
        CcUnpinData(Bcb);
    }
    CcTestClose(File);
}

TEST(CcPinMappedData, PinsWhatIsMapped)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    if (CHECK(CcMapData(File, &Offset, 100, MAP_WAIT, &Bcb, &Bytes))) {
        CHECK(CcPinMappedData(File, &Offset, 100, PIN_WAIT, &Bcb));
        CHECK(CcPinMappedData(File, &Offset, 100, PIN_WAIT, &Bcb));
        RtlFillMemory(Bytes, 100, 0x17);
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, 100, 0x17));
    CHECK(CcTestIsPattern(CcFile.Data + PAGE_SIZE + 100, PAGE_SIZE + 100, PAGE_SIZE));
    CcTestClose(File);
}
