/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * genport.c - a generic port driver: its clients read and write the I/O ports of one range, which
 * the registry names. It refuses ports outside the range and such as are not aligned to the width
 * of the access.
 *
 * The range is claimed before the first access, so that a second driver for it is told.
 *
 * Each request is one port access and holds no state: there is nothing to lock. What two clients
 * do to one device by several accesses is between them.
 */
#include <ntddk.h>

#include "genport.h"

#define GPD_TAG         'tpeG' /* shows as "Gept" in pool listings */
#define GPD_PORT_LIMIT  0x10000
#define GPD_SPACE_PORTS 1 /* of HalTranslateBusAddress; 0: the ports are in memory */

/* Discarded once the driver is up: nothing calls DriverEntry again. */
#if defined(__GNUC__)
#define GPD_INIT __attribute__((section("INIT")))
#else
#define GPD_INIT
#endif

/* The range as the service's Parameters have it: bus addresses. */
typedef struct GPD_PARAMETERS {
    ULONG Base;
    ULONG Count;
} GPD_PARAMETERS;

typedef struct GPD_EXTENSION {
    ULONG_PTR Base; /* what the port routines take, or an address if InMemory */
    ULONG Count;
    BOOLEAN InMemory;
} GPD_EXTENSION;

/* What a control code asks for. */
typedef struct GPD_REQUEST {
    ULONG Code;
    UCHAR Width; /* bytes */
    BOOLEAN Write;
    BOOLEAN Pointer; /* the form with GENPORT_POINTER_ACCESS */
} GPD_REQUEST;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD GpdUnload;
static DRIVER_DISPATCH GpdCreateClose;
static DRIVER_DISPATCH GpdControl;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif

static const GPD_REQUEST GpdRequests[] = {
    {IOCTL_GPD_READ_PORT_UCHAR, sizeof(UCHAR), FALSE, FALSE},
    {IOCTL_GPD_READ_PORT_USHORT, sizeof(USHORT), FALSE, FALSE},
    {IOCTL_GPD_READ_PORT_ULONG, sizeof(ULONG), FALSE, FALSE},
    {IOCTL_GPD_WRITE_PORT_UCHAR, sizeof(UCHAR), TRUE, FALSE},
    {IOCTL_GPD_WRITE_PORT_USHORT, sizeof(USHORT), TRUE, FALSE},
    {IOCTL_GPD_WRITE_PORT_ULONG, sizeof(ULONG), TRUE, FALSE},
    {IOCTL_GPD_READ_PTR_UCHAR, sizeof(UCHAR), FALSE, TRUE},
    {IOCTL_GPD_READ_PTR_USHORT, sizeof(USHORT), FALSE, TRUE},
    {IOCTL_GPD_READ_PTR_ULONG, sizeof(ULONG), FALSE, TRUE},
    {IOCTL_GPD_WRITE_PTR_UCHAR, sizeof(UCHAR), TRUE, TRUE},
    {IOCTL_GPD_WRITE_PTR_USHORT, sizeof(USHORT), TRUE, TRUE},
    {IOCTL_GPD_WRITE_PTR_ULONG, sizeof(ULONG), TRUE, TRUE},
};

/* ---- Ports ---------------------------------------------------------------------------------- */

static ULONG GpdReadPort(const GPD_EXTENSION *Extension, ULONG_PTR Port, UCHAR Width)
{
    PVOID Address = (PVOID)(Extension->Base + Port);

    switch (Width) {
    case sizeof(UCHAR):
        return Extension->InMemory ? READ_REGISTER_UCHAR(Address) : READ_PORT_UCHAR(Address);
    case sizeof(USHORT):
        return Extension->InMemory ? READ_REGISTER_USHORT(Address) : READ_PORT_USHORT(Address);
    default:
        return Extension->InMemory ? READ_REGISTER_ULONG(Address) : READ_PORT_ULONG(Address);
    }
}

