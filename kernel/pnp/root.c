/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The root bus: the driver \Driver\PnpManager, whose physical devices stand for the keys below
 * Enum\Root. They answer what a bus driver has to; who they are and what resources they have, their
 * keys say.
 */
#include <string.h>

#include "pnp/pnpp.h"

/* {1530ea73-086b-11d1-a09f-00c04fc340b1} */
static const GUID PnppInternalBus = {
    0x1530ea73, 0x086b, 0x11d1, {0xa0, 0x9f, 0x00, 0xc0, 0x4f, 0xc3, 0x40, 0xb1}};

/* ---- what it answers ------------------------------------------------------------------------- */

/* Pool a requester frees with ExFreePool. */
static NTSTATUS PnppAnswer(
    const void *Data, SIZE_T Bytes, SIZE_T Terminator, ULONG_PTR *Information)
{
    UCHAR *Buffer = ExiAllocateZero(PagedPool, Bytes + Terminator, PNPP_TAG, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Buffer, Data, Bytes);
    *Information = (ULONG_PTR)Buffer;
    return STATUS_SUCCESS;
}

static NTSTATUS PnppAnswerValue(const PNPP_NODE *Node, const WCHAR *Below, const WCHAR *Name,
    ULONG Type, ULONG_PTR *Information)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    HANDLE Key;
    NTSTATUS Status = PnppOpenDevice(&Node->Path, Below, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_NOT_SUPPORTED : Status;
    Status = PnppQueryValue(Key, Name, &Value);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_NOT_SUPPORTED : Status;
    Status = Value->Type == Type && Value->DataLength != 0
                 ? PnppAnswer(Value->Data, Value->DataLength, 2 * sizeof(WCHAR), Information)
                 : STATUS_NOT_SUPPORTED;
    ExiFree(Value);
    return Status;
}

/* "ROOT\FOO" and "0000" of "ROOT\FOO\0000". */
static NTSTATUS PnppAnswerPath(const PNPP_NODE *Node, BOOLEAN Instance, ULONG_PTR *Information)
{
    USHORT Last = Node->Path.Length / sizeof(WCHAR);
    while (Last > 0 && Node->Path.Buffer[Last - 1] != u'\\')
        Last--;
    const WCHAR *Start = Instance ? Node->Path.Buffer + Last : Node->Path.Buffer;
    SIZE_T Length = Instance ? Node->Path.Length / sizeof(WCHAR) - Last : Last - 1u;
    return PnppAnswer(Start, Length * sizeof(WCHAR), sizeof(WCHAR), Information);
}

static NTSTATUS PnppAnswerId(const PNPP_NODE *Node, BUS_QUERY_ID_TYPE Type, ULONG_PTR *Information)
{
    switch (Type) {
    case BusQueryDeviceID: return PnppAnswerPath(Node, FALSE, Information);
    case BusQueryInstanceID: return PnppAnswerPath(Node, TRUE, Information);
    case BusQueryHardwareIDs:
        return PnppAnswerValue(Node, NULL, u"HardwareID", REG_MULTI_SZ, Information);
    case BusQueryCompatibleIDs:
        return PnppAnswerValue(Node, NULL, u"CompatibleIDs", REG_MULTI_SZ, Information);
    default: return STATUS_NOT_SUPPORTED;
    }
}

static NTSTATUS PnppAnswerRelations(
    DEVICE_OBJECT *Device, DEVICE_RELATION_TYPE Type, ULONG_PTR *Information)
{
    const DEVICE_RELATIONS Self = {1, {Device}};
    if (Type != TargetDeviceRelation)
        return STATUS_NOT_SUPPORTED;
    NTSTATUS Status = PnppAnswer(&Self, sizeof(Self), 0, Information);
    if (NT_SUCCESS(Status))
        ObfReferenceObject(Device);
    return Status;
}

