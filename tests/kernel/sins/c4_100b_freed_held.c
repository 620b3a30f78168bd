/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees memory that a held mutex lies in.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x100B lock thread 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PKMUTEX Mutex = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Mutex), SIN_TAG);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mutex == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeMutex(Mutex, 0);
    SinTell("lock", Mutex);
    SinTell("thread", PsGetCurrentThread());
    KeWaitForSingleObject(Mutex, Executive, KernelMode, FALSE, NULL);
    if (!Sinful)
        KeReleaseMutex(Mutex, FALSE);
    ExFreePoolWithTag(Mutex, SIN_TAG);
    return STATUS_SUCCESS;
}
