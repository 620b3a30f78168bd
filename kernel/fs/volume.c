/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What C: tells about itself as a volume. Its sizes are those of the host's file system; it calls
 * itself NTFS, as programs ask for that.
 */
#include <string.h>

#include "fs/fsp.h"

#define FSP_SECTOR_BYTES 512u
#define FSP_CLUSTER_BYTES 4096u
#define FSP_SERIAL 0x0D075C00u /* of every C: that is not told apart otherwise */

static NTSTATUS FspQuerySizes(ULONG64 *Total, ULONG64 *Free)
{
    int Root;
    FspAcquireLock();
    NTSTATUS Status = FspRoot(&Root, NULL);
    if (NT_SUCCESS(Status))
        Status = FspStatusFromHost(host_file_volume(Root, Total, Free));
    FspUnlock();
    *Total /= FSP_CLUSTER_BYTES;
    *Free /= FSP_CLUSTER_BYTES;
    return Status;
}

static NTSTATUS FspAnswerVolume(FILE_FS_VOLUME_INFORMATION *Volume, ULONG_PTR *Information)
{
    struct host_file_status Status;
    int Root;
    FspAcquireLock();
    NTSTATUS Result = FspRoot(&Root, NULL);
    if (NT_SUCCESS(Result))
        Result = FspStatusFromHost(host_file_query(Root, &Status));
    FspUnlock();
    if (!NT_SUCCESS(Result))
        return Result;
    Volume->VolumeCreationTime.QuadPart = (LONGLONG)Status.created;
    Volume->VolumeSerialNumber = FSP_SERIAL ^ (ULONG)Status.inode;
    Volume->VolumeLabelLength = 0;
    Volume->SupportsObjects = FALSE;
    *Information = FIELD_OFFSET(FILE_FS_VOLUME_INFORMATION, VolumeLabel);
    return STATUS_SUCCESS;
}

static NTSTATUS FspAnswerFileSystem(
    FILE_FS_ATTRIBUTE_INFORMATION *Answer, ULONG Length, ULONG_PTR *Information)
{
    static const WCHAR Name[4] = {u'N', u'T', u'F', u'S'};
    ULONG Room = (Length - (ULONG)FIELD_OFFSET(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName)) &
        ~1u;
    ULONG Taken = Room < sizeof(Name) ? Room : (ULONG)sizeof(Name);
    Answer->FileSystemAttributes = FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK |
        FILE_SUPPORTS_SPARSE_FILES;
    Answer->MaximumComponentNameLength = FSP_NAME_CHARACTERS;
    Answer->FileSystemNameLength = sizeof(Name);
    memcpy(Answer->FileSystemName, Name, Taken);
    *Information = FIELD_OFFSET(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName) + Taken;
    return Taken == sizeof(Name) ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

static NTSTATUS FspAnswerSize(FILE_FS_SIZE_INFORMATION *Size, ULONG_PTR *Information)
{
    ULONG64 Total = 0, Free = 0;
    NTSTATUS Status = FspQuerySizes(&Total, &Free);
    Size->TotalAllocationUnits.QuadPart = (LONGLONG)Total;
    Size->AvailableAllocationUnits.QuadPart = (LONGLONG)Free;
    Size->SectorsPerAllocationUnit = FSP_CLUSTER_BYTES / FSP_SECTOR_BYTES;
    Size->BytesPerSector = FSP_SECTOR_BYTES;
    *Information = sizeof(*Size);
    return Status;
}

static NTSTATUS FspAnswerFullSize(FILE_FS_FULL_SIZE_INFORMATION *Size, ULONG_PTR *Information)
{
    ULONG64 Total = 0, Free = 0;
    NTSTATUS Status = FspQuerySizes(&Total, &Free);
    Size->TotalAllocationUnits.QuadPart = (LONGLONG)Total;
    Size->CallerAvailableAllocationUnits.QuadPart = (LONGLONG)Free;
    Size->ActualAvailableAllocationUnits.QuadPart = (LONGLONG)Free;
    Size->SectorsPerAllocationUnit = FSP_CLUSTER_BYTES / FSP_SECTOR_BYTES;
    Size->BytesPerSector = FSP_SECTOR_BYTES;
    *Information = sizeof(*Size);
    return Status;
}

static NTSTATUS FspAnswerSectors(FILE_FS_SECTOR_SIZE_INFORMATION *Sectors, ULONG_PTR *Information)
{
    memset(Sectors, 0, sizeof(*Sectors));
    Sectors->LogicalBytesPerSector = FSP_SECTOR_BYTES;
    Sectors->PhysicalBytesPerSectorForAtomicity = FSP_CLUSTER_BYTES;
    Sectors->PhysicalBytesPerSectorForPerformance = FSP_CLUSTER_BYTES;
    Sectors->FileSystemEffectivePhysicalBytesPerSectorForAtomicity = FSP_CLUSTER_BYTES;
    *Information = sizeof(*Sectors);
    return STATUS_SUCCESS;
}

NTSTATUS FspQueryVolume(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    void *Buffer = Irp->AssociatedIrp.SystemBuffer;
    switch (Stack->Parameters.QueryVolume.FsInformationClass) {
    case FileFsVolumeInformation:
        return FspAnswerVolume(Buffer, Information);
    case FileFsSizeInformation:
        return FspAnswerSize(Buffer, Information);
    case FileFsFullSizeInformation:
        return FspAnswerFullSize(Buffer, Information);
    case FileFsAttributeInformation:
        return FspAnswerFileSystem(Buffer, Stack->Parameters.QueryVolume.Length, Information);
    case FileFsSectorSizeInformation:
        return FspAnswerSectors(Buffer, Information);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}
