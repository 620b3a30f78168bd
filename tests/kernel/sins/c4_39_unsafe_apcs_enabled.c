/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a fast mutex by the unsafe routine without disabling kernel APCs.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x39 0 0 lock
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    FAST_MUTEX Mutex;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeFastMutex(&Mutex);
    if (!Sinful)
        KeEnterCriticalRegion();
    SinTell("lock", &Mutex);
    ExAcquireFastMutexUnsafe(&Mutex);
    ExReleaseFastMutexUnsafe(&Mutex);
    if (!Sinful)
        KeLeaveCriticalRegion();
    return STATUS_SUCCESS;
}
