/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Device stacks as pnp sees them: what lies on a physical device, whether it is in use, and
 * requests that are sent to it and waited for. A stack changes under IopDatabaseLock only.
 */
#include "io/iop.h"

void (*IoDeviceClosed)(void);

void *IoiDeviceNode(const DEVICE_OBJECT *Device)
{
    return IopDeviceExtension(Device)->DeviceNode;
}

void IoiSetDeviceNode(DEVICE_OBJECT *Device, void *Node)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    IopDeviceExtension(Device)->DeviceNode = Node;
    KiReleaseLock(&IopDatabaseLock, Old);
}

BOOLEAN IoiStackIsOpen(DEVICE_OBJECT *Base)
{
    BOOLEAN Open = FALSE;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (const DEVICE_OBJECT *Device = Base; Device != NULL && !Open;
         Device = Device->AttachedDevice)
        Open = Device->ReferenceCount != 0;
    KiReleaseLock(&IopDatabaseLock, Old);
    return Open;
}

BOOLEAN IoiStackHasDriver(DEVICE_OBJECT *Base, const DRIVER_OBJECT *Driver)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (const DEVICE_OBJECT *Device = Base; Device != NULL && !Found;
         Device = Device->AttachedDevice)
        Found = Device->DriverObject == Driver;
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

void IoiMarkStack(DEVICE_OBJECT *Base, ULONG Set, ULONG Clear)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (DEVICE_OBJECT *Device = Base; Device != NULL; Device = Device->AttachedDevice) {
        ULONG *Flags = &IopDeviceExtension(Device)->ExtensionFlags;
        *Flags = (*Flags & ~Clear) | Set;
    }
    KiReleaseLock(&IopDatabaseLock, Old);
}

BOOLEAN IoiStackIsMarked(DEVICE_OBJECT *Base, ULONG Flags)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    BOOLEAN Marked = (IopDeviceExtension(Base)->ExtensionFlags & Flags) != 0;
    KiReleaseLock(&IopDatabaseLock, Old);
    return Marked;
}

NTSTATUS IoiSendToDevice(
    DEVICE_OBJECT *Device, const IO_STACK_LOCATION *Stack, NTSTATUS Initial, ULONG_PTR *Information)
{
    IRP *Irp = IopAllocateIrp(Device->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp == NULL)
        Irp = IopTakeReserve(Device->StackSize); /* a removal must not fail for want of memory */
    Irp->IoStatus.Status = Initial;
    Irp->IoStatus.Information = Information != NULL ? *Information : 0;
    Irp->RequestorMode = KernelMode;
    *IoGetNextIrpStackLocation(Irp) = *Stack;
    return IopSendInternal(Device, Irp, Information);
}
