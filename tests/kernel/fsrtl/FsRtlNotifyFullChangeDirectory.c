/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlNotifyInitializeSync, FsRtlNotifyUninitializeSync, FsRtlNotifyFullChangeDirectory,
 * FsRtlNotifyFilterChangeDirectory, FsRtlNotifyChangeDirectory, FsRtlNotifyFullReportChange,
 * FsRtlNotifyFilterReportChange, FsRtlNotifyReportChange, FsRtlNotifyCleanup, FsRtlNotifyCleanupAll
 * - watches of folders, of a file system that has no files.
 */
#include <ntifs.h>

#include "ktest.h"

#define ROOM 256

NTKERNELAPI VOID NTAPI FsRtlNotifyChangeDirectory(PNOTIFY_SYNC Sync, PVOID FsContext,
    PSTRING Directory, PLIST_ENTRY List, BOOLEAN WatchTree, ULONG Filter, PIRP Irp);
NTKERNELAPI VOID NTAPI FsRtlNotifyReportChange(
    PNOTIFY_SYNC Sync, PLIST_ENTRY List, PSTRING Target, PUSHORT LastBytes, ULONG Filter);
typedef VOID(NTAPI *CLEANUP_ALL)(PNOTIFY_SYNC Sync, PLIST_ENTRY List);

/* A volume with two open folders. */
static PNOTIFY_SYNC Sync;
static LIST_ENTRY Watches;
static FILE_OBJECT Folder;
static ULONG One, Other; /* their contexts are these addresses */

static UNICODE_STRING RootName = RTL_CONSTANT_STRING(L"\\"),
                      DirName = RTL_CONSTANT_STRING(L"\\dir");

typedef struct REQUEST {
    PIRP Irp;
    KEVENT Done;
    ULONG Completed;
    NTSTATUS Status;
    ULONG_PTR Information;
    union {
        FILE_NOTIFY_INFORMATION First;
        UCHAR Bytes[ROOM];
    } Answer;
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

/* A request of Bytes for the folder, as the file system gets it. */
static BOOLEAN Prepare(REQUEST *Request, ULONG Bytes)
{
    PIO_STACK_LOCATION Stack;

    RtlZeroMemory(Request, sizeof(*Request));
    KeInitializeEvent(&Request->Done, NotificationEvent, FALSE);
    Request->Irp = IoAllocateIrp(2, FALSE);
    if (!CHECK(Request->Irp != NULL))
        return FALSE;
    IoSetNextIrpStackLocation(Request->Irp);
    IoSetCompletionRoutine(Request->Irp, Completed, Request, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(Request->Irp);
    Request->Irp->Tail.Overlay.Thread = PsGetCurrentThread();
    Request->Irp->AssociatedIrp.SystemBuffer = &Request->Answer;
    Stack = IoGetCurrentIrpStackLocation(Request->Irp);
    Stack->MajorFunction = IRP_MJ_DIRECTORY_CONTROL;
    Stack->MinorFunction = IRP_MN_NOTIFY_CHANGE_DIRECTORY;
    Stack->FileObject = &Folder;
    Stack->Parameters.NotifyDirectory.Length = Bytes;
    return TRUE;
}

static BOOLEAN Begin(VOID)
{
    RtlZeroMemory(&Folder, sizeof(Folder));
    InitializeListHead(&Watches);
    Sync = NULL;
    FsRtlNotifyInitializeSync(&Sync);
    return CHECK(Sync != NULL);
}

static VOID End(VOID)
{
    FsRtlNotifyCleanup(Sync, &Watches, &One);
    FsRtlNotifyCleanup(Sync, &Watches, &Other);
    CHECK(IsListEmpty(&Watches));
    FsRtlNotifyUninitializeSync(&Sync);
    CHECK_PTR(Sync, NULL);
    FsRtlNotifyUninitializeSync(&Sync);
}

static BOOLEAN WatchAs(
    REQUEST *Request, PVOID Context, PUNICODE_STRING Name, BOOLEAN Tree, ULONG Filter, ULONG Bytes)
{
    if (!Prepare(Request, Bytes))
        return FALSE;
    FsRtlNotifyFullChangeDirectory(
        Sync, &Watches, Context, (PSTRING)Name, Tree, FALSE, Filter, Request->Irp, NULL, NULL);
    return TRUE;
}

static BOOLEAN Watch(REQUEST *Request, BOOLEAN Tree)
{
    return WatchAs(Request, &One, &DirName, Tree, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM);
}

static USHORT LastPart(PUNICODE_STRING Path)
{
    ULONG At = Path->Length / sizeof(WCHAR);

    while (Path->Buffer[At - 1] != L'\\')
        At--;
    return (USHORT)(At * sizeof(WCHAR));
}

static VOID Report(const WCHAR *Path, ULONG Filter, ULONG Action)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Path);
    FsRtlNotifyFullReportChange(
        Sync, &Watches, (PSTRING)&Name, LastPart(&Name), NULL, NULL, Filter, Action, NULL);
}

