/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Initializes a mutex it holds.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1005 lock 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KMUTEX Mutex;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeMutex(&Mutex, 0);
    SinTell("lock", &Mutex);
    KeWaitForSingleObject(&Mutex, Executive, KernelMode, FALSE, NULL);
    if (Sinful)
        KeInitializeMutex(&Mutex, 0);
    KeReleaseMutex(&Mutex, FALSE);
    return STATUS_SUCCESS;
}
