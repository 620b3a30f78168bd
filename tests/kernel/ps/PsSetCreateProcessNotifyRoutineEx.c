/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateProcessNotifyRoutineEx - as the classic one, for images linked with /INTEGRITYCHECK,
 * as this is.
 */
#include "pstest.h"

static VOID NTAPI Told(PEPROCESS Process, HANDLE ProcessId, PVOID Info)
{
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetCreateProcessNotifyRoutineEx, IsSetOnceAndRemovedOnce)
{
    LATER(PsSetCreateProcessNotifyRoutineEx, NTSTATUS, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE)));
}

TEST(PsSetCreateProcessNotifyRoutineEx, IsNotTheClassicOne)
{
    LATER(PsSetCreateProcessNotifyRoutineEx, NTSTATUS, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(
        PsSetCreateProcessNotifyRoutine((PCREATE_PROCESS_NOTIFY_ROUTINE)(ULONG_PTR)Told, TRUE)));
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
}

/* The driver's entry in the list of loaded modules, up to its flags. */
typedef struct MODULE {
    LIST_ENTRY Link;
    PVOID ExceptionTable;
    ULONG ExceptionTableSize;
    PVOID GpValue, NonPagedDebugInfo, DllBase, EntryPoint;
    ULONG SizeOfImage;
    UNICODE_STRING FullDllName, BaseDllName;
    ULONG Flags;
} MODULE;

#define INTEGRITY_FORCED 0x20

TEST(PsSetCreateProcessNotifyRoutineEx, BelievesTheListOfModules)
{
    LATER(PsSetCreateProcessNotifyRoutineEx, NTSTATUS, PVOID Routine, BOOLEAN Remove)
    MODULE *Module = KtestDriverObject->DriverSection;
    ULONG Before = Module->Flags;

    CHECK(Before & INTEGRITY_FORCED);
    Module->Flags = Before & ~(ULONG)INTEGRITY_FORCED;
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_ACCESS_DENIED);
    Module->Flags = Before;
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
}
