/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Small questions about drivers, devices and files, and attaching to a device by its name. */
#include <string.h>

#include "io/iop.h"

static CONFIGURATION_INFORMATION IopConfiguration;

void IopResetConfiguration(void)
{
    memset(&IopConfiguration, 0, sizeof(IopConfiguration));
    IopConfiguration.Version = sizeof(IopConfiguration);
}

/*
 * IoGetConfigurationInformation - how many disks and the like there are; drivers of such devices
 * count theirs in.
 * IRQL: PASSIVE_LEVEL. Returns: one structure for all. Source: DOC ntddk; OBS
 * tests/kernel/io/IoGetConfigurationInformation.c
 */
CONFIGURATION_INFORMATION *NTAPI IoGetConfigurationInformation(void)
{
    return &IopConfiguration;
}

/*
 * IoEnumerateDeviceObjectList - the devices of a driver, each referenced.
 *
 * DeviceObjectListSize: bytes. ActualNumberDeviceObjects: how many the driver has.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: as many as there is room for are there, and referenced.
 * Source:  DOC ntifs/IoEnumerateDeviceObjectList; OBS tests/kernel/io/IoEnumerateDeviceObjectList.c
 */
NTSTATUS NTAPI IoEnumerateDeviceObjectList(DRIVER_OBJECT *DriverObject,
    DEVICE_OBJECT **DeviceObjectList, ULONG DeviceObjectListSize, ULONG *ActualNumberDeviceObjects)
{
    ULONG Room = DeviceObjectList != NULL ? DeviceObjectListSize / (ULONG)sizeof(DEVICE_OBJECT *)
                                          : 0,
          Count = 0;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (DEVICE_OBJECT *Device = DriverObject->DeviceObject; Device != NULL;
         Device = Device->NextDevice, Count++) {
        if (Count >= Room)
            continue;
        ObiReference(Device);
        DeviceObjectList[Count] = Device;
    }
    KiReleaseLock(&IopDatabaseLock, Old);
    *ActualNumberDeviceObjects = Count;
    return Count > Room ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

/* IoGetFileObjectGenericMapping - what generic rights mean for files. IRQL: any. Source: DOC ntifs;
 * OBS tests/kernel/io. */
GENERIC_MAPPING *NTAPI IoGetFileObjectGenericMapping(void)
{
    return &IoiFileObjectType->GenericMapping;
}

/*
 * IoGetBaseFileSystemDeviceObject - the device of the file system a file is on; of a file that
 * stands for a device, that device. Filters are not looked at. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC ntifs; OBS tests/kernel/io/IoGetBaseFileSystemDeviceObject.c
 */
DEVICE_OBJECT *NTAPI IoGetBaseFileSystemDeviceObject(FILE_OBJECT *FileObject)
{
    DEVICE_OBJECT *Device = FileObject->DeviceObject;
    if (FileObject->Vpb != NULL && FileObject->Vpb->DeviceObject != NULL)
        return FileObject->Vpb->DeviceObject;
    if (!(FileObject->Flags & FO_DIRECT_DEVICE_OPEN) && Device->Vpb != NULL &&
        Device->Vpb->DeviceObject != NULL)
        return Device->Vpb->DeviceObject;
    return Device;
}

/*
 * IoAttachDevice - put Source on top of the stack of the device that has a name.
 *
 * AttachedDevice: what Source lies on now; written before requests can arrive, so that it may be in
 * Source's extension.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; those of a bad or unknown name; NO_SUCH_DEVICE, INSUFFICIENT_RESOURCES.
 *          *AttachedDevice is NULL then, but for those of the name, which leave it.
 * Source:  DOC wdm/IoAttachDevice; OBS tests/kernel/io/IoAttachDevice.c
 */
NTSTATUS NTAPI IoAttachDevice(
    DEVICE_OBJECT *SourceDevice, UNICODE_STRING *TargetDevice, DEVICE_OBJECT **AttachedDevice)
{
    FILE_OBJECT *File;
    DEVICE_OBJECT *Target;
    NTSTATUS Status = IoGetDeviceObjectPointer(TargetDevice, FILE_READ_ATTRIBUTES, &File, &Target);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoAttachDeviceToDeviceStackSafe(SourceDevice, Target, AttachedDevice);
    ObfDereferenceObject(File);
    return Status;
}

/* IoAttachDeviceByPointer - IoAttachDeviceToDeviceStack with a status. Source: DOC ntddk, obsolete;
 * OBS tests/kernel/io. */
NTSTATUS NTAPI IoAttachDeviceByPointer(DEVICE_OBJECT *SourceDevice, DEVICE_OBJECT *TargetDevice)
{
    return IoAttachDeviceToDeviceStack(SourceDevice, TargetDevice) != NULL ? STATUS_SUCCESS
                                                                           : STATUS_NO_SUCH_DEVICE;
}

/*
 * IoEnqueueIrp - put a request on the list of its thread, as services do with those they issue: it
 * is cancelled when the thread ends, and when it has been completed the system fills block and
 * event and frees it.
 * IRQL: up to APC_LEVEL. Source: INF from its name and what it is used for; OBS
 * tests/kernel/io/IoValidateDeviceIoControlAccess.c
 */
void NTAPI IoEnqueueIrp(IRP *Irp)
{
    if (Irp->AllocationFlags & IOP_HAS_PACKET)
        IopPacket(Irp)->Kind = IOP_THREADED;
    IopQueueIrp(Irp, (ETHREAD *)Irp->Tail.Overlay.Thread);
}

/*
 * IoValidateDeviceIoControlAccess - whether the handle a control request came by has more rights
 * than its code asks for.
 *
 * RequiredAccess: FILE_READ_ACCESS, FILE_WRITE_ACCESS or both.
 * IRQL:    any
 * Returns: SUCCESS, always for requests of the kernel; ACCESS_DENIED; INVALID_PARAMETER: another
 * right, or no control request.
 * Source:  DOC wdm/IoValidateDeviceIoControlAccess; OBS tests/unit/client
 */
NTSTATUS NTAPI IoValidateDeviceIoControlAccess(IRP *Irp, ULONG RequiredAccess)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    if ((RequiredAccess & ~(ULONG)(FILE_READ_ACCESS | FILE_WRITE_ACCESS)) != 0 ||
        RequiredAccess == 0)
        return STATUS_INVALID_PARAMETER;
    if (Stack->MajorFunction != IRP_MJ_DEVICE_CONTROL &&
        Stack->MajorFunction != IRP_MJ_FILE_SYSTEM_CONTROL)
        return STATUS_INVALID_PARAMETER;
    if (Irp->RequestorMode == KernelMode)
        return STATUS_SUCCESS;
    if ((RequiredAccess & FILE_READ_ACCESS) && !(Stack->Flags & SL_READ_ACCESS_GRANTED))
        return STATUS_ACCESS_DENIED;
    if ((RequiredAccess & FILE_WRITE_ACCESS) && !(Stack->Flags & SL_WRITE_ACCESS_GRANTED))
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}
