/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * life.c - a driver that prints when it is called in its life: DriverEntry, reinitialization (which
 * asks for one more), boot reinitialization, shutdown of three devices, DriverUnload; and what it
 * is told of the boot disk when it is called again.
 *
 * First and Second are registered for shutdown in this order, Last for the last chance, Second
 * twice.
 */
#include <ntddk.h>

NTKERNELAPI NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject);

DRIVER_INITIALIZE DriverEntry;

typedef struct LIFE_DEVICE {
    const char *Name;
} LIFE_DEVICE;

static PDEVICE_OBJECT LifeDevice[3];

static NTSTATUS NTAPI LifeShutdown(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    DbgPrint("Life: shutdown of %s, IRQL %u\n",
        ((LIFE_DEVICE *)DeviceObject->DeviceExtension)->Name, KeGetCurrentIrql());
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

/* What IoGetBootDiskInformation tells, in both of its forms. */
static VOID LifeTellBootDisk(VOID)
{
    BOOTDISK_INFORMATION Short;
    BOOTDISK_INFORMATION_EX Long;
    NTSTATUS Status = IoGetBootDiskInformation((PBOOTDISK_INFORMATION)&Long, sizeof(Long));

    if (!NT_SUCCESS(Status) || Long.BootDeviceIsGpt) {
        DbgPrint("Boot disk: status %08lx\n", (unsigned long)Status);
        return;
    }
    Status = IoGetBootDiskInformation(&Short, sizeof(Short));
    if (NT_SUCCESS(Status) && Short.BootDeviceSignature == Long.BootDeviceSignature &&
        Short.BootPartitionOffset == Long.BootPartitionOffset)
        DbgPrint("Boot disk: offset %I64u, signature %s\n", Short.BootPartitionOffset,
            Short.BootDeviceSignature != 0 ? "there" : "none");
}

static VOID NTAPI LifeAgain(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count)
{
    DbgPrint("Life: %s, call %lu\n", (const char *)Context, (unsigned long)Count);
    LifeTellBootDisk();
    if (Count == 1)
        IoRegisterDriverReinitialization(DriverObject, LifeAgain, Context);
}

static VOID NTAPI LifeUnload(PDRIVER_OBJECT DriverObject)
{
    ULONG Index;

    UNREFERENCED_PARAMETER(DriverObject);
    DbgPrint("Life: unload\n");
    for (Index = 0; Index < 3; Index++)
        IoDeleteDevice(LifeDevice[Index]); /* which takes them out of the lists, too */
}

static NTSTATUS LifeCreate(PDRIVER_OBJECT DriverObject, ULONG Index, const char *Name)
{
    NTSTATUS Status;

    Status = IoCreateDevice(
        DriverObject, sizeof(LIFE_DEVICE), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &LifeDevice[Index]);
    if (NT_SUCCESS(Status))
        ((LIFE_DEVICE *)LifeDevice[Index]->DeviceExtension)->Name = Name;
    return Status;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const char *const Names[] = {"First", "Second", "Last"};
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Index;

    UNREFERENCED_PARAMETER(RegistryPath);
    for (Index = 0; Index < 3 && NT_SUCCESS(Status); Index++)
        Status = LifeCreate(DriverObject, Index, Names[Index]);
    if (NT_SUCCESS(Status))
        Status = IoRegisterLastChanceShutdownNotification(LifeDevice[2]);
    for (Index = 0; Index < 3 && NT_SUCCESS(Status); Index++)
        Status = IoRegisterShutdownNotification(LifeDevice[Index == 0 ? 0 : 1]);
    if (!NT_SUCCESS(Status)) {
        for (Index = 0; Index < 3; Index++) {
            if (LifeDevice[Index] != NULL)
                IoDeleteDevice(LifeDevice[Index]);
        }
        return Status;
    }
    IoRegisterDriverReinitialization(DriverObject, LifeAgain, (PVOID)(ULONG_PTR) "again");
    IoRegisterBootDriverReinitialization(
        DriverObject, LifeAgain, (PVOID)(ULONG_PTR) "again at boot");
    DriverObject->MajorFunction[IRP_MJ_SHUTDOWN] = LifeShutdown;
    DriverObject->DriverUnload = LifeUnload;
    DbgPrint("Life: entry\n");
    return STATUS_SUCCESS;
}
