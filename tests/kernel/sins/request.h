/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * request.h - requests a sin makes and sends to its own device, for those about IRPs.
 */
#ifndef TESTS_KERNEL_SINS_REQUEST_H
#define TESTS_KERNEL_SINS_REQUEST_H

#include "sin.h"

/* Dispatch routines that complete with success, at once and after having pended. */
static inline NTSTATUS NTAPI SinAnswer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}

static inline NTSTATUS NTAPI SinPend(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoMarkIrpPending(Irp);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    return STATUS_PENDING;
}

static inline NTSTATUS NTAPI SinTakeBack(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* An IRP for the device, whose driver answers requests of this major function with Routine; it
 * frees itself. NULL: no memory. */
static inline PIRP SinRequest(
    PDEVICE_OBJECT DeviceObject, CCHAR Locations, UCHAR MajorFunction, PDRIVER_DISPATCH Routine)
{
    PIRP Irp = IoAllocateIrp(Locations, FALSE);

    if (Irp == NULL)
        return NULL;
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    DeviceObject->DriverObject->MajorFunction[MajorFunction] = Routine;
    Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoGetNextIrpStackLocation(Irp)->MajorFunction = MajorFunction;
    IoSetCompletionRoutine(Irp, SinTakeBack, NULL, TRUE, TRUE, TRUE);
    return Irp;
}

/* An IRP of io's for the device, which tells Done and IoStatus when it is completed; io frees it.
 * NULL: no memory. */
static inline PIRP SinThreadRequest(
    PDEVICE_OBJECT DeviceObject, PDRIVER_DISPATCH Routine, PKEVENT Done, PIO_STATUS_BLOCK IoStatus)
{
    PIRP Irp = IoBuildDeviceIoControlRequest(
        SIN_CODE_SIN, DeviceObject, NULL, 0, NULL, 0, TRUE, Done, IoStatus);

    DeviceObject->DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = Routine;
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    return Irp;
}

#endif
