/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Around the way of a request (request.c): requests io sends for itself and waits for, the lock of
 * a synchronous file when it is contended, and what is said about dispatch routines that break
 * rules.
 */
#include <stdio.h>

#include "dotsys/dotsys.h"
#include "io/iop.h"
#include "ke/seh.h"

void IopReportLost(IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const DRIVER_OBJECT *Driver = Stack->DeviceObject->DriverObject;
    KdFinding(DOTSYS_FINDING_IRP_NOT_COMPLETED,
        (ULONG_PTR)Driver->MajorFunction[Stack->MajorFunction] + 1,
        "IRP not completed: the dispatch routine for major function 0x%02x (control code 0x%08x) "
        "returned without "
        "completing it, passing it down or marking it pending",
        Stack->MajorFunction,
        Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL
            ? Stack->Parameters.DeviceIoControl.IoControlCode
            : 0);
}

/* A dispatch routine came back at another IRQL: on Windows the system call notices on its way
 * out. */
void IopReportIrql(const DRIVER_OBJECT *Driver, UCHAR MajorFunction)
{
    CONTEXT Context;
    char Detail[160];
    const ULONG_PTR Routine = (ULONG_PTR)Driver->MajorFunction[MajorFunction];
    const LDR_IMAGE *Image = LdrFindImage(Routine);
    const ULONG_PTR Parameter[4] = {Routine, KiGetIrql(), 0, 0};
    snprintf(Detail, sizeof(Detail),
        "%s+0x%llx, the dispatch routine for major function 0x%02x, returned at IRQL %u",
        Image != NULL ? Image->Name : "?",
        (unsigned long long)(Image != NULL ? Routine - (ULONG_PTR)Image->Base : Routine),
        MajorFunction, KiGetIrql());
    KeBlame(Routine);
    RtlCaptureContext(&Context);
    KeBugCheckAt(IRQL_GT_ZERO_AT_SYSTEM_SERVICE, Parameter, &Context, Detail);
}

NTSTATUS IopSendInternal(DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR *Information)
{
    IOP_ISSUE Issue;
    KeInitializeEvent(&Issue.Done, SynchronizationEvent, FALSE);
    Issue.Finished = FALSE;
    IopPacket(Irp)->Issue = &Issue;
    Irp->Flags |= IRP_SYNCHRONOUS_API;
    Irp->Tail.Overlay.Thread = (PETHREAD)PsiCurrentThread();
    NTSTATUS Status = IofCallDriver(Device, Irp);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(&Issue.Done, Executive, KernelMode, FALSE, NULL);
    } else if (!__atomic_load_n(&Issue.Finished, __ATOMIC_ACQUIRE)) {
        IopReportLost(Irp);
        Issue.IoStatus = (IO_STATUS_BLOCK){.Status = Status};
    }
    if (Information != NULL)
        *Information = Issue.IoStatus.Information;
    IopFreeIrp(Irp);
    return Issue.IoStatus.Status;
}

NTSTATUS IopLockFileSlow(FILE_OBJECT *File)
{
    BOOLEAN Alertable = (File->Flags & FO_ALERTABLE_IO) != 0;
    NTSTATUS Status = STATUS_SUCCESS;
    __atomic_fetch_add(&File->Waiters, 1, __ATOMIC_SEQ_CST);
    host_process_barrier();
    while (__atomic_exchange_n(&File->Busy, 1, __ATOMIC_SEQ_CST) != 0) {
        Status = KeWaitForSingleObject(&File->Lock, Executive, KiPreviousMode(), Alertable, NULL);
        if (Status != STATUS_SUCCESS)
            break;
    }
    __atomic_fetch_sub(&File->Waiters, 1, __ATOMIC_SEQ_CST);
    return Status;
}
