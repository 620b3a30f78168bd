/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoValidateDeviceIoControlAccess - the rights of the handle behind a request; IoEnqueueIrp - a
 * request on its thread's list.
 */
#include "io_test.h"

NTKERNELAPI VOID NTAPI IoEnqueueIrp(PIRP Irp);

typedef struct VALIDATE_TEST {
    KPROCESSOR_MODE Mode;
    UCHAR Flags;
    NTSTATUS Read, Write, Both;
} VALIDATE_TEST;

static NTSTATUS NTAPI Validate(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    VALIDATE_TEST *Test = IoTestOf(Device)->Context;
    KPROCESSOR_MODE Mode = Irp->RequestorMode;
    UCHAR Flags = Stack->Flags;

    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        Irp->RequestorMode = Test->Mode;
        Stack->Flags = Test->Flags;
        Test->Read = IoValidateDeviceIoControlAccess(Irp, FILE_READ_ACCESS);
        Test->Write = IoValidateDeviceIoControlAccess(Irp, FILE_WRITE_ACCESS);
        Test->Both = IoValidateDeviceIoControlAccess(Irp, FILE_READ_ACCESS | FILE_WRITE_ACCESS);
        Stack->Flags = Flags;
        Irp->RequestorMode = Mode;
    }
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static BOOLEAN Run(KPROCESSOR_MODE Mode, UCHAR Flags, VALIDATE_TEST *Test)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, Validate);

    if (Device == NULL)
        return FALSE;
    RtlZeroMemory(Test, sizeof(*Test));
    Test->Mode = Mode;
    Test->Flags = Flags;
    IoTestOf(Device)->Context = Test;
    CHECK_STATUS(IoTestControl(Device), STATUS_SUCCESS);
    IoDeleteDevice(Device);
    return TRUE;
}

TEST(IoValidateDeviceIoControlAccess, TheKernelMayDoAnything)
{
    VALIDATE_TEST Test;

    if (!Run(KernelMode, 0, &Test))
        return;
    CHECK_STATUS(Test.Read, STATUS_SUCCESS);
    CHECK_STATUS(Test.Write, STATUS_SUCCESS);
    CHECK_STATUS(Test.Both, STATUS_SUCCESS);
}

TEST(IoValidateDeviceIoControlAccess, AClientMayWhatItsHandleMay)
{
    VALIDATE_TEST Test;

    if (!Run(UserMode, SL_READ_ACCESS_GRANTED, &Test))
        return;
    CHECK_STATUS(Test.Read, STATUS_SUCCESS);
    CHECK_STATUS(Test.Write, STATUS_ACCESS_DENIED);
    CHECK_STATUS(Test.Both, STATUS_ACCESS_DENIED);
    if (!Run(UserMode, SL_READ_ACCESS_GRANTED | SL_WRITE_ACCESS_GRANTED, &Test))
        return;
    CHECK_STATUS(Test.Both, STATUS_SUCCESS);
    if (!Run(UserMode, 0, &Test))
        return;
    CHECK_STATUS(Test.Read, STATUS_ACCESS_DENIED);
}

/* From then on the system finishes the request: block, event, and the IRP itself. */
TEST(IoEnqueueIrp, MakesARequestTheThreads)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = IoAllocateIrp(Device->StackSize, FALSE);
    if (CHECK(Irp != NULL)) {
        KeInitializeEvent(&Done, NotificationEvent, FALSE);
        IoStatus.Status = STATUS_PENDING;
        Irp->Tail.Overlay.Thread = PsGetCurrentThread();
        Irp->UserIosb = &IoStatus;
        Irp->UserEvent = &Done;
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
        CHECK(IsListEmpty(&Irp->ThreadListEntry));
        IoEnqueueIrp(Irp);
        CHECK(!IsListEmpty(&Irp->ThreadListEntry));
        CHECK_STATUS(IoTestSend(Device, Irp, &Done, &IoStatus), STATUS_SUCCESS);
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
    }
    IoDeleteDevice(Device);
}