static VOID GpdWritePort(const GPD_EXTENSION *Extension, ULONG_PTR Port, UCHAR Width, ULONG Value)
{
    PVOID Address = (PVOID)(Extension->Base + Port);

    switch (Width) {
    case sizeof(UCHAR):
        if (Extension->InMemory)
            WRITE_REGISTER_UCHAR(Address, (UCHAR)Value);
        else
            WRITE_PORT_UCHAR(Address, (UCHAR)Value);
        break;
    case sizeof(USHORT):
        if (Extension->InMemory)
            WRITE_REGISTER_USHORT(Address, (USHORT)Value);
        else
            WRITE_PORT_USHORT(Address, (USHORT)Value);
        break;
    default:
        if (Extension->InMemory)
            WRITE_REGISTER_ULONG(Address, Value);
        else
            WRITE_PORT_ULONG(Address, Value);
        break;
    }
}

/* The whole access within the range, and aligned on the bus. Port may be any number. */
static BOOLEAN GpdIsAllowed(const GPD_EXTENSION *Extension, ULONG_PTR Port, UCHAR Width)
{
    return Port < Extension->Count && Width <= Extension->Count - Port &&
           ((Extension->Base + Port) & (Width - 1)) == 0;
}

/* ---- Requests ------------------------------------------------------------------------------- */

/* The data of a request is the narrowest member of its union that holds it. */
static ULONG GpdTakeData(const VOID *Data, UCHAR Width)
{
    switch (Width) {
    case sizeof(UCHAR):
        return *(const UCHAR *)Data;
    case sizeof(USHORT):
        return *(const USHORT *)Data;
    default:
        return *(const ULONG *)Data;
    }
}

static VOID GpdPutData(VOID *Data, UCHAR Width, ULONG Value)
{
    switch (Width) {
    case sizeof(UCHAR):
        *(UCHAR *)Data = (UCHAR)Value;
        break;
    case sizeof(USHORT):
        *(USHORT *)Data = (USHORT)Value;
        break;
    default:
        *(ULONG *)Data = Value;
        break;
    }
}

/* Input and output are one buffer: the port is taken out before the value goes in. */
static NTSTATUS GpdPlainRead(const GPD_EXTENSION *Extension, UCHAR Width, VOID *Buffer,
                             ULONG InputBytes, ULONG OutputBytes, ULONG_PTR *Information)
{
    ULONG Port;

    if (InputBytes != sizeof(ULONG) || OutputBytes < Width)
        return STATUS_INVALID_PARAMETER;
    Port = *(const ULONG *)Buffer;
    if (!GpdIsAllowed(Extension, Port, Width))
        return STATUS_ACCESS_VIOLATION;
    GpdPutData(Buffer, Width, GpdReadPort(Extension, Port, Width));
    *Information = Width;
    return STATUS_SUCCESS;
}

static NTSTATUS GpdPlainWrite(const GPD_EXTENSION *Extension, UCHAR Width, const VOID *Buffer,
                              ULONG InputBytes)
{
    const GENPORT_WRITE_INPUT *Input = Buffer;

    if (InputBytes < FIELD_OFFSET(GENPORT_WRITE_INPUT, LongData) + (ULONG)Width)
        return STATUS_INVALID_PARAMETER;
    if (!GpdIsAllowed(Extension, Input->PortNumber, Width))
        return STATUS_ACCESS_VIOLATION;
    GpdWritePort(Extension, Input->PortNumber, Width, GpdTakeData(&Input->LongData, Width));
    return STATUS_SUCCESS;
}

/* The structure as the program that sent the request has it. */
typedef struct GPD_ACCESS {
    ULONG_PTR Port;
    VOID *Data;
    ULONG Bytes;
} GPD_ACCESS;