static VOID Added(const WCHAR *Path)
{
    Report(Path, FILE_NOTIFY_CHANGE_FILE_NAME, FILE_ACTION_ADDED);
}

static BOOLEAN IsEntry(const FILE_NOTIFY_INFORMATION *Entry, ULONG Action, const WCHAR *Name)
{
    UNICODE_STRING Wanted;

    RtlInitUnicodeString(&Wanted, Name);
    return Entry->Action == Action && Entry->FileNameLength == Wanted.Length &&
           RtlCompareMemory(Entry->FileName, Wanted.Buffer, Wanted.Length) == Wanted.Length;
}

/* The request has ended, with one entry. */
static VOID CheckOnly(const REQUEST *Request, ULONG Action, const WCHAR *Name)
{
    const FILE_NOTIFY_INFORMATION *Entry = &Request->Answer.First;

    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, STATUS_SUCCESS);
    CHECK(IsEntry(Entry, Action, Name));
    CHECK_EQ(Entry->NextEntryOffset, 0);
    CHECK_EQ(Request->Information,
        FIELD_OFFSET(FILE_NOTIFY_INFORMATION, FileName) + Entry->FileNameLength);
}

static VOID CheckEnded(const REQUEST *Request, NTSTATUS Status)
{
    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, Status);
    CHECK_EQ(Request->Information, 0);
}

static VOID Free(REQUEST *Request)
{
    if (CHECK_EQ(Request->Completed, 1))
        IoFreeIrp(Request->Irp);
}

