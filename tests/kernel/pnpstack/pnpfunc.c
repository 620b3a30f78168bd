/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnpfunc - a function driver: it tells what goes by and which resources it got, and has an
 * interface that is enabled while the device runs. It takes paging and hibernation files, no crash
 * dump file. Control codes, all buffered:
 *
 *     0x222000  in: ULONG, 1: objects to removal from now on, 2: to being stopped, 4: to sleep, 0:
 *               not any more;
 *                8: keeps the requests to sleep and to shut down
 *     0x222004  out: the raw resources, four ULONGs each: type, start or line, length, flags
 *     0x222008  in: ULONG, 1: says that it has failed and IoInvalidateDeviceState
 *     0x22200c  in: ULONG device state: PoRequestPowerIrp(SET_POWER), waits
 *     0x222014  in: ULONG: reports a custom event of its device, with ten digits; 0: waits until it
 *               has been told
 *     0x222010  in: ULONG port: needs the 8 ports there from now on and says so; out: the first it
 *               has then
 */
#include "stack.h"

NTKERNELAPI NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(
    PDEVICE_OBJECT, DEVICE_RELATION_TYPE);

/* {6B8D7A54-6E1C-4F0E-9C43-1F3B5A8F7D22} */
static const GUID FuncEvent = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x22}};

typedef struct FUNC_DEVICE {
    STACK_DEVICE Stack;
    UNICODE_STRING Link;
    ULONG Objects; /* 1: to removal, 2: to being stopped, 4: to sleep; 8: keeps a request */
    ULONG Wanted;  /* a port; 0: what the bus says */
    BOOLEAN Changed, Failed;
    ULONG Count;
    ULONG Resource[16][4];
} FUNC_DEVICE;

static VOID FuncTakeResources(
    FUNC_DEVICE *Func, PCM_RESOURCE_LIST Raw, PCM_RESOURCE_LIST Translated)
{
    Func->Count = 0;
    if (Raw == NULL)
        return;
    PCM_PARTIAL_RESOURCE_LIST List = &Raw->List[0].PartialResourceList;
    for (ULONG Index = 0; Index < List->Count && Index < 16; Index++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR One = &List->PartialDescriptors[Index];
        PCM_PARTIAL_RESOURCE_DESCRIPTOR Other =
            &Translated->List[0].PartialResourceList.PartialDescriptors[Index];
        ULONG *Slot = Func->Resource[Func->Count++];
        Slot[0] = One->Type;
        Slot[3] = One->Flags;
        if (One->Type == CmResourceTypeInterrupt) {
            Slot[1] = One->u.Interrupt.Vector;
            DbgPrint("func: interrupt %u, vector above it %u, IRQL above it %u\n", Slot[1],
                Other->u.Interrupt.Vector > Slot[1], Other->u.Interrupt.Level > DISPATCH_LEVEL);
        } else {
            Slot[1] = One->u.Generic.Start.LowPart;
            Slot[2] = One->u.Generic.Length;
            DbgPrint("func: %s %x length %x\n",
                One->Type == CmResourceTypePort ? "ports" : "memory", Slot[1], Slot[2]);
        }
    }
}

/* Since Windows Vista; the headers leave them out for the Windows we build for. */
NTKERNELAPI NTSTATUS NTAPI IoConnectInterruptEx(PIO_CONNECT_INTERRUPT_PARAMETERS Parameters);
NTKERNELAPI VOID NTAPI IoDisconnectInterruptEx(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters);

static BOOLEAN NTAPI FuncService(PKINTERRUPT Interrupt, PVOID Context)
{
    UNREFERENCED_PARAMETER(Interrupt);
    UNREFERENCED_PARAMETER(Context);
    return FALSE;
}