static BOOLEAN GpdTakeAccess(PIRP Irp, ULONG InputBytes, GPD_ACCESS *Access)
{
    GENPORT_POINTER_ACCESS *Native = Irp->AssociatedIrp.SystemBuffer;

#ifdef _WIN64
    if (IoIs32bitProcess(Irp)) {
        GENPORT_POINTER_ACCESS32 *Narrow = Irp->AssociatedIrp.SystemBuffer;

        if (InputBytes != sizeof(*Narrow))
            return FALSE;
        Access->Port = Narrow->PortNumber;
        Access->Data = &Narrow->LongData;
        Access->Bytes = sizeof(*Narrow);
        return TRUE;
    }
#endif
    if (InputBytes != sizeof(*Native))
        return FALSE;
    Access->Port = Native->PortNumber;
    Access->Data = &Native->LongData;
    Access->Bytes = sizeof(*Native);
    return TRUE;
}

static NTSTATUS GpdPointerAccess(const GPD_EXTENSION *Extension, const GPD_REQUEST *Request,
                                 PIRP Irp, ULONG InputBytes, ULONG OutputBytes,
                                 ULONG_PTR *Information)
{
    GPD_ACCESS Access;

    if (!GpdTakeAccess(Irp, InputBytes, &Access))
        return STATUS_INVALID_PARAMETER;
    if (!Request->Write && OutputBytes < Access.Bytes)
        return STATUS_INVALID_PARAMETER;
    if (!GpdIsAllowed(Extension, Access.Port, Request->Width))
        return STATUS_ACCESS_VIOLATION;
    if (Request->Write) {
        GpdWritePort(Extension, Access.Port, Request->Width,
                     GpdTakeData(Access.Data, Request->Width));
        return STATUS_SUCCESS;
    }
    GpdPutData(Access.Data, Request->Width, GpdReadPort(Extension, Access.Port, Request->Width));
    *Information = Access.Bytes;
    return STATUS_SUCCESS;
}

static const GPD_REQUEST *GpdFindRequest(ULONG Code)
{
    ULONG i;

    for (i = 0; i < RTL_NUMBER_OF(GpdRequests); i++) {
        if (GpdRequests[i].Code == Code)
            return &GpdRequests[i];
    }
    return NULL;
}

static NTSTATUS GpdComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI GpdCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return GpdComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI GpdControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    const GPD_EXTENSION *Extension = DeviceObject->DeviceExtension;
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    const GPD_REQUEST *Request = GpdFindRequest(Code);
    ULONG_PTR Information = 0;
    NTSTATUS Status;

    if (Request == NULL)
        Status = STATUS_INVALID_DEVICE_REQUEST;
    else if (Request->Pointer)
        Status = GpdPointerAccess(Extension, Request, Irp, InputBytes, OutputBytes, &Information);
    else if (Request->Write)
        Status = GpdPlainWrite(Extension, Request->Width, Buffer, InputBytes);
    else
        Status = GpdPlainRead(Extension, Request->Width, Buffer, InputBytes, OutputBytes,
                              &Information);
    KdPrint(("GenPort: control 0x%08lx, status 0x%08lx, %lu bytes\n", Code, (ULONG)Status,
             (ULONG)Information));
    return GpdComplete(Irp, Status, Information);
}

/* ---- Resources ------------------------------------------------------------------------------ */

