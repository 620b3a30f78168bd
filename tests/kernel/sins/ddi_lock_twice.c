/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a spin lock it holds.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x40009 * lock 0
 * detail: where it was acquired
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
    KeAcquireSpinLock(&Lock, &Irql);
    if (Sinful)
        KeAcquireSpinLockAtDpcLevel(&Lock);
    KeReleaseSpinLock(&Lock, Irql);
    return STATUS_SUCCESS;
}
