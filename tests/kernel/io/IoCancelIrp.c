/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCancelIrp - the mark, the cancel routine and the system's cancel lock.
 */
#include "kthread.h"
#include "io_test.h"

/* IoSetCancelRoutine; the headers' own macro casts a qualifier away. */
static PDRIVER_CANCEL SetCancelRoutine(PIRP Irp, PDRIVER_CANCEL Routine)
{
    return (PDRIVER_CANCEL)InterlockedExchangePointer((PVOID *)(ULONG_PTR)&Irp->CancelRoutine,
                                                      (PVOID)(ULONG_PTR)Routine);
}

/* What the cancel routine saw. */
static struct {
    ULONG Calls;
    PDEVICE_OBJECT Device;
    PIRP Irp;
    KIRQL Irql;
    KIRQL CancelIrql;
    BOOLEAN Cancel;
    PDRIVER_CANCEL Routine;
} Seen;

static VOID NTAPI CancelRoutine(PDEVICE_OBJECT Device, PIRP Irp)
{
    Seen.Calls++;
    Seen.Device = Device;
    Seen.Irp = Irp;
    Seen.Irql = KeGetCurrentIrql();
    Seen.CancelIrql = Irp->CancelIrql;
    Seen.Cancel = Irp->Cancel;
    Seen.Routine = Irp->CancelRoutine;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    IoTestComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI Hold(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    IoMarkIrpPending(Irp);
    SetCancelRoutine(Irp, CancelRoutine);
    return STATUS_PENDING;
}

/* Likewise, but nobody can cancel it. */
static NTSTATUS NTAPI HoldWithout(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    (*(ULONG *)Context)++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* An IRP its device holds, and the device; NULL, and the test has failed, without. */
static PIRP HoldOne(PDRIVER_DISPATCH Dispatch, PDEVICE_OBJECT *Device, ULONG *Completed)
{
    PIRP Irp;

    RtlZeroMemory(&Seen, sizeof(Seen));
    *Completed = 0;
    *Device = IoTestCreate(NULL, 0, Dispatch);
    if (*Device == NULL)
        return NULL;
    Irp = IoAllocateIrp((*Device)->StackSize, FALSE);
    if (!CHECK(Irp != NULL)) {
        IoDeleteDevice(*Device);
        return NULL;
    }
    IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    IoSetCompletionRoutine(Irp, KeepIrp, Completed, TRUE, TRUE, TRUE);
    CHECK_STATUS(IoCallDriver(*Device, Irp), STATUS_PENDING);
    return Irp;
}

TEST(IoCancelIrp, CallsTheCancelRoutineUnderTheLock)
{
    PDEVICE_OBJECT Device;
    ULONG Completed;
    PIRP Irp = HoldOne(Hold, &Device, &Completed);

    if (Irp == NULL)
        return;
    CHECK_EQ(IoCancelIrp(Irp), TRUE);
    CHECK_EQ(Seen.Calls, 1);
    CHECK_PTR(Seen.Device, Device);
    CHECK_PTR(Seen.Irp, Irp);
    CHECK_EQ(Seen.Irql, DISPATCH_LEVEL);
    CHECK_EQ(Seen.CancelIrql, PASSIVE_LEVEL);
    CHECK_EQ(Seen.Cancel, TRUE);
    CHECK_PTR(Seen.Routine, NULL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(Completed, 1);
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_CANCELLED);
    IoFreeIrp(Irp);
    IoDeleteDevice(Device);
}

TEST(IoCancelIrp, WorksAtDispatchLevel)
{
    PDEVICE_OBJECT Device;
    ULONG Completed;
    PIRP Irp = HoldOne(Hold, &Device, &Completed);
    BOOLEAN Cancelled;
    KIRQL Old, Level;

    if (Irp == NULL)
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Cancelled = IoCancelIrp(Irp);
    Level = KeGetCurrentIrql();
    KeLowerIrql(Old);
    CHECK(Cancelled);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(Seen.CancelIrql, DISPATCH_LEVEL);
    CHECK_EQ(Completed, 1);
    IoFreeIrp(Irp);
    IoDeleteDevice(Device);
}

TEST(IoCancelIrp, WithoutARoutineOnlyMarksTheIrp)
{
    PDEVICE_OBJECT Device;
    ULONG Completed;
    PIRP Irp = HoldOne(HoldWithout, &Device, &Completed);

    if (Irp == NULL)
        return;
    CHECK_EQ(IoCancelIrp(Irp), FALSE);
    CHECK_EQ(Irp->Cancel, TRUE);
    CHECK_EQ(Completed, 0);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoTestComplete(Irp, STATUS_SUCCESS, 0);
    CHECK_EQ(Completed, 1);
    IoFreeIrp(Irp);
    IoDeleteDevice(Device);
}

/* Taking the routine back is how a driver claims an IRP: one of the two gets it. */
TEST(IoCancelIrp, ARoutineTakenBackIsNotCalled)
{
    PDEVICE_OBJECT Device;
    ULONG Completed;
    PIRP Irp = HoldOne(Hold, &Device, &Completed);

    if (Irp == NULL)
        return;
    CHECK_PTR(SetCancelRoutine(Irp, NULL), CancelRoutine);
    CHECK_EQ(IoCancelIrp(Irp), FALSE);
    CHECK_EQ(Seen.Calls, 0);
    CHECK_PTR(SetCancelRoutine(Irp, NULL), NULL);
    IoTestComplete(Irp, STATUS_SUCCESS, 0);
    IoFreeIrp(Irp);
    IoDeleteDevice(Device);
}

TEST(IoCancelIrp, CallsTheRoutineOnce)
{
    PDEVICE_OBJECT Device;
    ULONG Completed;
    PIRP Irp = HoldOne(Hold, &Device, &Completed);

    if (Irp == NULL)
        return;
    CHECK_EQ(IoCancelIrp(Irp), TRUE);
    CHECK_EQ(Seen.Calls, 1);
    IoReuseIrp(Irp, STATUS_SUCCESS);
    CHECK_EQ(IoCancelIrp(Irp), FALSE);
    CHECK_EQ(Seen.Calls, 1);
    IoFreeIrp(Irp);
    IoDeleteDevice(Device);
}

/* ---- the lock -------------------------------------------------------------------------------- */

TEST(IoAcquireCancelSpinLock, RaisesAndKeepsTheLevelBefore)
{
    KIRQL Old, Level, Nested;

    IoAcquireCancelSpinLock(&Old);
    Level = KeGetCurrentIrql();
    IoReleaseCancelSpinLock(Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    IoAcquireCancelSpinLock(&Nested);
    IoReleaseCancelSpinLock(Nested);
    KeLowerIrql(Old);
    CHECK_EQ(Nested, DISPATCH_LEVEL);
}

#define ROUNDS 2000

static VOID NTAPI CountingThread(PVOID Context)
{
    volatile LONG *Count = Context;
    ULONG Round;

    for (Round = 0; Round < ROUNDS; Round++) {
        KIRQL Old;
        LONG Now;

        IoAcquireCancelSpinLock(&Old);
        Now = *Count;
        YieldProcessor();
        *Count = Now + 1;
        IoReleaseCancelSpinLock(Old);
    }
}

TEST(IoReleaseCancelSpinLock, LetsTheNextThreadIn)
{
    LONG Count = 0;
    PVOID First = KtestStartThread(CountingThread, &Count);
    PVOID Second = KtestStartThread(CountingThread, &Count);

    KtestJoinThread(First);
    KtestJoinThread(Second);
    CHECK_EQ(Count, 2 * ROUNDS);
}
