/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers do to IRPs and devices: sending, completing, freeing, deleting. The rules are those
 * of I/O verification and, for Plug and Play, power and WMI requests, of enhanced I/O verification.
 */
#include "po/po.h"
#include "vf/sent.h"

static BOOLEAN VfpIsOfType(const void *Object, SIZE_T Bytes, CSHORT Type)
{
    return MmIsSystemAddress(Object) && MmIsAddressValid((void *)(ULONG_PTR)Object) &&
        MmIsAddressValid((UCHAR *)(ULONG_PTR)Object + Bytes - 1) && *(const CSHORT *)Object == Type;
}

static BOOLEAN VfpIsIrp(const IRP *Irp)
{
    return VfpIsOfType(Irp, sizeof(*Irp), IO_TYPE_IRP);
}

static BOOLEAN VfpIsDevice(const DEVICE_OBJECT *Device)
{
    return VfpIsOfType(Device, sizeof(*Device), IO_TYPE_DEVICE);
}

/* ---- sending --------------------------------------------------------------------------------- */

static void VfpCheckSentObjects(const DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR Site)
{
    if (!VfpIsIrp(Irp))
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x03, (ULONG_PTR)Irp, 0, 0, Site,
            "IoCallDriver was given %p, which is no IRP", (void *)Irp);
    if (Device == NULL)
        VfpStopIo(0x204, Site, Irp, NULL, "IoCallDriver was given no device");
    if (!VfpIsDevice(Device))
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x04, (ULONG_PTR)Device, 0, 0, Site,
            "IoCallDriver was given %p, which is no device object", (const void *)Device);
    if (VfpIsHeldBack(Irp))
        VfpStopIo(0x205, Site, Irp, Device,
            "an IRP was sent that was sent before, pended, and has not come back");
    if (Irp->CancelRoutine != NULL)
        VfpStopIo(
            0x203, Site, Irp, Device, "an IRP was passed on with its cancel routine still set");
}

/* Nobody has been sent it. A driver that gives a request on with its own location is at the same
 * one, which has a device by then. */
static BOOLEAN VfpIsNew(IRP *Irp)
{
    return Irp->CurrentLocation == Irp->StackCount + 1 &&
        IoGetNextIrpStackLocation(Irp)->DeviceObject == NULL;
}

/* What a Plug and Play, power or WMI request may have for a status: 0: anything. Forwarded, New:
 * the rules it breaks. */
typedef struct VFP_STATUS_RULE {
    UCHAR Major;
    USHORT New;
    USHORT Forwarded;
    const char *What;
} VFP_STATUS_RULE;

static const VFP_STATUS_RULE VfpStatusRules[] = {
    {IRP_MJ_PNP, 0x20E, 0x215, "Plug and Play"},
    {IRP_MJ_POWER, 0x20F, 0x219, "power"},
    {IRP_MJ_SYSTEM_CONTROL, 0x210, 0, "WMI"},
};

static void VfpCheckSentStatus(const DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR Site)
{
    const NTSTATUS Status = Irp->IoStatus.Status;
    if (Irp->CurrentLocation <= 1 || Status == STATUS_NOT_SUPPORTED)
        return;
    const BOOLEAN New = VfpIsNew(Irp);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(VfpStatusRules); Index++) {
        const VFP_STATUS_RULE *Rule = &VfpStatusRules[Index];
        if (Rule->Major != IoGetNextIrpStackLocation(Irp)->MajorFunction)
            continue;
        if (New)
            VfpStopIo(Rule->New, Site, Irp, Device,
                "a %s request was sent with status 0x%08x: it must begin with STATUS_NOT_SUPPORTED",
                Rule->What, (unsigned)Status);
        if (Rule->Forwarded != 0 && !NT_SUCCESS(Status))
            VfpStopIo(Rule->Forwarded, Site, Irp, Device,
                "a %s request with status 0x%08x was passed down: a driver that fails it completes "
                "it",
                Rule->What, (unsigned)Status);
    }
}

