/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The drive letter of a volume: the first of the links \??\A: to \??\Z: that leads to its
 * device. */
#include "io/dosname.h"
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
