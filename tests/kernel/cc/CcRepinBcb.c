/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcRepinBcb, CcUnpinRepinnedBcb, CcRemapBcb, CcGetFileObjectFromBcb - references to BCBs.
 */
#include "cc_test.h"

TEST(CcRepinBcb, KeepsWhatIsUnpinned)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 1};
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CcRepinBcb(Bcb);
        RtlFillMemory(Bytes, 8, 0x61);
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
        CHECK(CcTestIsFilled(Bytes, 8, 0x61));
        CHECK_PTR(CcGetFileObjectFromBcb(Bcb), File);
        CcUnpinRepinnedBcb(Bcb, TRUE, &Io);
        CHECK_STATUS(Io.Status, STATUS_SUCCESS);
        CHECK(CcTestIsFilled(CcFile.Data, 8, 0x61));
    }
    KeLeaveCriticalRegion();
    CcTestClose(File);
}

TEST(CcUnpinRepinnedBcb, SaysWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 1};
    PVOID Bcb, Bytes;

    if (File == NULL)
        return;
    CcSetAdditionalCacheAttributes(File, TRUE, TRUE);
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT, &Bcb, &Bytes))) {
        CcRepinBcb(Bcb);
        CcUnpinData(Bcb);
        CcUnpinRepinnedBcb(Bcb, FALSE, &Io);
        CHECK_STATUS(Io.Status, STATUS_SUCCESS);
        CHECK_EQ(CcFile.Writes, 0);
    }
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT | PIN_EXCLUSIVE, &Bcb, &Bytes))) {
        CcRepinBcb(Bcb);
        RtlFillMemory(Bytes, 8, 0x62);
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
        CcFile.WriteStatus = STATUS_DISK_FULL;
        CcUnpinRepinnedBcb(Bcb, TRUE, &Io);
        CHECK_STATUS(Io.Status, STATUS_DISK_FULL);
        CcFile.WriteStatus = STATUS_SUCCESS;
    }
    KeLeaveCriticalRegion();
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsFilled(CcFile.Data, 8, 0x62));
    CcTestClose(File);
}

TEST(CcRemapBcb, MapsOnceMore)
{
    PFILE_OBJECT File = CcTestOpenCached(PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    PVOID Bcb, Bytes, Remapped;

    if (File == NULL)
        return;
    KeEnterCriticalRegion();
    if (CHECK(CcPinRead(File, &Offset, 8, PIN_WAIT, &Bcb, &Bytes))) {
        Remapped = CcRemapBcb(Bcb);
        CHECK(Remapped != NULL);
        CcUnpinData(Bcb);
        CHECK(CcTestIsPattern(Bytes, 0, 8));
        CcUnpinData(Remapped);
    }
    KeLeaveCriticalRegion();
    CcTestClose(File);
}