static const void *VfpUserAddressIn(IRP *Irp)
{
    const IO_STACK_LOCATION *Next = IoGetNextIrpStackLocation(Irp);
    const BOOLEAN Neither = (Next->MajorFunction == IRP_MJ_DEVICE_CONTROL ||
                                Next->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL) &&
        METHOD_FROM_CTL_CODE(Next->Parameters.DeviceIoControl.IoControlCode) == METHOD_NEITHER;
    const void *const Address[] = {Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer, Irp->UserIosb,
        Neither ? Next->Parameters.DeviceIoControl.Type3InputBuffer : NULL};
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Address); Index++) {
        if (Address[Index] != NULL && !MmIsSystemAddress(Address[Index]))
            return Address[Index];
    }
    return NULL;
}

/* Requests the driver itself makes: what it passes on of others, others have put together. */
static void VfpCheckSentAddresses(IRP *Irp, ULONG_PTR Site)
{
    if (Irp->RequestorMode != KernelMode || !VfpIsNew(Irp))
        return;
    const void *Address = VfpUserAddressIn(Irp);
    if (Address != NULL)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE2, (ULONG_PTR)Irp, (ULONG_PTR)Address, 0,
            Site, "an IRP with RequestorMode KernelMode has the user address %p in it", Address);
}

/* Returns whether the event of the request is set already. */
static BOOLEAN VfpCheckSent(DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR Site)
{
    if (VfIsOn(VF_IO) && KiGetIrql() > DISPATCH_LEVEL)
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x10, KiGetIrql(), 0, 0, Site,
            "IoCallDriver was called at IRQL %u", KiGetIrql());
    if (VfIsOn(VF_IO))
        VfpCheckSentObjects(Device, Irp, Site);
    if (VfIsOn(VF_ENHANCED_IO))
        VfpCheckSentStatus(Device, Irp, Site);
    if (VfIsOn(VF_SECURITY))
        VfpCheckSentAddresses(Irp, Site);
    return VfIsOn(VF_IO) && Irp->UserEvent != NULL && KeReadStateEvent(Irp->UserEvent) != 0;
}

static NTSTATUS VfpSend(DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR Site)
{
    const BOOLEAN Signaled = VfpCheckSent(Device, Irp, Site);
    VFP_SENT *Sent = VfIsOn(VF_IO) ? VfpBeginSend(Irp, (ULONG_PTR)__builtin_frame_address(0))
                                   : NULL;
    NTSTATUS Status = IofCallDriver(Device, Irp);
    if (Sent != NULL)
        Status = VfpEndSend(Sent, Status);
    if (Signaled && Status == STATUS_PENDING)
        VfpStopIo(0x307, Site, Irp, Device,
            "a request was sent with an event that was set already, and pended");
    return Status;
}

static NTSTATUS FASTCALL VfIofCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    return VfpSend(DeviceObject, Irp, VF_CALLER);
}

static NTSTATUS NTAPI VfPoCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp)
{
    return VfpSend(DeviceObject, Irp, VF_CALLER);
}

/* ---- completing ------------------------------------------------------------------------------ */

/* Of a request on its way back to whoever sent it, and its data with it. */
static void VfpCheckInformation(IRP *Irp, ULONG_PTR Site)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const ULONG_PTR Bytes = Irp->IoStatus.Information;
    ULONG Room;
    if (Irp->CurrentLocation == Irp->StackCount && !NT_ERROR(Irp->IoStatus.Status) &&
        IoiSystemBufferRoom(Irp, &Room) && Bytes > Room)
        VfpStopIo(0x312, Site, Irp, Stack->DeviceObject,
            "IoStatus.Information is %llu, and the caller's buffer takes %u bytes of the system "
            "buffer",
            (unsigned long long)Bytes, Room);
}

/* Its driver completes it as it came, and another driver is below. */
static BOOLEAN VfpIsInTheMiddle(const IRP *Irp, const IO_STACK_LOCATION *Stack)
{
    return Stack->DeviceObject != NULL &&
        Stack->DeviceObject->DeviceObjectExtension->AttachedTo != NULL &&
        VfpHolderOf(Irp) == VFP_HELD;
}

