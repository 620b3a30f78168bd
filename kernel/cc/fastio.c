/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * FsRtlCopyRead and FsRtlCopyWrite, which file systems have as their fast I/O routines, and what
 * they share with the MDL routines (fastmdl.c). What cannot be done at once, or goes wrong, is left
 * to a request.
 */
#include "cc/fastio.h"

#define CCP_FAST_IS_NOT_POSSIBLE 0 /* FAST_IO_POSSIBLE */
#define CCP_FAST_IS_QUESTIONABLE 2
#define CCP_LARGEST_HOLE         0x2000 /* bytes a write may leave behind the file's data */

ULONG CcFastMdlReadWait, CcFastReadNotPossible, CcFastReadWait;
static ULONG CcpFastReadNoWait, CcpFastReadResourceMiss;

static void CcpCount(ULONG *Counter)
{
    __atomic_fetch_add(Counter, 1, __ATOMIC_RELAXED);
}

/*
 * FsRtlIncrementCcFastReadNotPossible, FsRtlIncrementCcFastReadWait,
 * FsRtlIncrementCcFastReadNoWait, FsRtlIncrementCcFastReadResourceMiss,
 * FsRtlIncrementCcFastMdlReadWait - count what a file system does itself as the routines here count
 * it.
 * IRQL: any. Source: DOC ntifs, the pages of these names; OBS tests/kernel/cc/FsRtlCopyRead.c
 */
void NTAPI FsRtlIncrementCcFastReadNotPossible(void)
{
    CcpCount(&CcFastReadNotPossible);
}

void NTAPI FsRtlIncrementCcFastReadWait(void)
{
    CcpCount(&CcFastReadWait);
}

void NTAPI FsRtlIncrementCcFastReadNoWait(void)
{
    CcpCount(&CcpFastReadNoWait);
}

void NTAPI FsRtlIncrementCcFastReadResourceMiss(void)
{
    CcpCount(&CcpFastReadResourceMiss);
}

void NTAPI FsRtlIncrementCcFastMdlReadWait(void)
{
    CcpCount(&CcFastMdlReadWait);
}

/* ---- what they share ------------------------------------------------------------------------- */

/* Asks the file system if the header says so. */
static BOOLEAN CcpIsPossible(
    const CCP_FAST *Fast, ULONG Length, BOOLEAN Wait, ULONG LockKey, BOOLEAN Read)
{
    LARGE_INTEGER Offset = {.QuadPart = Fast->Offset};
    if (Fast->File->PrivateCacheMap == NULL ||
        Fast->Header->IsFastIoPossible == CCP_FAST_IS_NOT_POSSIBLE)
        return FALSE;
    if (Fast->Header->IsFastIoPossible != CCP_FAST_IS_QUESTIONABLE)
        return TRUE;
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(Fast->File);
    const FAST_IO_DISPATCH *FastIo = Device->DriverObject->FastIoDispatch;
    return FastIo != NULL && FastIo->FastIoCheckIfPossible != NULL &&
           FastIo->FastIoCheckIfPossible(
               Fast->File, &Offset, Length, Wait, LockKey, Read, Fast->IoStatus, Device);
}

static BOOLEAN CcpEnter(CCP_FAST *Fast, BOOLEAN Exclusive, BOOLEAN Wait)
{
    KeEnterCriticalRegion();
    Fast->Header = Fast->File->FsContext;
    if (Exclusive ? ExAcquireResourceExclusiveLite(Fast->Header->Resource, Wait)
                  : ExAcquireResourceSharedLite(Fast->Header->Resource, Wait))
        return TRUE;
    KeLeaveCriticalRegion();
    return FALSE;
}

static void CcpLeave(const CCP_FAST *Fast)
{
    ExReleaseResourceLite(Fast->Header->Resource);
    KeLeaveCriticalRegion();
}

