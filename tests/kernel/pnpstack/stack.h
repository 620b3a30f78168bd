/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stack.h - what the drivers of this folder have in common: they tell of each plug and play and
 * power request they see, on its way down, and do what WDM asks of a driver that lies on a device
 * of another.
 *
 *     DbgPrint lines: "AddDevice", "START_DEVICE", "SET_POWER system 3", ...
 */
#ifndef TESTS_KERNEL_PNPSTACK_STACK_H
#define TESTS_KERNEL_PNPSTACK_STACK_H

#include <ntddk.h>

#define STACK_TAG 'katS'

DRIVER_INITIALIZE DriverEntry;

/* {6B8D7A54-6E1C-4F0E-9C43-1F3B5A8F7D21} */
__attribute__((unused)) static const GUID StackInterface = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x21}};

typedef struct STACK_DEVICE {
    PDEVICE_OBJECT Self;
    PDEVICE_OBJECT Pdo;
    PDEVICE_OBJECT Below;
    IO_REMOVE_LOCK RemoveLock;
    LONG SpecialFiles; /* paging file and others on it */
} STACK_DEVICE;

static inline const char *StackPnpName(UCHAR Minor)
{
    static const char *const Names[] = {"START_DEVICE", "QUERY_REMOVE_DEVICE", "REMOVE_DEVICE",
        "CANCEL_REMOVE_DEVICE", "STOP_DEVICE", "QUERY_STOP_DEVICE", "CANCEL_STOP_DEVICE",
        "QUERY_DEVICE_RELATIONS", "QUERY_INTERFACE", "QUERY_CAPABILITIES", "QUERY_RESOURCES",
        "QUERY_RESOURCE_REQUIREMENTS", "QUERY_DEVICE_TEXT", "FILTER_RESOURCE_REQUIREMENTS", "0E",
        "READ_CONFIG", "WRITE_CONFIG", "EJECT", "SET_LOCK", "QUERY_ID", "QUERY_PNP_DEVICE_STATE",
        "QUERY_BUS_INFORMATION", "DEVICE_USAGE_NOTIFICATION", "SURPRISE_REMOVAL",
        "QUERY_LEGACY_BUS_INFORMATION", "DEVICE_ENUMERATED"};

    return Minor < RTL_NUMBER_OF(Names) ? Names[Minor] : "another";
}

static inline VOID StackTell(const char *Who, PIO_STACK_LOCATION Stack, PIRP Irp)
{
    static const char *const Relations[] = {"bus", "ejection", "power", "removal", "target"};
    static const char *const Power[] = {"WAIT_WAKE", "POWER_SEQUENCE", "SET_POWER", "QUERY_POWER"};

    if (Stack->MajorFunction == IRP_MJ_PNP) {
        if (Irp->IoStatus.Status != STATUS_NOT_SUPPORTED && Who[0] == 'u')
            DbgPrint("%s: begins with status %08x\n", Who, Irp->IoStatus.Status);
        if (KeGetCurrentIrql() != PASSIVE_LEVEL)
            DbgPrint("%s: at IRQL %u\n", Who, KeGetCurrentIrql());
        if (Stack->MinorFunction == IRP_MN_QUERY_DEVICE_RELATIONS &&
            Stack->Parameters.QueryDeviceRelations.Type < RTL_NUMBER_OF(Relations))
            DbgPrint("%s: QUERY_DEVICE_RELATIONS %s\n", Who,
                Relations[Stack->Parameters.QueryDeviceRelations.Type]);
        else if (Stack->MinorFunction == IRP_MN_QUERY_ID)
            DbgPrint("%s: QUERY_ID %u\n", Who, Stack->Parameters.QueryId.IdType);
        else
            DbgPrint("%s: %s\n", Who, StackPnpName(Stack->MinorFunction));
    } else if (Stack->MajorFunction == IRP_MJ_POWER && Stack->MinorFunction > IRP_MN_QUERY_POWER) {
        DbgPrint("%s: power request %02x\n", Who, Stack->MinorFunction);
    } else if (Stack->MajorFunction == IRP_MJ_POWER) {
        DbgPrint("%s: %s %s %u%s\n", Who, Power[Stack->MinorFunction & 3],
            Stack->Parameters.Power.Type == SystemPowerState ? "system" : "device",
            Stack->Parameters.Power.State.SystemState,
            KeGetCurrentIrql() != PASSIVE_LEVEL ? " at DISPATCH_LEVEL" : "");
    }
}

static inline NTSTATUS StackComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* A device on top of Pdo's stack. Name may be NULL. */
static inline NTSTATUS StackAttach(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo, PUNICODE_STRING Name,
    ULONG ExtraBytes, STACK_DEVICE **Result)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(Driver, sizeof(STACK_DEVICE) + ExtraBytes, Name,
        FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &Device);

    if (!NT_SUCCESS(Status))
        return Status;
    STACK_DEVICE *Stack = Device->DeviceExtension;
    Stack->Self = Device;
    Stack->Pdo = Pdo;
    Stack->Below = IoAttachDeviceToDeviceStack(Device, Pdo);
    if (Stack->Below == NULL) {
        IoDeleteDevice(Device);
        return STATUS_NO_SUCH_DEVICE;
    }
    IoInitializeRemoveLock(&Stack->RemoveLock, STACK_TAG, 0, 0);
    Device->Flags |= (Stack->Below->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE));
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    *Result = Stack;
    return STATUS_SUCCESS;
}

static inline NTSTATUS StackPassDown(STACK_DEVICE *Stack, PIRP Irp)
{
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Stack->Below, Irp);
}

static inline NTSTATUS StackPassPower(STACK_DEVICE *Stack, PIRP Irp)
{
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(Stack->Below, Irp);
}

/* Waits for those below; the IRP is the caller's to complete. */
static inline NTSTATUS StackForward(STACK_DEVICE *Stack, PIRP Irp)
{
    return IoForwardIrpSynchronously(Stack->Below, Irp) ? Irp->IoStatus.Status
                                                        : STATUS_UNSUCCESSFUL;
}

/*
 * DEVICE_USAGE_NOTIFICATION: those below first; a special file is on the device, or not any more.
 * Power requests must find a driver of a device with one in memory.
 */
static inline NTSTATUS StackUsage(STACK_DEVICE *Stack, const char *Who, PIRP Irp)
{
    PIO_STACK_LOCATION Location = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN InPath = Location->Parameters.UsageNotification.InPath;
    NTSTATUS Status = StackForward(Stack, Irp);

    if (NT_SUCCESS(Status)) {
        IoAdjustPagingPathCount(&Stack->SpecialFiles, InPath);
        if (Stack->SpecialFiles != 0)
            Stack->Self->Flags &= ~DO_POWER_PAGABLE;
        else
            Stack->Self->Flags |= DO_POWER_PAGABLE;
    }
    DbgPrint("%s: special file %u, in path %u: status %08x, %u there\n", Who,
        Location->Parameters.UsageNotification.Type, InPath, Status, Stack->SpecialFiles);
    return StackComplete(Irp, Status, 0);
}

/* REMOVE_DEVICE: down, then off the stack. */
static inline NTSTATUS StackRemove(STACK_DEVICE *Stack, PIRP Irp)
{
    PDEVICE_OBJECT Device = Stack->Self;
    NTSTATUS Status;

    IoAcquireRemoveLock(&Stack->RemoveLock, Irp);
    IoReleaseRemoveLockAndWait(&Stack->RemoveLock, Irp);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Status = StackPassDown(Stack, Irp);
    IoDetachDevice(Stack->Below);
    IoDeleteDevice(Device);
    return Status;
}

#endif
