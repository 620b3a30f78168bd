/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include "exporter.h"

VOID NTAPI SampleNothing(void);

VOID NTAPI SampleNothing(void)
{
}

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD SampleUnload;

static VOID NTAPI SampleUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = SampleUnload;
    DbgPrint("six times seven is %lu\n", SampleService(6, 7));
    return STATUS_SUCCESS;
}
