/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wrong_irql.c - a driver that calls a PASSIVE_LEVEL routine while it holds a spin lock.
 *
 * Device \\.\WrongIrql. Control code 0x800 (0x222000): acquires a spin lock, calls ZwClose(NULL),
 * releases the lock.
 *
 * Must be reported under Driver Verifier (DDI compliance): bugcheck 0xC4 naming wrong_irql.sys,
 * ZwClose and the level, 2. Without it the call merely fails here.
 */
#define DEFECT_NAME L"WrongIrql"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        KSPIN_LOCK Lock;
        KIRQL OldIrql;

        KeInitializeSpinLock(&Lock);
        KeAcquireSpinLock(&Lock, &OldIrql);
        ZwClose(NULL);
        KeReleaseSpinLock(&Lock, OldIrql);
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
