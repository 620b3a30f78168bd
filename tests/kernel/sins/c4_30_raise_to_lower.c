/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Raises the IRQL to one that is lower.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x30 2 1 0
 */
#include "sin.h"

/* What the headers of newer kits have KeRaiseIrql call; those of older ones for x64 write CR8. */
typedef KIRQL(FASTCALL *SIN_RAISE)(KIRQL NewIrql);

static PVOID SinRoutine(PCWSTR Name)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return MmGetSystemRoutineAddress(&String);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_RAISE Raise = (SIN_RAISE)(ULONG_PTR)SinRoutine(L"KfRaiseIrql");
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Raise == NULL)
        return STATUS_NOT_SUPPORTED;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Raise(Sinful ? APC_LEVEL : DISPATCH_LEVEL);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
