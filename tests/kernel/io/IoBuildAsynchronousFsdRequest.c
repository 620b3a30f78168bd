/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoBuildAsynchronousFsdRequest - the completion routine takes the IRP back, with the buffer or MDL
 * it carries, as the documentation has it.
 */
#include "io_test.h"

typedef struct ASYNC_RESULT {
    KEVENT Done;
    NTSTATUS Status;
    ULONG_PTR Information;
    BOOLEAN HadSystemBuffer;
    BOOLEAN HadMdl;
    CHAR First; /* byte of the system buffer */
} ASYNC_RESULT;

static BOOLEAN AsyncPends;
static IO_COMPLETION_ROUTINE AsyncCompletion;

static NTSTATUS NTAPI AsyncDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    CHAR *Buffer = Irp->UserBuffer;

    if (Device->Flags & DO_BUFFERED_IO)
        Buffer = Irp->AssociatedIrp.SystemBuffer;
    else if (Device->Flags & DO_DIRECT_IO)
        Buffer = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (!CHECK(Buffer != NULL))
        return IoTestComplete(Irp, STATUS_UNSUCCESSFUL, 0);
    Buffer[0] = 'R';
    if (AsyncPends)
        return IoTestPend(Irp, STATUS_SUCCESS, 1);
    return IoTestComplete(Irp, STATUS_SUCCESS, 1);
}

static NTSTATUS NTAPI AsyncCompletion(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    ASYNC_RESULT *Result = Context;

    UNREFERENCED_PARAMETER(Device);
    Result->Status = Irp->IoStatus.Status;
    Result->Information = Irp->IoStatus.Information;
    if (Irp->AssociatedIrp.SystemBuffer != NULL && (Irp->Flags & IRP_DEALLOCATE_BUFFER)) {
        Result->HadSystemBuffer = TRUE;
        Result->First = *(CHAR *)Irp->AssociatedIrp.SystemBuffer;
        ExFreePool(Irp->AssociatedIrp.SystemBuffer);
    }
    while (Irp->MdlAddress != NULL) {
        PMDL Mdl = Irp->MdlAddress;

        Result->HadMdl = TRUE;
        Irp->MdlAddress = Mdl->Next;
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    IoFreeIrp(Irp);
    KeSetEvent(&Result->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID AsyncRead(ULONG Flags, BOOLEAN Pends, ASYNC_RESULT *Result, CHAR *Byte)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, Flags, AsyncDispatch);
    LARGE_INTEGER Offset = {.QuadPart = 0};
    PIRP Irp;

    RtlZeroMemory(Result, sizeof(*Result));
    KeInitializeEvent(&Result->Done, NotificationEvent, FALSE);
    if (Device == NULL)
        return;
    AsyncPends = Pends;
    Irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Device, Byte, 1, &Offset, NULL);
    if (CHECK(Irp != NULL)) {
        IoSetCompletionRoutine(Irp, AsyncCompletion, Result, TRUE, TRUE, TRUE);
        CHECK_STATUS(IoCallDriver(Device, Irp), Pends ? STATUS_PENDING : STATUS_SUCCESS);
        KeWaitForSingleObject(&Result->Done, Executive, KernelMode, FALSE, NULL);
        IoTestJoin();
        CHECK_STATUS(Result->Status, STATUS_SUCCESS);
        CHECK_EQ(Result->Information, 1);
    }
    IoDeleteDevice(Device);
}

/* Nobody copies the system buffer to the caller's: that would be the completion routine. */
TEST(IoBuildAsynchronousFsdRequest, Buffered)
{
    ASYNC_RESULT Result;
    CHAR Byte = '-';

    AsyncRead(DO_BUFFERED_IO, FALSE, &Result, &Byte);
    CHECK(Result.HadSystemBuffer && !Result.HadMdl);
    CHECK_EQ(Result.First, 'R');
    AsyncRead(DO_BUFFERED_IO, TRUE, &Result, &Byte);
    CHECK(Result.HadSystemBuffer);
}

TEST(IoBuildAsynchronousFsdRequest, Direct)
{
    ASYNC_RESULT Result;
    CHAR Byte = '-';

    AsyncRead(DO_DIRECT_IO, TRUE, &Result, &Byte);
    CHECK(Result.HadMdl && !Result.HadSystemBuffer);
    CHECK_EQ(Byte, 'R');
}

TEST(IoBuildAsynchronousFsdRequest, Neither)
{
    ASYNC_RESULT Result;
    CHAR Byte = '-';

    AsyncRead(0, FALSE, &Result, &Byte);
    CHECK(!Result.HadMdl && !Result.HadSystemBuffer);
    CHECK_EQ(Byte, 'R');
}

TEST(IoQueueThreadIrp, IsFinishedForTheThread)
{
    VOID(NTAPI * Queue)(PIRP Irp) = (PVOID)KtestExport(L"IoQueueThreadIrp");
    PDEVICE_OBJECT Device = IoTestCreate(NULL, DO_BUFFERED_IO, AsyncDispatch);
    IO_STATUS_BLOCK IoStatus = {{0}, 0};
    LARGE_INTEGER Offset = {{0}};
    CHAR Byte = 0;
    KEVENT Event;
    ULONG Round;
    PIRP Irp;

    if (Device == NULL || !CHECK(Queue != NULL))
        return;
    for (Round = 0; Round < 2; Round++) {
        AsyncPends = Round != 0;
        Byte = 0;
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        Irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Device, &Byte, 1, &Offset, &IoStatus);
        if (!CHECK(Irp != NULL))
            break;
        Irp->UserEvent = &Event;
        Queue(Irp);
        CHECK_PTR(Irp->Tail.Overlay.Thread, KeGetCurrentThread());
        CHECK_STATUS(IoTestSend(Device, Irp, &Event, &IoStatus), STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 1);
        CHECK_EQ(Byte, 'R');
        IoTestJoin();
    }
    IoDeleteDevice(Device);
}
