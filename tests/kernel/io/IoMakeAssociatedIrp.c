/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoMakeAssociatedIrp - a master request split in parts completes with the last of them.
 */
#include "io_test.h"

#define PARTS 3

/* The upper device splits its request into flushes of the lower one. */
static NTSTATUS NTAPI SplitDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PDEVICE_OBJECT Lower = IoTestOf(Device)->Lower;
    PIRP Part[PARTS];
    ULONG At;

    for (At = 0; At < PARTS; At++) {
        Part[At] = IoMakeAssociatedIrp(Irp, Lower->StackSize);
        if (Part[At] == NULL) {
            while (At != 0)
                IoFreeIrp(Part[--At]);
            return IoTestComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        }
        CHECK_PTR(Part[At]->AssociatedIrp.MasterIrp, Irp);
        CHECK((Part[At]->Flags & IRP_ASSOCIATED_IRP) != 0);
        IoGetNextIrpStackLocation(Part[At])->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    }
    IoMarkIrpPending(Irp);
    Irp->AssociatedIrp.IrpCount = PARTS;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 42;
    for (At = 0; At < PARTS; At++)
        IoCallDriver(Lower, Part[At]);
    return STATUS_PENDING;
}

TEST(IoMakeAssociatedIrp, MasterCompletesWithTheLastPart)
{
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, SplitDispatch);
    PDEVICE_OBJECT Lower = IoTestCreate(NULL, 0, NULL);
    IO_STATUS_BLOCK IoStatus = {.Information = 0};
    KEVENT Event;
    PIRP Irp;

    if (Upper != NULL && Lower != NULL) {
        IoTestOf(Upper)->Lower = Lower;
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        Irp = IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, Upper, NULL, 0, NULL, &Event,
                                           &IoStatus);
        if (CHECK(Irp != NULL)) {
            CHECK_STATUS(IoTestSend(Upper, Irp, &Event, &IoStatus), STATUS_SUCCESS);
            CHECK_EQ(IoStatus.Information, 42);
            CHECK_EQ(IoTestOf(Lower)->Seen[IRP_MJ_FLUSH_BUFFERS], PARTS);
        }
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}
