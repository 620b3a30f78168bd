/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnpbus - a bus driver. Its bus, \\.\PnpBus, has up to eight slots, and in each a device may be:
 *
 *     0x222000  in: ULONG slot: plugs a device in
 *     0x222004  in: ULONG slot: pulls it out
 *     0x222008  in: ULONG slot: asks for it to be ejected, which it does when it is told to
 *     0x22200c  in: ULONG slot: says that its power relations have changed
 *     0x222010  in: ULONG slots, bit by bit: plugs a device into each, and says so once
 *
 * All but the third return when the machine has asked again. A device is PNPBUS\Widget with its
 * slot as instance; it wants 8 ports anywhere from 0x200 to 0x2ff, that in slot 6 those at 0x200
 * and no others. The one in slot 5 takes that in slot 4 along when it is removed, and that in slot
 * 3, too, when it is ejected. The one in slot 1 wants power after that in slot 7, and that after
 * the one in slot 2.
 */
#include "stack.h"

#define SLOTS 8

NTKERNELAPI NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(
    PDEVICE_OBJECT, DEVICE_RELATION_TYPE);

typedef struct BUS_CHILD {
    BOOLEAN IsChild; /* first, TRUE: a PDO; in a bus it is FALSE */
    PDEVICE_OBJECT Self;
    struct BUS_DEVICE *Bus;
    ULONG Slot;
    BOOLEAN Present, Reported;
} BUS_CHILD;

typedef struct BUS_DEVICE {
    BOOLEAN IsChild;
    STACK_DEVICE Stack;
    FAST_MUTEX Lock; /* guards the slots */
    PDEVICE_OBJECT Child[SLOTS];
} BUS_DEVICE;

static UNICODE_STRING BusName = RTL_CONSTANT_STRING(L"\\Device\\PnpBus");
static UNICODE_STRING BusLink = RTL_CONSTANT_STRING(L"\\DosDevices\\PnpBus");

/* ---- devices on the bus ---------------------------------------------------------------------- */

static NTSTATUS ChildText(PIRP Irp, const WCHAR *Text, ULONG Bytes)
{
    PVOID Buffer = ExAllocatePoolWithTag(PagedPool, Bytes, STACK_TAG);

    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(Buffer, Text, Bytes);
    Irp->IoStatus.Information = (ULONG_PTR)Buffer;
    return STATUS_SUCCESS;
}

static NTSTATUS ChildId(BUS_CHILD *Child, PIRP Irp, BUS_QUERY_ID_TYPE Type)
{
    static const WCHAR Device[] = L"PNPBUS\\Widget";
    static const WCHAR Hardware[] = L"PNPBUS\\Widget_Rev1\0PNPBUS\\Widget\0";
    static const WCHAR Compatible[] = L"PNPBUS\\Generic\0";
    WCHAR Instance[] = L"0";

    Instance[0] = (WCHAR)(L'0' + Child->Slot);
    switch (Type) {
    case BusQueryDeviceID:
        return ChildText(Irp, Device, sizeof(Device));
    case BusQueryHardwareIDs:
        return ChildText(Irp, Hardware, sizeof(Hardware));
    case BusQueryCompatibleIDs:
        return ChildText(Irp, Compatible, sizeof(Compatible));
    case BusQueryInstanceID:
        return ChildText(Irp, Instance, sizeof(Instance));
    default:
        return Irp->IoStatus.Status;
    }
}

static NTSTATUS ChildRequirements(BUS_CHILD *Child, PIRP Irp)
{
    PIO_RESOURCE_REQUIREMENTS_LIST List = ExAllocatePoolWithTag(
        PagedPool, sizeof(*List), STACK_TAG);

    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
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
    List->List[0].Descriptors[0].u.Port.MinimumAddress.LowPart = 0x200;
    List->List[0].Descriptors[0].u.Port.MaximumAddress.LowPart = Child->Slot == 6 ? 0x207 : 0x2ff;
    Irp->IoStatus.Information = (ULONG_PTR)List;
    return STATUS_SUCCESS;
}

