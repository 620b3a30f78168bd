/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The lock under which file systems change volume parameter blocks, and look at those of others. */
#include "io/iop.h"

static KSPIN_LOCK IopVpbLock;

/* IoAcquireVpbSpinLock - take it and raise to DISPATCH_LEVEL. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC ntifs; OBS tests/kernel/io. */
void NTAPI IoAcquireVpbSpinLock(KIRQL *Irql)
{
    *Irql = KfRaiseIrql(DISPATCH_LEVEL);
    KiAcquireLock(&IopVpbLock);
}

/* IoReleaseVpbSpinLock - let it go, back to Irql. IRQL: DISPATCH_LEVEL. Source: DOC ntifs; OBS
 * tests/kernel/io. */
void NTAPI IoReleaseVpbSpinLock(KIRQL Irql)
{
    KiReleaseLock(&IopVpbLock, DISPATCH_LEVEL);
    KfLowerIrql(Irql);
}

/*
 * IoGetDiskDeviceObject - the disk a file system's volume device is mounted on.
 *
 * DiskDeviceObject: out, with a reference that is the caller's. A volume whose files are the
 * host's, as C:, is on no disk.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: that is a disk's device itself; VOLUME_DISMOUNTED: there is
 * no disk, or not any more.
 * Source:  DOC ntifs/IoGetDiskDeviceObject; OBS tests/kernel/io/IoGetDiskDeviceObject.c
 */
NTSTATUS NTAPI IoGetDiskDeviceObject(
    DEVICE_OBJECT *FileSystemDeviceObject, DEVICE_OBJECT **DiskDeviceObject)
{
    NTSTATUS Status = STATUS_VOLUME_DISMOUNTED;
    KIRQL Old;
    if (FileSystemDeviceObject->Vpb != NULL)
        return STATUS_INVALID_PARAMETER;
    IoAcquireVpbSpinLock(&Old);
    const VPB *Vpb = FileSystemDeviceObject->DeviceObjectExtension->Vpb;
    if (Vpb != NULL && (Vpb->Flags & VPB_MOUNTED)) {
        ObfReferenceObject(Vpb->RealDevice);
        *DiskDeviceObject = Vpb->RealDevice;
        Status = STATUS_SUCCESS;
    }
    IoReleaseVpbSpinLock(Old);
    return Status;
}