/* By the device alone: which interrupt it has is for the system to know. */
static VOID FuncConnect(FUNC_DEVICE *Func)
{
    IO_CONNECT_INTERRUPT_PARAMETERS Connect = {0};
    IO_DISCONNECT_INTERRUPT_PARAMETERS Disconnect = {0};
    PKINTERRUPT Interrupt = NULL;
    NTSTATUS Status;

    Connect.Version = CONNECT_LINE_BASED;
    Connect.LineBased.PhysicalDeviceObject = Func->Stack.Pdo;
    Connect.LineBased.InterruptObject = &Interrupt;
    Connect.LineBased.ServiceRoutine = FuncService;
    Status = IoConnectInterruptEx(&Connect);
    DbgPrint("func: connected %u, status %x\n", Interrupt != NULL, (unsigned)Status);
    if (!NT_SUCCESS(Status))
        return;
    Disconnect.Version = Connect.Version;
    Disconnect.ConnectionContext.InterruptObject = Interrupt;
    IoDisconnectInterruptEx(&Disconnect);
}

static NTSTATUS FuncStart(FUNC_DEVICE *Func, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = StackForward(&Func->Stack, Irp);

    if (NT_SUCCESS(Status)) {
        FuncTakeResources(Func, Stack->Parameters.StartDevice.AllocatedResources,
            Stack->Parameters.StartDevice.AllocatedResourcesTranslated);
        FuncConnect(Func);
        Status = IoSetDeviceInterfaceState(&Func->Link, TRUE);
    }
    return StackComplete(Irp, Status, 0);
}

/* The ports it has been told to need, in place of those its bus gives it. */
static NTSTATUS FuncFilter(FUNC_DEVICE *Func, PIRP Irp)
{
    PIO_RESOURCE_REQUIREMENTS_LIST List;

    if (Func->Wanted == 0)
        return StackPassDown(&Func->Stack, Irp);
    List = ExAllocatePoolWithTag(PagedPool, sizeof(*List), STACK_TAG);
    if (List == NULL)
        return StackComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    RtlZeroMemory(List, sizeof(*List));
    List->ListSize = sizeof(*List);
    List->InterfaceType = Internal;
    List->AlternativeLists = 1;
    List->List[0].Version = List->List[0].Revision = 1;
    List->List[0].Count = 1;
    List->List[0].Descriptors[0].Type = CmResourceTypePort;
    List->List[0].Descriptors[0].ShareDisposition = CmResourceShareDeviceExclusive;
    List->List[0].Descriptors[0].Flags = CM_RESOURCE_PORT_IO;
    List->List[0].Descriptors[0].u.Port.Length = 8;
    List->List[0].Descriptors[0].u.Port.Alignment = 8;
    List->List[0].Descriptors[0].u.Port.MinimumAddress.LowPart = Func->Wanted;
    List->List[0].Descriptors[0].u.Port.MaximumAddress.LowPart = Func->Wanted + 7;
    Func->Changed = FALSE;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = (ULONG_PTR)List;
    return StackPassDown(&Func->Stack, Irp);
}

static NTSTATUS NTAPI FuncPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    FUNC_DEVICE *Func = Device->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    StackTell("func", Stack, Irp);
    switch (Stack->MinorFunction) {
    case IRP_MN_START_DEVICE:
        return FuncStart(Func, Irp);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        if ((Func->Objects & 1) || Func->Stack.SpecialFiles != 0)
            return StackComplete(Irp, STATUS_UNSUCCESSFUL, 0);
        break;
    case IRP_MN_QUERY_STOP_DEVICE:
        if ((Func->Objects & 2) || Func->Stack.SpecialFiles != 0)
            return StackComplete(Irp, STATUS_UNSUCCESSFUL, 0);
        break;
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_STOP_DEVICE:
        break;
    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        if (Stack->Parameters.UsageNotification.Type == DeviceUsageTypeDumpFile)
            return StackComplete(Irp, STATUS_NOT_SUPPORTED, 0);
        return StackUsage(&Func->Stack, "func", Irp);
    case IRP_MN_FILTER_RESOURCE_REQUIREMENTS:
        return FuncFilter(Func, Irp);
    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        if (Func->Failed)
            Irp->IoStatus.Information |= PNP_DEVICE_FAILED;
        if (Func->Changed)
            Irp->IoStatus.Information |= PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED;
        Irp->IoStatus.Status = STATUS_SUCCESS;
        return StackPassDown(&Func->Stack, Irp);
    case IRP_MN_SURPRISE_REMOVAL:
        IoSetDeviceInterfaceState(&Func->Link, FALSE);
        break;
    case IRP_MN_REMOVE_DEVICE:
        IoSetDeviceInterfaceState(&Func->Link, FALSE);
        RtlFreeUnicodeString(&Func->Link);
        return StackRemove(&Func->Stack, Irp);
    default:
        return StackPassDown(&Func->Stack, Irp);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    return StackPassDown(&Func->Stack, Irp);
}

