/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Mounting volumes of drivers' storage devices, and asking whether what is mounted is still there.
 * The file systems of a device's kind are asked one after the other, the last registered first,
 * until one recognises what is on it. There is no file system RAW, which would take any. A device
 * lock keeps two threads from mounting on one device; the lock of VPBs guards these.
 */
#include "io/iop.h"

/* The control devices that mount on such a device; 0: none do. */
static DEVICE_TYPE IopFileSystemTypeOf(const DEVICE_OBJECT *Storage)
{
    switch (Storage->DeviceType) {
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_VIRTUAL_DISK: return FILE_DEVICE_DISK_FILE_SYSTEM;
    case FILE_DEVICE_CD_ROM: return FILE_DEVICE_CD_ROM_FILE_SYSTEM;
    case FILE_DEVICE_TAPE: return FILE_DEVICE_TAPE_FILE_SYSTEM;
    default: return 0;
    }
}

/* Volume: of the request's parameters; MOUNT and VERIFY have the same, LOAD has none. */
static NTSTATUS IopSendVolumeControl(
    DEVICE_OBJECT *FileSystem, UCHAR MinorFunction, VPB *Vpb, DEVICE_OBJECT *Volume, UCHAR Flags)
{
    DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(FileSystem);
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    IRP *Irp = IopAllocateIrp(Top->StackSize, IOP_INTERNAL, EX_KERNEL_SITE);
    if (Irp != NULL) {
        IO_STACK_LOCATION *Stack = IoGetNextIrpStackLocation(Irp);
        Irp->RequestorMode = KernelMode;
        Stack->MajorFunction = IRP_MJ_FILE_SYSTEM_CONTROL;
        Stack->MinorFunction = MinorFunction;
        Stack->Flags = Flags;
        Stack->Parameters.MountVolume.Vpb = Vpb; /* VerifyVolume is the same */
        Stack->Parameters.MountVolume.DeviceObject = Volume;
        Status = IopSendInternal(Top, Irp, NULL);
    }
    ObfDereferenceObject(Top);
    return Status;
}

/* What is for the user to put right, and not for the next file system; IoIsErrorUserInduced. */
static BOOLEAN IopIsUserInduced(NTSTATUS Status)
{
    switch (Status) {
    case STATUS_DEVICE_NOT_READY:
    case STATUS_IO_TIMEOUT:
    case STATUS_MEDIA_WRITE_PROTECTED:
    case STATUS_NO_MEDIA_IN_DEVICE:
    case STATUS_VERIFY_REQUIRED:
    case STATUS_UNRECOGNIZED_MEDIA:
    case STATUS_WRONG_VOLUME: return TRUE;
    default: return FALSE;
    }
}

/* ---- mounting -------------------------------------------------------------------------------- */

/* The file system has made its volume's device and put it into the VPB. */
static void IopFinishMount(VPB *Vpb, const DEVICE_OBJECT *Storage)
{
    KIRQL Old;
    IoAcquireVpbSpinLock(&Old);
    Vpb->Flags |= VPB_MOUNTED;
    DEVICE_OBJECT *Volume = Vpb->DeviceObject;
    if (Volume != NULL) {
        if (Volume->StackSize <= Storage->StackSize)
            Volume->StackSize = (CCHAR)(Storage->StackSize + 1);
        IopDeviceExtension(Volume)->Vpb = Vpb;
    }
    IoReleaseVpbSpinLock(Old);
}

