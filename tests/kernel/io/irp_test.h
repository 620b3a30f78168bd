/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * irp_test.h - what a new IRP looks like.
 */
#ifndef TESTS_KERNEL_IO_IRP_TEST_H
#define TESTS_KERNEL_IO_IRP_TEST_H

#include "io_test.h"

/* Fresh: nobody has sent it, and everything a driver may set is still zero. */
static inline VOID IrpTestCheckFresh(PIRP Irp, CCHAR StackSize)
{
    PIO_STACK_LOCATION Next;

    CHECK_EQ(Irp->Type, IO_TYPE_IRP);
    CHECK_EQ(Irp->Size, IoSizeOfIrp(StackSize));
    CHECK_EQ(Irp->StackCount, StackSize);
    CHECK_EQ(Irp->CurrentLocation, StackSize + 1);
    CHECK_PTR(Irp->MdlAddress, NULL);
    CHECK_EQ(Irp->Flags, 0);
    CHECK_PTR(Irp->AssociatedIrp.SystemBuffer, NULL);
    CHECK_EQ(Irp->IoStatus.Information, 0);
    CHECK_EQ(Irp->RequestorMode, KernelMode);
    CHECK_EQ(Irp->PendingReturned, FALSE);
    CHECK_EQ(Irp->Cancel, FALSE);
    CHECK_PTR(Irp->CancelRoutine, NULL);
    CHECK_PTR(Irp->UserIosb, NULL);
    CHECK_PTR(Irp->UserEvent, NULL);
    CHECK_PTR(Irp->UserBuffer, NULL);
    Next = IoGetNextIrpStackLocation(Irp);
    CHECK_PTR(Next, (PIO_STACK_LOCATION)(Irp + 1) + StackSize - 1);
    CHECK_EQ(Next->MajorFunction, 0);
    CHECK_EQ(Next->Control, 0);
    CHECK_PTR(Next->DeviceObject, NULL);
    CHECK_PTR(Next->FileObject, NULL);
    CHECK_PTR(Next->CompletionRoutine, NULL);
}

#endif
