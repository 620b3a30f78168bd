/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a spin lock that holds what was in its memory before.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1002 lock 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK Lock;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    RtlFillMemory(&Lock, sizeof(Lock), 0xAB);
    if (!Sinful)
        KeInitializeSpinLock(&Lock);
    SinTell("lock", &Lock);
    KeAcquireSpinLock(&Lock, &Irql);
    KeReleaseSpinLock(&Lock, Irql);
    return STATUS_SUCCESS;
}
