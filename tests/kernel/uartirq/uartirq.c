/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * uartirq.c - a driver whose device interrupts: a serial port at 0x3F8, line 4, in loopback mode.
 *
 * Device \\.\UartIrq. Control code 0x800 (0x222000): sends the input, which comes back a byte an
 * interrupt; the service routine takes each and sends the next, its DPC completes the request with
 * them when all are there. One request at a time; up to 64 bytes. 0x801 (0x222004) with a byte says
 * whether interrupts are expected: 0 or 1; they are at first.
 */
#include <ntddk.h>

#define UART_BASE 0x3F8
#define UART_LINE 4
#define UART_MOST 64

#define UART_PORT(Register) ((PUCHAR)(ULONG_PTR)(UART_BASE + (Register)))

DRIVER_INITIALIZE DriverEntry;

/* Obsolete, and left out by newer headers; still exported. */
NTHALAPI ULONG NTAPI HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber,
    ULONG BusInterruptLevel, ULONG BusInterruptVector, PKIRQL Irql, PKAFFINITY Affinity);

typedef struct UART_DEVICE {
    PKINTERRUPT Interrupt;
    KDPC Dpc;
    PIRP Irp;             /* the request under way; taken with InterlockedExchangePointer */
    ULONG Wanted, Got;    /* these four for the service routine, and who synchronises with it */
    UCHAR Sent[UART_MOST];
    UCHAR Bytes[UART_MOST];
    KIRQL IsrIrql;
    ULONG Interrupts;
} UART_DEVICE;

typedef struct UART_BEGIN {
    UART_DEVICE *Uart;
    const UCHAR *Bytes;
    ULONG Wanted;
} UART_BEGIN;

static BOOLEAN NTAPI UartBegin(PVOID Context)
{
    UART_BEGIN *Begin = Context;

    RtlCopyMemory(Begin->Uart->Sent, Begin->Bytes, Begin->Wanted);
    Begin->Uart->Wanted = Begin->Wanted;
    Begin->Uart->Got = 0;
    WRITE_PORT_UCHAR(UART_PORT(0), Begin->Bytes[0]);
    return TRUE;
}

static BOOLEAN NTAPI UartService(PKINTERRUPT Interrupt, PVOID Context)
{
    UART_DEVICE *Uart = Context;

    UNREFERENCED_PARAMETER(Interrupt);
    if (READ_PORT_UCHAR(UART_PORT(2)) & 1) /* nothing pending: another's interrupt */
        return FALSE;
    Uart->IsrIrql = KeGetCurrentIrql();
    Uart->Interrupts++;
    Uart->Bytes[Uart->Got] = READ_PORT_UCHAR(UART_PORT(0));
    if (++Uart->Got < Uart->Wanted)
        WRITE_PORT_UCHAR(UART_PORT(0), Uart->Sent[Uart->Got]);
    else
        KeInsertQueueDpc(&Uart->Dpc, NULL, NULL);
    return TRUE;
}

static VOID NTAPI UartDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UART_DEVICE *Uart = Context;
    PIRP Irp = InterlockedExchangePointer((PVOID *)&Uart->Irp, NULL);

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    if (Irp == NULL)
        return;
    DbgPrint("UartIrq: %lu interrupts, above DISPATCH_LEVEL: %s\n", (unsigned long)Uart->Interrupts,
             Uart->IsrIrql > DISPATCH_LEVEL ? "yes" : "no");
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Uart->Bytes, Uart->Got);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = Uart->Got;
    IoCompleteRequest(Irp, IO_SERIAL_INCREMENT);
}

static NTSTATUS UartComplete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI UartOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return UartComplete(Irp, STATUS_SUCCESS);
}