/* Of a Plug and Play or power request that is completed. */
static void VfpCheckStackRequest(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR Site)
{
    const BOOLEAN Pnp = Stack->MajorFunction == IRP_MJ_PNP;
    const NTSTATUS Status = Irp->IoStatus.Status;
    const BOOLEAN Unknown = Stack->MinorFunction == VFP_UNKNOWN_MINOR &&
        Status != STATUS_NOT_SUPPORTED;
    if (!Unknown && Status != STATUS_NOT_SUPPORTED)
        return;
    if (VfpIsInTheMiddle(Irp, Stack))
        VfpStopIo(Unknown ? (Pnp ? 0x22D : 0x230) : (Pnp ? 0x22F : 0x232), Site, Irp,
            Stack->DeviceObject,
            "a request of major function 0x%02x, minor 0x%02x was completed %s, instead of being "
            "passed down",
            Stack->MajorFunction, Stack->MinorFunction,
            Unknown ? "that no driver knows" : "as it came");
    if (Unknown && VfpHolderOf(Irp) == VFP_HELD)
        VfpStopIo(0x213, Site, Irp, Stack->DeviceObject,
            "the status of a request that no driver knows, of major function 0x%02x, was changed "
            "to 0x%08x",
            Stack->MajorFunction, (unsigned)Status);
}

static void VfpCheckCompletedDevice(IRP *Irp, ULONG_PTR Site)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const NTSTATUS Status = Irp->IoStatus.Status;

    if (Stack->MajorFunction == IRP_MJ_PNP && Stack->MinorFunction == IRP_MN_REMOVE_DEVICE &&
        !NT_SUCCESS(Status))
        VfpStopIo(0x306, Site, Irp, Stack->DeviceObject,
            "IRP_MN_REMOVE_DEVICE was completed with 0x%08x: it cannot fail", (unsigned)Status);
    if (Stack->MajorFunction == IRP_MJ_PNP || Stack->MajorFunction == IRP_MJ_POWER)
        VfpCheckStackRequest(Irp, Stack, Site);
    if (Stack->MajorFunction == IRP_MJ_SYSTEM_CONTROL &&
        Stack->Parameters.WMI.ProviderId != (ULONG_PTR)Stack->DeviceObject &&
        VfpIsInTheMiddle(Irp, Stack))
        VfpStopIo(0x220, Site, Irp, Stack->DeviceObject,
            "a WMI request for another device was completed, instead of being passed down");
}

static void FASTCALL VfIofCompleteRequest(IRP *Irp, CCHAR PriorityBoost)
{
    const ULONG_PTR Site = VF_CALLER;
    if (IoDataWatch != NULL && VfpIsIrp(Irp))
        IoiNoteCompletion(Irp, Site);
    if (KiGetIrql() > DISPATCH_LEVEL)
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x0E, KiGetIrql(), (ULONG_PTR)Irp, 0, Site,
            "IoCompleteRequest was called at IRQL %u", KiGetIrql());
    if (VfpIsIrp(Irp)) {
        const NTSTATUS Status = Irp->IoStatus.Status;
        if (VfpIsHeldBack(Irp))
            VfpStopIo(0x209, Site, Irp, NULL,
                "an IRP was completed that was passed on, pended, and has not come back");
        if (Status == STATUS_PENDING || Status == -1)
            VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x06, (ULONG)Status, (ULONG_PTR)Irp, 0,
                Site, "an IRP was completed with status 0x%08x", (unsigned)Status);
        if (Irp->CancelRoutine != NULL && VfIsOn(VF_ENHANCED_IO))
            VfpStopIo(0x23C, Site, Irp,
                Irp->CurrentLocation <= Irp->StackCount
                    ? IoGetCurrentIrpStackLocation(Irp)->DeviceObject
                    : NULL,
                "an IRP was completed with its cancel routine still set");
        if (Irp->CancelRoutine != NULL)
            VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x07, (ULONG_PTR)Irp->CancelRoutine,
                (ULONG_PTR)Irp, 0, Site, "an IRP was completed with its cancel routine still set");
        if (Irp->CurrentLocation <= Irp->StackCount) {
            VfpCheckInformation(Irp, Site);
            if (VfIsOn(VF_ENHANCED_IO))
                VfpCheckCompletedDevice(Irp, Site);
        }
    }
    IofCompleteRequest(Irp, PriorityBoost);
}

/* ---- making and freeing ---------------------------------------------------------------------- */

