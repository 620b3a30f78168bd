/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * broken.h - what the drivers of this folder have in common. Each has one defect of a kind that
 * turns up in drivers again and again, for `dotsys fuzz` to find; its head comment names the class
 * that must be said. A driver includes this once and defines
 *
 *     static NTSTATUS Control(BROKEN_REQUEST *Request);
 *
 * which answers the control codes of \\.\Broken.
 *
 *     class: NAME          what `dotsys fuzz` has to call it
 *     options: OPTIONS     optional: of `dotsys fuzz`
 */
#ifndef TESTS_KERNEL_BROKEN_BROKEN_H
#define TESTS_KERNEL_BROKEN_BROKEN_H

#include <ntifs.h>

#define DEFECT_NAME L"Broken"
#include "../defects/defect.h"

#define BROKEN_TAG                  'korB'
#define BROKEN_CODE(Number, Method) \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900 + (Number), Method, FILE_ANY_ACCESS)

typedef struct BROKEN_REQUEST {
    PIRP Irp;
    ULONG Code;
    PUCHAR Buffer;       /* the system buffer */
    PVOID Output;        /* METHOD_NEITHER: the caller's; direct I/O: where its pages are */
    ULONG InputLength, OutputLength;
    ULONG_PTR Returned;  /* out */
} BROKEN_REQUEST;

static NTSTATUS Control(BROKEN_REQUEST *Request);

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    BROKEN_REQUEST Request;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    Request.Irp = Irp;
    Request.Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    Request.Buffer = Irp->AssociatedIrp.SystemBuffer;
    Request.Output = Irp->MdlAddress != NULL
        ? MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority)
        : Irp->UserBuffer;
    Request.InputLength = Stack->Parameters.DeviceIoControl.InputBufferLength;
    Request.OutputLength = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    Request.Returned = 0;
    Status = Control(&Request);
    return DefectComplete(Irp, Status, NT_SUCCESS(Status) ? Request.Returned : 0);
}

#endif
