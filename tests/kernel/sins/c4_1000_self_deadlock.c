/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a fast mutex it holds.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1000 lock 0 0
 * detail: where it was acquired
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
    if (Sinful)
        ExAcquireFastMutex(&Mutex);
    ExReleaseFastMutex(&Mutex);
    return STATUS_SUCCESS;
}
