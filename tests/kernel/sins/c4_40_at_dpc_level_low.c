/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a spin lock by the routine for DISPATCH_LEVEL at PASSIVE_LEVEL.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x40 0 lock 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK Lock;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Lock);
    SinTell("lock", &Lock);
    KeRaiseIrql(Sinful ? PASSIVE_LEVEL : DISPATCH_LEVEL, &Irql);
    KeAcquireSpinLockAtDpcLevel(&Lock);
    KeReleaseSpinLockFromDpcLevel(&Lock);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
