/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInitializeOplock, FsRtlUninitializeOplock, FsRtlOplockFsctrl, FsRtlOplockFsctrlEx,
 * FsRtlCheckOplock, FsRtlCheckOplockEx, FsRtlOplockBreakToNone, FsRtlOplockBreakToNoneEx,
 * FsRtlOplockBreakH, FsRtlCurrentOplock, FsRtlCurrentOplockH, FsRtlCurrentBatchOplock,
 * FsRtlOplockIsFastIoPossible, FsRtlOplockIsSharedRequest, FsRtlOplockKeysEqual,
 * IoGetOplockKeyContext - oplocks, of files that are only addresses here.
 */
#include <ntifs.h>

#include "ktest.h"

/* Newer than what the headers are set to. */
#ifndef FSCTL_REQUEST_OPLOCK
#define FSCTL_REQUEST_OPLOCK \
    CTL_CODE(FILE_DEVICE_FILE_SYSTEM, 144, METHOD_BUFFERED, FILE_ANY_ACCESS)
#endif
#define COMPLETE_IF_OPLOCKED  1 /* OPLOCK_FLAG_… */
#define OPLOCK_KEY_CHECK_ONLY 2

#define R  1
#define RH 3
#define RW 5
#define RWH 7

typedef struct {
    USHORT Version, Length;
    ULONG Level, Flags;
} LEVEL_INPUT;

typedef struct {
    USHORT Version, Length;
    ULONG Original, New, Flags;
    ACCESS_MASK Access;
    USHORT Share;
} LEVEL_OUTPUT;

typedef NTSTATUS(NTAPI *FSCTRL_EX)(POPLOCK Oplock, PIRP Irp, ULONG OpenCount, ULONG Flags);
typedef NTSTATUS(NTAPI *CHECK_EX)(POPLOCK Oplock, PIRP Irp, ULONG Flags, PVOID Context,
    POPLOCK_WAIT_COMPLETE_ROUTINE Complete, POPLOCK_FS_PREPOST_IRP Post);
typedef NTSTATUS(NTAPI *BREAK_TO_NONE)(POPLOCK Oplock, PIO_STACK_LOCATION Stack, PIRP Irp,
    PVOID Context, POPLOCK_WAIT_COMPLETE_ROUTINE Complete, POPLOCK_FS_PREPOST_IRP Post);
typedef BOOLEAN(NTAPI *ASK)(PVOID Oplock);

static OPLOCK Oplock;
static FILE_OBJECT Mine, Other;

typedef struct REQUEST {
    PIRP Irp;
    PIO_STACK_LOCATION Stack;
    KEVENT Done;
    ULONG Completed; /* as a request, or as one that goes on */
    NTSTATUS Status;
    ULONG_PTR Information;
    union {
        LEVEL_INPUT In;
        LEVEL_OUTPUT Out;
        LARGE_INTEGER EndOfFile;
        BOOLEAN Delete;
    } Buffer;
    ACCESS_STATE Access;
    IO_SECURITY_CONTEXT Security;
} REQUEST;

