/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include "more.h"

#if DBG
#define SAMPLE_DBG 1
#else
#define SAMPLE_DBG 0
#endif

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
    DbgPrint("answer %d, DBG %d\n", SampleMore(TEXT), SAMPLE_DBG);
    return STATUS_SUCCESS;
}