/* The device's lock is held. */
static NTSTATUS IopMount(DEVICE_OBJECT *Device)
{
    const DEVICE_TYPE Type = IopFileSystemTypeOf(Device);
    DEVICE_OBJECT *Storage = IoGetAttachedDeviceReference(Device);
    DEVICE_OBJECT *FileSystem;
    NTSTATUS Status = STATUS_UNRECOGNIZED_VOLUME;
    BOOLEAN Loaded = FALSE;
    ULONG Index = 0;
    while ((FileSystem = IopNthFileSystem(Type, Index++)) != NULL) {
        Status = IopSendVolumeControl(FileSystem, IRP_MN_MOUNT_VOLUME, Device->Vpb, Storage, 0);
        if (Status == STATUS_FS_DRIVER_REQUIRED && !Loaded) {
            /* A recogniser's: the file system it loads registers itself, and is asked then. */
            (void)IopSendVolumeControl(FileSystem, IRP_MN_LOAD_FILE_SYSTEM, NULL, NULL, 0);
            Status = STATUS_UNRECOGNIZED_VOLUME;
            Loaded = TRUE;
            Index = 0;
        }
        IopDereferenceDevice(FileSystem);
        if (NT_SUCCESS(Status) || Status == STATUS_INSUFFICIENT_RESOURCES ||
            IopIsUserInduced(Status))
            break;
    }
    if (NT_SUCCESS(Status) && FileSystem != NULL)
        IopFinishMount(Device->Vpb, Storage);
    ObfDereferenceObject(Storage);
    return Status;
}

/* ---- verifying ------------------------------------------------------------------------------- */

/* The mounted volume's device, referenced; NULL: none is. */
static DEVICE_OBJECT *IopMountedVolume(const DEVICE_OBJECT *Device)
{
    DEVICE_OBJECT *Volume = NULL;
    KIRQL Old;
    IoAcquireVpbSpinLock(&Old);
    if (Device->Vpb->Flags & VPB_MOUNTED) {
        Volume = Device->Vpb->DeviceObject;
        if (Volume != NULL)
            ObfReferenceObject(Volume);
    }
    IoReleaseVpbSpinLock(Old);
    return Volume;
}

static NTSTATUS IopVerifyOrMount(DEVICE_OBJECT *Device, BOOLEAN AllowRawMount)
{
    DEVICE_OBJECT *Volume = IopMountedVolume(Device);
    if (Volume == NULL)
        return IopMount(Device);
    NTSTATUS Status = IopSendVolumeControl(Volume, IRP_MN_VERIFY_VOLUME, Device->Vpb, Volume,
        AllowRawMount ? SL_ALLOW_RAW_MOUNT : 0);
    ObfDereferenceObject(Volume);
    if (NT_SUCCESS(Status) || Status == STATUS_INSUFFICIENT_RESOURCES)
        return Status;
    Volume = IopMountedVolume(Device); /* it stays unless the file system has given it up */
    if (Volume != NULL)
        ObfDereferenceObject(Volume);
    else
        (void)IopMount(Device);
    return Status;
}

/*
 * IoVerifyVolume - ask the file system that has mounted a device whether its volume is still there;
 * if not, what is there now is mounted.
 *
 * DeviceObject: the storage device, with removable media. AllowRawMount: goes to the file system;
 *          nothing is mounted raw here.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; the file system's status, WRONG_VOLUME: another volume is there, and mounted if
 *          it was recognised; of a device that nothing is mounted on, the status of mounting it,
 *          UNRECOGNIZED_VOLUME: no file system's; INVALID_PARAMETER: no storage device;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/IoVerifyVolume, ifs/irp-mj-file-system-control, ifs/how-the-volume-is-
 *          recognized; INF that a failed verification's status is returned, and INVALID_PARAMETER;
 *          OBS tests/kernel/io/IoVerifyVolume.c
 */
NTSTATUS NTAPI IoVerifyVolume(DEVICE_OBJECT *DeviceObject, BOOLEAN AllowRawMount)
{
    if (DeviceObject->Vpb == NULL || IopFileSystemTypeOf(DeviceObject) == 0)
        return STATUS_INVALID_PARAMETER;
    KeWaitForSingleObject(&DeviceObject->DeviceLock, Executive, KernelMode, FALSE, NULL);
    NTSTATUS Status = IopVerifyOrMount(DeviceObject, AllowRawMount);
    KeSetEvent(&DeviceObject->DeviceLock, IO_NO_INCREMENT, FALSE);
    return Status;
}