static void NTAPI VfIoFreeIrp(IRP *Irp)
{
    const ULONG_PTR Site = VF_CALLER;
    if (!VfpIsIrp(Irp))
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x01, (ULONG_PTR)Irp, 0, 0, Site,
            "IoFreeIrp was given %p, which is no IRP", (void *)Irp);
    if (IoiIsIrpOfThread(Irp))
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x02, (ULONG_PTR)Irp, 0, 0, Site,
            "IoFreeIrp was given an IRP that belongs to a thread: io frees it when it is "
            "completed");
    if (VfpIsHeldBack(Irp))
        VfpStopIo(0x20B, Site, Irp, NULL,
            "IoFreeIrp was given an IRP that was sent, pended, and has not come back");
    IoFreeIrp(Irp);
}

static void NTAPI VfIoInitializeIrp(IRP *Irp, USHORT PacketSize, CCHAR StackSize)
{
    if (IoiIsAllocatedIrp(Irp))
        VfpStopIo(0x20D, VF_CALLER, Irp, NULL,
            "IoInitializeIrp was given an IRP that IoAllocateIrp made: IoReuseIrp is for those");
    IoInitializeIrp(Irp, PacketSize, StackSize);
}

void VfpCheckFreedBlock(const void *Block, ULONG_PTR Site)
{
    if (VfIsOn(VF_IO) && IoiIsAllocatedIrp((IRP *)(ULONG_PTR)Block))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x105, (ULONG_PTR)Block, 0, 0, Site,
            "ExFreePool was given an IRP: IoFreeIrp frees those");
}

/* ---- devices --------------------------------------------------------------------------------- */

static void NTAPI VfIoDeleteDevice(DEVICE_OBJECT *DeviceObject)
{
    const ULONG_PTR Site = VF_CALLER;
    VfpCheckRegisteredDevice(DeviceObject, Site);
    if (!VfIsOn(VF_IO)) {
        IoDeleteDevice(DeviceObject);
        return;
    }
    if (!VfpIsDevice(DeviceObject) ||
        (DeviceObject->DeviceObjectExtension->ExtensionFlags & DOE_DELETE_PENDING))
        VfpStopIo(0x240, Site, NULL, DeviceObject,
            "IoDeleteDevice was given a device that has been deleted");
    if (DeviceObject->DeviceObjectExtension->AttachedTo != NULL)
        VfpStopIo(0x201, Site, NULL, DeviceObject,
            "IoDeleteDevice was given a device that is attached: IoDetachDevice first");
    IoDeleteDevice(DeviceObject);
}

static void NTAPI VfIoDetachDevice(DEVICE_OBJECT *TargetDevice)
{
    if (TargetDevice->AttachedDevice == NULL)
        VfpStopIo(0x202, VF_CALLER, NULL, TargetDevice,
            "IoDetachDevice was given a device that nothing is attached to");
    IoDetachDevice(TargetDevice);
}

static NTSTATUS NTAPI VfIoInitializeTimer(
    DEVICE_OBJECT *DeviceObject, PIO_TIMER_ROUTINE TimerRoutine, void *Context)
{
    if (DeviceObject->Timer != NULL)
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 0x0A, (ULONG_PTR)DeviceObject, 0, 0, VF_CALLER,
            "IoInitializeTimer was given a device that has a timer");
    return IoInitializeTimer(DeviceObject, TimerRoutine, Context);
}

#define VFP_SENDING (VF_IO | VF_ENHANCED_IO | VF_SECURITY)

const LDR_REPLACEMENT VfpIrpTable[] = {
    VF_REPLACE_CHECKING_IRQL(IofCallDriver, VFP_SENDING),
    VF_REPLACE_CHECKING_IRQL(PoCallDriver, VFP_SENDING),
    VF_REPLACE_CHECKING_IRQL(IofCompleteRequest, VF_IO),
    VF_REPLACE(IoFreeIrp, VF_IO),
    VF_REPLACE(IoInitializeIrp, VF_IO),
    VF_REPLACE(IoDeleteDevice, VF_IO | VF_MISC),
    VF_REPLACE(IoDetachDevice, VF_IO),
    VF_REPLACE(IoInitializeTimer, VF_IO),
    VF_REPLACE_END,
};
