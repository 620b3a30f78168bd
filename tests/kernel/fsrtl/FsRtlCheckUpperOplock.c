/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlCheckUpperOplock, FsRtlUpperOplockFsctrl - oplocks that rest on one in a file system below.
 */
#include "oplock_test.h"

#define CHECK_NO_BREAK      0x10000 /* OPLOCK_UPPER_FLAG_… */
#define NOTIFY_REFRESH_READ 0x20000

typedef NTSTATUS(NTAPI *CHECK_UPPER)(POPLOCK Oplock, ULONG Lower, PVOID Context,
    POPLOCK_WAIT_COMPLETE_ROUTINE Complete, POPLOCK_FS_PREPOST_IRP Post, ULONG Flags);
typedef NTSTATUS(NTAPI *UPPER_FSCTRL)(
    POPLOCK Oplock, PIRP Irp, ULONG OpenCount, ULONG Lower, ULONG Flags);

static CHECK_UPPER CheckUpper;
static UPPER_FSCTRL UpperFsctrl;

typedef struct TOLD {
    ULONG Posted, Completed;
} TOLD;

static BOOLEAN FindCalls(VOID)
{
    CheckUpper = (CHECK_UPPER)(ULONG_PTR)KtestExport(L"FsRtlCheckUpperOplock");
    UpperFsctrl = (UPPER_FSCTRL)(ULONG_PTR)KtestExport(L"FsRtlUpperOplockFsctrl");
    if (CheckUpper == NULL || UpperFsctrl == NULL)
        skip("Windows 8.1 and later");
    return CheckUpper != NULL && UpperFsctrl != NULL;
}

static VOID NTAPI Post(PVOID Context, PIRP Irp)
{
    CHECK_PTR(Irp, NULL);
    CHECK_EQ(((TOLD *)Context)->Completed, ((TOLD *)Context)->Posted);
    ((TOLD *)Context)->Posted++;
}

static VOID NTAPI Complete(PVOID Context, PIRP Irp)
{
    CHECK_PTR(Irp, NULL);
    ((TOLD *)Context)->Completed++;
}

/* As ControlLevel, where Lower is held below. */
static NTSTATUS UpperLevel(REQUEST *Request, ULONG Level, ULONG Flags, ULONG Lower)
{
    if (!MakeLevel(Request, &Mine, Level, Flags))
        return STATUS_UNSUCCESSFUL;
    return UpperFsctrl(&Oplock, Request->Irp, Flags == 1 && (Level & 4) ? 1 : 0, Lower, 0);
}

static NTSTATUS Upper(REQUEST *Request, ULONG Code, ULONG OpenCount, ULONG Lower)
{
    if (!Make(Request, IRP_MJ_FILE_SYSTEM_CONTROL, &Mine))
        return STATUS_UNSUCCESSFUL;
    Request->Stack->Parameters.FileSystemControl.FsControlCode = Code;
    return UpperFsctrl(&Oplock, Request->Irp, OpenCount, Lower, 0);
}