TEST(FsRtlNotifyFullChangeDirectory, TellsWhatChangedInAFolder)
{
    REQUEST Request;

    if (!Begin() || !Watch(&Request, FALSE))
        return;
    CHECK((IoGetCurrentIrpStackLocation(Request.Irp)->Control & SL_PENDING_RETURNED) != 0);
    Report(L"\\dir\\a", FILE_NOTIFY_CHANGE_SIZE, FILE_ACTION_MODIFIED);
    Added(L"\\a");
    Added(L"\\dirt\\a");
    Added(L"\\dir\\sub\\a");
    CHECK_EQ(Request.Completed, 0);
    Report(L"\\dir\\name.txt", FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_SIZE,
        FILE_ACTION_ADDED);
    CheckOnly(&Request, FILE_ACTION_ADDED, L"name.txt");
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, WatchesTrees)
{
    REQUEST Request, Root;

    if (!Begin() || !Watch(&Request, TRUE) ||
        !WatchAs(&Root, &Other, &RootName, TRUE, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM))
        return;
    Added(L"\\dir\\sub\\a");
    CheckOnly(&Request, FILE_ACTION_ADDED, L"sub\\a");
    CheckOnly(&Root, FILE_ACTION_ADDED, L"dir\\sub\\a");
    Free(&Request);
    Free(&Root);
    if (WatchAs(&Root, &Other, &RootName, TRUE, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM)) {
        Added(L"\\b");
        CheckOnly(&Root, FILE_ACTION_ADDED, L"b");
        Free(&Root);
    }
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, GathersBetweenRequests)
{
    REQUEST Request;
    const FILE_NOTIFY_INFORMATION *Entry;

    if (!Begin() || !Watch(&Request, FALSE))
        return;
    Added(L"\\dir\\a");
    Free(&Request);
    Added(L"\\dir\\b"); /* one character: the next entry begins behind a gap */
    Report(L"\\dir\\cc", FILE_NOTIFY_CHANGE_FILE_NAME, FILE_ACTION_REMOVED);
    Added(L"\\dir\\sub\\d");
    /* What the first request was for holds for the second. */
    if (!WatchAs(&Request, &One, &RootName, TRUE, FILE_NOTIFY_CHANGE_SIZE, ROOM))
        return;
    CHECK_EQ(Request.Completed, 1);
    CHECK_STATUS(Request.Status, STATUS_SUCCESS);
    Entry = &Request.Answer.First;
    CHECK(IsEntry(Entry, FILE_ACTION_ADDED, L"b"));
    CHECK_EQ(Entry->NextEntryOffset, 16);
    Entry = (const FILE_NOTIFY_INFORMATION *)(Request.Answer.Bytes + 16);
    CHECK(IsEntry(Entry, FILE_ACTION_REMOVED, L"cc"));
    CHECK_EQ(Entry->NextEntryOffset, 0);
    CHECK_EQ(Request.Information, 16 + 12 + 4);
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, OneRequestATime)
{
    REQUEST First, Second;

    if (!Begin() || !Watch(&First, FALSE) || !Watch(&Second, FALSE))
        return;
    Added(L"\\dir\\a");
    CheckOnly(&First, FILE_ACTION_ADDED, L"a");
    CHECK_EQ(Second.Completed, 0);
    Added(L"\\dir\\b");
    CheckOnly(&Second, FILE_ACTION_ADDED, L"b");
    Free(&First);
    Free(&Second);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, WhatFindsNoRoomIsToBeLookedFor)
{
    REQUEST Request;

    if (!Begin() || !WatchAs(&Request, &One, &DirName, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, 20))
        return;
    Added(L"\\dir\\12345");
    CheckEnded(&Request, STATUS_NOTIFY_ENUM_DIR);
    Free(&Request);
    Added(L"\\dir\\1");
    Added(L"\\dir\\2");
    Added(L"\\dir\\3");
    if (!Watch(&Request, FALSE))
        return;
    CheckEnded(&Request, STATUS_NOTIFY_ENUM_DIR); /* the first one's room counts */
    Free(&Request);
    Added(L"\\dir\\1234");
    if (!WatchAs(&Request, &One, &DirName, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, 19))
        return;
    CheckEnded(&Request, STATUS_NOTIFY_ENUM_DIR);
    Free(&Request);
    if (!Watch(&Request, FALSE))
        return;
    CHECK_EQ(Request.Completed, 0);
    Added(L"\\dir\\1234");
    CheckOnly(&Request, FILE_ACTION_ADDED, L"1234");
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, OldNamesWaitForNewOnes)
{
    REQUEST Request;
    const FILE_NOTIFY_INFORMATION *Entry;

    if (!Begin() || !Watch(&Request, FALSE))
        return;
    Report(L"\\dir\\old1", FILE_NOTIFY_CHANGE_FILE_NAME, FILE_ACTION_RENAMED_OLD_NAME);
    CHECK_EQ(Request.Completed, 0);
    Report(L"\\dir\\new1", FILE_NOTIFY_CHANGE_FILE_NAME, FILE_ACTION_RENAMED_NEW_NAME);
    CHECK_EQ(Request.Completed, 1);
    CHECK_STATUS(Request.Status, STATUS_SUCCESS);
    Entry = &Request.Answer.First;
    CHECK(IsEntry(Entry, FILE_ACTION_RENAMED_OLD_NAME, L"old1"));
    CHECK_EQ(Entry->NextEntryOffset, 20);
    CHECK(IsEntry((const FILE_NOTIFY_INFORMATION *)(Request.Answer.Bytes + 20),
        FILE_ACTION_RENAMED_NEW_NAME, L"new1"));
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, AnswersGoWhereTheRequestSays)
{
    REQUEST Request;

    if (!Begin() || !Prepare(&Request, ROOM))
        return;
    Request.Irp->AssociatedIrp.SystemBuffer = NULL;
    if (!CHECK(IoAllocateMdl(&Request.Answer, ROOM, FALSE, FALSE, Request.Irp) != NULL))
        return;
    MmBuildMdlForNonPagedPool(Request.Irp->MdlAddress); /* a kernel stack is as good */
    FsRtlNotifyFullChangeDirectory(Sync, &Watches, &One, (PSTRING)&DirName, FALSE, FALSE,
        FILE_NOTIFY_CHANGE_FILE_NAME, Request.Irp, NULL, NULL);
    Added(L"\\dir\\mdl");
    CheckOnly(&Request, FILE_ACTION_ADDED, L"mdl");
    IoFreeMdl(Request.Irp->MdlAddress);
    Request.Irp->MdlAddress = NULL;
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullReportChange, PutsNamesTogether)
{
    REQUEST Request;
    UNICODE_STRING Short = RTL_CONSTANT_STRING(L"\\di~1\\file"),
                   Stream = RTL_CONSTANT_STRING(L"stream");

    if (!Begin() || !WatchAs(&Request, &One, &DirName, FALSE, FILE_NOTIFY_CHANGE_STREAM_NAME, ROOM))
        return;
    FsRtlNotifyFullReportChange(Sync, &Watches, (PSTRING)&Short, 12, (PSTRING)&Stream,
        (PSTRING)&DirName, FILE_NOTIFY_CHANGE_STREAM_NAME, FILE_ACTION_ADDED_STREAM, NULL);
    CheckOnly(&Request, FILE_ACTION_ADDED_STREAM, L"file:stream");
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFullReportChange, TakesAnsiNames)
{
    REQUEST Request;
    STRING Directory = RTL_CONSTANT_STRING("\\ansi"),
           Target = RTL_CONSTANT_STRING("\\ansi\\sub\\name");

    if (!Begin() || !Prepare(&Request, ROOM))
        return;
    FsRtlNotifyFullChangeDirectory(Sync, &Watches, &One, &Directory, TRUE, FALSE,
        FILE_NOTIFY_CHANGE_DIR_NAME, Request.Irp, NULL, NULL);
    FsRtlNotifyFullReportChange(Sync, &Watches, &Target, 10, NULL, NULL,
        FILE_NOTIFY_CHANGE_DIR_NAME, FILE_ACTION_REMOVED, NULL);
    CheckOnly(&Request, FILE_ACTION_REMOVED, L"sub\\name");
    Free(&Request);
    End();
}