BOOLEAN CcpEnterFastRead(CCP_FAST *Fast, ULONG Length, BOOLEAN Wait, ULONG LockKey, BOOLEAN *Done)
{
    *Done = FALSE;
    if (Fast->Offset < 0 || Fast->Offset > MAXLONGLONG - (LONGLONG)Length)
        return FALSE;
    if (!CcpEnter(Fast, FALSE, Wait)) {
        CcpCount(&CcpFastReadResourceMiss);
        return FALSE;
    }
    if (!CcpIsPossible(Fast, Length, Wait, LockKey, TRUE)) {
        CcpCount(&CcFastReadNotPossible);
        CcpLeave(Fast);
        return FALSE;
    }
    Fast->End = Fast->Offset + Length;
    if (Fast->End > Fast->Header->FileSize.QuadPart)
        Fast->End = Fast->Header->FileSize.QuadPart;
    if (Fast->Offset >= Fast->End) {
        *Done = TRUE;
        *Fast->IoStatus =
            (IO_STATUS_BLOCK){.Status = Length != 0 ? STATUS_END_OF_FILE : STATUS_SUCCESS};
    } else {
        IoSetTopLevelIrp((IRP *)FSRTL_FAST_IO_TOP_LEVEL_IRP);
    }
    return TRUE;
}

void CcpLeaveFastRead(CCP_FAST *Fast, BOOLEAN Read)
{
    if (Read) {
        IoSetTopLevelIrp(NULL);
        Fast->File->Flags |= FO_FILE_FAST_IO_READ;
    }
    CcpLeave(Fast);
}

/* Sizes are changed under both resources. */
static void CcpSetSizes(const CCP_FAST *Fast, LONGLONG FileSize, LONGLONG ValidDataLength)
{
    ERESOURCE *Paging = Fast->Header->PagingIoResource;
    CCP_MAP *Map = Fast->File->SectionObjectPointer->SharedCacheMap;
    if (Paging != NULL)
        ExAcquireResourceExclusiveLite(Paging, TRUE);
    Fast->Header->FileSize.QuadPart = FileSize;
    Fast->Header->ValidDataLength.QuadPart = ValidDataLength;
    Map->FileSize.QuadPart = FileSize;
    if (Paging != NULL)
        ExReleaseResourceLite(Paging);
}

static BOOLEAN CcpIsInPlace(const CCP_FAST *Fast)
{
    const FSRTL_COMMON_FCB_HEADER *Header = Fast->Header;
    return Fast->Offset >= 0 && Fast->End >= Fast->Offset &&
           Fast->End <= Header->AllocationSize.QuadPart &&
           (Header->ValidDataLength.QuadPart > MAXLONGLONG - CCP_LARGEST_HOLE ||
               Fast->Offset < Header->ValidDataLength.QuadPart + CCP_LARGEST_HOLE);
}

/* The exclusive lock is for writes that change a size. */
static BOOLEAN CcpEnterForWrite(
    CCP_FAST *Fast, const LARGE_INTEGER *Offset, ULONG Length, BOOLEAN Wait)
{
    const FSRTL_COMMON_FCB_HEADER *Header = Fast->File->FsContext;
    const BOOLEAN AtEnd = Offset->QuadPart == -1;
    BOOLEAN Exclusive = AtEnd;
    for (;;) {
        if (!CcpEnter(Fast, Exclusive, Wait))
            return FALSE;
        Fast->Offset = AtEnd ? Header->FileSize.QuadPart : Offset->QuadPart;
        Fast->End = Fast->Offset <= MAXLONGLONG - (LONGLONG)Length ? Fast->Offset + Length : -1;
        if (Exclusive || Fast->End <= Header->ValidDataLength.QuadPart)
            return TRUE;
        CcpLeave(Fast);
        Exclusive = TRUE;
    }
}

BOOLEAN CcpEnterFastWrite(
    CCP_FAST *Fast, const LARGE_INTEGER *Offset, ULONG Length, BOOLEAN Wait, ULONG LockKey)
{
    if ((Fast->File->Flags & FO_WRITE_THROUGH) ||
        !CcCanIWrite(Fast->File, Length, Wait, FALSE) ||
        !CcpEnterForWrite(Fast, Offset, Length, Wait))
        return FALSE;
    if (!CcpIsInPlace(Fast) || !CcpIsPossible(Fast, Length, Wait, LockKey, FALSE)) {
        CcpLeave(Fast);
        return FALSE;
    }
    Fast->FileSize = Fast->Header->FileSize.QuadPart;
    Fast->ValidDataLength = Fast->Header->ValidDataLength.QuadPart;
    if (Fast->End > Fast->FileSize)
        CcpSetSizes(Fast, Fast->End, Fast->ValidDataLength);
    IoSetTopLevelIrp((IRP *)FSRTL_FAST_IO_TOP_LEVEL_IRP);
    return TRUE;
}

