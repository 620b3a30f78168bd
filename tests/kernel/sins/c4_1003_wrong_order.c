/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases the first of two spin locks first, and the IRQL falls while the second is held.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1003 first second 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK First, Second;
    KIRQL Outer, Inner;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&First);
    KeInitializeSpinLock(&Second);
    SinTell("first", &First);
    SinTell("second", &Second);
    KeAcquireSpinLock(&First, &Outer);
    KeAcquireSpinLock(&Second, &Inner);
    if (Sinful) {
        KeReleaseSpinLock(&First, Outer);
        KeReleaseSpinLock(&Second, Inner);
    } else {
        KeReleaseSpinLock(&Second, Inner);
        KeReleaseSpinLock(&First, Outer);
    }
    return STATUS_SUCCESS;
}