/* ---- callbacks ------------------------------------------------------------------------------- */

static struct {
    PVOID Notify, Target;
    ULONG Calls;
    NTSTATUS Answer;
} Asked;

static NTSTATUS NTAPI MayTraverse(
    PVOID NotifyContext, PVOID TargetContext, PSECURITY_SUBJECT_CONTEXT Subject)
{
    UNREFERENCED_PARAMETER(Subject);
    Asked.Calls++;
    Asked.Notify = NotifyContext;
    Asked.Target = TargetContext;
    return Asked.Answer;
}

static BOOLEAN NTAPI Accept(PVOID NotifyContext, PVOID FilterContext)
{
    Asked.Calls++;
    Asked.Notify = NotifyContext;
    Asked.Target = FilterContext;
    return NT_SUCCESS(Asked.Answer);
}

static VOID ReportTo(const WCHAR *Path, PVOID TargetContext, PVOID FilterContext)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Path);
    FsRtlNotifyFilterReportChange(Sync, &Watches, (PSTRING)&Name, LastPart(&Name), NULL, NULL,
        FILE_NOTIFY_CHANGE_FILE_NAME, FILE_ACTION_ADDED, TargetContext, FilterContext);
}

TEST(FsRtlNotifyFullChangeDirectory, AsksWhoMayTraverse)
{
    REQUEST Request;
    PSECURITY_SUBJECT_CONTEXT Subject = ExAllocatePool(PagedPool, sizeof(*Subject));

    if (!CHECK(Subject != NULL) || !Begin() || !Prepare(&Request, ROOM))
        return;
    SeCaptureSubjectContext(Subject);
    RtlZeroMemory(&Asked, sizeof(Asked));
    Asked.Answer = STATUS_ACCESS_DENIED;
    FsRtlNotifyFullChangeDirectory(Sync, &Watches, &One, (PSTRING)&DirName, TRUE, FALSE,
        FILE_NOTIFY_CHANGE_FILE_NAME, Request.Irp,
        (PCHECK_FOR_TRAVERSE_ACCESS)(ULONG_PTR)MayTraverse, Subject);
    ReportTo(L"\\dir\\sub\\a", &Folder, NULL);
    CHECK_EQ(Asked.Calls, 1);
    CHECK_PTR(Asked.Notify, &One);
    CHECK_PTR(Asked.Target, &Folder);
    CHECK_EQ(Request.Completed, 0);
    Asked.Answer = STATUS_SUCCESS;
    ReportTo(L"\\dir\\sub\\b", &Folder, NULL);
    CheckOnly(&Request, FILE_ACTION_ADDED, L"sub\\b");
    Free(&Request);
    End();
}

