/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Lowers the IRQL below DISPATCH_LEVEL in a DPC routine.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x31 2 0 1
 */
#include "sin.h"

/* What the headers of newer kits have KeLowerIrql call; those of older ones for x64 write CR8. */
#ifdef _AMD64_
#define SIN_LOWER_NAME L"KeLowerIrql"
#else
#define SIN_LOWER_NAME L"KfLowerIrql"
#endif
typedef VOID(FASTCALL *SIN_LOWER)(KIRQL NewIrql);

static PVOID SinRoutine(PCWSTR Name)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

struct SIN_CALL {
    PKEVENT Done;
    PVOID Lower;
    BOOLEAN Sinful;
};

static VOID NTAPI SinDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    struct SIN_CALL *Call = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    if (Call->Sinful)
        ((SIN_LOWER)(ULONG_PTR)Call->Lower)(PASSIVE_LEVEL);
    KeSetEvent(Call->Done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KDPC Dpc;
    KEVENT Done;
    struct SIN_CALL Call = {&Done, SinRoutine(SIN_LOWER_NAME), Sinful};

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Call.Lower == NULL)
        return STATUS_NOT_SUPPORTED;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    KeInitializeDpc(&Dpc, SinDpc, &Call);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    KeFlushQueuedDpcs();
    return STATUS_SUCCESS;
}
