/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stack.h - a second device of a sin's, attached to its first one, and requests to it as the system
 * sends them to a stack. The upper device's dispatch routine is the sin's; the lower one leaves a
 * request as it came.
 */
#ifndef TESTS_KERNEL_SINS_STACK_H
#define TESTS_KERNEL_SINS_STACK_H

#include "request.h"

static PDEVICE_OBJECT SinUpper, SinLower;

static inline NTSTATUS SinLeave(PIRP Irp)
{
    NTSTATUS Status = Irp->IoStatus.Status;

    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* What an upper device's dispatch routine does that does not know the request. */
static inline NTSTATUS SinPassDown(PIRP Irp)
{
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(SinLower, Irp);
}

/* Routine is called for both devices. */
static inline NTSTATUS SinSendToStack(
    PDEVICE_OBJECT DeviceObject, UCHAR MajorFunction, UCHAR MinorFunction, PDRIVER_DISPATCH Routine)
{
    NTSTATUS Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &SinUpper);
    PIRP Irp;

    if (!NT_SUCCESS(Status))
        return Status;
    SinLower = IoAttachDeviceToDeviceStack(SinUpper, DeviceObject);
    SinUpper->Flags &= ~DO_DEVICE_INITIALIZING;
    SinTell("lower", SinLower);
    Irp = SinRequest(SinUpper, SinUpper->StackSize, MajorFunction, Routine);
    if (Irp != NULL) {
        IoGetNextIrpStackLocation(Irp)->MinorFunction = MinorFunction;
        IoCallDriver(SinUpper, Irp);
    }
    IoDetachDevice(SinLower);
    IoDeleteDevice(SinUpper);
    return Irp != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/* ---- A request the upper device does something with instead of passing it down, if that is not
 * NULL  */

static NTSTATUS (*SinInstead)(PIRP Irp);

static inline NTSTATUS NTAPI SinUpperInstead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject != SinUpper)
        return SinLeave(Irp);
    return SinInstead != NULL ? SinInstead(Irp) : SinPassDown(Irp);
}

static inline NTSTATUS SinFailAndPassDown(PIRP Irp)
{
    Irp->IoStatus.Status = STATUS_UNSUCCESSFUL;
    return SinPassDown(Irp);
}

static inline NTSTATUS SinSucceed(PIRP Irp)
{
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}

static inline NTSTATUS SinDoInstead(PDEVICE_OBJECT DeviceObject, UCHAR MajorFunction,
    UCHAR MinorFunction, NTSTATUS (*Instead)(PIRP Irp))
{
    SinInstead = Instead;
    return SinSendToStack(DeviceObject, MajorFunction, MinorFunction, SinUpperInstead);
}

#endif
