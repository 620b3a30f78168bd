/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * oplock_test.h - an oplock of a file that two have open, who are only addresses: what holders ask
 * for, what others do, and what came of it.
 */
#ifndef TESTS_KERNEL_FSRTL_OPLOCK_TEST_H
#define TESTS_KERNEL_FSRTL_OPLOCK_TEST_H

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

__attribute__((unused)) static OPLOCK Oplock;
__attribute__((unused)) static FILE_OBJECT Mine, Other;

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

static inline NTSTATUS NTAPI Completed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    REQUEST *Request = Context;

    UNREFERENCED_PARAMETER(Device);
    Request->Completed++;
    Request->Status = Irp->IoStatus.Status;
    Request->Information = Irp->IoStatus.Information;
    KeSetEvent(&Request->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static inline VOID NTAPI GoesOn(PVOID Context, PIRP Irp)
{
    Completed(NULL, Irp, Context);
}

static inline BOOLEAN Make(REQUEST *Request, UCHAR Major, PFILE_OBJECT File)
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

static inline VOID Free(REQUEST *Request)
{
    IoFreeIrp(Request->Irp);
}

static inline VOID Begin(VOID)
{
    RtlZeroMemory(&Mine, sizeof(Mine));
    RtlZeroMemory(&Other, sizeof(Other));
    FsRtlInitializeOplock(&Oplock);
}

/* A control request of a holder. */
static inline NTSTATUS Control(REQUEST *Request, PFILE_OBJECT File, ULONG Code, ULONG OpenCount)
{
    if (!Make(Request, IRP_MJ_FILE_SYSTEM_CONTROL, File))
        return STATUS_UNSUCCESSFUL;
    Request->Stack->Parameters.FileSystemControl.FsControlCode = Code;
    return FsRtlOplockFsctrl(&Oplock, Request->Irp, OpenCount);
}

/* One that is over at once. */
static inline NTSTATUS Say(PFILE_OBJECT File, ULONG Code)
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
static inline BOOLEAN MakeLevel(REQUEST *Request, PFILE_OBJECT File, ULONG Level, ULONG Flags)
{
    if (!Make(Request, IRP_MJ_FILE_SYSTEM_CONTROL, File))
        return FALSE;
    Request->Stack->Parameters.FileSystemControl.FsControlCode = FSCTL_REQUEST_OPLOCK;
    Request->Stack->Parameters.FileSystemControl.InputBufferLength = sizeof(LEVEL_INPUT);
    Request->Stack->Parameters.FileSystemControl.OutputBufferLength = sizeof(LEVEL_OUTPUT);
    Request->Buffer.In.Version = 1;
    Request->Buffer.In.Length = sizeof(LEVEL_INPUT);
    Request->Buffer.In.Level = Level;
    Request->Buffer.In.Flags = Flags;
    return TRUE;
}

static inline NTSTATUS ControlLevel(
    REQUEST *Request, PFILE_OBJECT File, ULONG Level, ULONG Flags, ULONG OpenCount)
{
    if (!MakeLevel(Request, File, Level, Flags))
        return STATUS_UNSUCCESSFUL;
    return FsRtlOplockFsctrl(&Oplock, Request->Irp, OpenCount);
}

/* What somebody does to the file: pends if it waits. */
static inline NTSTATUS Do(REQUEST *Request, PFILE_OBJECT File, UCHAR Major)
{
    if (!Make(Request, Major, File))
        return STATUS_UNSUCCESSFUL;
    if (Major == IRP_MJ_SET_INFORMATION)
        Request->Stack->Parameters.SetFile.FileInformationClass = FileEndOfFileInformation;
    return FsRtlCheckOplock(&Oplock, Request->Irp, Request, GoesOn, NULL);
}

static inline NTSTATUS DoAndFree(PFILE_OBJECT File, UCHAR Major)
{
    REQUEST Request;
    NTSTATUS Status = Do(&Request, File, Major);

    if (CHECK(Status != STATUS_PENDING))
        Free(&Request);
    return Status;
}

static inline NTSTATUS Open(
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

static inline VOID CheckBroken(REQUEST *Request, ULONG_PTR Information)
{
    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, STATUS_SUCCESS);
    CHECK_EQ(Request->Information, Information);
    Free(Request);
}

static inline VOID CheckBrokenLevel(REQUEST *Request, ULONG Original, ULONG New, ULONG Flags)
{
    CHECK_EQ(Request->Buffer.Out.Original, Original);
    CHECK_EQ(Request->Buffer.Out.New, New);
    CHECK_EQ(Request->Buffer.Out.Flags & 1, Flags);
    CheckBroken(Request, sizeof(LEVEL_OUTPUT));
}

static inline VOID CheckWentOn(REQUEST *Request)
{
    CHECK_EQ(Request->Completed, 1);
    CHECK_STATUS(Request->Status, STATUS_SUCCESS);
    Free(Request);
}

#endif