static NTSTATUS PnppAnswerCapabilities(DEVICE_CAPABILITIES *Capabilities)
{
    if (Capabilities->Version != 1 || Capabilities->Size < sizeof(*Capabilities))
        return STATUS_UNSUCCESSFUL;
    Capabilities->UniqueID = TRUE;
    Capabilities->SilentInstall = TRUE;
    Capabilities->RawDeviceOK = FALSE;
    Capabilities->DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (int State = PowerSystemSleeping1; State <= PowerSystemShutdown; State++)
        Capabilities->DeviceState[State] = PowerDeviceD3;
    return STATUS_SUCCESS;
}

static NTSTATUS PnppAnswerBus(ULONG_PTR *Information)
{
    const PNP_BUS_INFORMATION Bus = {PnppInternalBus, PNPBus, 0};
    return PnppAnswer(&Bus, sizeof(Bus), 0, Information);
}

/* STATUS_NOT_SUPPORTED: the status stays what it is. */
static NTSTATUS PnppHandlePnp(
    DEVICE_OBJECT *Device, IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    const PNPP_NODE *Node = PnppFindNode(Device);
    if (Node == NULL)
        return STATUS_NO_SUCH_DEVICE;
    switch (Stack->MinorFunction) {
    case IRP_MN_START_DEVICE:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_STOP_DEVICE:
    case IRP_MN_QUERY_STOP_DEVICE:
    case IRP_MN_CANCEL_STOP_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        return STATUS_SUCCESS;
    case IRP_MN_QUERY_ID:
        return PnppAnswerId(Node, Stack->Parameters.QueryId.IdType, Information);
    case IRP_MN_QUERY_CAPABILITIES:
        return PnppAnswerCapabilities(Stack->Parameters.DeviceCapabilities.Capabilities);
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        return PnppAnswerRelations(
            Device, Stack->Parameters.QueryDeviceRelations.Type, Information);
    case IRP_MN_QUERY_RESOURCES:
        return PnppAnswerValue(Node, u"LogConf", u"BootConfig", REG_RESOURCE_LIST, Information);
    case IRP_MN_QUERY_RESOURCE_REQUIREMENTS:
        return PnppAnswerValue(
            Node, u"LogConf", u"BasicConfigVector", REG_RESOURCE_REQUIREMENTS_LIST, Information);
    case IRP_MN_QUERY_BUS_INFORMATION:
        return PnppAnswerBus(Information);
    default:
        return STATUS_NOT_SUPPORTED;
    }
}