static NTSTATUS ChildRelations(BUS_CHILD *Child, PIRP Irp, DEVICE_RELATION_TYPE Type)
{
    PDEVICE_OBJECT Related = Type == TargetDeviceRelation ? Child->Self : NULL;

    if (Child->Slot == 5 && Type == RemovalRelations)
        Related = Child->Bus->Child[4];
    if (Child->Slot == 5 && Type == EjectionRelations)
        Related = Child->Bus->Child[3];
    if (Type == PowerRelations && (Child->Slot == 1 || Child->Slot == 7))
        Related = Child->Bus->Child[Child->Slot == 1 ? 7 : 2];
    if (Related == NULL)
        return Irp->IoStatus.Status;
    PDEVICE_RELATIONS Relations = ExAllocatePoolWithTag(PagedPool, sizeof(*Relations), STACK_TAG);
    if (Relations == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Relations->Count = 1;
    Relations->Objects[0] = Related;
    ObReferenceObject(Related);
    Irp->IoStatus.Information = (ULONG_PTR)Relations;
    return STATUS_SUCCESS;
}

static NTSTATUS ChildCapabilities(PDEVICE_CAPABILITIES Capabilities, ULONG Slot)
{
    Capabilities->Removable = TRUE;
    Capabilities->EjectSupported = TRUE;
    Capabilities->SurpriseRemovalOK = TRUE;
    Capabilities->Address = Slot;
    Capabilities->UINumber = Slot + 1;
    Capabilities->DeviceState[PowerSystemWorking] = PowerDeviceD0;
    return STATUS_SUCCESS;
}

/* One that is still in its slot stays, for the next driver that is put on it. */
static NTSTATUS ChildRemove(BUS_CHILD *Child, PIRP Irp)
{
    BOOLEAN Gone;

    ExAcquireFastMutex(&Child->Bus->Lock);
    Gone = !Child->Present;
    if (Gone && Child->Bus->Child[Child->Slot] == Child->Self)
        Child->Bus->Child[Child->Slot] = NULL;
    ExReleaseFastMutex(&Child->Bus->Lock);
    StackComplete(Irp, STATUS_SUCCESS, 0);
    if (Gone)
        IoDeleteDevice(Child->Self);
    return STATUS_SUCCESS;
}

static VOID ChildEject(BUS_CHILD *Child)
{
    ExAcquireFastMutex(&Child->Bus->Lock);
    Child->Present = FALSE;
    ExReleaseFastMutex(&Child->Bus->Lock);
}

static NTSTATUS ChildPnp(BUS_CHILD *Child, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = Irp->IoStatus.Status;

    switch (Stack->MinorFunction) {
    case IRP_MN_QUERY_ID:
        Status = ChildId(Child, Irp, Stack->Parameters.QueryId.IdType);
        break;
    case IRP_MN_QUERY_CAPABILITIES:
        Status = ChildCapabilities(Stack->Parameters.DeviceCapabilities.Capabilities, Child->Slot);
        break;
    case IRP_MN_QUERY_DEVICE_TEXT:
        if (Stack->Parameters.QueryDeviceText.DeviceTextType == DeviceTextDescription)
            Status = ChildText(Irp, L"Widget", sizeof(L"Widget"));
        break;
    case IRP_MN_QUERY_RESOURCE_REQUIREMENTS:
        Status = ChildRequirements(Child, Irp);
        break;
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        Status = ChildRelations(Child, Irp, Stack->Parameters.QueryDeviceRelations.Type);
        break;
    case IRP_MN_REMOVE_DEVICE:
        DbgPrint("bus: slot %u REMOVE_DEVICE\n", Child->Slot);
        return ChildRemove(Child, Irp);
    case IRP_MN_EJECT:
        DbgPrint("bus: EJECT slot %u\n", Child->Slot);
        ChildEject(Child);
        Status = STATUS_SUCCESS;
        break;
    case IRP_MN_START_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_QUERY_STOP_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        Status = STATUS_SUCCESS;
        break;
    default:
        break;
    }
    return StackComplete(Irp, Status, Irp->IoStatus.Information);
}

static NTSTATUS ChildPower(BUS_CHILD *Child, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = Irp->IoStatus.Status;

    if (Stack->MinorFunction == IRP_MN_SET_POWER &&
        Stack->Parameters.Power.Type == SystemPowerState)
        DbgPrint(
            "bus: slot %u, system %u\n", Child->Slot, Stack->Parameters.Power.State.SystemState);
    if (Stack->MinorFunction == IRP_MN_SET_POWER || Stack->MinorFunction == IRP_MN_QUERY_POWER)
        Status = STATUS_SUCCESS;
    PoStartNextPowerIrp(Irp);
    return StackComplete(Irp, Status, 0);
}

/* ---- the bus --------------------------------------------------------------------------------- */

static NTSTATUS BusAnswerRelations(BUS_DEVICE *Bus, PIRP Irp)
{
    ULONG Bytes = FIELD_OFFSET(DEVICE_RELATIONS, Objects) + SLOTS * sizeof(PDEVICE_OBJECT);
    PDEVICE_RELATIONS Relations = ExAllocatePoolWithTag(PagedPool, Bytes, STACK_TAG);

    if (Relations == NULL)
        return StackComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    Relations->Count = 0;
    ExAcquireFastMutex(&Bus->Lock);
    for (ULONG Slot = 0; Slot < SLOTS; Slot++) {
        if (Bus->Child[Slot] == NULL)
            continue;
        BUS_CHILD *Child = Bus->Child[Slot]->DeviceExtension;
        if (Child->Present) {
            Child->Reported = TRUE;
            ObReferenceObject(Child->Self);
            Relations->Objects[Relations->Count++] = Child->Self;
        } else {
            Child->Reported = FALSE;
        }
    }
    ExReleaseFastMutex(&Bus->Lock);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = (ULONG_PTR)Relations;
    return StackPassDown(&Bus->Stack, Irp);
}

static VOID BusDeleteChildren(BUS_DEVICE *Bus)
{
    for (ULONG Slot = 0; Slot < SLOTS; Slot++) {
        PDEVICE_OBJECT Child = Bus->Child[Slot];
        Bus->Child[Slot] = NULL;
        if (Child != NULL)
            IoDeleteDevice(Child);
    }
}

static NTSTATUS BusPnp(BUS_DEVICE *Bus, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    StackTell("bus", Stack, Irp);
    switch (Stack->MinorFunction) {
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        if (Stack->Parameters.QueryDeviceRelations.Type == BusRelations)
            return BusAnswerRelations(Bus, Irp);
        return StackPassDown(&Bus->Stack, Irp);
    case IRP_MN_REMOVE_DEVICE:
        IoDeleteSymbolicLink(&BusLink);
        BusDeleteChildren(Bus);
        return StackRemove(&Bus->Stack, Irp);
    case IRP_MN_START_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
        Irp->IoStatus.Status = STATUS_SUCCESS;
        /* fall through */
    default:
        return StackPassDown(&Bus->Stack, Irp);
    }
}

static NTSTATUS BusPlug(BUS_DEVICE *Bus, ULONG Slot)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(Bus->Stack.Self->DriverObject, sizeof(BUS_CHILD), NULL,
        FILE_DEVICE_UNKNOWN, FILE_AUTOGENERATED_DEVICE_NAME | FILE_DEVICE_SECURE_OPEN, FALSE,
        &Device);

    if (!NT_SUCCESS(Status))
        return Status;
    BUS_CHILD *Child = Device->DeviceExtension;
    Child->IsChild = TRUE;
    Child->Self = Device;
    Child->Bus = Bus;
    Child->Slot = Slot;
    Child->Present = TRUE;
    Device->Flags |= DO_POWER_PAGABLE;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    ExAcquireFastMutex(&Bus->Lock);
    if (Bus->Child[Slot] == NULL)
        Bus->Child[Slot] = Device;
    else
        Status = STATUS_DEVICE_BUSY;
    ExReleaseFastMutex(&Bus->Lock);
    if (!NT_SUCCESS(Status))
        IoDeleteDevice(Device);
    return Status;
}

