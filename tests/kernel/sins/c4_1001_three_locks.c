/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires three mutexes in a circle: no two of them are ever taken in both orders.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1001 lock 0 0
 */
#include "sin.h"

static VOID SinPair(PKMUTEX First, PKMUTEX Second)
{
    KeWaitForSingleObject(First, Executive, KernelMode, FALSE, NULL);
    KeWaitForSingleObject(Second, Executive, KernelMode, FALSE, NULL);
    KeReleaseMutex(Second, FALSE);
    KeReleaseMutex(First, FALSE);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KMUTEX Mutex[3];

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    for (ULONG Index = 0; Index < 3; Index++)
        KeInitializeMutex(&Mutex[Index], 0);
    SinTell("lock", &Mutex[0]);
    SinPair(&Mutex[0], &Mutex[1]);
    SinPair(&Mutex[1], &Mutex[2]);
    if (Sinful)
        SinPair(&Mutex[2], &Mutex[0]);
    else
        SinPair(&Mutex[0], &Mutex[2]);
    return STATUS_SUCCESS;
}
