/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Works on a structure at every offset, through UNALIGNED. */
#include <ntddk.h>

#include "unaligned.h"

static UCHAR Buffer[64];

static VOID Fill(RECORD UNALIGNED *Record, ULONG Number)
{
    Record->Kind = 1;
    Record->Pointer = (PVOID)(ULONG_PTR)Number;
    Record->Value = Number + 1;
}

static ULONG Sum(RECORD UNALIGNED *Record)
{
    return Record->Kind + (ULONG)(ULONG_PTR)Record->Pointer + Record->Value;
}

static VOID Unload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG Offset, Total = 0;

    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    for (Offset = 0; Offset < 16; Offset++) {
        RECORD UNALIGNED *Record = (RECORD UNALIGNED *)(Buffer + Offset);
        NTSTATUS Status;

        Fill(Record, Offset);
        Status = GuardedAdd(Record, 100);
        if (!NT_SUCCESS(Status))
            return Status;
        Total += Sum(Record);
    }
    DbgPrint("unaligned: %u\n", Total);
    return STATUS_SUCCESS;
}
