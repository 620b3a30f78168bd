/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a fast mutex by the unsafe routine after enabling kernel APCs again.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x3A 0 0 lock
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    FAST_MUTEX Mutex;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeFastMutex(&Mutex);
    KeEnterCriticalRegion();
    SinTell("lock", &Mutex);
    ExAcquireFastMutexUnsafe(&Mutex);
    if (Sinful)
        KeLeaveCriticalRegion();
    ExReleaseFastMutexUnsafe(&Mutex);
    if (!Sinful)
        KeLeaveCriticalRegion();
    return STATUS_SUCCESS;
}