/* The device is in the state that goes with the system's: now that request is done, too. */
static VOID NTAPI FuncDeviceDone(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
    PIRP Irp = Context;

    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Minor);
    UNREFERENCED_PARAMETER(State);
    Irp->IoStatus.Status = IoStatus->Status;
    PoStartNextPowerIrp(Irp);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI FuncSystemDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    FUNC_DEVICE *Func = Context;
    POWER_STATE State;

    UNREFERENCED_PARAMETER(Device);
    if (!NT_SUCCESS(Irp->IoStatus.Status))
        return STATUS_CONTINUE_COMPLETION;
    State.DeviceState = IoGetCurrentIrpStackLocation(Irp)->Parameters.Power.State.SystemState ==
            PowerSystemWorking
        ? PowerDeviceD0
        : PowerDeviceD3;
    if (PoRequestPowerIrp(Func->Stack.Pdo, IRP_MN_SET_POWER, State, FuncDeviceDone, Irp, NULL) !=
        STATUS_PENDING)
        return STATUS_CONTINUE_COMPLETION;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS NTAPI FuncPower(PDEVICE_OBJECT Device, PIRP Irp)
{
    FUNC_DEVICE *Func = Device->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    StackTell("func", Stack, Irp);
    if (Stack->MinorFunction == IRP_MN_QUERY_POWER && (Func->Objects & 4)) {
        PoStartNextPowerIrp(Irp);
        return StackComplete(Irp, STATUS_DEVICE_BUSY, 0);
    }
    if (Stack->MinorFunction != IRP_MN_SET_POWER ||
        Stack->Parameters.Power.Type != SystemPowerState)
        return StackPassPower(&Func->Stack, Irp);
    IoMarkIrpPending(Irp);
    if ((Func->Objects & 8) && Stack->Parameters.Power.State.SystemState != PowerSystemWorking)
        return STATUS_PENDING; /* and forgotten */
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, FuncSystemDone, Func, TRUE, TRUE, TRUE);
    PoCallDriver(Func->Stack.Below, Irp);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI FuncPass(PDEVICE_OBJECT Device, PIRP Irp)
{
    return StackPassDown(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI FuncOpenClose(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return StackComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI FuncPowered(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
    UNREFERENCED_PARAMETER(Device);
    DbgPrint("func: minor %u state %u done: %08x\n", Minor, State.DeviceState, IoStatus->Status);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS FuncRequestPower(FUNC_DEVICE *Func, ULONG Wanted)
{
    POWER_STATE State;
    KEVENT Done;
    NTSTATUS Status;

    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    State.DeviceState = Wanted & 0xFF;
    Status = PoRequestPowerIrp(Func->Stack.Pdo, IRP_MN_SET_POWER, State, FuncPowered, &Done, NULL);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
        Status = STATUS_SUCCESS;
    }
    return Status;
}

static NTSTATUS FuncReport(FUNC_DEVICE *Func, BOOLEAN Later)
{
    union {
        TARGET_DEVICE_CUSTOM_NOTIFICATION Notification;
        UCHAR Room[FIELD_OFFSET(TARGET_DEVICE_CUSTOM_NOTIFICATION, CustomDataBuffer) + 10];
    } Event = {{0}};

    Event.Notification.Version = 1;
    Event.Notification.Size = sizeof(Event.Room);
    Event.Notification.Event = FuncEvent;
    Event.Notification.NameBufferOffset = -1;
    for (UCHAR Digit = 0; Digit < 10; Digit++)
        Event.Notification.CustomDataBuffer[Digit] = '0' + Digit;
    if (!Later)
        return IoReportTargetDeviceChange(Func->Stack.Pdo, &Event);
    return IoReportTargetDeviceChangeAsynchronous(Func->Stack.Pdo, &Event, NULL, NULL) ==
            STATUS_PENDING
        ? STATUS_SUCCESS
        : STATUS_UNSUCCESSFUL;
}

/* Whose the devices above the physical one are, from below. */
static VOID FuncListStack(PDEVICE_OBJECT Pdo)
{
    PDEVICE_OBJECT Device;

    for (Device = Pdo->AttachedDevice; Device != NULL; Device = Device->AttachedDevice)
        DbgPrint("func: %wZ, %d locations\n", &Device->DriverObject->DriverName, Device->StackSize);
}

static NTSTATUS NTAPI FuncControl(PDEVICE_OBJECT Device, PIRP Irp)
{
    FUNC_DEVICE *Func = Device->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG *Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG In = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG Out = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG Bytes = Func->Count * sizeof(Func->Resource[0]);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case 0x222000:
        Func->Objects = In >= sizeof(ULONG) ? Buffer[0] : 0;
        return StackComplete(Irp, STATUS_SUCCESS, 0);
    case 0x222004:
        if (Out < Bytes)
            return StackComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        if (Bytes != 0)
            RtlCopyMemory(Buffer, Func->Resource, Bytes);
        return StackComplete(Irp, STATUS_SUCCESS, Bytes);
    case 0x222008:
        Func->Failed = In >= sizeof(ULONG) && Buffer[0] != 0;
        IoInvalidateDeviceState(Func->Stack.Pdo);
        /* What is asked for behind it is done when it has been done. */
        IoSynchronousInvalidateDeviceRelations(Func->Stack.Pdo, BusRelations);
        return StackComplete(Irp, STATUS_SUCCESS, 0);
    case 0x22200c:
        if (In < sizeof(ULONG))
            return StackComplete(Irp, STATUS_INVALID_PARAMETER, 0);
        return StackComplete(Irp, FuncRequestPower(Func, Buffer[0]), 0);
    case 0x222010:
        if (In < sizeof(ULONG) || Out < sizeof(ULONG))
            return StackComplete(Irp, STATUS_INVALID_PARAMETER, 0);
        Func->Wanted = Buffer[0];
        Func->Changed = TRUE;
        IoInvalidateDeviceState(Func->Stack.Pdo);
        IoSynchronousInvalidateDeviceRelations(Func->Stack.Pdo, BusRelations);
        Func->Changed = FALSE;
        Buffer[0] = Func->Count != 0 ? Func->Resource[0][1] : 0;
        return StackComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    case 0x222014:
        return StackComplete(Irp, FuncReport(Func, In >= sizeof(ULONG) && Buffer[0] != 0), 0);
    case 0x222018:
        FuncListStack(Func->Stack.Pdo);
        return StackComplete(Irp, STATUS_SUCCESS, 0);
    default:
        return StackComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static NTSTATUS NTAPI FuncAdd(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
    STACK_DEVICE *Stack;
    NTSTATUS Status;

    DbgPrint("func: AddDevice\n");
    Status = StackAttach(Driver, Pdo, NULL, sizeof(FUNC_DEVICE) - sizeof(STACK_DEVICE), &Stack);
    if (!NT_SUCCESS(Status))
        return Status;
    FUNC_DEVICE *Func = CONTAINING_RECORD(Stack, FUNC_DEVICE, Stack);
    Status = IoRegisterDeviceInterface(Pdo, &StackInterface, NULL, &Func->Link);
    if (!NT_SUCCESS(Status)) {
        IoDetachDevice(Stack->Below);
        IoDeleteDevice(Stack->Self);
    }
    return Status;
}

static VOID NTAPI FuncUnload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint("func: Unload\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = FuncPass;
    Driver->MajorFunction[IRP_MJ_CREATE] = FuncOpenClose;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = FuncOpenClose;
    Driver->MajorFunction[IRP_MJ_CLOSE] = FuncOpenClose;
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FuncControl;
    Driver->MajorFunction[IRP_MJ_PNP] = FuncPnp;
    Driver->MajorFunction[IRP_MJ_POWER] = FuncPower;
    Driver->DriverExtension->AddDevice = FuncAdd;
    Driver->DriverUnload = FuncUnload;
    return STATUS_SUCCESS;
}
