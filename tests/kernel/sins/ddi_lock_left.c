/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A dispatch routine returns with a spin lock.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x40009 * lock 0
 * detail: where it was acquired
 */
#include "sin.h"

static KSPIN_LOCK Lock;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("lock", &Lock);
    KeAcquireSpinLock(&Lock, &Irql);
    if (!Sinful)
        KeReleaseSpinLock(&Lock, Irql);
    else
        KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
