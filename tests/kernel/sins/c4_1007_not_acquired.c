/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a spin lock it has not acquired.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1007 lock 0 0
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
    if (!Sinful)
        KeAcquireSpinLockAtDpcLevel(&Lock);
    KeReleaseSpinLockFromDpcLevel(&Lock);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
