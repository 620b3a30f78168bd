/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a DDK has and mingw-w64 has otherwise: functions that are inline, or without a calling
 * convention in a driver whose own are stdcall, and a variable of the kernel, declared as a
 * pointer.
 */
#include <ntddk.h>
#include <ntstrsafe.h>

extern POBJECT_TYPE *IoDriverObjectType;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD SampleUnload;
NTSTATUS OtherName(CHAR *Name, size_t SizeBytes);

static VOID SampleUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    CHAR Name[12], Short[8];
    WCHAR Wide[12];
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = SampleUnload;
    Status = OtherName(Name, sizeof(Name));
    if (!NT_SUCCESS(Status))
        return Status;
    strncpy(Short, Name, sizeof(Short));
    wcsncpy(Wide, L"wide and", RTL_NUMBER_OF(Wide));
    wcsncat(Wide, L" more", 3);
    Status = RtlStringCbCopyA(Name, 4, "too long");
    DbgPrint("%.8s, %ws, 0x%08lX %s\n", Short, Wide, (ULONG)Status, Name);
    Status = ObReferenceObjectByPointer(DriverObject, 0, *IoDriverObjectType, KernelMode);
    DbgPrint("a driver: 0x%08lX\n", (ULONG)Status);
    if (NT_SUCCESS(Status))
        ObDereferenceObject(DriverObject);
    return STATUS_SUCCESS;
}