NTSTATUS CcpZeroBefore(const CCP_FAST *Fast, BOOLEAN Wait)
{
    return Fast->Offset > Fast->ValidDataLength
               ? CcpCopyWrite(Fast->File, Fast->ValidDataLength,
                     (ULONG)(Fast->Offset - Fast->ValidDataLength), Wait, NULL)
               : STATUS_SUCCESS;
}

void CcpLeaveFastWrite(CCP_FAST *Fast, BOOLEAN Written)
{
    IoSetTopLevelIrp(NULL);
    if (!Written) {
        if (Fast->End > Fast->FileSize)
            CcpSetSizes(Fast, Fast->FileSize, Fast->ValidDataLength);
        CcpLeave(Fast);
        return;
    }
    Fast->File->Flags |= FO_FILE_MODIFIED;
    if (Fast->End > Fast->FileSize)
        Fast->File->Flags |= FO_FILE_SIZE_CHANGED;
    if (Fast->End > Fast->ValidDataLength)
        CcpSetSizes(Fast, Fast->Header->FileSize.QuadPart, Fast->End);
    CcpLeave(Fast);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlCopyRead - a file system's FastIoRead, for a cached file with an FSRTL_COMMON_FCB_HEADER.
 *
 * Wait:    FALSE: only if its resource can be had at once, and everything is in the cache. LockKey:
 *          for FastIoCheckIfPossible, which is asked if IsFastIoPossible says so.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: IoStatus says: SUCCESS and how much, up to the end of the file; END_OF_FILE: it
 *          begins there. The file object's offset is moved. FALSE: a request has to be sent.
 * Source:  DOC ntifs/FsRtlCopyRead; OBS tests/kernel/cc/FsRtlCopyRead.c
 */
BOOLEAN NTAPI FsRtlCopyRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, ULONG LockKey, void *Buffer, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject)
{
    CCP_FAST Fast = {.File = FileObject, .Offset = FileOffset->QuadPart, .IoStatus = IoStatus};
    BOOLEAN Done;
    (void)DeviceObject;
    if (Length == 0) {
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
        return TRUE;
    }
    CcpCount(Wait ? &CcFastReadWait : &CcpFastReadNoWait);
    if (!CcpEnterFastRead(&Fast, Length, Wait, LockKey, &Done))
        return FALSE;
    NTSTATUS Status = STATUS_SUCCESS;
    if (!Done)
        Status = CcpCopyRead(FileObject, Fast.Offset, (ULONG)(Fast.End - Fast.Offset), Wait,
            Buffer, IoStatus);
    if (NT_SUCCESS(Status) && !Done)
        FileObject->CurrentByteOffset.QuadPart = Fast.End;
    CcpLeaveFastRead(&Fast, !Done);
    return NT_SUCCESS(Status);
}

/*
 * FsRtlCopyWrite - a file system's FastIoWrite, for a cached file with an FSRTL_COMMON_FCB_HEADER.
 *
 * FileOffset: -1: at the end. A write may make the file longer as far as it is allocated; then
 *          FileSize and ValidDataLength change, and what lies between becomes zeros. Others: as
 *          FsRtlCopyRead.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: IoStatus is SUCCESS and Length; the file object is FO_FILE_MODIFIED. FALSE: a
 *          request has to be sent: it goes too far, is too long, is to be written through, or
 *          cannot be done now, and the sizes are as they were.
 * Source:  DOC ntifs/FsRtlCopyWrite; INF how large a hole may be; OBS
 *          tests/kernel/cc/FsRtlCopyWrite.c
 */
BOOLEAN NTAPI FsRtlCopyWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, ULONG LockKey, void *Buffer, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject)
{
    CCP_FAST Fast = {.File = FileObject, .IoStatus = IoStatus};
    (void)DeviceObject;
    if (!CcCopyWriteWontFlush(FileObject, FileOffset, Length))
        return FALSE;
    if (Length == 0) {
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
        return TRUE;
    }
    if (!CcpEnterFastWrite(&Fast, FileOffset, Length, Wait, LockKey))
        return FALSE;
    NTSTATUS Status = CcpZeroBefore(&Fast, Wait);
    if (NT_SUCCESS(Status))
        Status = CcpCopyWrite(FileObject, Fast.Offset, Length, Wait, Buffer);
    if (NT_SUCCESS(Status)) {
        FileObject->CurrentByteOffset.QuadPart = Fast.End;
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS, .Information = Length};
    }
    CcpLeaveFastWrite(&Fast, NT_SUCCESS(Status));
    return NT_SUCCESS(Status);
}
