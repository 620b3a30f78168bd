/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Start and end of the disk stack: its two drivers, the names it is known by. */
#include "disk/diskp.h"
#include "hal/dispatch.h"

static NTSTATUS DiskpCreateDirectory(void)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\Harddisk0");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_PERMANENT | OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS Status = ZwCreateDirectoryObject(&Handle, DIRECTORY_ALL_ACCESS, &Attributes);
    if (NT_SUCCESS(Status))
        ObCloseHandle(Handle, KernelMode);
    return Status;
}

static NTSTATUS DiskpCreateNames(void)
{
    static UNICODE_STRING Disk = RTL_STRING(u"\\Device\\Harddisk0\\DR0");
    static UNICODE_STRING Whole = RTL_STRING(u"\\Device\\Harddisk0\\Partition0");
    static UNICODE_STRING Drive = RTL_STRING(u"\\??\\PhysicalDrive0");
    NTSTATUS Status = IoCreateSymbolicLink(&Whole, &Disk);
    return NT_SUCCESS(Status) ? IoCreateSymbolicLink(&Drive, &Disk) : Status;
}

static void DiskpOfferTables(void)
{
    HalDispatchTable.HalExamineMBR = HalExamineMBR;
    HalDispatchTable.HalIoReadPartitionTable = IoReadPartitionTable;
    HalDispatchTable.HalIoSetPartitionInformation = IoSetPartitionInformation;
    HalDispatchTable.HalIoWritePartitionTable = IoWritePartitionTable;
}

NTSTATUS DiskInitialize(int File, BOOLEAN Writable)
{
    DiskpOfferTables();
    NTSTATUS Status = DiskpOpenMedia(File, Writable);
    if (NT_SUCCESS(Status))
        Status = DiskpCreateDirectory();
    if (NT_SUCCESS(Status))
        Status = IoiCreateBuiltInDriver("\\Driver\\DiskPort", DiskpPortEntry);
    if (NT_SUCCESS(Status))
        Status = IoiCreateBuiltInDriver("\\Driver\\Disk", DiskpEntry);
    if (NT_SUCCESS(Status))
        Status = DiskpCreateNames();
    if (NT_SUCCESS(Status))
        IoGetConfigurationInformation()->DiskCount++;
    return Status;
}

void DiskShutdown(void)
{
    DiskpStopThread();
}

void DiskTerminate(void)
{
    DiskpCloseMedia();
}
