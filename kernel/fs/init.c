/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The driver \FileSystem\dotsysfs, its device and its links. Starting it touches nothing of the
 * host. */
#include <string.h>

#include "fs/fsp.h"
#include "fsrtl/fsrtl.h"
#include "mm/section.h"

FAST_MUTEX FspLock;
DEVICE_OBJECT *FspDevice;

typedef NTSTATUS FSP_HANDLER(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);

/* Extended attributes: there are none, as creating a file with some says, too. */
static NTSTATUS FspRefuseAttributes(
    IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    (void)Irp, (void)Stack;
    *Information = 0;
    return STATUS_EAS_NOT_SUPPORTED;
}

static FSP_HANDLER *const FspHandler[IRP_MJ_MAXIMUM_FUNCTION + 1] = {
    [IRP_MJ_CREATE] = FspCreate,
    [IRP_MJ_CLEANUP] = FspCleanup,
    [IRP_MJ_CLOSE] = FspClose,
    [IRP_MJ_READ] = FspRead,
    [IRP_MJ_WRITE] = FspWrite,
    [IRP_MJ_FLUSH_BUFFERS] = FspFlush,
    [IRP_MJ_QUERY_INFORMATION] = FspQueryInformation,
    [IRP_MJ_SET_INFORMATION] = FspSetInformation,
    [IRP_MJ_DIRECTORY_CONTROL] = FspDirectoryControl,
    [IRP_MJ_QUERY_VOLUME_INFORMATION] = FspQueryVolume,
    [IRP_MJ_LOCK_CONTROL] = FspLockControl,
    [IRP_MJ_QUERY_EA] = FspRefuseAttributes,
    [IRP_MJ_SET_EA] = FspRefuseAttributes,
};

static NTSTATUS NTAPI FspDispatch(DEVICE_OBJECT *Device, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG_PTR Information = Irp->IoStatus.Information;
    (void)Device;
    NTSTATUS Status = FspHandler[Stack->MajorFunction](Irp, Stack, &Information);
    if (Status == STATUS_PENDING)
        return Status; /* somebody else completes it */
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = NT_ERROR(Status) ? 0 : Information;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI FspEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\HarddiskVolume2");
    static UNICODE_STRING DriveC = RTL_STRING(u"\\??\\C:"),
                          SystemRoot = RTL_STRING(u"\\SystemRoot");
    static UNICODE_STRING Windows = RTL_STRING(u"\\Device\\HarddiskVolume2\\Windows");
    (void)RegistryPath;
    NTSTATUS Status = IoCreateDevice(
        Driver, 0, &Name, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &FspDevice);
    if (!NT_SUCCESS(Status))
        return Status;
    FspDevice->Flags |= DO_DIRECT_IO;
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++) {
        if (FspHandler[Major] != NULL)
            Driver->MajorFunction[Major] = FspDispatch;
    }
    Status = IoCreateSymbolicLink(&DriveC, &Name);
    if (NT_SUCCESS(Status))
        Status = IoCreateSymbolicLink(&SystemRoot, &Windows);
    return Status;
}

NTSTATUS FsInitialize(const char *DriveC)
{
    ExiInitializeFastMutex(&FspLock);
    FsrtlInitialize();
    FspBeginFiles();
    FspBeginLocks();
    FspBeginWatches();
    FspBeginSecurity();
    IoFileSecurity = FspQuerySecurity;
    MmFileDescriptor = FspDescriptor;
    IoSetFileSecurity = FspSetSecurity;
    FspBeginRoot(DriveC);
    return IoiCreateBuiltInDriver("\\FileSystem\\dotsysfs", FspEntry);
}

void FsTerminate(void)
{
    IoFileSecurity = NULL;
    MmFileDescriptor = NULL;
    IoSetFileSecurity = NULL;
    FspDevice = NULL;
    FspEndRoot();
}
