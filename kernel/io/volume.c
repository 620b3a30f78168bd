/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Information about the volume or device behind a file. Its type and characteristics, and whether a
 * driver is in its stack, are answered here; the rest is asked of the driver.
 */
#include "io/info.h"
#include "services.h"

typedef struct IOP_VOLUME_RULE {
    UCHAR QueryBytes, SetBytes; /* least bytes; 0: cannot be queried or set */
    ACCESS_MASK QueryAccess, SetAccess;
} IOP_VOLUME_RULE;

static const IOP_VOLUME_RULE IopVolumeRule[FileFsMaximumInformation] = {
    [FileFsVolumeInformation] = {.QueryBytes = sizeof(FILE_FS_VOLUME_INFORMATION)},
    [FileFsLabelInformation] = {.SetBytes = sizeof(FILE_FS_LABEL_INFORMATION),
        .SetAccess = FILE_WRITE_DATA},
    [FileFsSizeInformation] = {.QueryBytes = sizeof(FILE_FS_SIZE_INFORMATION)},
    [FileFsDeviceInformation] = {.QueryBytes = sizeof(FILE_FS_DEVICE_INFORMATION)},
    [FileFsAttributeInformation] = {.QueryBytes = sizeof(FILE_FS_ATTRIBUTE_INFORMATION)},
    [FileFsControlInformation] = {.QueryBytes = sizeof(FILE_FS_CONTROL_INFORMATION),
        .QueryAccess = FILE_READ_DATA,
        .SetBytes = sizeof(FILE_FS_CONTROL_INFORMATION),
        .SetAccess = FILE_WRITE_DATA},
    [FileFsFullSizeInformation] = {.QueryBytes = sizeof(FILE_FS_FULL_SIZE_INFORMATION)},
    [FileFsObjectIdInformation] = {.QueryBytes = sizeof(FILE_FS_OBJECTID_INFORMATION),
        .SetBytes = sizeof(FILE_FS_OBJECTID_INFORMATION),
        .SetAccess = FILE_WRITE_DATA},
    [FileFsDriverPathInformation] = {.QueryBytes = sizeof(FILE_FS_DRIVER_PATH_INFORMATION)},
    [FileFsSectorSizeInformation] = {.QueryBytes = sizeof(FILE_FS_SECTOR_SIZE_INFORMATION)},
};

