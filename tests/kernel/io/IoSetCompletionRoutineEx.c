/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetCompletionRoutineEx - the routine runs when it asked to, with its own context.
 */
#include "io_test.h"

static LONG ExCalls;
static NTSTATUS ExLowerStatus;
static BOOLEAN ExOnSuccess;
static BOOLEAN ExOnError;

static NTSTATUS NTAPI ExCompletion(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    CHECK_PTR(Context, &ExCalls);
    CHECK_PTR(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Device);
    ExCalls++;
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS NTAPI ExLower(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestComplete(Irp, ExLowerStatus, 0);
}

static NTSTATUS NTAPI ExUpper(PDEVICE_OBJECT Device, PIRP Irp)
{
    NTSTATUS Status;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    Status = IoSetCompletionRoutineEx(Device, Irp, ExCompletion, &ExCalls, ExOnSuccess, ExOnError,
                                      FALSE);
    if (!NT_SUCCESS(Status))
        return IoTestComplete(Irp, Status, 0);
    return IoCallDriver(IoTestOf(Device)->Lower, Irp);
}

static LONG ExRun(NTSTATUS LowerStatus, BOOLEAN OnSuccess, BOOLEAN OnError)
{
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, ExUpper);
    PDEVICE_OBJECT Lower = IoTestCreate(NULL, 0, ExLower);

    ExCalls = 0;
    ExLowerStatus = LowerStatus;
    ExOnSuccess = OnSuccess;
    ExOnError = OnError;
    if (Upper != NULL && Lower != NULL) {
        IoTestOf(Upper)->Lower = IoAttachDeviceToDeviceStack(Upper, Lower);
        if (CHECK_PTR(IoTestOf(Upper)->Lower, Lower)) {
            CHECK_STATUS(IoTestControl(Upper), LowerStatus);
            IoDetachDevice(Lower);
        }
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
    return ExCalls;
}

TEST(IoSetCompletionRoutineEx, RunsAsAsked)
{
    CHECK_EQ(ExRun(STATUS_SUCCESS, TRUE, TRUE), 1);
    CHECK_EQ(ExRun(STATUS_UNSUCCESSFUL, TRUE, TRUE), 1);
    CHECK_EQ(ExRun(STATUS_SUCCESS, TRUE, FALSE), 1);
    CHECK_EQ(ExRun(STATUS_SUCCESS, FALSE, TRUE), 0);
    CHECK_EQ(ExRun(STATUS_UNSUCCESSFUL, TRUE, FALSE), 0);
    CHECK_EQ(ExRun(STATUS_UNSUCCESSFUL, FALSE, TRUE), 1);
}