/* Claims the range for the driver, by bus addresses. */
static NTSTATUS GpdClaim(PDRIVER_OBJECT DriverObject, const GPD_PARAMETERS *Parameters)
{
    CM_RESOURCE_LIST List;
    CM_PARTIAL_RESOURCE_DESCRIPTOR *Ports;
    BOOLEAN Conflict = FALSE;
    NTSTATUS Status;

    RtlZeroMemory(&List, sizeof(List));
    List.Count = 1;
    List.List[0].InterfaceType = Isa;
    List.List[0].PartialResourceList.Count = 1;
    Ports = &List.List[0].PartialResourceList.PartialDescriptors[0];
    Ports->Type = CmResourceTypePort;
    Ports->ShareDisposition = CmResourceShareDriverExclusive;
    Ports->Flags = CM_RESOURCE_PORT_IO;
    Ports->u.Port.Start.QuadPart = Parameters->Base;
    Ports->u.Port.Length = Parameters->Count;
    Status = IoReportResourceForDetection(DriverObject, &List, sizeof(List), NULL, NULL, 0,
                                          &Conflict);
    /* A conflict is told by status as well as by flag; it is enough if one of them says so. */
    if (NT_SUCCESS(Status) && Conflict)
        Status = STATUS_CONFLICTING_ADDRESSES;
    return Status;
}

/* Gives the range back: the list of a driver that needs nothing. */
static VOID GpdUnclaim(PDRIVER_OBJECT DriverObject)
{
    CM_RESOURCE_LIST Nothing;
    BOOLEAN Conflict;

    RtlZeroMemory(&Nothing, sizeof(Nothing));
    IoReportResourceForDetection(DriverObject, &Nothing, sizeof(Nothing), NULL, NULL, 0, &Conflict);
}

/* Makes the range accessible. What it maps, GpdUnmap unmaps. */
static NTSTATUS GpdMap(const GPD_PARAMETERS *Parameters, GPD_EXTENSION *Extension)
{
    PHYSICAL_ADDRESS Bus, Address;
    ULONG Space = GPD_SPACE_PORTS;

    Bus.QuadPart = Parameters->Base;
    if (!HalTranslateBusAddress(Isa, 0, Bus, &Space, &Address))
        return STATUS_NO_SUCH_DEVICE;
    Extension->Count = Parameters->Count;
    Extension->InMemory = Space != GPD_SPACE_PORTS;
    if (Extension->InMemory) {
        Extension->Base = (ULONG_PTR)MmMapIoSpace(Address, Parameters->Count, MmNonCached);
        if (Extension->Base == 0)
            return STATUS_INSUFFICIENT_RESOURCES;
    } else {
        Extension->Base = (ULONG_PTR)Address.QuadPart;
    }
    return STATUS_SUCCESS;
}

static VOID GpdUnmap(const GPD_EXTENSION *Extension)
{
    if (Extension->InMemory)
        MmUnmapIoSpace((PVOID)Extension->Base, Extension->Count);
}

/* ---- Parameters ----------------------------------------------------------------------------- */

/*
 * A value of the key Parameters. Anything but a REG_DWORD is refused: an administrator's mistake
 * must not become another range.
 */
static NTSTATUS NTAPI GpdTakeParameter(PWSTR ValueName, ULONG ValueType, PVOID ValueData,
                                       ULONG ValueLength, PVOID Context, PVOID EntryContext)
{
    UNREFERENCED_PARAMETER(ValueName);
    UNREFERENCED_PARAMETER(Context);
    if (ValueType != REG_DWORD || ValueLength != sizeof(ULONG)) {
        DbgPrint("GenPort: the parameter %S is not a REG_DWORD\n", ValueName);
        return STATUS_INVALID_PARAMETER;
    }
    *(ULONG *)EntryContext = *(const ULONG *)ValueData;
    return STATUS_SUCCESS;
}

/* A routine of ours takes the values, not RTL_QUERY_REGISTRY_DIRECT, which would trust the type. */
static NTSTATUS GpdQueryParameters(PWSTR Path, GPD_PARAMETERS *Parameters)
{
    RTL_QUERY_REGISTRY_TABLE Table[3];
    NTSTATUS Status;

    RtlZeroMemory(Table, sizeof(Table)); /* the last entry stays so: the end */
    Table[0].QueryRoutine = GpdTakeParameter;
    Table[0].Name = (PWSTR)(ULONG_PTR)GENPORT_BASE_VALUE;
    Table[0].EntryContext = &Parameters->Base;
    Table[1].QueryRoutine = GpdTakeParameter;
    Table[1].Name = (PWSTR)(ULONG_PTR)GENPORT_COUNT_VALUE;
    Table[1].EntryContext = &Parameters->Count;
    Status = RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, Path, Table, NULL, NULL);
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status; /* no such key */
}

