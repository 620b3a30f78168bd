/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fast I/O by MDLs of the cache. The routines with Dev are what file systems have in their fast I/O
 * tables; those without ask the top driver of the file's stack, and do the same where the file
 * system has nothing of its own.
 */
#include "cc/fastio.h"

/*
 * FsRtlMdlReadDev - a file system's MdlRead: CcMdlRead, for a cached file with an
 * FSRTL_COMMON_FCB_HEADER.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE: IoStatus says: SUCCESS and how much MdlChain describes; END_OF_FILE: nothing.
 *          FALSE: a request has to be sent.
 * Owner:   caller; FsRtlMdlReadComplete.
 * Source:  DOC ntifs/FsRtlMdlReadDev; OBS tests/kernel/cc/FsRtlMdlRead.c
 */
BOOLEAN NTAPI FsRtlMdlReadDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus, DEVICE_OBJECT *DeviceObject)
{
    CCP_FAST Fast = {.File = FileObject, .Offset = FileOffset->QuadPart, .IoStatus = IoStatus};
    BOOLEAN Done;
    (void)DeviceObject;
    if (Length == 0) {
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
        return TRUE;
    }
    FsRtlIncrementCcFastMdlReadWait();
    if (!CcpEnterFastRead(&Fast, Length, TRUE, LockKey, &Done))
        return FALSE;
    NTSTATUS Status = STATUS_SUCCESS;
    if (!Done)
        Status = CcpBuildChain(FileObject, Fast.Offset, (ULONG)(Fast.End - Fast.Offset), FALSE,
            MdlChain, IoStatus);
    CcpLeaveFastRead(&Fast, !Done);
    return NT_SUCCESS(Status);
}

/*
 * FsRtlMdlReadCompleteDev - a file system's MdlReadComplete. IRQL: PASSIVE_LEVEL. Returns: TRUE.
 * Source: DOC ntifs/FsRtlMdlReadCompleteDev; OBS tests/kernel/cc/FsRtlMdlRead.c
 */
BOOLEAN NTAPI FsRtlMdlReadCompleteDev(
    FILE_OBJECT *FileObject, MDL *MdlChain, DEVICE_OBJECT *DeviceObject)
{
    (void)DeviceObject;
    CcpCompleteMdlRead(FileObject, MdlChain);
    return TRUE;
}

/*
 * FsRtlPrepareMdlWriteDev - a file system's PrepareMdlWrite: CcPrepareMdlWrite, with the sizes as
 * FsRtlCopyWrite changes them.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE: IoStatus is SUCCESS and Length. FALSE: a request has to be sent, as with
 *          FsRtlCopyWrite.
 * Owner:   caller; FsRtlMdlWriteComplete, or CcMdlWriteAbort.
 * Source:  DOC ntifs/FsRtlPrepareMdlWriteDev; OBS tests/kernel/cc/FsRtlMdlRead.c
 */
BOOLEAN NTAPI FsRtlPrepareMdlWriteDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    ULONG Length, ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject)
{
    CCP_FAST Fast = {.File = FileObject, .IoStatus = IoStatus};
    (void)DeviceObject;
    if (Length == 0) {
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
        return TRUE;
    }
    if (!CcpEnterFastWrite(&Fast, FileOffset, Length, TRUE, LockKey))
        return FALSE;
    NTSTATUS Status = CcpZeroBefore(&Fast, TRUE);
    if (NT_SUCCESS(Status))
        Status = CcpBuildChain(FileObject, Fast.Offset, Length, TRUE, MdlChain, IoStatus);
    CcpLeaveFastWrite(&Fast, NT_SUCCESS(Status));
    return NT_SUCCESS(Status);
}

/*
 * FsRtlMdlWriteCompleteDev - a file system's MdlWriteComplete.
 * IRQL: PASSIVE_LEVEL. Returns: TRUE; FALSE: what is FO_WRITE_THROUGH takes a request. Source: DOC
 * ntifs/FsRtlMdlWriteCompleteDev; OBS tests/kernel/cc/FsRtlMdlRead.c
 */
