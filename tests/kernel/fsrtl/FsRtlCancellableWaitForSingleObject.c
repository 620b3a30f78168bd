/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlCancellableWaitForSingleObject, FsRtlCancellableWaitForMultipleObjects,
 * FsRtlPostStackOverflow, FsRtlPostPagingFileStackOverflow - waits that a request's end ends, and
 * work on another stack.
 */
#include <ntifs.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *WAIT_SINGLE)(PVOID Object, PLARGE_INTEGER Timeout, PIRP Irp);
typedef NTSTATUS(NTAPI *WAIT_MULTIPLE)(ULONG Count, PVOID Objects[], WAIT_TYPE Type,
    PLARGE_INTEGER Timeout, PKWAIT_BLOCK Blocks, PIRP Irp);

static WAIT_SINGLE WaitSingle;
static WAIT_MULTIPLE WaitMultiple;
static LARGE_INTEGER AtOnce;

static BOOLEAN FindWaits(VOID)
{
    WaitSingle = (WAIT_SINGLE)(ULONG_PTR)KtestExport(L"FsRtlCancellableWaitForSingleObject");
    WaitMultiple = (WAIT_MULTIPLE)(ULONG_PTR)KtestExport(L"FsRtlCancellableWaitForMultipleObjects");
    if (WaitSingle == NULL || WaitMultiple == NULL)
        skip("Windows Vista and later");
    return WaitSingle != NULL && WaitMultiple != NULL;
}

/* A request at the location of a driver that has it. */
static PIRP MakeIrp(VOID)
{
    PIRP Irp = IoAllocateIrp(2, FALSE);

    if (CHECK(Irp != NULL)) {
        IoSetNextIrpStackLocation(Irp);
        Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    }
    return Irp;
}

TEST(FsRtlCancellableWaitForSingleObject, WaitsAsOthersDo)
{
    KEVENT Event;
    PIRP Irp;

    if (!FindWaits() || (Irp = MakeIrp()) == NULL)
        return;
    KeInitializeEvent(&Event, SynchronizationEvent, TRUE);
    CHECK_STATUS(WaitSingle(&Event, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(WaitSingle(&Event, &AtOnce, NULL), STATUS_TIMEOUT);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(WaitSingle(&Event, NULL, Irp), STATUS_SUCCESS);
    CHECK_STATUS(WaitSingle(&Event, &AtOnce, Irp), STATUS_TIMEOUT);
    CHECK(Irp->CancelRoutine == NULL);
    CHECK(!IoCancelIrp(Irp));
    CHECK_STATUS(WaitSingle(&Event, NULL, Irp), STATUS_CANCELLED);
    CHECK(Irp->CancelRoutine == NULL);
    IoFreeIrp(Irp);
}

TEST(FsRtlCancellableWaitForMultipleObjects, WaitsForOneOrAll)
{
    KEVENT First, Second;
    PVOID Objects[] = {&First, &Second};
    PIRP Irp;

    if (!FindWaits() || (Irp = MakeIrp()) == NULL)
        return;
    KeInitializeEvent(&First, NotificationEvent, FALSE);
    KeInitializeEvent(&Second, NotificationEvent, TRUE);
    CHECK_STATUS(WaitMultiple(2, Objects, WaitAny, NULL, NULL, NULL), STATUS_WAIT_1);
    CHECK_STATUS(WaitMultiple(2, Objects, WaitAny, NULL, NULL, Irp), STATUS_WAIT_1);
    CHECK_STATUS(WaitMultiple(2, Objects, WaitAll, &AtOnce, NULL, Irp), STATUS_TIMEOUT);
    KeSetEvent(&First, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(WaitMultiple(2, Objects, WaitAll, NULL, NULL, Irp), STATUS_SUCCESS);
    KeClearEvent(&First);
    IoCancelIrp(Irp);
    CHECK_STATUS(WaitMultiple(2, Objects, WaitAll, NULL, NULL, Irp), STATUS_CANCELLED);
    IoFreeIrp(Irp);
}

#define ROUNDS 300

static KEVENT Go, Signal;
static PIRP Wanted;
static BOOLEAN Stop, Both;

static VOID NTAPI Canceller(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        KeWaitForSingleObject(&Go, Executive, KernelMode, FALSE, NULL);
        if (Stop)
            break;
        if (Both)
            KeSetEvent(&Signal, IO_NO_INCREMENT, FALSE);
        IoCancelIrp(Wanted);
        KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(FsRtlCancellableWaitForSingleObject, CancellingRacesSignalling)
{
    KEVENT Cancelled;
    HANDLE Handle;
    PVOID Thread;
    ULONG Round;

    if (!FindWaits())
        return;
    KeInitializeEvent(&Go, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Signal, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Cancelled, SynchronizationEvent, FALSE);
    Stop = FALSE;
    if (!CHECK_STATUS(PsCreateSystemThread(
                          &Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Canceller, &Cancelled),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
        STATUS_SUCCESS);
    for (Round = 0; Round < ROUNDS; Round++) {
        NTSTATUS Status;
        if ((Wanted = MakeIrp()) == NULL)
            break;
        Both = Round % 2 != 0;
        KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
        Status = WaitSingle(&Signal, NULL, Wanted);
        CHECK(Status == STATUS_CANCELLED || (Both && Status == STATUS_SUCCESS));
        KeWaitForSingleObject(&Cancelled, Executive, KernelMode, FALSE, NULL);
        KeClearEvent(&Signal);
        CHECK(Wanted->CancelRoutine == NULL);
        /* No alert is left behind. */
        CHECK_STATUS(
            KeWaitForSingleObject(&Signal, Executive, KernelMode, TRUE, &AtOnce), STATUS_TIMEOUT);
        IoFreeIrp(Wanted);
    }
    Stop = TRUE;
    KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    ZwClose(Handle);
}

/* ---- stacks ---------------------------------------------------------------------------------- */

static PVOID Ran;

static VOID NTAPI Overflowed(PVOID Context, PKEVENT Event)
{
    Ran = Context;
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
}

TEST(FsRtlPostStackOverflow, RunsARoutineElsewhere)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Ran = NULL;
    FsRtlPostStackOverflow(&Ran, &Event, Overflowed);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    CHECK_PTR(Ran, &Ran);
}

TEST(FsRtlPostPagingFileStackOverflow, RunsARoutineElsewhere)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    FsRtlPostPagingFileStackOverflow(&Event, &Event, Overflowed);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    CHECK_PTR(Ran, &Event);
}
