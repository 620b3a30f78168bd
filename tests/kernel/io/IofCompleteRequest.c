/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IofCompleteRequest - completion routines up a stack of three devices.
 */
#include "stack_test.h"

TEST(IofCompleteRequest, RunsTheRoutinesUpwards)
{
    STACK_TEST Test;

    if (!StackTestBegin(&Test))
        return;
    Test.Status = STATUS_SUCCESS;
    Test.Information = 0x77;
    CHECK_STATUS(StackTestSend(&Test), STATUS_SUCCESS);
    CHECK(StackTestTrailIs(&Test, "012baz"));
    StackTestEnd(&Test);
}

TEST(IofCompleteRequest, ShowsEveryRoutineTheResult)
{
    STACK_TEST Test;
    ULONG Number;

    if (!StackTestBegin(&Test))
        return;
    Test.Status = STATUS_BUFFER_OVERFLOW;
    Test.Information = 0x77;
    CHECK_STATUS(StackTestSend(&Test), STATUS_BUFFER_OVERFLOW);
    for (Number = 0; Number < STACK_DEPTH; Number++) {
        CHECK_STATUS(Test.Level[Number].CompletedStatus, STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(Test.Level[Number].CompletedInformation, 0x77);
        CHECK_EQ(Test.Level[Number].PendingReturned, FALSE);
    }
    StackTestEnd(&Test);
}

/*
 * The device of whoever set the routine, and its own stack location; a sender without one has none.
 */
TEST(IofCompleteRequest, GivesTheRoutineItsOwnDevice)
{
    STACK_TEST Test;
    ULONG Number;

    if (!StackTestBegin(&Test))
        return;
    StackTestSend(&Test);
    for (Number = 0; Number < STACK_SENDER; Number++) {
        CHECK_PTR(Test.Level[Number].CompletedDevice, Test.Device[Number]);
        CHECK_PTR(Test.Level[Number].CurrentDevice, Test.Device[Number]);
    }
    CHECK_PTR(Test.Level[STACK_SENDER].CompletedDevice, NULL);
    StackTestEnd(&Test);
}

static VOID CheckInvoked(BOOLEAN OnSuccess, BOOLEAN OnError, BOOLEAN OnCancel, NTSTATUS Status,
                         BOOLEAN Cancelled, const char *Trail)
{
    STACK_TEST Test;
    PIRP Irp;

    if (!StackTestBegin(&Test))
        return;
    Test.Level[1].OnSuccess = OnSuccess;
    Test.Level[1].OnError = OnError;
    Test.Level[1].OnCancel = OnCancel;
    Test.Status = Status;
    Irp = StackTestIrp(&Test);
    if (Irp != NULL) {
        Irp->Cancel = Cancelled;
        IoCallDriver(Test.Device[0], Irp);
        CHECK(StackTestTrailIs(&Test, Trail));
        IoFreeIrp(Irp);
    }
    StackTestEnd(&Test);
}

TEST(IofCompleteRequest, CallsARoutineForWhatItWasSetFor)
{
    CheckInvoked(TRUE, FALSE, FALSE, STATUS_SUCCESS, FALSE, "012baz");
    CheckInvoked(TRUE, FALSE, FALSE, STATUS_UNSUCCESSFUL, FALSE, "012az");
    CheckInvoked(FALSE, TRUE, FALSE, STATUS_SUCCESS, FALSE, "012az");
    CheckInvoked(FALSE, TRUE, FALSE, STATUS_UNSUCCESSFUL, FALSE, "012baz");
    CheckInvoked(FALSE, FALSE, TRUE, STATUS_CANCELLED, TRUE, "012baz");
    CheckInvoked(FALSE, FALSE, TRUE, STATUS_SUCCESS, TRUE, "012baz");
    CheckInvoked(FALSE, FALSE, TRUE, STATUS_CANCELLED, FALSE, "012az");
    CheckInvoked(TRUE, FALSE, FALSE, STATUS_CANCELLED, TRUE, "012az");
}

/* Warnings are errors to these flags; informational statuses are successes. */
TEST(IofCompleteRequest, CountsWarningsAsErrors)
{
    CheckInvoked(TRUE, FALSE, FALSE, STATUS_BUFFER_OVERFLOW, FALSE, "012az");
    CheckInvoked(FALSE, TRUE, FALSE, STATUS_BUFFER_OVERFLOW, FALSE, "012baz");
    CheckInvoked(TRUE, FALSE, FALSE, STATUS_OBJECT_NAME_EXISTS, FALSE, "012baz");
}

TEST(IofCompleteRequest, LeavesOutADriverThatSkipped)
{
    STACK_TEST Test;

    if (!StackTestBegin(&Test))
        return;
    Test.Level[1].Skip = TRUE;
    StackTestSend(&Test);
    CHECK(StackTestTrailIs(&Test, "012az"));
    CHECK_PTR(Test.Level[0].CompletedDevice, Test.Device[0]);
    StackTestEnd(&Test);
}

/* ---- more processing required ---------------------------------------------------------------- */

TEST_FORBIDDEN(IofCompleteRequest, StopsWhereARoutineTakesTheIrp)
{
    STACK_TEST Test;
    PIRP Irp;

    if (!StackTestBegin(&Test))
        return;
    Test.Level[1].Answer = STATUS_MORE_PROCESSING_REQUIRED;
    Irp = StackTestIrp(&Test);
    if (Irp != NULL) {
        CHECK_STATUS(IoCallDriver(Test.Device[0], Irp), STATUS_SUCCESS);
        CHECK(StackTestTrailIs(&Test, "012b"));
        /* Device 1 has it again. */
        CHECK_PTR(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Test.Device[1]);
        IoTestComplete(Irp, STATUS_NO_MEDIA_IN_DEVICE, 5);
        CHECK(StackTestTrailIs(&Test, "012baz"));
        CHECK_STATUS(Test.Level[0].CompletedStatus, STATUS_NO_MEDIA_IN_DEVICE);
        CHECK_EQ(Test.Level[0].CompletedInformation, 5);
        CHECK_STATUS(Test.Level[STACK_SENDER].CompletedStatus, STATUS_NO_MEDIA_IN_DEVICE);
        IoFreeIrp(Irp);
    }
    StackTestEnd(&Test);
}

TEST_FORBIDDEN(IofCompleteRequest, GoesOnFromEveryLevel)
{
    STACK_TEST Test;
    PIRP Irp;

    if (!StackTestBegin(&Test))
        return;
    Test.Level[1].Answer = Test.Level[0].Answer = STATUS_MORE_PROCESSING_REQUIRED;
    Irp = StackTestIrp(&Test);
    if (Irp != NULL) {
        IoCallDriver(Test.Device[0], Irp);
        CHECK(StackTestTrailIs(&Test, "012b"));
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        CHECK(StackTestTrailIs(&Test, "012ba"));
        CHECK_PTR(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Test.Device[0]);
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        CHECK(StackTestTrailIs(&Test, "012baz"));
        IoFreeIrp(Irp);
    }
    StackTestEnd(&Test);
}

/* A driver that has it again may send it down once more. */
TEST_FORBIDDEN(IofCompleteRequest, TheIrpCanGoDownAgain)
{
    STACK_TEST Test;
    PIRP Irp;

    if (!StackTestBegin(&Test))
        return;
    Test.Level[1].Answer = STATUS_MORE_PROCESSING_REQUIRED;
    Irp = StackTestIrp(&Test);
    if (Irp != NULL) {
        IoCallDriver(Test.Device[0], Irp);
        IoCopyCurrentIrpStackLocationToNext(Irp);
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        CHECK_STATUS(IoCallDriver(Test.Device[2], Irp), STATUS_SUCCESS);
        CHECK(StackTestTrailIs(&Test, "012b2az"));
        IoFreeIrp(Irp);
    }
    StackTestEnd(&Test);
}

/* ---- pending --------------------------------------------------------------------------------- */

TEST(IofCompleteRequest, PendingReturnedGoesUpTheStack)
{
    STACK_TEST Test;
    ULONG Number;

    if (!StackTestBegin(&Test))
        return;
    Test.Status = STATUS_SUCCESS;
    Test.Information = 3;
    Test.Pend = TRUE;
    CHECK_STATUS(StackTestSend(&Test), STATUS_PENDING);
    CHECK(StackTestTrailIs(&Test, "012baz"));
    for (Number = 0; Number < STACK_DEPTH; Number++) {
        CHECK_EQ(Test.Level[Number].PendingReturned, TRUE);
        CHECK_EQ(Test.Level[Number].CompletedInformation, 3);
        if (Number != STACK_SENDER)
            CHECK_STATUS(Test.Level[Number].Returned, STATUS_PENDING);
    }
    StackTestEnd(&Test);
}

/* Where no routine is called, the system carries the mark up itself. */
TEST(IofCompleteRequest, PendingReturnedPassesDriversWithoutRoutine)
{
    STACK_TEST Test;

    if (!StackTestBegin(&Test))
        return;
    Test.Pend = TRUE;
    Test.Level[1].OnSuccess = Test.Level[0].OnSuccess = FALSE;
    CHECK_STATUS(StackTestSend(&Test), STATUS_PENDING);
    CHECK(StackTestTrailIs(&Test, "012z"));
    CHECK_EQ(Test.Level[STACK_SENDER].PendingReturned, TRUE);
    StackTestEnd(&Test);
}

TEST(IofCompleteRequest, WorksAtDispatchLevel)
{
    STACK_TEST Test;
    KIRQL Old;
    PIRP Irp;

    if (!StackTestBegin(&Test))
        return;
    Irp = StackTestIrp(&Test);
    if (Irp != NULL) {
        KeRaiseIrql(DISPATCH_LEVEL, &Old);
        IoCallDriver(Test.Device[0], Irp);
        KeLowerIrql(Old);
        CHECK(StackTestTrailIs(&Test, "012baz"));
        IoFreeIrp(Irp);
    }
    StackTestEnd(&Test);
}
