/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a fast mutex at DISPATCH_LEVEL.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x33 2 lock 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    FAST_MUTEX Mutex;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeFastMutex(&Mutex);
    SinTell("lock", &Mutex);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : APC_LEVEL, &Irql);
    ExAcquireFastMutex(&Mutex);
    ExReleaseFastMutex(&Mutex);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