static NTSTATUS BusPlugSome(BUS_DEVICE *Bus, ULONG Slots)
{
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG Slot = 0; Slot < SLOTS && NT_SUCCESS(Status); Slot++) {
        if ((Slots & (1u << Slot)) != 0)
            Status = BusPlug(Bus, Slot);
    }
    if (NT_SUCCESS(Status))
        Status = IoSynchronousInvalidateDeviceRelations(Bus->Stack.Pdo, BusRelations);
    return Status;
}

static PDEVICE_OBJECT BusUnplug(BUS_DEVICE *Bus, ULONG Slot, BOOLEAN Pull)
{
    PDEVICE_OBJECT Device;

    ExAcquireFastMutex(&Bus->Lock);
    Device = Bus->Child[Slot];
    if (Device != NULL && Pull)
        ((BUS_CHILD *)Device->DeviceExtension)->Present = FALSE;
    ExReleaseFastMutex(&Bus->Lock);
    return Device;
}

static NTSTATUS BusControl(BUS_DEVICE *Bus, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode, Slot;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Stack->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG))
        return StackComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    Slot = *(ULONG *)Irp->AssociatedIrp.SystemBuffer;
    if (Code == 0x222010)
        return StackComplete(Irp, BusPlugSome(Bus, Slot), 0);
    if (Slot >= SLOTS)
        return StackComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    if (Code == 0x222000)
        Status = BusPlug(Bus, Slot);
    else if (BusUnplug(Bus, Slot, Code == 0x222004) == NULL)
        Status = STATUS_NO_SUCH_DEVICE;
    if (NT_SUCCESS(Status) && Code == 0x222008)
        IoRequestDeviceEject(Bus->Child[Slot]);
    else if (NT_SUCCESS(Status) && Code == 0x22200c)
        Status = IoSynchronousInvalidateDeviceRelations(Bus->Child[Slot], PowerRelations);
    else if (NT_SUCCESS(Status))
        Status = IoSynchronousInvalidateDeviceRelations(Bus->Stack.Pdo, BusRelations);
    return StackComplete(Irp, Status, 0);
}

