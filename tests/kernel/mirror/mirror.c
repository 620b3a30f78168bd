/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mirror.c - the driver of devices/mirror.c: a plug and play device with registers in memory and an
 * interrupt.
 *
 * Device \\.\Mirror. Control code 0x222000: the device turns the input around; up to 4096 bytes,
 * one request at a time. Registers are read and written directly and by the routines of the HAL,
 * its buffer by RtlCopyMemory. 0x222004: out: ULONGLONG, how often it has. While the device is
 * stopped or gone requests are refused.
 */
#include <ntddk.h>

#define MIRROR_ID 0x5252494D
#define MIRROR_MOST 4096

DRIVER_INITIALIZE DriverEntry;

typedef struct MIRROR_REGISTERS {
    ULONG Id, Control, Status, Length;
    ULONGLONG Count;
    UCHAR Rest[0x1000 - 24];
    UCHAR Buffer[MIRROR_MOST];
} MIRROR_REGISTERS;

typedef struct MIRROR_DEVICE {
    PDEVICE_OBJECT Below;
    MIRROR_REGISTERS *Registers; /* NULL: the device does not run */
    PHYSICAL_ADDRESS Physical;
    PKINTERRUPT Interrupt;
    KDPC Dpc;
    PIRP Irp; /* the request under way; taken with InterlockedExchangePointer */
    ULONG Bytes;
} MIRROR_DEVICE;

static UNICODE_STRING MirrorName = RTL_CONSTANT_STRING(L"\\Device\\Mirror");
static UNICODE_STRING MirrorLink = RTL_CONSTANT_STRING(L"\\DosDevices\\Mirror");

static NTSTATUS MirrorComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS MirrorPass(MIRROR_DEVICE *Mirror, PIRP Irp)
{
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Mirror->Below, Irp);
}

/* What a driver that does without the routines of the HAL does. */
static volatile ULONG *MirrorDirect(ULONG *Register)
{
    return Register;
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static BOOLEAN NTAPI MirrorService(PKINTERRUPT Interrupt, PVOID Context)
{
    MIRROR_DEVICE *Mirror = Context;

    UNREFERENCED_PARAMETER(Interrupt);
    if (!(*MirrorDirect(&Mirror->Registers->Status) & 1))
        return FALSE;
    *MirrorDirect(&Mirror->Registers->Status) = 1;
    KeInsertQueueDpc(&Mirror->Dpc, NULL, NULL);
    return TRUE;
}

static VOID NTAPI MirrorDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    MIRROR_DEVICE *Mirror = Context;
    PIRP Irp = InterlockedExchangePointer((PVOID *)&Mirror->Irp, NULL);

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    if (Irp == NULL)
        return;
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Mirror->Registers->Buffer, Mirror->Bytes);
    MirrorComplete(Irp, STATUS_SUCCESS, Mirror->Bytes);
}

/* ---- start and stop -------------------------------------------------------------------------- */

static VOID MirrorStop(MIRROR_DEVICE *Mirror)
{
    PIRP Irp;

    if (Mirror->Registers == NULL)
        return;
    if (Mirror->Interrupt != NULL) {
        WRITE_REGISTER_ULONG(&Mirror->Registers->Control, 0);
        IoDisconnectInterrupt(Mirror->Interrupt);
        KeFlushQueuedDpcs();
    }
    Mirror->Interrupt = NULL;
    MmUnmapIoSpace(Mirror->Registers, sizeof(MIRROR_REGISTERS));
    Mirror->Registers = NULL;
    Irp = InterlockedExchangePointer((PVOID *)&Mirror->Irp, NULL);
    if (Irp != NULL)
        MirrorComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
}

static NTSTATUS MirrorConnect(MIRROR_DEVICE *Mirror, PCM_PARTIAL_RESOURCE_DESCRIPTOR Line)
{
    KIRQL Irql = (KIRQL)Line->u.Interrupt.Level;
    NTSTATUS Status = IoConnectInterrupt(&Mirror->Interrupt, MirrorService, Mirror, NULL,
        Line->u.Interrupt.Vector, Irql, Irql, LevelSensitive, FALSE, Line->u.Interrupt.Affinity,
        FALSE);

    if (NT_SUCCESS(Status))
        *MirrorDirect(&Mirror->Registers->Control) |= 1;
    return Status;
}

