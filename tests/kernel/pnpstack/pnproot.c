/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pnproot - reports a root device for itself, which is made once, however often it is reported.
 */
#include "stack.h"

NTKERNELAPI NTSTATUS NTAPI IoReportRootDevice(PDRIVER_OBJECT);

static NTSTATUS NTAPI RootPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    StackTell("root", Stack, Irp);
    if (Stack->MinorFunction == IRP_MN_REMOVE_DEVICE)
        return StackRemove(Device->DeviceExtension, Irp);
    return StackPassDown(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI RootPower(PDEVICE_OBJECT Device, PIRP Irp)
{
    return StackPassPower(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI RootPass(PDEVICE_OBJECT Device, PIRP Irp)
{
    return StackPassDown(Device->DeviceExtension, Irp);
}

static NTSTATUS NTAPI RootAdd(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
    STACK_DEVICE *Stack;

    DbgPrint("root: AddDevice\n");
    DbgPrint("root: reported again: %08x\n", IoReportRootDevice(Driver));
    return StackAttach(Driver, Pdo, NULL, 0, &Stack);
}

static VOID NTAPI RootUnload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint("root: Unload\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    for (ULONG Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        Driver->MajorFunction[Major] = RootPass;
    Driver->MajorFunction[IRP_MJ_PNP] = RootPnp;
    Driver->MajorFunction[IRP_MJ_POWER] = RootPower;
    Driver->DriverExtension->AddDevice = RootAdd;
    Driver->DriverUnload = RootUnload;
    DbgPrint("root: reported: %08x\n", IoReportRootDevice(Driver));
    return STATUS_SUCCESS;
}
