/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInitializeOplock, FsRtlUninitializeOplock, FsRtlOplockFsctrl, FsRtlOplockFsctrlEx,
 * FsRtlCheckOplock, FsRtlCheckOplockEx, FsRtlOplockBreakToNone, FsRtlOplockBreakToNoneEx,
 * FsRtlOplockBreakH, FsRtlCurrentOplock, FsRtlCurrentOplockH, FsRtlCurrentBatchOplock,
 * FsRtlOplockIsFastIoPossible, FsRtlOplockIsSharedRequest - oplocks, of files that are only
 * addresses here.
 */
#include "oplock_test.h"

TEST(FsRtlCheckOplock, Level1BreaksToLevel2)
{
    REQUEST Held, Read, Kept;

    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_READ), STATUS_SUCCESS);
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_WRITE), STATUS_SUCCESS);
    CHECK(FsRtlOplockIsFastIoPossible(&Oplock));
    CHECK_EQ(Held.Completed, 0);
    CHECK_STATUS(Do(&Read, &Other, IRP_MJ_READ), STATUS_PENDING);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    CHECK_EQ(Read.Completed, 0);
    CHECK(!FsRtlOplockIsFastIoPossible(&Oplock));
    CHECK_STATUS(Control(&Kept, &Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, 0), STATUS_PENDING);
    CheckWentOn(&Read);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_READ), STATUS_SUCCESS);
    CHECK_EQ(Kept.Completed, 0);
    /* Level 2 does not outlive a change, not even of its holder's, who is not asked. */
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_WRITE), STATUS_SUCCESS);
    CheckBroken(&Kept, FILE_OPLOCK_BROKEN_TO_NONE);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE), STATUS_INVALID_OPLOCK_PROTOCOL);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlOplockFsctrl, Level2IsForMany)
{
    REQUEST First, Second, Third;

    Begin();
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE), STATUS_INVALID_OPLOCK_PROTOCOL);
    CHECK_STATUS(Control(&First, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_2, 0), STATUS_PENDING);
    CHECK_STATUS(Control(&Second, &Other, FSCTL_REQUEST_OPLOCK_LEVEL_2, 0), STATUS_PENDING);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_READ), STATUS_SUCCESS);
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_CLEANUP), STATUS_SUCCESS);
    CheckBroken(&First, FILE_OPLOCK_BROKEN_TO_NONE);
    CHECK_EQ(Second.Completed, 0);
    /* Who wants it alone gets it, although others have level 2. */
    CHECK_STATUS(Control(&Third, &Mine, FSCTL_REQUEST_BATCH_OPLOCK, 1), STATUS_PENDING);
    CheckBroken(&Second, FILE_OPLOCK_BROKEN_TO_NONE);
    FsRtlUninitializeOplock(&Oplock);
    CheckBroken(&Third, FILE_OPLOCK_BROKEN_TO_NONE);
}

TEST(FsRtlOplockFsctrl, RefusesWhatDoesNotGoTogether)
{
    REQUEST Held, Refused;

    Begin();
    CHECK_STATUS(
        Control(&Refused, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 2), STATUS_OPLOCK_NOT_GRANTED);
    CHECK_EQ(Refused.Completed, 1);
    Free(&Refused);
    /* ranges are locked */
    CHECK_STATUS(
        Control(&Refused, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_2, 1), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    Mine.Flags = FO_SYNCHRONOUS_IO;
    CHECK_STATUS(
        Control(&Refused, &Mine, FSCTL_REQUEST_BATCH_OPLOCK, 1), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    Mine.Flags = 0;
    CHECK_STATUS(Say(&Mine, FSCTL_SET_COMPRESSION), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_BATCH_OPLOCK, 1), STATUS_PENDING);
    CHECK(FsRtlCurrentBatchOplock(&Oplock));
    CHECK_STATUS(Say(&Other, FSCTL_REQUEST_OPLOCK_LEVEL_2), STATUS_OPLOCK_NOT_GRANTED);
    CHECK_STATUS(
        Control(&Refused, &Other, FSCTL_REQUEST_FILTER_OPLOCK, 1), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    /* nothing is being broken */
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE), STATUS_INVALID_OPLOCK_PROTOCOL);
    FsRtlUninitializeOplock(&Oplock);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
}

