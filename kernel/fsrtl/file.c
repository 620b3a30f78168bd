/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Files by their objects: size, and the locks a file system takes for who writes sections back. */
#include "ex/resource.h"
#include "fsrtl/filtercallback.h"
#include "io/info.h"

/*
 * FsRtlGetFileSize - where a file ends.
 *
 * FileSize: untouched on failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; FILE_IS_A_DIRECTORY; what the file system says.
 * Source:  DOC ntifs/FsRtlGetFileSize
 */
NTSTATUS NTAPI FsRtlGetFileSize(FILE_OBJECT *FileObject, LARGE_INTEGER *FileSize)
{
    FILE_STANDARD_INFORMATION Standard;
    ULONG Returned;
    NTSTATUS Status = IoQueryFileInformation(
        FileObject, FileStandardInformation, sizeof(Standard), &Standard, &Returned);

    if (!NT_SUCCESS(Status))
        return Status;
    if (Standard.Directory)
        return STATUS_FILE_IS_A_DIRECTORY;
    *FileSize = Standard.EndOfFile;
    return STATUS_SUCCESS;
}

static const FAST_IO_DISPATCH *FsrtlpFastIo(FILE_OBJECT *FileObject, DEVICE_OBJECT **Device)
{
    *Device = IoGetRelatedDeviceObject(FileObject);
    return (*Device)->DriverObject->FastIoDispatch;
}

static void FsrtlpAcquire(FILE_OBJECT *FileObject)
{
    const FSRTL_COMMON_FCB_HEADER *Header = FileObject->FsContext;
    DEVICE_OBJECT *Device;
    const FAST_IO_DISPATCH *FastIo = FsrtlpFastIo(FileObject, &Device);

    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch >
            FIELD_OFFSET(FAST_IO_DISPATCH, AcquireFileForNtCreateSection) &&
        FastIo->AcquireFileForNtCreateSection != NULL)
        FastIo->AcquireFileForNtCreateSection(FileObject);
    else if (Header != NULL && Header->Resource != NULL)
        ExAcquireResourceExclusiveLite(Header->Resource, TRUE);
}

static void FsrtlpRelease(FILE_OBJECT *FileObject)
{
    const FSRTL_COMMON_FCB_HEADER *Header = FileObject->FsContext;
    DEVICE_OBJECT *Device;
    const FAST_IO_DISPATCH *FastIo = FsrtlpFastIo(FileObject, &Device);

    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch >
            FIELD_OFFSET(FAST_IO_DISPATCH, ReleaseFileForNtCreateSection) &&
        FastIo->ReleaseFileForNtCreateSection != NULL)
        FastIo->ReleaseFileForNtCreateSection(FileObject);
    else if (Header != NULL && Header->Resource != NULL)
        ExReleaseResourceLite(Header->Resource);
}

/*
 * FsRtlAcquireFileExclusive, FsRtlReleaseFile - the lock a file system wants held while a section
 * of the file is made.
 *
 * By the callbacks that the stack's drivers registered; where those leave it, by the file system's
 * AcquireFileForNtCreateSection and ReleaseFileForNtCreateSection; has it none, by the resource in
 * the header FsContext points to. In between normal kernel APCs are held back. IRQL:    <=
 * APC_LEVEL Source:  DOC ntifs/FsRtlAcquireFileExclusive, FsRtlReleaseFile; INF what is done
 * without the routines
 */
void NTAPI FsRtlAcquireFileExclusive(FILE_OBJECT *FileObject)
{
    KeEnterCriticalRegion();
    FsrtlpAskFilters(FileObject, FsrtlAcquireForSection, FsrtlpAcquire);
}

void NTAPI FsRtlReleaseFile(FILE_OBJECT *FileObject)
{
    FsrtlpAskFilters(FileObject, FsrtlReleaseForSection, FsrtlpRelease);
    KeLeaveCriticalRegion();
}

/* ---- while the cache manager flushes --------------------------------------------------------- */

/* Without the file system's routine, both of its resources: the main one for this thread alone
 * unless it has it already. */
static void FsrtlpAcquireForFlush(FILE_OBJECT *FileObject)
{
    const FSRTL_COMMON_FCB_HEADER *Header = FileObject->FsContext;
    DEVICE_OBJECT *Device;
    const FAST_IO_DISPATCH *FastIo = FsrtlpFastIo(FileObject, &Device);

    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch > FIELD_OFFSET(FAST_IO_DISPATCH, AcquireForCcFlush) &&
        FastIo->AcquireForCcFlush != NULL &&
        NT_SUCCESS(FastIo->AcquireForCcFlush(FileObject, Device)))
        return;
    if (Header == NULL || Header->Resource == NULL)
        return;
    if (ExIsResourceAcquiredSharedLite(Header->Resource) != 0)
        ExAcquireResourceSharedLite(Header->Resource, TRUE);
    else
        ExAcquireResourceExclusiveLite(Header->Resource, TRUE);
    if (Header->PagingIoResource != NULL)
        ExAcquireResourceSharedLite(Header->PagingIoResource, TRUE);
}

static void FsrtlpReleaseForFlush(FILE_OBJECT *FileObject)
{
    const FSRTL_COMMON_FCB_HEADER *Header = FileObject->FsContext;
    DEVICE_OBJECT *Device;
    const FAST_IO_DISPATCH *FastIo = FsrtlpFastIo(FileObject, &Device);

    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch > FIELD_OFFSET(FAST_IO_DISPATCH, ReleaseForCcFlush) &&
        FastIo->ReleaseForCcFlush != NULL &&
        NT_SUCCESS(FastIo->ReleaseForCcFlush(FileObject, Device)))
        return;
    if (Header == NULL || Header->Resource == NULL)
        return;
    if (Header->PagingIoResource != NULL)
        ExReleaseResourceLite(Header->PagingIoResource);
    ExReleaseResourceLite(Header->Resource);
}

void FsrtliAcquireForFlush(FILE_OBJECT *FileObject)
{
    KeEnterCriticalRegion();
    FsrtlpAskFilters(FileObject, FsrtlAcquireForFlush, FsrtlpAcquireForFlush);
}

void FsrtliReleaseForFlush(FILE_OBJECT *FileObject)
{
    FsrtlpAskFilters(FileObject, FsrtlReleaseForFlush, FsrtlpReleaseForFlush);
    KeLeaveCriticalRegion();
}

/*
 * FsRtlIsPagingFile - whether a file is one the system pages to: this system has none.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlIsPagingFile
 */
LOGICAL NTAPI FsRtlIsPagingFile(FILE_OBJECT *FileObject)
{
    (void)FileObject;
    return FALSE;
}
