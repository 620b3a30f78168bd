/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stack_test.c - see stack_test.h. One stack at a time.
 */
#include "stack_test.h"

static STACK_TEST *StackTestCurrent;
static IO_COMPLETION_ROUTINE StackTestCompletion;
static DRIVER_DISPATCH StackTestDispatch;

static VOID StackTestMark(CHAR Letter)
{
    STACK_TEST *Test = StackTestCurrent;

    if (Test->Length < sizeof(Test->Trail) - 1)
        Test->Trail[Test->Length++] = Letter;
}

BOOLEAN StackTestTrailIs(const STACK_TEST *Test, const char *Trail)
{
    ULONG At;

    for (At = 0; At < Test->Length && Trail[At] == Test->Trail[At]; At++)
        continue;
    return At == Test->Length && Trail[At] == '\0';
}

/* Context: the level. */
static NTSTATUS NTAPI StackTestCompletion(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    STACK_LEVEL *Level = Context;
    LONG Number = (LONG)(Level - StackTestCurrent->Level);

    StackTestMark(Number == STACK_SENDER ? 'z' : (CHAR)('a' + Number));
    Level->CompletedDevice = Device;
    Level->CurrentDevice =
        Number == STACK_SENDER ? NULL : IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    Level->CompletedStatus = Irp->IoStatus.Status;
    Level->CompletedInformation = Irp->IoStatus.Information;
    Level->PendingReturned = Irp->PendingReturned;
    if (Irp->PendingReturned && Number != STACK_SENDER && Level->Answer == STATUS_SUCCESS)
        IoMarkIrpPending(Irp);
    return Level->Answer;
}

static VOID StackTestSetRoutine(PIRP Irp, STACK_LEVEL *Level)
{
    IoSetCompletionRoutine(Irp, StackTestCompletion, Level, Level->OnSuccess, Level->OnError,
                           Level->OnCancel);
}

static NTSTATUS NTAPI StackTestDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    STACK_TEST *Test = StackTestCurrent;
    ULONG Number = 0;

    while (Test->Device[Number] != Device)
        Number++;
    StackTestMark((CHAR)('0' + Number));
    if (Number == STACK_DEPTH - 1)
        return Test->Pend ? IoTestPend(Irp, Test->Status, Test->Information)
                          : IoTestComplete(Irp, Test->Status, Test->Information);
    if (Test->Level[Number].Skip) {
        IoSkipCurrentIrpStackLocation(Irp);
    } else {
        IoCopyCurrentIrpStackLocationToNext(Irp);
        StackTestSetRoutine(Irp, &Test->Level[Number]);
    }
    Test->Level[Number].Returned = IoCallDriver(Test->Device[Number + 1], Irp);
    return Test->Level[Number].Returned;
}

BOOLEAN StackTestBegin(STACK_TEST *Test)
{
    ULONG Number;

    RtlZeroMemory(Test, sizeof(*Test));
    StackTestCurrent = Test;
    for (Number = STACK_DEPTH; Number-- != 0;) {
        STACK_LEVEL *Level = &Test->Level[Number];

        Level->OnSuccess = Level->OnError = Level->OnCancel = TRUE;
        Test->Device[Number] = IoTestCreate(NULL, 0, StackTestDispatch);
        if (Test->Device[Number] == NULL)
            goto Failed;
        if (Number + 1 < STACK_DEPTH &&
            !CHECK_PTR(IoAttachDeviceToDeviceStack(Test->Device[Number], Test->Device[Number + 1]),
                       Test->Device[Number + 1]))
            goto Failed;
    }
    Test->Level[STACK_SENDER].Answer = STATUS_MORE_PROCESSING_REQUIRED;
    return TRUE;

Failed:
    StackTestEnd(Test);
    return FALSE;
}

VOID StackTestEnd(STACK_TEST *Test)
{
    ULONG Number;

    for (Number = 0; Number < STACK_DEPTH; Number++) {
        if (Test->Device[Number] == NULL)
            continue;
        if (Number + 1 < STACK_DEPTH && Test->Device[Number + 1]->AttachedDevice != NULL)
            IoDetachDevice(Test->Device[Number + 1]);
        IoDeleteDevice(Test->Device[Number]);
    }
}

PIRP StackTestIrp(STACK_TEST *Test)
{
    PIRP Irp = IoAllocateIrp(Test->Device[0]->StackSize, FALSE);

    if (!CHECK(Irp != NULL))
        return NULL;
    IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    StackTestSetRoutine(Irp, &Test->Level[STACK_SENDER]);
    return Irp;
}

NTSTATUS StackTestSend(STACK_TEST *Test)
{
    PIRP Irp = StackTestIrp(Test);
    NTSTATUS Status;

    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = IoCallDriver(Test->Device[0], Irp);
    IoTestJoin();
    IoFreeIrp(Irp);
    return Status;
}