static NTSTATUS NTAPI Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    REQUEST *Request = Context;

    UNREFERENCED_PARAMETER(Device);
    Request->Completed++;
    Request->Status = Irp->IoStatus.Status;
    Request->Information = Irp->IoStatus.Information;
    KeSetEvent(&Request->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID NTAPI GoesOn(PVOID Context, PIRP Irp)
{
    Completed(NULL, Irp, Context);
}

static BOOLEAN Make(REQUEST *Request, UCHAR Major, PFILE_OBJECT File)
{
    RtlZeroMemory(Request, sizeof(*Request));
    KeInitializeEvent(&Request->Done, NotificationEvent, FALSE);
    Request->Irp = IoAllocateIrp(2, FALSE);
    if (!CHECK(Request->Irp != NULL))
        return FALSE;
    IoSetNextIrpStackLocation(Request->Irp);
    IoSetCompletionRoutine(Request->Irp, Completed, Request, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Request->Irp);
    Request->Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    Request->Irp->Tail.Overlay.OriginalFileObject = File;
    Request->Irp->AssociatedIrp.SystemBuffer = &Request->Buffer;
    Request->Stack = IoGetCurrentIrpStackLocation(Request->Irp);
    Request->Stack->MajorFunction = Major;
    Request->Stack->FileObject = File;
    return TRUE;
}

static VOID Free(REQUEST *Request)
{
    IoFreeIrp(Request->Irp);
}

static VOID Begin(VOID)
{
    RtlZeroMemory(&Mine, sizeof(Mine));
    RtlZeroMemory(&Other, sizeof(Other));
    FsRtlInitializeOplock(&Oplock);
}

/* A control request of a holder. */
static NTSTATUS Control(REQUEST *Request, PFILE_OBJECT File, ULONG Code, ULONG OpenCount)
{
    if (!Make(Request, IRP_MJ_FILE_SYSTEM_CONTROL, File))
        return STATUS_UNSUCCESSFUL;
    Request->Stack->Parameters.FileSystemControl.FsControlCode = Code;
    return FsRtlOplockFsctrl(&Oplock, Request->Irp, OpenCount);
}

/* One that is over at once. */
static NTSTATUS Say(PFILE_OBJECT File, ULONG Code)
{
    REQUEST Request;
    NTSTATUS Status = Control(&Request, File, Code, 0);

    if (CHECK_EQ(Request.Completed, 1)) {
        CHECK_STATUS(Request.Status, Status);
        Free(&Request);
    }
    return Status;
}

/* Of Windows 7's. Flags 1: asks for one; 2: the word. */
static NTSTATUS ControlLevel(
    REQUEST *Request, PFILE_OBJECT File, ULONG Level, ULONG Flags, ULONG OpenCount)
{
    if (!Make(Request, IRP_MJ_FILE_SYSTEM_CONTROL, File))
        return STATUS_UNSUCCESSFUL;
    Request->Stack->Parameters.FileSystemControl.FsControlCode = FSCTL_REQUEST_OPLOCK;
    Request->Stack->Parameters.FileSystemControl.InputBufferLength = sizeof(LEVEL_INPUT);
    Request->Stack->Parameters.FileSystemControl.OutputBufferLength = sizeof(LEVEL_OUTPUT);
    Request->Buffer.In.Version = 1;
    Request->Buffer.In.Length = sizeof(LEVEL_INPUT);
    Request->Buffer.In.Level = Level;
    Request->Buffer.In.Flags = Flags;
    return FsRtlOplockFsctrl(&Oplock, Request->Irp, OpenCount);
}

/* What somebody does to the file: pends if it waits. */
static NTSTATUS Do(REQUEST *Request, PFILE_OBJECT File, UCHAR Major)
{
    if (!Make(Request, Major, File))
        return STATUS_UNSUCCESSFUL;
    if (Major == IRP_MJ_SET_INFORMATION)
        Request->Stack->Parameters.SetFile.FileInformationClass = FileEndOfFileInformation;
    return FsRtlCheckOplock(&Oplock, Request->Irp, Request, GoesOn, NULL);
}

static NTSTATUS DoAndFree(PFILE_OBJECT File, UCHAR Major)
{
    REQUEST Request;
    NTSTATUS Status = Do(&Request, File, Major);

    if (CHECK(Status != STATUS_PENDING))
        Free(&Request);
    return Status;
}

static NTSTATUS Open(
    REQUEST *Request, PFILE_OBJECT File, ACCESS_MASK Access, ULONG Disposition, ULONG Options)
{
    if (!Make(Request, IRP_MJ_CREATE, File))
        return STATUS_UNSUCCESSFUL;
    Request->Security.AccessState = &Request->Access;
    Request->Security.DesiredAccess = Access;
    Request->Stack->Parameters.Create.SecurityContext = &Request->Security;
    Request->Stack->Parameters.Create.Options = Disposition << 24 | Options;
    Request->Stack->Parameters.Create.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
    return FsRtlCheckOplock(&Oplock, Request->Irp, Request, GoesOn, NULL);
}

static VOID CheckBroken(REQUEST *Request, ULONG_PTR Information)
{
    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, STATUS_SUCCESS);
    CHECK_EQ(Request->Information, Information);
    Free(Request);
}

static VOID CheckBrokenLevel(REQUEST *Request, ULONG Original, ULONG New, ULONG Flags)
{
    CHECK_EQ(Request->Buffer.Out.Original, Original);
    CHECK_EQ(Request->Buffer.Out.New, New);
    CHECK_EQ(Request->Buffer.Out.Flags & 1, Flags);
    CheckBroken(Request, sizeof(LEVEL_OUTPUT));
}

static VOID CheckWentOn(REQUEST *Request)
{
    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, STATUS_SUCCESS);
    Free(Request);
}

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

/* ---- keys ------------------------------------------------------------------------------------ */

static const GUID KeyType = {
    0x48850596, 0x3050, 0x4be7, {0x98, 0x63, 0xfe, 0xc3, 0x50, 0xce, 0x8d, 0x7f}};

