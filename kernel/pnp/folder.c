/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Folders in which drivers keep files: on C:, made when they are asked for. An image that lies
 * elsewhere on the host counts as one of System32\drivers.
 */
#include "pnp/pnpp.h"

#define PNPP_DRIVERS u"\\SystemRoot\\System32\\drivers"
#define PNPP_DATA    PNPP_DRIVERS u"\\DriverData\\"

enum PNPP_DRIVER_FOLDER {
    PNPP_FOLDER_IMAGE,
    PNPP_FOLDER_DATA,
    PNPP_FOLDER_SHARED
}; /* DRIVER_DIRECTORY_TYPE */

static NTSTATUS PnppOpenFolder(const UNICODE_STRING *Path, HANDLE *Folder)
{
    UNICODE_STRING Name = *Path;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateFile(Folder,
        FILE_LIST_DIRECTORY | FILE_TRAVERSE | FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | SYNCHRONIZE,
        &Attributes, &Io, NULL, FILE_ATTRIBUTE_NORMAL,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN_IF,
        FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

/* Makes what is missing on the way, from Given characters on. */
static NTSTATUS PnppMakeFolder(const UNICODE_STRING *Path, USHORT Given, HANDLE *Folder)
{
    for (USHORT Index = Given; Index < Path->Length / sizeof(WCHAR); Index++) {
        UNICODE_STRING Part = {(USHORT)(Index * sizeof(WCHAR)), Path->MaximumLength, Path->Buffer};
        if (Path->Buffer[Index] != u'\\')
            continue;
        NTSTATUS Status = PnppOpenFolder(&Part, Folder);
        if (!NT_SUCCESS(Status))
            return Status;
        ZwClose(*Folder);
    }
    return PnppOpenFolder(Path, Folder);
}

static NTSTATUS PnppDataFolder(
    const UNICODE_STRING *Name, const UNICODE_STRING *Below, HANDLE *Folder)
{
    static const UNICODE_STRING Data = RTL_STRING(PNPP_DATA);
    UNICODE_STRING Path;
    HANDLE Handle;
    NTSTATUS Status = PnppJoin(&Path, EX_KERNEL_SITE, &Data, Name, Below, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppMakeFolder(&Path, sizeof(u"\\SystemRoot\\") / sizeof(WCHAR), &Handle);
    PnppFree(&Path);
    if (NT_SUCCESS(Status))
        *Folder = Handle;
    return Status;
}

/*
 * IoGetDriverDirectory - open a folder that is a driver's: that of its image, one for what it keeps
 * for itself, or one for what it shares with others.
 *
 * DirectoryType: DriverDirectoryImage, Data, SharedData. Flags: 0.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no driver, no place for the handle, another type, flags;
 *          what opening a file returns.
 * Owner:   the caller; ZwClose(*DriverDirectoryHandle), a kernel handle.
 * Source:  DOC wdm/IoGetDriverDirectory; INF where they are;
 *          tests/kernel/pnp/IoGetDriverDirectory.c
 */
NTSTATUS NTAPI IoGetDriverDirectory(
    DRIVER_OBJECT *DriverObject, ULONG DirectoryType, ULONG Flags, HANDLE *DriverDirectoryHandle)
{
    static const UNICODE_STRING Image = RTL_STRING(PNPP_DRIVERS), Shared = RTL_STRING(u"\\Shared");
    if (DriverObject == NULL || DriverDirectoryHandle == NULL || Flags != 0)
        return STATUS_INVALID_PARAMETER;
    const UNICODE_STRING *Name = &DriverObject->DriverExtension->ServiceKeyName;
    switch (DirectoryType) {
    case PNPP_FOLDER_IMAGE: return PnppOpenFolder(&Image, DriverDirectoryHandle);
    case PNPP_FOLDER_DATA: return PnppDataFolder(Name, NULL, DriverDirectoryHandle);
    case PNPP_FOLDER_SHARED: return PnppDataFolder(Name, &Shared, DriverDirectoryHandle);
    default: return STATUS_INVALID_PARAMETER;
    }
}

/*
 * IoGetDeviceDirectory - open the folder of a device, in which its drivers keep files.
 *
 * DirectoryType: DeviceDirectoryData (0). Flags: 0. Reserved: NULL.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no device, no place for the handle, another type, flags,
 *          something reserved; INVALID_DEVICE_REQUEST: no PDO that plug and play knows (INF); what
 *          opening a file returns.
 * Owner:   the caller; ZwClose(*DeviceDirectoryHandle), a kernel handle.
 * Source:  DOC wdm/IoGetDeviceDirectory; INF where it is; tests/kernel/pnp/IoGetDriverDirectory.c
 */
NTSTATUS NTAPI IoGetDeviceDirectory(DEVICE_OBJECT *PhysicalDeviceObject, ULONG DirectoryType,
    ULONG Flags, void *Reserved, HANDLE *DeviceDirectoryHandle)
{
    static const UNICODE_STRING Devices = RTL_STRING(u"Devices\\");
    UNICODE_STRING Path;
    if (PhysicalDeviceObject == NULL || DirectoryType != 0 || Flags != 0 || Reserved != NULL ||
        DeviceDirectoryHandle == NULL)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppPathOfDevice(PhysicalDeviceObject, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppDataFolder(&Devices, &Path, DeviceDirectoryHandle);
    PnppFree(&Path);
    return Status;
}