/* ---- both ------------------------------------------------------------------------------------ */

static NTSTATUS NTAPI BusDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    BUS_DEVICE *Bus = Device->DeviceExtension;
    BOOLEAN IsChild = Bus->IsChild;

    switch (Stack->MajorFunction) {
    case IRP_MJ_PNP:
        return IsChild ? ChildPnp(Device->DeviceExtension, Irp) : BusPnp(Bus, Irp);
    case IRP_MJ_POWER:
        if (IsChild)
            return ChildPower(Device->DeviceExtension, Irp);
        StackTell("bus", Stack, Irp);
        return StackPassPower(&Bus->Stack, Irp);
    case IRP_MJ_SYSTEM_CONTROL:
        return IsChild ? StackComplete(Irp, Irp->IoStatus.Status, 0)
                       : StackPassDown(&Bus->Stack, Irp);
    case IRP_MJ_DEVICE_CONTROL:
        return IsChild ? StackComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0)
                       : BusControl(Bus, Irp);
    default:
        return StackComplete(Irp, IsChild ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS, 0);
    }
}

static NTSTATUS NTAPI BusAdd(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    DbgPrint("bus: AddDevice\n");
    Status = IoCreateDevice(Driver, sizeof(BUS_DEVICE), &BusName, FILE_DEVICE_UNKNOWN,
        FILE_DEVICE_SECURE_OPEN, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    BUS_DEVICE *Bus = Device->DeviceExtension;
    ExInitializeFastMutex(&Bus->Lock);
    Bus->Stack.Self = Device;
    Bus->Stack.Pdo = Pdo;
    IoInitializeRemoveLock(&Bus->Stack.RemoveLock, STACK_TAG, 0, 0);
    Status = IoCreateSymbolicLink(&BusLink, &BusName);
    Bus->Stack.Below = NT_SUCCESS(Status) ? IoAttachDeviceToDeviceStack(Device, Pdo) : NULL;
    if (Bus->Stack.Below == NULL) {
        if (NT_SUCCESS(Status))
            IoDeleteSymbolicLink(&BusLink);
        IoDeleteDevice(Device);
        return NT_SUCCESS(Status) ? STATUS_NO_SUCH_DEVICE : Status;
    }
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI BusUnload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint("bus: Unload\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = BusDispatch;
    Driver->DriverExtension->AddDevice = BusAdd;
    Driver->DriverUnload = BusUnload;
    return STATUS_SUCCESS;
}
