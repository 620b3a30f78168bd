/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * refuse.c - a driver that refuses to let a program be run: the one whose image name ends as the
 * value Refuse of its service's key says. Linked with /INTEGRITYCHECK, without which
 * PsSetCreateProcessNotifyRoutineEx fails.
 */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD RefuseUnload;

static UNICODE_STRING RefuseEnding;

static VOID NTAPI RefuseNotify(
    PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo)
{
    UNICODE_STRING Ending;

    UNREFERENCED_PARAMETER(Process);
    if (CreateInfo == NULL || CreateInfo->ImageFileName == NULL ||
        CreateInfo->ImageFileName->Length < RefuseEnding.Length)
        return;
    Ending.Length = Ending.MaximumLength = RefuseEnding.Length;
    Ending.Buffer = (PWCH)((PUCHAR)CreateInfo->ImageFileName->Buffer +
        CreateInfo->ImageFileName->Length - Ending.Length);
    if (!RtlEqualUnicodeString(&Ending, &RefuseEnding, TRUE))
        return;
    DbgPrint("process %Iu may not run %wZ\n", (ULONG_PTR)ProcessId, CreateInfo->ImageFileName);
    CreateInfo->CreationStatus = STATUS_ACCESS_DENIED;
}

static VOID NTAPI RefuseUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PsSetCreateProcessNotifyRoutineEx(RefuseNotify, TRUE);
    RtlFreeUnicodeString(&RefuseEnding);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    RTL_QUERY_REGISTRY_TABLE Table[2];
    NTSTATUS Status;

    RtlZeroMemory(Table, sizeof(Table));
    Table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED;
    Table[0].Name = (PWSTR)L"Refuse";
    Table[0].EntryContext = &RefuseEnding;
    Status = RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, RegistryPath->Buffer, Table, NULL, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    DriverObject->DriverUnload = RefuseUnload;
    Status = PsSetCreateProcessNotifyRoutineEx(RefuseNotify, FALSE);
    if (!NT_SUCCESS(Status))
        RtlFreeUnicodeString(&RefuseEnding);
    return Status;
}
