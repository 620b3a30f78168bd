/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* \Device\Null: whatever is written to it is gone, and there is nothing to read. NUL leads to
 * it. */
#include "io/iop.h"

static NTSTATUS IopEndNullRequest(IRP *Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI IopNullOpenClose(DEVICE_OBJECT *Device, IRP *Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IopEndNullRequest(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI IopNullRead(DEVICE_OBJECT *Device, IRP *Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IopEndNullRequest(Irp, STATUS_END_OF_FILE, 0);
}

static NTSTATUS NTAPI IopNullWrite(DEVICE_OBJECT *Device, IRP *Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IopEndNullRequest(
        Irp, STATUS_SUCCESS, IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length);
}

static NTSTATUS NTAPI IopNullEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    UNICODE_STRING Name = RTL_STRING(u"\\Device\\Null");
    DEVICE_OBJECT *Device;
    UNREFERENCED_PARAMETER(RegistryPath);
    Driver->MajorFunction[IRP_MJ_CREATE] = IopNullOpenClose;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = IopNullOpenClose;
    Driver->MajorFunction[IRP_MJ_CLOSE] = IopNullOpenClose;
    Driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = IopNullOpenClose;
    Driver->MajorFunction[IRP_MJ_READ] = IopNullRead;
    Driver->MajorFunction[IRP_MJ_WRITE] = IopNullWrite;
    return IoCreateDevice(Driver, 0, &Name, FILE_DEVICE_NULL, 0, FALSE, &Device);
}

NTSTATUS IoiCreateNullDevice(void)
{
    return IoiCreateBuiltInDriver("\\Driver\\Null", IopNullEntry);
}
