/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a request whose status block and event are on its stack, and takes it for done when it has
 * been sent.
 *
 * verify: io,force_pending
 * expect: BUGCHECK 0xC9 0xC status 0 0
 * detail: force pending: --seed [0-9]+ makes the same requests pend again
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Done;
    IO_STATUS_BLOCK IoStatus;
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Index;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    SinTell("status", &IoStatus);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    for (Index = 0; Index < 64 && Status == STATUS_SUCCESS; Index++) {
        KeClearEvent(&Done);
        Mine = SinThreadRequest(DeviceObject, SinAnswer, &Done, &IoStatus);
        if (Mine == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Status = IoCallDriver(DeviceObject, Mine);
        if (!Sinful && Status == STATUS_PENDING) {
            KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
            Status = IoStatus.Status;
        }
    }
    return STATUS_SUCCESS;
}