static NTSTATUS NTAPI PnppDispatchPnp(DEVICE_OBJECT *Device, IRP *Irp)
{
    ULONG_PTR Information = Irp->IoStatus.Information;
    NTSTATUS Status = PnppHandlePnp(Device, IoGetCurrentIrpStackLocation(Irp), &Information);
    if (Status == STATUS_NOT_SUPPORTED)
        Status = Irp->IoStatus.Status;
    else
        Irp->IoStatus.Information = Information;
    Irp->IoStatus.Status = Status;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* The root bus gives its devices all the power they ask for; it cannot wake. */
static NTSTATUS NTAPI PnppDispatchPower(DEVICE_OBJECT *Device, IRP *Irp)
{
    UCHAR Minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
    NTSTATUS Status = Minor == IRP_MN_SET_POWER || Minor == IRP_MN_QUERY_POWER
        ? STATUS_SUCCESS
        : Irp->IoStatus.Status;
    (void)Device;
    Irp->IoStatus.Status = Status;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI PnppDispatchControl(DEVICE_OBJECT *Device, IRP *Irp)
{
    NTSTATUS Status = Irp->IoStatus.Status;
    (void)Device;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI PnppRootEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    (void)RegistryPath;
    PnppRootDriver = Driver;
    Driver->MajorFunction[IRP_MJ_PNP] = PnppDispatchPnp;
    Driver->MajorFunction[IRP_MJ_POWER] = PnppDispatchPower;
    Driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = PnppDispatchControl;
    return STATUS_SUCCESS;
}

/* ---- its devices ----------------------------------------------------------------------------- */

NTSTATUS PnppCreateRootDevice(const UNICODE_STRING *Path, PNPP_NODE **Node)
{
    DEVICE_OBJECT *Pdo;
    NTSTATUS Status = IoCreateDevice(PnppRootDriver, 0, NULL, FILE_DEVICE_CONTROLLER,
        FILE_AUTOGENERATED_DEVICE_NAME, FALSE, &Pdo);
    if (!NT_SUCCESS(Status))
        return Status;
    Pdo->Flags |= DO_POWER_PAGABLE;
    Pdo->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    Status = PnppCreateNode(&PnppRoot, Pdo, Path, Node);
    if (!NT_SUCCESS(Status))
        IoDeleteDevice(Pdo);
    return Status;
}

/* What a driver detected comes back when the driver reports it again. */
static BOOLEAN PnppIsReported(const UNICODE_STRING *Path)
{
    HANDLE Key;
    ULONG Reported = 0;
    if (!NT_SUCCESS(PnppOpenDevice(Path, NULL, KEY_READ, &Key)))
        return FALSE;
    PnppQueryNumber(Key, u"DeviceReported", &Reported);
    ZwClose(Key);
    return Reported != 0;
}

static void PnppFoundInstance(const UNICODE_STRING *Device, const UNICODE_STRING *Instance)
{
    static const UNICODE_STRING Root = RTL_STRING(u"ROOT\\"), Backslash = RTL_STRING(u"\\");
    UNICODE_STRING Path;
    PNPP_NODE *Node;
    if (!NT_SUCCESS(PnppJoin(&Path, EX_KERNEL_SITE, &Root, Device, &Backslash, Instance, NULL)))
        return;
    if (PnppFindPath(&PnppRoot, &Path) == NULL && !PnppIsReported(&Path) &&
        NT_SUCCESS(PnppCreateRootDevice(&Path, &Node)))
        PnppReadDevice(Node);
    PnppFree(&Path);
}

void PnppScanRoot(void)
{
    static const UNICODE_STRING Root = RTL_STRING(PNPP_ENUM u"Root");
    UNICODE_STRING Device, Instance;
    HANDLE Key, Below;
    if (!NT_SUCCESS(PnppOpenKey(NULL, &Root, KEY_READ, &Key)))
        return;
    for (ULONG Index = 0; NT_SUCCESS(PnppEnumerateKey(Key, Index, &Device)); Index++) {
        if (NT_SUCCESS(PnppOpenKey(Key, &Device, KEY_READ, &Below))) {
            for (ULONG Number = 0; NT_SUCCESS(PnppEnumerateKey(Below, Number, &Instance));
                 Number++) {
                PnppFoundInstance(&Device, &Instance);
                PnppFree(&Instance);
            }
            ZwClose(Below);
        }
        PnppFree(&Device);
    }
    ZwClose(Key);
}

NTSTATUS PnppNewInstance(const UNICODE_STRING *Name, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Root = RTL_STRING(u"ROOT\\");
    WCHAR Digits[] = u"\\0000";
    const UNICODE_STRING Number = {sizeof(Digits) - sizeof(WCHAR), sizeof(Digits), Digits};
    HANDLE Key;
    for (ULONG Try = 0; Try < 10000; Try++) {
        for (ULONG Rest = Try, Place = 4; Place > 0; Place--, Rest /= 10)
            Digits[Place] = (WCHAR)(u'0' + Rest % 10);
        NTSTATUS Status = PnppJoin(Path, EX_KERNEL_SITE, &Root, Name, &Number, NULL);
        if (!NT_SUCCESS(Status))
            return Status;
        Status = PnppOpenDevice(Path, NULL, KEY_READ, &Key);
        if (Status == STATUS_OBJECT_NAME_NOT_FOUND || Status == STATUS_OBJECT_PATH_NOT_FOUND)
            return STATUS_SUCCESS;
        PnppFree(Path);
        if (!NT_SUCCESS(Status))
            return Status;
        ZwClose(Key);
    }
    return STATUS_OBJECT_NAME_COLLISION;
}