/* Since Windows 8. The parameters are as those of IoDisconnectInterruptEx. */
static NTSTATUS UartExpect(UART_DEVICE *Uart, BOOLEAN Expect)
{
    IO_DISCONNECT_INTERRUPT_PARAMETERS Parameters = {0};
    VOID(NTAPI * Report)(PIO_DISCONNECT_INTERRUPT_PARAMETERS);
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Expect ? L"IoReportInterruptActive" : L"IoReportInterruptInactive");
    Report = MmGetSystemRoutineAddress(&Name);
    if (Report == NULL)
        return STATUS_NOT_SUPPORTED;
    Parameters.Version = CONNECT_FULLY_SPECIFIED;
    Parameters.ConnectionContext.InterruptObject = Uart->Interrupt;
    Report(&Parameters);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI UartControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UART_DEVICE *Uart = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Bytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
    UART_BEGIN Begin;

    if (Bytes != 0 &&
        Stack->Parameters.DeviceIoControl.IoControlCode ==
            CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS))
        return UartComplete(Irp, UartExpect(Uart, *(PUCHAR)Irp->AssociatedIrp.SystemBuffer != 0));
    if (Stack->Parameters.DeviceIoControl.IoControlCode !=
        CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS))
        return UartComplete(Irp, STATUS_INVALID_DEVICE_REQUEST);
    if (Bytes == 0 || Bytes > UART_MOST ||
        Stack->Parameters.DeviceIoControl.OutputBufferLength < Bytes)
        return UartComplete(Irp, STATUS_INVALID_PARAMETER);
    IoMarkIrpPending(Irp);
    if (InterlockedCompareExchangePointer((PVOID *)&Uart->Irp, Irp, NULL) != NULL) {
        UartComplete(Irp, STATUS_DEVICE_BUSY);
        return STATUS_PENDING;
    }
    Begin.Uart = Uart;
    Begin.Bytes = Irp->AssociatedIrp.SystemBuffer;
    Begin.Wanted = Bytes;
    KeSynchronizeExecution(Uart->Interrupt, UartBegin, &Begin);
    return STATUS_PENDING;
}

static VOID NTAPI UartUnload(PDRIVER_OBJECT DriverObject)
{
    UART_DEVICE *Uart = DriverObject->DeviceObject->DeviceExtension;
    UNICODE_STRING Link;

    WRITE_PORT_UCHAR(UART_PORT(1), 0);
    IoDisconnectInterrupt(Uart->Interrupt);
    KeFlushQueuedDpcs();
    RtlInitUnicodeString(&Link, L"\\DosDevices\\UartIrq");
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS UartConnect(UART_DEVICE *Uart)
{
    KAFFINITY Affinity = 0;
    KIRQL Irql = 0;
    ULONG Vector = HalGetInterruptVector(Isa, 0, UART_LINE, UART_LINE, &Irql, &Affinity);

    if (Vector == 0)
        return STATUS_NO_SUCH_DEVICE;
    KeInitializeDpc(&Uart->Dpc, UartDpc, Uart);
    return IoConnectInterrupt(&Uart->Interrupt, UartService, Uart, NULL, Vector, Irql, Irql,
        LevelSensitive, FALSE, Affinity, FALSE);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name, Link;
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&Name, L"\\Device\\UartIrq");
    RtlInitUnicodeString(&Link, L"\\DosDevices\\UartIrq");
    Status = IoCreateDevice(
        DriverObject, sizeof(UART_DEVICE), &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = UartConnect(Device->DeviceExtension);
    if (NT_SUCCESS(Status)) {
        Status = IoCreateSymbolicLink(&Link, &Name);
        if (!NT_SUCCESS(Status))
            IoDisconnectInterrupt(((UART_DEVICE *)Device->DeviceExtension)->Interrupt);
    }
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = UartOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = UartOpenClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = UartControl;
    DriverObject->DriverUnload = UartUnload;
    WRITE_PORT_UCHAR(UART_PORT(4), 0x10); /* loopback */
    WRITE_PORT_UCHAR(UART_PORT(1), 0x01); /* interrupt when a byte is there */
    return STATUS_SUCCESS;
}