TEST(FsRtlCheckOplock, BatchHoldersMayCloseInstead)
{
    REQUEST Held, Write, Reader;

    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_BATCH_OPLOCK, 1), STATUS_PENDING);
    CHECK_STATUS(Do(&Write, &Other, IRP_MJ_WRITE), STATUS_PENDING);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
    CHECK_STATUS(Say(&Mine, FSCTL_OPBATCH_ACK_CLOSE_PENDING), STATUS_SUCCESS);
    CHECK_EQ(Write.Completed, 0);
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_CLEANUP), STATUS_SUCCESS);
    CheckWentOn(&Write);
    CHECK(!FsRtlCurrentBatchOplock(&Oplock));
    /* Or want nothing that is left. */
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_BATCH_OPLOCK, 1), STATUS_PENDING);
    CHECK_STATUS(Open(&Reader, &Other, FILE_READ_DATA, FILE_OPEN, 0), STATUS_PENDING);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACK_NO_2), STATUS_SUCCESS);
    CheckWentOn(&Reader);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckOplock, FilterLetsReadersIn)
{
    REQUEST Held, Opened, Write;

    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_FILTER_OPLOCK, 1), STATUS_PENDING);
    CHECK(FsRtlCurrentBatchOplock(&Oplock));
    CHECK_STATUS(Open(&Opened, &Other, FILE_READ_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    Free(&Opened);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_READ), STATUS_SUCCESS);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_LOCK_CONTROL), STATUS_SUCCESS);
    CHECK_STATUS(Do(&Write, &Other, IRP_MJ_WRITE), STATUS_PENDING);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE), STATUS_SUCCESS);
    CheckWentOn(&Write);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckOplock, OpensForAttributesBreakNothing)
{
    REQUEST Held, Opened;

    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    CHECK_STATUS(
        Open(&Opened, &Other, FILE_READ_ATTRIBUTES | SYNCHRONIZE, FILE_OPEN, 0), STATUS_SUCCESS);
    Free(&Opened);
    CHECK_STATUS(Open(&Opened, &Other, FILE_READ_DATA, FILE_OPEN, FILE_COMPLETE_IF_OPLOCKED),
        STATUS_OPLOCK_BREAK_IN_PROGRESS);
    Free(&Opened);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACK_NO_2), STATUS_SUCCESS);
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    CHECK_STATUS(Open(&Opened, &Other, FILE_WRITE_DATA, FILE_OVERWRITE, FILE_COMPLETE_IF_OPLOCKED),
                 STATUS_OPLOCK_BREAK_IN_PROGRESS);
    Free(&Opened);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
    FsRtlUninitializeOplock(&Oplock);
}

/* ---- Windows 7's ----------------------------------------------------------------------------- */