static NTSTATUS MirrorBegin(MIRROR_DEVICE *Mirror, PCM_RESOURCE_LIST Translated)
{
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Memory = NULL, Line = NULL;
    NTSTATUS Status;

    for (ULONG Index = 0;
         Translated != NULL && Index < Translated->List[0].PartialResourceList.Count; Index++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR One =
            &Translated->List[0].PartialResourceList.PartialDescriptors[Index];
        if (One->Type == CmResourceTypeMemory)
            Memory = One;
        else if (One->Type == CmResourceTypeInterrupt)
            Line = One;
    }
    if (Memory == NULL || Line == NULL || Memory->u.Memory.Length < sizeof(MIRROR_REGISTERS))
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    Mirror->Registers = MmMapIoSpace(Memory->u.Memory.Start, sizeof(MIRROR_REGISTERS), MmNonCached);
    if (Mirror->Registers == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (*MirrorDirect(&Mirror->Registers->Id) != MIRROR_ID ||
        READ_REGISTER_ULONG(&Mirror->Registers->Id) != MIRROR_ID ||
        !MmIsAddressValid(Mirror->Registers)) {
        MirrorStop(Mirror);
        return STATUS_NO_SUCH_DEVICE;
    }
    Status = MirrorConnect(Mirror, Line);
    if (!NT_SUCCESS(Status))
        MirrorStop(Mirror);
    else
        DbgPrint("mirror: started\n");
    return Status;
}

static NTSTATUS MirrorRemove(PDEVICE_OBJECT Device, PIRP Irp)
{
    MIRROR_DEVICE *Mirror = Device->DeviceExtension;
    NTSTATUS Status;

    MirrorStop(Mirror);
    IoDeleteSymbolicLink(&MirrorLink);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Status = MirrorPass(Mirror, Irp);
    IoDetachDevice(Mirror->Below);
    IoDeleteDevice(Device);
    return Status;
}

static NTSTATUS NTAPI MirrorPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    MIRROR_DEVICE *Mirror = Device->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status;

    switch (Stack->MinorFunction) {
    case IRP_MN_START_DEVICE:
        Status = IoForwardIrpSynchronously(Mirror->Below, Irp) ? Irp->IoStatus.Status
                                                               : STATUS_UNSUCCESSFUL;
        if (NT_SUCCESS(Status))
            Status = MirrorBegin(
                Mirror, Stack->Parameters.StartDevice.AllocatedResourcesTranslated);
        return MirrorComplete(Irp, Status, 0);
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
        MirrorStop(Mirror);
        /* fall through */
    case IRP_MN_QUERY_STOP_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
        Irp->IoStatus.Status = STATUS_SUCCESS;
        return MirrorPass(Mirror, Irp);
    case IRP_MN_REMOVE_DEVICE:
        return MirrorRemove(Device, Irp);
    default:
        return MirrorPass(Mirror, Irp);
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

static NTSTATUS MirrorTurn(MIRROR_DEVICE *Mirror, PIRP Irp, ULONG Bytes)
{
    IoMarkIrpPending(Irp);
    if (InterlockedCompareExchangePointer((PVOID *)&Mirror->Irp, Irp, NULL) != NULL) {
        MirrorComplete(Irp, STATUS_DEVICE_BUSY, 0);
        return STATUS_PENDING;
    }
    Mirror->Bytes = Bytes;
    RtlCopyMemory(Mirror->Registers->Buffer, Irp->AssociatedIrp.SystemBuffer, Bytes);
    WRITE_REGISTER_ULONG(&Mirror->Registers->Length, Bytes);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI MirrorControl(PDEVICE_OBJECT Device, PIRP Irp)
{
    MIRROR_DEVICE *Mirror = Device->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG In = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG Out = Stack->Parameters.DeviceIoControl.OutputBufferLength;

    if (Mirror->Registers == NULL)
        return MirrorComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case 0x222000:
        if (In == 0 || In > MIRROR_MOST || Out < In)
            return MirrorComplete(Irp, STATUS_INVALID_PARAMETER, 0);
        return MirrorTurn(Mirror, Irp, In);
    case 0x222004:
        if (Out < sizeof(ULONGLONG))
            return MirrorComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        *(ULONGLONG *)Irp->AssociatedIrp.SystemBuffer = *(
            volatile ULONGLONG *)&Mirror->Registers->Count;
        return MirrorComplete(Irp, STATUS_SUCCESS, sizeof(ULONGLONG));
    default:
        return MirrorComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static NTSTATUS NTAPI MirrorOpenClose(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return MirrorComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI MirrorForward(PDEVICE_OBJECT Device, PIRP Irp)
{
    return MirrorPass(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI MirrorAdd(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(
        Driver, sizeof(MIRROR_DEVICE), &MirrorName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);

    if (!NT_SUCCESS(Status))
        return Status;
    MIRROR_DEVICE *Mirror = Device->DeviceExtension;
    KeInitializeDpc(&Mirror->Dpc, MirrorDpc, Mirror);
    Status = IoCreateSymbolicLink(&MirrorLink, &MirrorName);
    Mirror->Below = NT_SUCCESS(Status) ? IoAttachDeviceToDeviceStack(Device, Pdo) : NULL;
    if (Mirror->Below == NULL) {
        if (NT_SUCCESS(Status))
            IoDeleteSymbolicLink(&MirrorLink);
        IoDeleteDevice(Device);
        return NT_SUCCESS(Status) ? STATUS_NO_SUCH_DEVICE : Status;
    }
    Device->Flags |= DO_BUFFERED_IO;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI MirrorUnload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    Driver->MajorFunction[IRP_MJ_CREATE] = MirrorOpenClose;
    Driver->MajorFunction[IRP_MJ_CLOSE] = MirrorOpenClose;
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MirrorControl;
    Driver->MajorFunction[IRP_MJ_PNP] = MirrorPnp;
    Driver->MajorFunction[IRP_MJ_POWER] = MirrorForward;
    Driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = MirrorForward;
    Driver->DriverExtension->AddDevice = MirrorAdd;
    Driver->DriverUnload = MirrorUnload;
    return STATUS_SUCCESS;
}