static NTSTATUS GpdGetParameters(PUNICODE_STRING RegistryPath, GPD_PARAMETERS *Parameters)
{
    SIZE_T PathBytes = RegistryPath->Length + sizeof(L"\\" GENPORT_PARAMETERS);
    NTSTATUS Status;
    PWSTR Path;

    Parameters->Base = GENPORT_BASE_DEFAULT;
    Parameters->Count = GENPORT_COUNT_DEFAULT;
    Path = ExAllocatePoolWithTag(PagedPool, PathBytes, GPD_TAG);
    if (Path == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(Path, RegistryPath->Buffer, RegistryPath->Length);
    RtlCopyMemory(Path + RegistryPath->Length / sizeof(WCHAR), L"\\" GENPORT_PARAMETERS,
                  sizeof(L"\\" GENPORT_PARAMETERS));
    Status = GpdQueryParameters(Path, Parameters);
    ExFreePoolWithTag(Path, GPD_TAG);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Parameters->Count == 0 || Parameters->Count > GPD_PORT_LIMIT ||
        Parameters->Base > GPD_PORT_LIMIT - Parameters->Count) {
        DbgPrint("GenPort: 0x%lx ports at 0x%lx: there are no such ports\n", Parameters->Count,
                 Parameters->Base);
        return STATUS_INVALID_PARAMETER;
    }
    return STATUS_SUCCESS;
}

/* ---- Loading and unloading ------------------------------------------------------------------ */

static NTSTATUS GpdCreateDevice(PDRIVER_OBJECT DriverObject, const GPD_PARAMETERS *Parameters)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    RtlInitUnicodeString(&DeviceName, GENPORT_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, GENPORT_LINK_NAME);
    Status = IoCreateDevice(DriverObject, sizeof(GPD_EXTENSION), &DeviceName, GPD_TYPE,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = GpdMap(Parameters, DeviceObject->DeviceExtension);
    if (!NT_SUCCESS(Status))
        goto DeleteDevice;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto Unmap;
    return STATUS_SUCCESS;

Unmap:
    GpdUnmap(DeviceObject->DeviceExtension);
DeleteDevice:
    IoDeleteDevice(DeviceObject);
    return Status;
}

static VOID NTAPI GpdUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    KdPrint(("GenPort: unload\n"));
    RtlInitUnicodeString(&LinkName, GENPORT_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    GpdUnmap(DriverObject->DeviceObject->DeviceExtension);
    IoDeleteDevice(DriverObject->DeviceObject);
    GpdUnclaim(DriverObject);
}

GPD_INIT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    GPD_PARAMETERS Parameters;
    NTSTATUS Status;

    Status = GpdGetParameters(RegistryPath, &Parameters);
    if (!NT_SUCCESS(Status))
        return Status;
    KdPrint(("GenPort: 0x%lx ports at 0x%lx, from %wZ\n", Parameters.Count, Parameters.Base,
             RegistryPath));
    Status = GpdClaim(DriverObject, &Parameters);
    if (!NT_SUCCESS(Status)) {
        DbgPrint("GenPort: the ports 0x%lx to 0x%lx cannot be claimed: status 0x%08lx\n",
                 Parameters.Base, Parameters.Base + Parameters.Count - 1, (ULONG)Status);
        return Status;
    }
    Status = GpdCreateDevice(DriverObject, &Parameters);
    if (!NT_SUCCESS(Status)) {
        GpdUnclaim(DriverObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = GpdCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = GpdCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = GpdControl;
    DriverObject->DriverUnload = GpdUnload;
    return STATUS_SUCCESS;
}