TEST(FsRtlNotifyFilterChangeDirectory, AsksWhatToReport)
{
    REQUEST Request;

    if (!Begin() || !Prepare(&Request, ROOM))
        return;
    RtlZeroMemory(&Asked, sizeof(Asked));
    Asked.Answer = STATUS_ACCESS_DENIED;
    FsRtlNotifyFilterChangeDirectory(Sync, &Watches, &One, (PSTRING)&DirName, FALSE, FALSE,
        FILE_NOTIFY_CHANGE_FILE_NAME, Request.Irp, NULL, NULL, Accept);
    ReportTo(L"\\dir\\a", NULL, &Folder);
    CHECK_EQ(Asked.Calls, 1);
    CHECK_PTR(Asked.Notify, &One);
    CHECK_PTR(Asked.Target, &Folder);
    CHECK_EQ(Request.Completed, 0);
    Asked.Answer = STATUS_SUCCESS;
    ReportTo(L"\\dir\\b", NULL, &Folder);
    CheckOnly(&Request, FILE_ACTION_ADDED, L"b");
    Free(&Request);
    End();
}

/* ---- without names --------------------------------------------------------------------------- */

TEST(FsRtlNotifyChangeDirectory, TellsThatSomethingChanged)
{
    REQUEST Request;
    UNICODE_STRING Target = RTL_CONSTANT_STRING(L"\\dir\\name");
    USHORT Last = 4 * sizeof(WCHAR);

    if (!Begin() || !Prepare(&Request, ROOM))
        return;
    FsRtlNotifyChangeDirectory(
        Sync, &One, (PSTRING)&DirName, &Watches, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, Request.Irp);
    FsRtlNotifyReportChange(Sync, &Watches, (PSTRING)&Target, &Last, FILE_NOTIFY_CHANGE_DIR_NAME);
    CHECK_EQ(Request.Completed, 0);
    FsRtlNotifyReportChange(Sync, &Watches, (PSTRING)&Target, &Last, FILE_NOTIFY_CHANGE_FILE_NAME);
    CheckEnded(&Request, STATUS_NOTIFY_ENUM_DIR);
    Free(&Request);
    FsRtlNotifyReportChange(Sync, &Watches, (PSTRING)&Target, &Last, FILE_NOTIFY_CHANGE_FILE_NAME);
    if (!Prepare(&Request, ROOM))
        return;
    FsRtlNotifyChangeDirectory(
        Sync, &One, (PSTRING)&DirName, &Watches, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, Request.Irp);
    CheckEnded(&Request, STATUS_NOTIFY_ENUM_DIR);
    Free(&Request);
    End();
}

/* ---- how it ends ----------------------------------------------------------------------------- */

TEST(FsRtlNotifyCleanup, EndsTheRequestsOfAFolder)
{
    REQUEST First, Second, Others;

    if (!Begin() || !Watch(&First, FALSE) || !Watch(&Second, FALSE) ||
        !WatchAs(&Others, &Other, &DirName, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM))
        return;
    FsRtlNotifyCleanup(Sync, &Watches, &One);
    CheckEnded(&First, STATUS_NOTIFY_CLEANUP);
    CheckEnded(&Second, STATUS_NOTIFY_CLEANUP);
    CHECK_EQ(Others.Completed, 0);
    FsRtlNotifyCleanup(Sync, &Watches, &One); /* there is none any more */
    FsRtlNotifyCleanup(Sync, &Watches, &Other);
    Free(&First);
    Free(&Second);
    Free(&Others);
    /* A folder whose handle is closed has nothing to wait for. */
    Folder.Flags |= FO_CLEANUP_COMPLETE;
    if (Watch(&First, FALSE)) {
        CheckEnded(&First, STATUS_NOTIFY_CLEANUP);
        Free(&First);
    }
    End();
}

