/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The drive letter of a volume: the first of the links \??\A: to \??\Z: that leads to its device;
 * names of files with it, and giving file objects another name.
 */
#include <string.h>

#include "io/dosname.h"
#include "io/iop.h"
#include "rtl/rtl.h"

static BOOLEAN IopLeadsTo(WCHAR Letter, const UNICODE_STRING *DevicePath)
{
    WCHAR Text[] = u"\\??\\A:";
    UNICODE_STRING Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text), Text}, Target;
    BOOLEAN Same;
    void *Link;

    Text[4] = Letter;
    if (!NT_SUCCESS(ObiLookup(
            NULL, &Name, OBJ_CASE_INSENSITIVE, ObpSymbolicLinkObjectType, NULL, NULL, &Link)))
        return FALSE;
    NTSTATUS Status = ObiGetLinkTarget(Link, &Target);
    ObfDereferenceObject(Link);
    if (!NT_SUCCESS(Status))
        return FALSE;
    Same = RtlEqualUnicodeString(&Target, DevicePath, TRUE);
    if (Target.Buffer != NULL)
        ExiFree(Target.Buffer);
    return Same;
}

static NTSTATUS IopFindDosName(DEVICE_OBJECT *Device, UNICODE_STRING *DosName, ULONG_PTR Site)
{
    UNICODE_STRING Path;
    WCHAR Letter = u'A';
    NTSTATUS Status = ObiGetPath(Device, &Path);

    if (!NT_SUCCESS(Status))
        return Status;
    if (Path.Length == 0)
        return STATUS_INVALID_DEVICE_REQUEST;
    while (Letter <= u'Z' && !IopLeadsTo(Letter, &Path))
        Letter++;
    ExiFree(Path.Buffer);
    if (Letter > u'Z')
        return STATUS_NOT_FOUND;
    WCHAR *Text = ExiAllocate(PagedPool, 3 * sizeof(WCHAR), 0x536E6F49 /* 'IonS' */, Site);
    if (Text == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Text[0] = Letter;
    Text[1] = u':';
    Text[2] = 0;
    *DosName = (UNICODE_STRING){2 * sizeof(WCHAR), 3 * sizeof(WCHAR), Text};
    return STATUS_SUCCESS;
}

/*
 * IoVolumeDeviceToDosName, RtlVolumeDeviceToDosName - the drive letter of a volume, with its colon.
 *
 * DosName: receives the name, its buffer included; untouched on failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_DEVICE_REQUEST: the device has no name and so is no volume the mount
 *          manager knows; NOT_FOUND: no letter leads to it; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool(DosName->Buffer).
 * Source:  DOC ntddk/IoVolumeDeviceToDosName, RtlVolumeDeviceToDosName; INF the statuses, of the
 *          requests Windows makes of the device and the mount manager
 */
NTSTATUS NTAPI IoVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName)
{
    return IopFindDosName(VolumeDeviceObject, DosName, EX_CALLER);
}

NTSTATUS NTAPI RtlVolumeDeviceToDosName(PVOID VolumeDeviceObject, UNICODE_STRING *DosName)
{
    return IopFindDosName(VolumeDeviceObject, DosName, EX_CALLER);
}

/* ---- files ----------------------------------------------------------------------------------- */

/*
 * IoQueryFileDosDeviceName - the name of a file as programs say it: C:\Windows\notepad.exe.
 *
 * NameInformation: receives a block with the name and its characters.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; as IoVolumeDeviceToDosName of the file's volume; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool.
 * Source:  DOC ntifs/IoQueryFileDosDeviceName; OBS tests/kernel/fs/IoQueryFileDosDeviceName.c
 */
NTSTATUS NTAPI IoQueryFileDosDeviceName(
    FILE_OBJECT *FileObject, OBJECT_NAME_INFORMATION **NameInformation)
{
    UNICODE_STRING Letter;
    NTSTATUS Status = IopFindDosName(FileObject->DeviceObject, &Letter, EX_CALLER);
    if (!NT_SUCCESS(Status))
        return Status;
    const ULONG Bytes = (ULONG)Letter.Length + FileObject->FileName.Length;
    OBJECT_NAME_INFORMATION *Name = NULL;
    if (Bytes > MAXUSHORT - sizeof(WCHAR)) {
        Status = STATUS_NAME_TOO_LONG;
        goto FreeLetter;
    }
    Name = ExiAllocate(
        PagedPool, sizeof(*Name) + Bytes + sizeof(WCHAR), 0x536E6F49 /* 'IonS' */, EX_CALLER);
    if (Name == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto FreeLetter;
    }
    WCHAR *Text = (WCHAR *)(void *)(Name + 1);
    memcpy(Text, Letter.Buffer, Letter.Length);
    if (FileObject->FileName.Length != 0)
        memcpy(Text + Letter.Length / sizeof(WCHAR), FileObject->FileName.Buffer,
            FileObject->FileName.Length);
    Text[Bytes / sizeof(WCHAR)] = 0;
    Name->Name = (UNICODE_STRING){(USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)), Text};
    *NameInformation = Name;

FreeLetter:
    ExiFree(Letter.Buffer);
    return Status;
}

/*
 * IoReplaceFileObjectName - give a file object another name. For filters, in IRP_MJ_CREATE.
 *
 * NewFileName: FileNameLength bytes of it, which are copied.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the file object has no name; INSUFFICIENT_RESOURCES: it
 *          keeps the one it has.
 * Source:  DOC ntifs/IoReplaceFileObjectName; OBS tests/kernel/io/IoReplaceFileObjectName.c
 */
NTSTATUS NTAPI IoReplaceFileObjectName(
    FILE_OBJECT *FileObject, WCHAR *NewFileName, USHORT FileNameLength)
{
    WCHAR *Old = FileObject->FileName.Buffer;
    if (Old == NULL)
        return STATUS_INVALID_PARAMETER;
    const SIZE_T Room = FileNameLength + sizeof(WCHAR);
    WCHAR *New = ExiAllocateZero(NonPagedPoolNx, Room, IOP_TAG_IO, EX_CALLER);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(New, NewFileName, FileNameLength);
    FileObject->FileName = (UNICODE_STRING){FileNameLength, FileNameLength, New};
    ExiFree(Old);
    return STATUS_SUCCESS;
}
