/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The life of a cached file, in which anything may fail for want of memory: tests/unit/cc has each
 * allocation fail. Whatever is raised is caught, and everything is undone.
 */
#include "../cc/cc_test.h"

static UCHAR Buffer[VACB_MAPPING_GRANULARITY + PAGE_SIZE];

static BOOLEAN Cache(PFILE_OBJECT File)
{
    volatile BOOLEAN Cached = FALSE;

    __try {
        CcTestCache(File, CC_ROOM);
        Cached = TRUE;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
    }
    return Cached;
}

/* What gives a BCB. */
typedef BOOLEAN GIVE(PFILE_OBJECT File, PLARGE_INTEGER Offset, PVOID *Bcb, PVOID *Bytes);

static BOOLEAN Map(PFILE_OBJECT File, PLARGE_INTEGER Offset, PVOID *Bcb, PVOID *Bytes)
{
    return CcMapData(File, Offset, 2 * PAGE_SIZE, MAP_WAIT, Bcb, Bytes);
}

static BOOLEAN Pin(PFILE_OBJECT File, PLARGE_INTEGER Offset, PVOID *Bcb, PVOID *Bytes)
{
    return CcPinRead(File, Offset, 2 * PAGE_SIZE, PIN_WAIT | PIN_EXCLUSIVE, Bcb, Bytes);
}

static BOOLEAN Prepare(PFILE_OBJECT File, PLARGE_INTEGER Offset, PVOID *Bcb, PVOID *Bytes)
{
    return CcPreparePinWrite(
        File, Offset, 2 * PAGE_SIZE, TRUE, PIN_WAIT | PIN_EXCLUSIVE, Bcb, Bytes);
}

static BOOLEAN PinMapped(PFILE_OBJECT File, PLARGE_INTEGER Offset, PVOID *Bcb, PVOID *Bytes)
{
    UNREFERENCED_PARAMETER(Bytes);
    return CcPinMappedData(File, Offset, PAGE_SIZE, PIN_WAIT, Bcb);
}

static BOOLEAN Try(GIVE *Give, PFILE_OBJECT File, PVOID *Bcb)
{
    LARGE_INTEGER Offset = CcTestOffset(0);
    volatile BOOLEAN Given = FALSE;
    PVOID Bytes;

    __try {
        Given = Give(File, &Offset, Bcb, &Bytes);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
    }
    return Given;
}

static VOID UsePins(PFILE_OBJECT File)
{
    PVOID Bcb;

    KeEnterCriticalRegion();
    if (Try(Pin, File, &Bcb)) {
        CcSetDirtyPinnedData(Bcb, NULL);
        CcUnpinData(Bcb);
    }
    if (Try(Prepare, File, &Bcb))
        CcUnpinData(Bcb);
    if (Try(Map, File, &Bcb)) {
        Try(PinMapped, File, &Bcb);
        CcUnpinData(Bcb);
    }
    KeLeaveCriticalRegion();
}

static VOID UseMdls(PFILE_OBJECT File)
{
    static PMDL Chain;
    LARGE_INTEGER Offset = CcTestOffset(VACB_MAPPING_GRANULARITY - PAGE_SIZE);
    IO_STATUS_BLOCK Io;

    Chain = NULL;
    __try {
        CcMdlRead(File, &Offset, 2 * PAGE_SIZE, &Chain, &Io);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
    }
    if (Chain != NULL)
        CcMdlReadComplete(File, Chain);
    Chain = NULL;
    __try {
        CcPrepareMdlWrite(File, &Offset, 2 * PAGE_SIZE, &Chain, &Io);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
    }
    if (Chain != NULL)
        CcMdlWriteComplete(File, &Offset, Chain);
    Chain = NULL;
    if (FsRtlPrepareMdlWriteDev(File, &Offset, 100, 0, &Chain, &Io, CcDevice))
        FsRtlMdlWriteCompleteDev(File, &Offset, Chain, CcDevice);
}

static VOID UseCopies(PFILE_OBJECT File)
{
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    IO_STATUS_BLOCK Io;

    CcTestRead(File, 0, PAGE_SIZE, Buffer);
    CcTestRead(File, PAGE_SIZE, PAGE_SIZE, Buffer);
    CcScheduleReadAhead(File, &Offset, PAGE_SIZE);
    CcTestWrite(File, 10, VACB_MAPPING_GRANULARITY, Buffer);
    FsRtlCopyRead(File, &Offset, 100, TRUE, 0, Buffer, &Io, CcDevice);
    FsRtlCopyWrite(File, &Offset, 100, TRUE, 0, Buffer, &Io, CcDevice);
}

TEST(CcInitializeCacheMap, LivesWithoutMemory)
{
    PFILE_OBJECT File = CcTestOpen(CC_ROOM);

    if (File == NULL)
        return;
    if (Cache(File)) {
        UseCopies(File);
        UsePins(File);
        CcTestFlush(0, 0);
        UseMdls(File);
        CcWaitForCurrentLazyWriterActivity();
        CcTestWrite(File, 10, 100, Buffer);
    }
    CcTestClose(File);
}
