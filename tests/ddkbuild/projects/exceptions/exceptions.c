/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>

extern POBJECT_TYPE *IoDriverObjectType;

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
    __try {
        ProbeForRead((PVOID)(ULONG_PTR)1, 4, 4);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        DbgPrint("caught 0x%08lX\n", (ULONG)GetExceptionCode());
    }
    if (NT_SUCCESS(ObReferenceObjectByPointer(DriverObject, 0, *IoDriverObjectType, KernelMode))) {
        DbgPrint("a driver\n");
        ObDereferenceObject(DriverObject);
    }
    return STATUS_SUCCESS;
}