BOOLEAN NTAPI FsRtlMdlWriteCompleteDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    MDL *MdlChain, DEVICE_OBJECT *DeviceObject)
{
    (void)DeviceObject;
    if (FileObject->Flags & FO_WRITE_THROUGH)
        return FALSE;
    return NT_SUCCESS(CcpCompleteMdlWrite(FileObject, FileOffset, MdlChain));
}

/* ---- by whatever the drivers have ------------------------------------------------------------ */

/* The routine of the top driver of a file's stack; NULL: it has none, or its table ends before. */
#define CCP_ROUTINE(Device, Member)                                            \
    ((Device)->DriverObject->FastIoDispatch != NULL &&                         \
                (Device)->DriverObject->FastIoDispatch->SizeOfFastIoDispatch > \
                    FIELD_OFFSET(FAST_IO_DISPATCH, Member)                     \
            ? (Device)->DriverObject->FastIoDispatch->Member                   \
            : NULL)

/* Whether the file system has the routine although the top of the stack, a filter, has not: then a
 * request has to be sent, which the filter sees. */
#define CCP_FILTERED(File, Device, Member)                \
    ((Device) != IoGetBaseFileSystemDeviceObject(File) && \
        CCP_ROUTINE(IoGetBaseFileSystemDeviceObject(File), Member) != NULL)

/*
 * FsRtlMdlRead, FsRtlMdlReadComplete, FsRtlPrepareMdlWrite, FsRtlMdlWriteComplete - by the routines
 * of the file's drivers; where the file system has none, as those with Dev.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: as those; FALSE: a request has to be sent.
 * Source:  DOC ntifs/FsRtlMdlRead, FsRtlMdlReadComplete, FsRtlPrepareMdlWrite,
 *          FsRtlMdlWriteComplete; OBS tests/kernel/cc/FsRtlMdlRead.c
 */
BOOLEAN NTAPI FsRtlMdlRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    FAST_IO_MDL_READ *Routine = CCP_ROUTINE(Device, MdlRead);
    if (Routine == NULL && CCP_FILTERED(FileObject, Device, MdlRead))
        return FALSE;
    return (Routine != NULL ? Routine : FsRtlMdlReadDev)(
        FileObject, FileOffset, Length, LockKey, MdlChain, IoStatus, Device);
}

BOOLEAN NTAPI FsRtlMdlReadComplete(FILE_OBJECT *FileObject, MDL *MdlChain)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    FAST_IO_MDL_READ_COMPLETE *Routine = CCP_ROUTINE(Device, MdlReadComplete);
    if (Routine == NULL && CCP_FILTERED(FileObject, Device, MdlReadComplete))
        return FALSE;
    return (Routine != NULL ? Routine : FsRtlMdlReadCompleteDev)(FileObject, MdlChain, Device);
}

BOOLEAN NTAPI FsRtlPrepareMdlWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    ULONG Length, ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    FAST_IO_PREPARE_MDL_WRITE *Routine = CCP_ROUTINE(Device, PrepareMdlWrite);
    if (Routine == NULL && CCP_FILTERED(FileObject, Device, PrepareMdlWrite))
        return FALSE;
    return (Routine != NULL ? Routine : FsRtlPrepareMdlWriteDev)(
        FileObject, FileOffset, Length, LockKey, MdlChain, IoStatus, Device);
}

BOOLEAN NTAPI FsRtlMdlWriteComplete(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, MDL *MdlChain)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    FAST_IO_MDL_WRITE_COMPLETE *Routine = CCP_ROUTINE(Device, MdlWriteComplete);
    if (Routine == NULL && CCP_FILTERED(FileObject, Device, MdlWriteComplete))
        return FALSE;
    return (Routine != NULL ? Routine : FsRtlMdlWriteCompleteDev)(
        FileObject, FileOffset, MdlChain, Device);
}
