/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a spin lock above DISPATCH_LEVEL.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x42 irql lock 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK Lock;
    KIRQL Outer, Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Lock);
    SinTell("irql", HIGH_LEVEL);
    SinTell("lock", &Lock);
    KeRaiseIrql(Sinful ? HIGH_LEVEL : DISPATCH_LEVEL, &Outer);
    KeAcquireSpinLock(&Lock, &Irql);
    KeReleaseSpinLock(&Lock, Irql);
    KeLowerIrql(Outer);
    return STATUS_SUCCESS;
}
