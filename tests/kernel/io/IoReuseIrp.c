/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoReuseIrp - an IRP from IoAllocateIrp as new, with a status.
 */
#include "irp_test.h"

static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    (*(ULONG *)Context)++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(IoReuseIrp, StartsOverWithTheStatusGiven)
{
    PIRP Irp = IoAllocateIrp(3, FALSE);

    if (!CHECK(Irp != NULL))
        return;
    Irp->UserBuffer = Irp;
    Irp->Cancel = TRUE;
    Irp->PendingReturned = TRUE;
    Irp->IoStatus.Information = 9;
    IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_WRITE;
    IoSetNextIrpStackLocation(Irp);
    IoReuseIrp(Irp, STATUS_NOT_SUPPORTED);
    IrpTestCheckFresh(Irp, 3);
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_NOT_SUPPORTED);
    IoReuseIrp(Irp, STATUS_SUCCESS);
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_SUCCESS);
    IoFreeIrp(Irp);
}

TEST(IoReuseIrp, TheIrpCanBeSentAgain)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    ULONG Completed = 0;
    ULONG Round;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = IoAllocateIrp(Device->StackSize, FALSE);
    if (CHECK(Irp != NULL)) {
        for (Round = 0; Round < 5; Round++) {
            IoReuseIrp(Irp, STATUS_NOT_SUPPORTED);
            IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
            IoSetCompletionRoutine(Irp, KeepIrp, &Completed, TRUE, TRUE, TRUE);
            CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_SUCCESS);
            CHECK_STATUS(Irp->IoStatus.Status, STATUS_SUCCESS);
        }
        CHECK_EQ(Completed, 5);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}