TEST(FsRtlOplockFsctrlEx, LevelsAreBrokenStepByStep)
{
    REQUEST Held, Opened, Kept;
    ASK CurrentH = (ASK)(ULONG_PTR)KtestExport(L"FsRtlCurrentOplockH"),
        Current = (ASK)(ULONG_PTR)KtestExport(L"FsRtlCurrentOplock");

    if (CurrentH == NULL || Current == NULL) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    CHECK(!Current(&Oplock));
    CHECK_STATUS(ControlLevel(&Held, &Mine, RWH, 1, 1), STATUS_PENDING);
    CHECK(Current(&Oplock) && CurrentH(&Oplock));
    CHECK_STATUS(Open(&Opened, &Other, FILE_READ_DATA, FILE_OPEN, 0), STATUS_PENDING);
    CheckBrokenLevel(&Held, RWH, RH, 1);
    /* more than is left */
    CHECK_STATUS(ControlLevel(&Kept, &Mine, RWH, 2, 0), STATUS_INVALID_OPLOCK_PROTOCOL);
    Free(&Kept);
    CHECK_STATUS(ControlLevel(&Held, &Mine, RH, 2, 0), STATUS_PENDING);
    CheckWentOn(&Opened);
    /* Who keeps handles alone is asked, but not waited for. */
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_WRITE), STATUS_SUCCESS);
    CheckBrokenLevel(&Held, RH, 0, 1);
    CHECK_STATUS(ControlLevel(&Kept, &Mine, 0, 2, 0), STATUS_SUCCESS);
    Free(&Kept);
    CHECK(!Current(&Oplock));
    CHECK_STATUS(ControlLevel(&Held, &Mine, R, 1, 0), STATUS_PENDING);
    CHECK_STATUS(DoAndFree(&Mine, IRP_MJ_WRITE), STATUS_SUCCESS);
    CHECK_EQ(Held.Completed, 0);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_SET_INFORMATION), STATUS_SUCCESS);
    CheckBrokenLevel(&Held, R, 0, 0);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlOplockFsctrlEx, GrantsByLevelAndKey)
{
    FSCTRL_EX FsctrlEx = (FSCTRL_EX)(ULONG_PTR)KtestExport(L"FsRtlOplockFsctrlEx");
    ASK IsShared = (ASK)(ULONG_PTR)KtestExport(L"FsRtlOplockIsSharedRequest");
    REQUEST First, Second, Third;

    if (FsctrlEx == NULL || !CHECK(IsShared != NULL)) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    /* no such level */
    CHECK_STATUS(ControlLevel(&First, &Mine, 2, 1, 0), STATUS_INVALID_PARAMETER);
    Free(&First);
    CHECK_STATUS(ControlLevel(&First, &Mine, R, 3, 0), STATUS_INVALID_PARAMETER);
    Free(&First);
    /* others have it open */
    CHECK_STATUS(ControlLevel(&First, &Mine, RW, 1, 2), STATUS_OPLOCK_NOT_GRANTED);
    Free(&First);
    CHECK_STATUS(ControlLevel(&First, &Mine, R, 1, 0), STATUS_PENDING);
    CHECK(IsShared(First.Irp));
    CHECK_STATUS(ControlLevel(&Second, &Other, RH, 1, 0), STATUS_PENDING);
    CHECK_EQ(First.Completed, 0);
    /* less than it has */
    CHECK_STATUS(ControlLevel(&Third, &Other, R, 1, 0), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Third);
    CHECK_STATUS(ControlLevel(&Third, &Mine, RW, 1, 1), STATUS_OPLOCK_NOT_GRANTED);
    CHECK(!IsShared(Third.Irp));
    Free(&Third);
    /* More, by the same file: the first request ends. */
    CHECK_STATUS(ControlLevel(&Third, &Mine, RH, 1, 0), STATUS_PENDING);
    CHECK_EQ(First.Completed, 1);
    CHECK_STATUS(First.Status, 0x215); /* STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE */
    Free(&First);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Second, RH, 0, 0);
    CheckBrokenLevel(&Third, RH, 0, 0);
}

TEST(FsRtlOplockBreakH, TakesHandlesAway)
{
    CHECK_EX BreakH = (CHECK_EX)(ULONG_PTR)KtestExport(L"FsRtlOplockBreakH");
    REQUEST Held, Opened, Kept;

    if (BreakH == NULL) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    CHECK_STATUS(ControlLevel(&Held, &Mine, RH, 1, 0), STATUS_PENDING);
    CHECK_STATUS(Open(&Opened, &Other, FILE_READ_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    CHECK_STATUS(BreakH(&Oplock, Opened.Irp, 0, &Opened, GoesOn, NULL), STATUS_PENDING);
    CheckBrokenLevel(&Held, RH, R, 1);
    CHECK_STATUS(ControlLevel(&Kept, &Mine, R, 2, 0), STATUS_PENDING);
    CheckWentOn(&Opened);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Kept, R, 0, 0);
}

TEST(FsRtlOplockBreakToNone, BreaksOnesOwn)
{
    BREAK_TO_NONE BreakToNone = (BREAK_TO_NONE)(ULONG_PTR)KtestExport(L"FsRtlOplockBreakToNone");
    CHECK_EX BreakToNoneEx = (CHECK_EX)(ULONG_PTR)KtestExport(L"FsRtlOplockBreakToNoneEx");
    REQUEST Held, Any;

    if (BreakToNone == NULL || BreakToNoneEx == NULL) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    Make(&Any, IRP_MJ_FLUSH_BUFFERS, &Mine);
    CHECK_STATUS(BreakToNoneEx(&Oplock, Any.Irp, COMPLETE_IF_OPLOCKED, NULL, NULL, NULL),
                 STATUS_OPLOCK_BREAK_IN_PROGRESS);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
    CHECK_STATUS(BreakToNone(&Oplock, Any.Stack, Any.Irp, &Any, GoesOn, NULL), STATUS_PENDING);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE), STATUS_SUCCESS);
    CheckWentOn(&Any);
    FsRtlUninitializeOplock(&Oplock);
}

