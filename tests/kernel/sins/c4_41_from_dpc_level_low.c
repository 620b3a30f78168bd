/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a spin lock by the routine for DISPATCH_LEVEL at PASSIVE_LEVEL.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x41 0 lock 0
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
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    KeAcquireSpinLockAtDpcLevel(&Lock);
    if (Sinful)
        KeLowerIrql(Irql);
    KeReleaseSpinLockFromDpcLevel(&Lock);
    if (!Sinful)
        KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
