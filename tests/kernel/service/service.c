/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * service.c - a driver that does what its service's key says, for tests of services.
 *
 * Values of the key, numbers, absent: 0. Result: what DriverEntry returns. Devices: how many
 * devices it makes, \Device\<service>0 and on, each with the link \\.\<service>0. Stay: it has no
 * unload routine. Writes: how many values it writes to its key, W1 and on, printing each when it is
 * written. Cmos: a register, and above its 8 bits what is written there; what was there before is
 * printed. It prints "<service> started" and "<service> stopped".
 */
#include <ntddk.h>

#define SERVICE_MAX_DEVICES 8
#define SERVICE_NAME_CHARACTERS 64

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ServiceUnload;

static WCHAR ServiceNameBuffer[SERVICE_NAME_CHARACTERS];
static UNICODE_STRING ServiceName = {0, sizeof(ServiceNameBuffer), ServiceNameBuffer};

static ULONG ServiceNumber(PUNICODE_STRING RegistryPath, PCWSTR Name)
{
    RTL_QUERY_REGISTRY_TABLE Table[2] = {{0}};
    ULONG Number = 0, Default = 0;

    Table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    Table[0].Name = (PWSTR)(ULONG_PTR)Name;
    Table[0].EntryContext = &Number;
    Table[0].DefaultType = REG_DWORD;
    Table[0].DefaultData = &Default;
    Table[0].DefaultLength = sizeof(Default);
    if (!NT_SUCCESS(
            RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, RegistryPath->Buffer, Table, NULL, NULL)))
        return 0;
    return Number;
}

/* Prefix, the service's name and a digit. */
static VOID ServiceText(PUNICODE_STRING Text, PCWSTR Prefix, ULONG Index)
{
    WCHAR Digit[2] = {(WCHAR)('0' + Index), 0};

    Text->Length = 0;
    RtlAppendUnicodeToString(Text, Prefix);
    RtlAppendUnicodeStringToString(Text, &ServiceName);
    RtlAppendUnicodeToString(Text, Digit);
}

static NTSTATUS NTAPI ServiceDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static VOID ServiceDeleteDevices(PDRIVER_OBJECT DriverObject)
{
    WCHAR Buffer[SERVICE_NAME_CHARACTERS + 16];
    UNICODE_STRING Text = {0, sizeof(Buffer), Buffer};
    ULONG Index = 0;

    for (PDEVICE_OBJECT Device = DriverObject->DeviceObject; Device != NULL;
         Device = Device->NextDevice)
        Index++;
    while (Index-- > 0) {
        ServiceText(&Text, L"\\DosDevices\\", Index);
        IoDeleteSymbolicLink(&Text);
        IoDeleteDevice(DriverObject->DeviceObject);
    }
}

static VOID NTAPI ServiceUnload(PDRIVER_OBJECT DriverObject)
{
    ServiceDeleteDevices(DriverObject);
    DbgPrint("%wZ stopped\n", &ServiceName);
}

static NTSTATUS ServiceCreateDevice(PDRIVER_OBJECT DriverObject, ULONG Index)
{
    WCHAR Buffer[SERVICE_NAME_CHARACTERS + 16], LinkBuffer[SERVICE_NAME_CHARACTERS + 16];
    UNICODE_STRING Name = {0, sizeof(Buffer), Buffer}, Link = {0, sizeof(LinkBuffer), LinkBuffer};
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    ServiceText(&Name, L"\\Device\\", Index);
    ServiceText(&Link, L"\\DosDevices\\", Index);
    Status = IoCreateDevice(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status))
        IoDeleteDevice(Device);
    return Status;
}

static NTSTATUS ServiceWriteValues(PUNICODE_STRING RegistryPath, ULONG Count)
{
    WCHAR Buffer[SERVICE_NAME_CHARACTERS];
    UNICODE_STRING Name = {0, sizeof(Buffer), Buffer}, Digits;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    NTSTATUS Status;

    InitializeObjectAttributes(
        &Attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwOpenKey(&Key, KEY_SET_VALUE, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Number = 1; Number <= Count && NT_SUCCESS(Status); Number++) {
        Name.Buffer[0] = L'W';
        Name.Length = sizeof(WCHAR);
        Digits.Buffer = Name.Buffer + 1;
        Digits.Length = 0;
        Digits.MaximumLength = sizeof(Buffer) - sizeof(WCHAR);
        RtlIntegerToUnicodeString(Number, 10, &Digits);
        Name.Length += Digits.Length;
        Status = ZwSetValueKey(Key, &Name, 0, REG_DWORD, &Number, sizeof(Number));
        if (NT_SUCCESS(Status))
            DbgPrint("wrote %u\n", Number);
    }
    ZwClose(Key);
    return Status;
}

static NTSTATUS ServiceWriteCmos(ULONG Order)
{
    ULONG Register = Order & 0xFF;
    UCHAR Byte = (UCHAR)(Order >> 8), Before;

    if (HalGetBusDataByOffset(Cmos, 0, Register, &Before, 0, 1) != 1 ||
        HalSetBusDataByOffset(Cmos, 0, Register, &Byte, 0, 1) != 1)
        return STATUS_IO_DEVICE_ERROR;
    DbgPrint("CMOS 0x%02x was 0x%02x\n", Register, Before);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    USHORT Start = RegistryPath->Length / sizeof(WCHAR);
    NTSTATUS Status = (NTSTATUS)ServiceNumber(RegistryPath, L"Result");
    ULONG Devices = ServiceNumber(RegistryPath, L"Devices");
    UNICODE_STRING Name;

    while (Start > 0 && RegistryPath->Buffer[Start - 1] != L'\\')
        Start--;
    Name.Buffer = RegistryPath->Buffer + Start;
    Name.Length = Name.MaximumLength = (USHORT)(RegistryPath->Length - Start * sizeof(WCHAR));
    RtlCopyUnicodeString(&ServiceName, &Name);
    if (NT_SUCCESS(Status))
        Status = ServiceWriteValues(RegistryPath, ServiceNumber(RegistryPath, L"Writes"));
    if (NT_SUCCESS(Status) && ServiceNumber(RegistryPath, L"Cmos") != 0)
        Status = ServiceWriteCmos(ServiceNumber(RegistryPath, L"Cmos"));
    if (!NT_SUCCESS(Status))
        return Status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = ServiceDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = ServiceDispatch;
    if (ServiceNumber(RegistryPath, L"Stay") == 0)
        DriverObject->DriverUnload = ServiceUnload;
    for (ULONG Index = 0; Index < Devices && Index < SERVICE_MAX_DEVICES && NT_SUCCESS(Status);
         Index++)
        Status = ServiceCreateDevice(DriverObject, Index);
    if (NT_SUCCESS(Status))
        DbgPrint("%wZ started\n", &ServiceName);
    else
        ServiceDeleteDevices(DriverObject);
    return Status;
}