TEST(FsRtlUpperOplockFsctrl, GrantsNoMoreThanThereIsBelow)
{
    REQUEST Held, Refused;

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(UpperLevel(&Refused, RWH, 1, RH), STATUS_OPLOCK_NOT_GRANTED);
    CHECK_EQ(Refused.Completed, 1);
    Free(&Refused);
    CHECK_STATUS(UpperLevel(&Refused, RH, 1, RW), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    CHECK_STATUS(UpperLevel(&Refused, R, 1, 0), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    CHECK_STATUS(
        Upper(&Refused, FSCTL_REQUEST_BATCH_OPLOCK, 1, RW), STATUS_OPLOCK_NOT_GRANTED);
    Free(&Refused);
    CHECK_STATUS(Upper(&Refused, FSCTL_SET_COMPRESSION, 0, RWH), STATUS_INVALID_PARAMETER);
    Free(&Refused);
    CHECK_STATUS(UpperLevel(&Held, RH, 1, RWH), STATUS_PENDING);
    CHECK_EQ(Held.Completed, 0);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Held, RH, 0, 0);
}

TEST(FsRtlUpperOplockFsctrl, HoldersKeepNoMoreEither)
{
    REQUEST Held, Opened, Kept;

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(UpperLevel(&Held, RWH, 1, RWH), STATUS_PENDING);
    CHECK_STATUS(Open(&Opened, &Other, FILE_READ_DATA, FILE_OPEN, 0), STATUS_PENDING);
    CheckBrokenLevel(&Held, RWH, RH, 1);
    CHECK_STATUS(UpperLevel(&Kept, RH, 2, R), 0x8000002E /* CANNOT_GRANT_REQUESTED_OPLOCK */);
    CHECK_EQ(Kept.Completed, 1);
    Free(&Kept);
    CheckWentOn(&Opened);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckUpperOplock, BreaksWhatIsLostBelow)
{
    REQUEST Held, Kept;
    TOLD Told = {0, 0};

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(CheckUpper(&Oplock, 0, &Told, Complete, Post, 0), STATUS_SUCCESS);
    CHECK_STATUS(UpperLevel(&Held, RWH, 1, RWH), STATUS_PENDING);
    /* As much as ever. */
    CHECK_STATUS(CheckUpper(&Oplock, RWH, &Told, Complete, Post, 0), STATUS_SUCCESS);
    CHECK_EQ(Held.Completed, 0);
    CHECK_STATUS(CheckUpper(&Oplock, RH, &Told, Complete, Post, 0), STATUS_PENDING);
    CHECK_EQ(Told.Posted, 1);
    CHECK_EQ(Told.Completed, 0);
    CheckBrokenLevel(&Held, RWH, RH, 1);
    CHECK_STATUS(UpperLevel(&Kept, RH, 2, RH), STATUS_PENDING);
    CHECK_EQ(Told.Completed, 1);
    /* All of it; nobody is asked who only reads. */
    CHECK_STATUS(CheckUpper(&Oplock, R, &Told, Complete, Post, 0), STATUS_PENDING);
    CheckBrokenLevel(&Kept, RH, R, 1);
    CHECK_STATUS(UpperLevel(&Held, R, 2, R), STATUS_PENDING);
    CHECK_EQ(Told.Completed, 2);
    CHECK_STATUS(CheckUpper(&Oplock, 0, &Told, Complete, Post, 0), STATUS_SUCCESS);
    CheckBrokenLevel(&Held, R, 0, 0);
    CHECK_EQ(Told.Posted, 2);
    CHECK_EQ(Told.Completed, 2);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckUpperOplock, BreaksOlderKinds)
{
    REQUEST Held;
    TOLD Told = {0, 0};

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(Upper(&Held, FSCTL_REQUEST_BATCH_OPLOCK, 1, RWH), STATUS_PENDING);
    CHECK_STATUS(CheckUpper(&Oplock, RH, &Told, Complete, Post, 0), STATUS_PENDING);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_LEVEL_2);
    CHECK_STATUS(Upper(&Held, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, 0, RH), STATUS_PENDING);
    CHECK_EQ(Told.Completed, 1);
    CHECK_STATUS(CheckUpper(&Oplock, 0, &Told, Complete, Post, 0), STATUS_SUCCESS);
    CheckBroken(&Held, FILE_OPLOCK_BROKEN_TO_NONE);
    FsRtlUninitializeOplock(&Oplock);
}

TEST(FsRtlCheckUpperOplock, FlagsForbidBreaking)
{
    REQUEST Held;

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(UpperLevel(&Held, RW, 1, RWH), STATUS_PENDING);
    CHECK_STATUS(
        CheckUpper(&Oplock, RH, NULL, NULL, NULL, CHECK_NO_BREAK), STATUS_CANNOT_BREAK_OPLOCK);
    CHECK_STATUS(CheckUpper(&Oplock, RW, NULL, NULL, NULL, CHECK_NO_BREAK), STATUS_SUCCESS);
    CHECK_STATUS(CheckUpper(&Oplock, R, NULL, NULL, NULL, NOTIFY_REFRESH_READ),
        STATUS_CANNOT_BREAK_OPLOCK);
    CHECK_EQ(Held.Completed, 0);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Held, RW, 0, 0);
    Begin();
    CHECK_STATUS(UpperLevel(&Held, R, 1, R), STATUS_PENDING);
    CHECK_STATUS(CheckUpper(&Oplock, R, NULL, NULL, NULL, NOTIFY_REFRESH_READ), STATUS_SUCCESS);
    CHECK_EQ(Held.Completed, 1);
    CheckBrokenLevel(&Held, R, 0, 0);
    FsRtlUninitializeOplock(&Oplock);
}

static VOID NTAPI GiveWord(PVOID Context)
{
    REQUEST *Held = Context, Said;

    KeWaitForSingleObject(&Held->Done, Executive, KernelMode, FALSE, NULL);
    CHECK_STATUS(UpperLevel(&Said, 0, 2, 0), STATUS_SUCCESS);
    Free(&Said);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(FsRtlCheckUpperOplock, WithoutARoutineTheThreadWaits)
{
    REQUEST Held;
    HANDLE Handle;
    PVOID Thread = NULL;

    if (!FindCalls())
        return;
    Begin();
    CHECK_STATUS(UpperLevel(&Held, RWH, 1, RWH), STATUS_PENDING);
    if (CHECK_STATUS(
            PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, GiveWord, &Held),
            STATUS_SUCCESS)) {
        CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
            STATUS_SUCCESS);
        ZwClose(Handle);
        CHECK_STATUS(CheckUpper(&Oplock, 0, NULL, NULL, NULL, 0), STATUS_SUCCESS);
        CHECK(FsRtlOplockIsFastIoPossible(&Oplock));
        CheckBrokenLevel(&Held, RWH, 0, 1);
        KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(Thread);
    }
    FsRtlUninitializeOplock(&Oplock);
}
