/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls pageable code at DISPATCH_LEVEL, where it may be paged out.
 *
 * verify: irql
 * expect: BUGCHECK 0xD3 @SinPaged 2 * @SinPaged
 */
#include "sin.h"

static __attribute__((noinline, section("PAGE"))) VOID SinPaged(volatile BOOLEAN *Value)
{
    *Value = *Value;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK Lock;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Lock);
    SinPaged(&Sinful);
    KeAcquireSpinLock(&Lock, &Irql);
    if (Sinful)
        SinPaged(&Sinful);
    KeReleaseSpinLock(&Lock, Irql);
    SinPaged(&Sinful);
    return STATUS_SUCCESS;
}
