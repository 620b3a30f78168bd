/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Lowers the IRQL to one that is higher.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x31 1 2 0
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

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_LOWER Lower = (SIN_LOWER)(ULONG_PTR)SinRoutine(SIN_LOWER_NAME);
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Lower == NULL)
        return STATUS_NOT_SUPPORTED;
    KeRaiseIrql(APC_LEVEL, &Irql);
    Lower(Sinful ? DISPATCH_LEVEL : Irql);
    if (Sinful)
        KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
