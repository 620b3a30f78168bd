/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Lowers the IRQL between acquiring a fast mutex and releasing it.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x34 0 lock 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    FAST_MUTEX Mutex;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeFastMutex(&Mutex);
    SinTell("lock", &Mutex);
    ExAcquireFastMutex(&Mutex);
    if (Sinful) {
        KeLowerIrql(PASSIVE_LEVEL);
    }
    ExReleaseFastMutex(&Mutex);
    return STATUS_SUCCESS;
}