static PFILE_OBJECT OpenRoot(VOID)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    HANDLE Handle;
    PFILE_OBJECT Root = NULL;
    KTEST_STRING(Name, L"\\SystemRoot");

    InitializeObjectAttributes(
        &Object, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Object, &Io,
                          FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&Root, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return Root;
}

/* Has Irp come with a key, in a list that goes with it. */
static BOOLEAN GiveKey(PIRP Irp, const GUID *Key)
{
    NTSTATUS(NTAPI * AllocateList)
    (ULONG, PVOID *) = KtestExport(L"FsRtlAllocateExtraCreateParameterList");
    NTSTATUS(NTAPI *Allocate)(const GUID *, ULONG, ULONG, PVOID, ULONG, PVOID *) =
        KtestExport(L"FsRtlAllocateExtraCreateParameter");
    NTSTATUS(NTAPI *Insert)(PVOID, PVOID) = KtestExport(L"FsRtlInsertExtraCreateParameter");
    NTSTATUS(NTAPI *SetList)(PIRP, PVOID) = KtestExport(L"FsRtlSetEcpListIntoIrp");
    struct {
        GUID Key;
        ULONG Reserved;
    } *Parameter;
    PVOID List;

    if (!CHECK(AllocateList != NULL && Allocate != NULL && Insert != NULL && SetList != NULL) ||
        !CHECK_STATUS(AllocateList(0, &List), STATUS_SUCCESS) ||
        !CHECK_STATUS(Allocate(&KeyType, sizeof(*Parameter), 0, NULL, 'tseT', (PVOID *)&Parameter),
            STATUS_SUCCESS))
        return FALSE;
    Parameter->Key = *Key;
    return CHECK_STATUS(Insert(List, Parameter), STATUS_SUCCESS) &&
        CHECK_STATUS(SetList(Irp, List), STATUS_SUCCESS);
}

TEST(FsRtlOplockKeysEqual, KeysComeWithOpens)
{
    BOOLEAN(NTAPI *Equal)(PFILE_OBJECT, PFILE_OBJECT) = KtestExport(L"FsRtlOplockKeysEqual");
    PGUID(NTAPI *GetKey)(PFILE_OBJECT) = KtestExport(L"IoGetOplockKeyContext");
    CHECK_EX CheckEx = (CHECK_EX)(ULONG_PTR)KtestExport(L"FsRtlCheckOplockEx");
    static const GUID Key = {1, 2, 3, {4}};
    PFILE_OBJECT Files[2];
    REQUEST Held, Opened;
    ULONG Index;

    if (Equal == NULL || GetKey == NULL || CheckEx == NULL) {
        skip("Windows 7 and later");
        return;
    }
    Begin();
    Files[0] = OpenRoot();
    Files[1] = OpenRoot();
    if (Files[0] == NULL || Files[1] == NULL)
        return;
    CHECK(Equal(Files[0], Files[0]));
    CHECK(!Equal(Files[0], Files[1]));
    CHECK(!Equal(Files[0], NULL));
    CHECK_PTR(GetKey(Files[0]), NULL);
    for (Index = 0; Index < 2; Index++) {
        Make(&Opened, IRP_MJ_CREATE, Files[Index]);
        Opened.Security.DesiredAccess = FILE_READ_DATA;
        Opened.Stack->Parameters.Create.SecurityContext = &Opened.Security;
        if (GiveKey(Opened.Irp, &Key))
            CHECK_STATUS(CheckEx(&Oplock, Opened.Irp, OPLOCK_KEY_CHECK_ONLY, NULL, NULL, NULL),
                STATUS_SUCCESS);
        Free(&Opened);
    }
    CHECK(Equal(Files[0], Files[1]));
    if (CHECK(GetKey(Files[1]) != NULL))
        CHECK_EQ(RtlCompareMemory(GetKey(Files[1]), &Key, sizeof(Key)), sizeof(Key));
    /* They are one holder's now. */
    CHECK_STATUS(ControlLevel(&Held, Files[0], RWH, 1, 1), STATUS_PENDING);
    CHECK_STATUS(DoAndFree(Files[1], IRP_MJ_WRITE), STATUS_SUCCESS);
    CHECK_EQ(Held.Completed, 0);
    FsRtlUninitializeOplock(&Oplock);
    CheckBrokenLevel(&Held, RWH, 0, 0);
    ObDereferenceObject(Files[0]);
    ObDereferenceObject(Files[1]);
}