/* ---- waiting and cancelling ------------------------------------------------------------------ */

TEST(FsRtlCheckOplock, BothSidesCanBeCancelled)
{
    REQUEST Held, Read, Told;

    Begin();
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    CHECK(IoCancelIrp(Held.Irp));
    CHECK_EQ(Held.Completed, 1);
    CHECK_STATUS(Held.Status, STATUS_CANCELLED);
    Free(&Held);
    CHECK_STATUS(DoAndFree(&Other, IRP_MJ_WRITE), STATUS_SUCCESS);
    CHECK_STATUS(Say(&Other, FSCTL_OPLOCK_BREAK_NOTIFY), STATUS_SUCCESS);
    CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING);
    CHECK_STATUS(Do(&Read, &Other, IRP_MJ_READ), STATUS_PENDING);
    CHECK_STATUS(Control(&Told, &Other, FSCTL_OPLOCK_BREAK_NOTIFY, 0), STATUS_PENDING);
    CHECK(IoCancelIrp(Read.Irp));
    CHECK_EQ(Read.Completed, 1);
    CHECK_STATUS(Read.Status, STATUS_CANCELLED);
    Free(&Read);
    CHECK_EQ(Told.Completed, 0);
    CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACK_NO_2), STATUS_SUCCESS);
    CheckBroken(&Told, 0);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    FsRtlUninitializeOplock(&Oplock);
}

static KEVENT Go;
static BOOLEAN Stop;

/* The holder, on a thread of its own: gives its word as often as it is let. */
static VOID NTAPI Holder(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        KeWaitForSingleObject(&Go, Executive, KernelMode, FALSE, NULL);
        if (Stop)
            break;
        CHECK_STATUS(Say(&Mine, FSCTL_OPLOCK_BREAK_ACK_NO_2), STATUS_SUCCESS);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static PVOID StartHolder(VOID)
{
    HANDLE Handle;
    PVOID Thread = NULL;

    Stop = FALSE;
    KeInitializeEvent(&Go, SynchronizationEvent, FALSE);
    if (CHECK_STATUS(
            PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Holder, NULL),
            STATUS_SUCCESS)) {
        CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
    }
    return Thread;
}

static VOID EndHolder(PVOID Thread)
{
    Stop = TRUE;
    KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
}

static NTSTATUS NTAPI LetHolderGo(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
    return Completed(Device, Irp, Context);
}

TEST(FsRtlCheckOplock, WithoutARoutineTheThreadWaits)
{
    PVOID Thread = StartHolder();
    REQUEST Held, Read;
    ULONG Round;

    if (Thread == NULL)
        return;
    Begin();
    for (Round = 0; Round < 100; Round++) {
        if (!CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING))
            break;
        Held.Stack->CompletionRoutine = LetHolderGo;
        Make(&Read, IRP_MJ_READ, &Other);
        CHECK_STATUS(FsRtlCheckOplock(&Oplock, Read.Irp, NULL, NULL, NULL), STATUS_SUCCESS);
        CHECK_EQ(Read.Completed, 0);
        Free(&Read);
        CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    }
    EndHolder(Thread);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckOplock, CancellingRacesTheHoldersWord)
{
    PVOID Thread = StartHolder();
    REQUEST Held, Read;
    ULONG Round;

    if (Thread == NULL)
        return;
    Begin();
    for (Round = 0; Round < 300; Round++) {
        if (!CHECK_STATUS(Control(&Held, &Mine, FSCTL_REQUEST_OPLOCK_LEVEL_1, 1), STATUS_PENDING))
            break;
        CHECK_STATUS(Do(&Read, &Other, IRP_MJ_READ), STATUS_PENDING);
        KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
        IoCancelIrp(Read.Irp);
        KeWaitForSingleObject(&Read.Done, Executive, KernelMode, FALSE, NULL);
        CHECK(Read.Completed == 1 &&
            (Read.Status == STATUS_SUCCESS || Read.Status == STATUS_CANCELLED));
        Free(&Read);
        CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
        Make(&Read, IRP_MJ_WRITE, &Other); /* until the word is given */
        CHECK_STATUS(FsRtlCheckOplock(&Oplock, Read.Irp, NULL, NULL, NULL), STATUS_SUCCESS);
        Free(&Read);
    }
    EndHolder(Thread);
    FsRtlUninitializeOplock(&Oplock);
}