NTSTATUS IopCheckVolumeClass(ULONG Class, ULONG Length, BOOLEAN Query, ACCESS_MASK *Access)
{
    const IOP_VOLUME_RULE *Rule = Class < FileFsMaximumInformation ? &IopVolumeRule[Class] : NULL;
    ULONG Bytes = Rule == NULL ? 0 : Query ? Rule->QueryBytes : Rule->SetBytes;
    if (Bytes == 0 || (Class == FileFsSectorSizeInformation && LdrTargetVersion < WINVER_WIN8))
        return STATUS_INVALID_INFO_CLASS;
    if (Length < Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    *Access = Query ? Rule->QueryAccess : Rule->SetAccess;
    return STATUS_SUCCESS;
}

static ULONG_PTR IopAnswerDevice(const IOP_INQUIRY *Inquiry)
{
    const DEVICE_OBJECT *Opened = Inquiry->File->DeviceObject;
    FILE_FS_DEVICE_INFORMATION *Answer = Inquiry->Buffer;
    Answer->DeviceType = Opened->DeviceType;
    Answer->Characteristics = Opened->Characteristics;
    if (Opened->Vpb != NULL && (Opened->Vpb->Flags & VPB_MOUNTED))
        Answer->Characteristics |= FILE_DEVICE_IS_MOUNTED;
    return sizeof(*Answer);
}

/* ---- is a driver in the stack? --------------------------------------------------------------- */

static BOOLEAN IopIsDriverInStack(const DEVICE_OBJECT *Top, const DRIVER_OBJECT *Driver)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (const DEVICE_OBJECT *Device = Top; Device != NULL && !Found;
         Device = IopDeviceExtension(Device)->AttachedTo)
        Found = Device->DriverObject == Driver;
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

/* DriverName is asked, DriverInPath answered. */
static NTSTATUS IopAnswerDriverPath(const IOP_INQUIRY *Inquiry, ULONG_PTR *Information)
{
    FILE_FS_DRIVER_PATH_INFORMATION *Path = Inquiry->Buffer;
    ULONG Room = Inquiry->Length - (ULONG)FIELD_OFFSET(FILE_FS_DRIVER_PATH_INFORMATION, DriverName);
    void *Driver;
    if (Path->DriverNameLength > Room || (Path->DriverNameLength & 1) ||
        Path->DriverNameLength > MAXUSHORT)
        return STATUS_INVALID_PARAMETER;
    UNICODE_STRING Name = {.Length = (USHORT)Path->DriverNameLength,
        .MaximumLength = (USHORT)Path->DriverNameLength,
        .Buffer = Path->DriverName};
    NTSTATUS Status = ObiLookup(
        NULL, &Name, OBJ_CASE_INSENSITIVE, IoiDriverObjectType, NULL, NULL, &Driver);
    if (!NT_SUCCESS(Status))
        return Status;
    Path->DriverInPath = IopIsDriverInStack(Inquiry->Device, Driver);
    ObfDereferenceObject(Driver);
    *Information = FIELD_OFFSET(FILE_FS_DRIVER_PATH_INFORMATION, DriverNameLength);
    return STATUS_SUCCESS;
}

/* ---- services -------------------------------------------------------------------------------- */

/*
 * NtQueryVolumeInformationFile - information about the volume or device behind an open file.
 *
 * FsInformation: of FileFsDriverPathInformation it holds the driver's object name ("\Driver\Name").
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS or the driver's status; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, ACCESS_DENIED,
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_VIOLATION, DATATYPE_MISALIGNMENT,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/NtQueryVolumeInformationFile; INF the bytes FileFsDriverPathInformation
 *          returns; tests/kernel/io/ZwQueryVolumeInformationFile.c
 */
NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FsInformation, ULONG Length, FS_INFORMATION_CLASS FsInformationClass)
{
    ACCESS_MASK Access;
    ULONG_PTR Information = 0;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = FsInformation,
        .Length = Length,
        .Class = (ULONG)FsInformationClass,
        .Query = TRUE};
    NTSTATUS Status = IopCheckVolumeClass(Inquiry.Class, Length, TRUE, &Access);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(
            &Inquiry, Access, FsInformationClass == FileFsDriverPathInformation);
    if (Status != STATUS_SUCCESS)
        return Status;
    if (FsInformationClass == FileFsDeviceInformation)
        Information = IopAnswerDevice(&Inquiry);
    else if (FsInformationClass == FileFsDriverPathInformation)
        Status = IopAnswerDriverPath(&Inquiry, &Information);
    else
        Status = IopAskDriver(Inquiry.File, Inquiry.Device, IRP_MJ_QUERY_VOLUME_INFORMATION,
            Inquiry.Class, Inquiry.Buffer, Length, Inquiry.Mode, NULL, &Information);
    return IopEndInquiry(&Inquiry, Status, Information);
}

/*
 * NtSetVolumeInformationFile - change something about the volume behind an open file; the driver
 * does it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryVolumeInformationFile.
 * Source:  DOC ntifs/NtSetVolumeInformationFile; tests/kernel/io/ZwQueryVolumeInformationFile.c
 */
NTSTATUS NTAPI NtSetVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Information, ULONG Length, FS_INFORMATION_CLASS Class)
{
    ACCESS_MASK Access;
    ULONG_PTR Written = 0;
    IOP_INQUIRY Inquiry = {.Handle = FileHandle,
        .IoStatus = IoStatusBlock,
        .UserBuffer = Information,
        .Length = Length,
        .Class = (ULONG)Class};
    NTSTATUS Status = IopCheckVolumeClass(Inquiry.Class, Length, FALSE, &Access);
    if (NT_SUCCESS(Status))
        Status = IopBeginInquiry(&Inquiry, Access, FALSE);
    if (Status != STATUS_SUCCESS)
        return Status;
    Status = IopAskDriver(Inquiry.File, Inquiry.Device, IRP_MJ_SET_VOLUME_INFORMATION,
        Inquiry.Class, Inquiry.Buffer, Length, Inquiry.Mode, NULL, &Written);
    return IopEndInquiry(&Inquiry, Status, Written);
}
