/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * filter.h - a whole filter driver; FILTER_NAME is what it calls itself.
 */
#include "stack.h"

static NTSTATUS NTAPI FilterPass(PDEVICE_OBJECT Device, PIRP Irp)
{
    return StackPassDown(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI FilterPower(PDEVICE_OBJECT Device, PIRP Irp)
{
    StackTell(FILTER_NAME, IoGetCurrentIrpStackLocation(Irp), Irp);
    return StackPassPower(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI FilterPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    StackTell(FILTER_NAME, Stack, Irp);
    if (Stack->MinorFunction == IRP_MN_REMOVE_DEVICE)
        return StackRemove(Device->DeviceExtension, Irp);
    if (Stack->MinorFunction == IRP_MN_DEVICE_USAGE_NOTIFICATION)
        return StackUsage(Device->DeviceExtension, FILTER_NAME, Irp);
    return StackPassDown(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI FilterAdd(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
    STACK_DEVICE *Stack;

    DbgPrint(FILTER_NAME ": AddDevice\n");
    return StackAttach(Driver, Pdo, NULL, 0, &Stack);
}

static VOID NTAPI FilterUnload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint(FILTER_NAME ": Unload\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = FilterPass;
    Driver->MajorFunction[IRP_MJ_PNP] = FilterPnp;
    Driver->MajorFunction[IRP_MJ_POWER] = FilterPower;
    Driver->DriverExtension->AddDevice = FilterAdd;
    Driver->DriverUnload = FilterUnload;
    return STATUS_SUCCESS;
}