TEST(FsRtlNotifyCleanupAll, EndsThemAll)
{
    CLEANUP_ALL CleanupAll = (CLEANUP_ALL)(ULONG_PTR)KtestExport(L"FsRtlNotifyCleanupAll");
    REQUEST First, Others;

    if (CleanupAll == NULL) {
        skip("Windows Vista and later");
        return;
    }
    if (!Begin() || !Watch(&First, FALSE) ||
        !WatchAs(&Others, &Other, &DirName, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM))
        return;
    CleanupAll(Sync, &Watches);
    CheckEnded(&First, STATUS_NOTIFY_CLEANUP);
    CheckEnded(&Others, STATUS_NOTIFY_CLEANUP);
    CHECK(IsListEmpty(&Watches));
    Free(&First);
    Free(&Others);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, NoRequestMeansTheFolderGoes)
{
    REQUEST Request, Others;

    if (!Begin() || !Watch(&Request, FALSE) ||
        !WatchAs(&Others, &Other, &DirName, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, ROOM))
        return;
    FsRtlNotifyFullChangeDirectory(Sync, &Watches, &One, NULL, FALSE, FALSE, 0, NULL, NULL, NULL);
    CheckEnded(&Request, STATUS_DELETE_PENDING);
    CHECK_EQ(Others.Completed, 0);
    Free(&Request);
    FsRtlNotifyCleanup(Sync, &Watches, &Other);
    Free(&Others);
    /* nobody watches */
    FsRtlNotifyFullChangeDirectory(Sync, &Watches, &Other, NULL, FALSE, FALSE, 0, NULL, NULL, NULL);
    End();
}

TEST(FsRtlNotifyFullChangeDirectory, RequestsCanBeCancelled)
{
    REQUEST First, Second, Third;

    if (!Begin() || !Watch(&First, FALSE) || !Watch(&Second, FALSE))
        return;
    CHECK(IoCancelIrp(First.Irp));
    CheckEnded(&First, STATUS_CANCELLED);
    Added(L"\\dir\\a");
    CheckOnly(&Second, FILE_ACTION_ADDED, L"a");
    CHECK(!IoCancelIrp(Second.Irp));
    if (Prepare(&Third, ROOM)) {
        IoCancelIrp(Third.Irp);
        FsRtlNotifyFullChangeDirectory(Sync, &Watches, &One, (PSTRING)&DirName, FALSE, FALSE,
            FILE_NOTIFY_CHANGE_FILE_NAME, Third.Irp, NULL, NULL);
        CheckEnded(&Third, STATUS_CANCELLED);
        Free(&Third);
    }
    Free(&First);
    Free(&Second);
    End();
}

/* ---- races ----------------------------------------------------------------------------------- */

#define ROUNDS 500

static KEVENT Go, Gone;
static BOOLEAN Stop;

static VOID NTAPI Reporter(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        KeWaitForSingleObject(&Go, Executive, KernelMode, FALSE, NULL);
        if (Stop)
            break;
        Added(L"\\dir\\a");
        KeSetEvent(&Gone, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(FsRtlNotifyFullChangeDirectory, CancellingRacesReporting)
{
    REQUEST Request;
    HANDLE Handle;
    PVOID Thread;
    ULONG Round;

    KeInitializeEvent(&Go, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Gone, SynchronizationEvent, FALSE);
    Stop = FALSE;
    if (!Begin() ||
        !CHECK_STATUS(
            PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Reporter, NULL),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
        STATUS_SUCCESS);
    for (Round = 0; Round < ROUNDS; Round++) {
        if (!Watch(&Request, FALSE))
            break;
        KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
        IoCancelIrp(Request.Irp);
        KeWaitForSingleObject(&Gone, Executive, KernelMode, FALSE, NULL);
        KeWaitForSingleObject(&Request.Done, Executive, KernelMode, FALSE, NULL);
        if (!CHECK(Request.Completed == 1 &&
                (Request.Status == STATUS_CANCELLED || Request.Status == STATUS_SUCCESS)))
            break;
        IoFreeIrp(Request.Irp);
    }
    Stop = TRUE;
    KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    ZwClose(Handle);
    End();
}
