/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Handles to processes and threads by identifier, and ending a process. Processes have no
 * descriptors: an administrator may open every one, another client those of ordinary users, and all
 * it may do with the rest is ask who they are.
 */
#include "ke/zw.h"
#include "ps/psp.h"
#include "rtl/rtl.h"

/* Of the attributes nothing counts but these: neither their length nor a root directory. */
static NTSTATUS PspCaptureOpen(const OBJECT_ATTRIBUTES *ObjectAttributes, const CLIENT_ID *ClientId,
    ULONG *Attributes, CLIENT_ID *Cid)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    OBJECT_ATTRIBUTES Given;
    NTSTATUS Status = ObiReadCaller(&Given, ObjectAttributes, sizeof(Given), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    *Attributes = Given.Attributes & OBJ_VALID_ATTRIBUTES;
    /* Before Vista a name would do in place of an identifier; but nothing of these has one. */
    if (Given.ObjectName != NULL && ClientId == NULL && !RtlpIsSince(6, 0))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (Given.ObjectName != NULL || ClientId == NULL)
        return STATUS_INVALID_PARAMETER_MIX;
    return ObiReadCaller(Cid, ClientId, sizeof(*Cid), Mode);
}

/* Process NULL: who the current thread acts for. */
static BOOLEAN PspIsAdministrator(EPROCESS *Process)
{
    SECURITY_SUBJECT_CONTEXT Context;
    if (Process != NULL)
        SeCaptureSubjectContextEx(NULL, Process, &Context);
    else
        SeCaptureSubjectContext(&Context);
    const BOOLEAN Administrator = SeTokenIsAdmin(
        Context.ClientToken != NULL ? Context.ClientToken : Context.PrimaryToken);
    SeReleaseSubjectContext(&Context);
    return Administrator;
}

static NTSTATUS PspGrant(
    EPROCESS *Process, ACCESS_MASK Limited, const OBJECT_TYPE *Type, ACCESS_MASK *Access)
{
    ACCESS_MASK Allowed = Type->ValidAccess;
    RtlMapGenericMask(Access, &Type->GenericMapping);
    if (KiPreviousMode() != KernelMode && !PspIsAdministrator(NULL) && PspIsAdministrator(Process))
        Allowed = Limited | SYNCHRONIZE;
    if (*Access & MAXIMUM_ALLOWED)
        *Access = (*Access & ~MAXIMUM_ALLOWED) | Allowed;
    return *Access & ~Allowed ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* Uses up the reference to Object. */
static NTSTATUS PspOpen(void *Object, ACCESS_MASK Access, ULONG Attributes, HANDLE *To)
{
    HANDLE Handle;
    NTSTATUS Status = ObiCreateHandle(Object, Access, Attributes, KiPreviousMode(), &Handle);
    ObfDereferenceObject(Object);
    return NT_SUCCESS(Status) ? ObiReturnHandle(To, Handle, KiPreviousMode(), Status) : Status;
}

/*
 * NtOpenProcess - a handle to the process of that identifier; with a thread's besides, to the
 * process of that thread.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_MIX: a name, or no identifier; INVALID_CID (before Vista
 *          INVALID_PARAMETER): no such process, INVALID_CID: or thread; ACCESS_DENIED;
 *          ACCESS_VIOLATION.
 * Source:  DOC ntddk/ZwOpenProcess; OBS tests/kernel/ps/ZwOpenProcess.c
 */
NTSTATUS NTAPI NtOpenProcess(HANDLE *ProcessHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId)
{
    CLIENT_ID Cid;
    ULONG Attributes;
    EPROCESS *Process;
    ETHREAD *Thread;
    NTSTATUS Status = ObiProbeOutput(
        ProcessHandle, sizeof(*ProcessHandle), sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = PspCaptureOpen(ObjectAttributes, ClientId, &Attributes, &Cid);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Cid.UniqueThread == NULL) {
        Status = PsLookupProcessByProcessId(Cid.UniqueProcess, &Process);
    } else {
        Status = PsLookupProcessThreadByCid(&Cid, &Process, &Thread);
        if (NT_SUCCESS(Status))
            ObfDereferenceObject(Thread);
    }
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspGrant(
        Process, PROCESS_QUERY_LIMITED_INFORMATION, PsProcessObjectType, &DesiredAccess);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Process);
        return Status;
    }
    return PspOpen(Process, DesiredAccess, Attributes, ProcessHandle);
}

NTSTATUS NTAPI ZwOpenProcess(HANDLE *ProcessHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId)
{
    return ZW_CALL(OpenProcess, (ProcessHandle, DesiredAccess, ObjectAttributes, ClientId));
}

/*
 * NtOpenThread - a handle to a thread of the machine; UniqueProcess of ClientId may be NULL.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER_MIX; INVALID_CID: no such thread;
 * ACCESS_DENIED; ACCESS_VIOLATION.
 * Source: INF: as NtOpenProcess; OBS tests/kernel/ps/ZwOpenThread.c
 */
NTSTATUS NTAPI NtOpenThread(HANDLE *ThreadHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId)
{
    CLIENT_ID Cid;
    ULONG Attributes;
    ETHREAD *Thread;
    NTSTATUS Status = ObiProbeOutput(
        ThreadHandle, sizeof(*ThreadHandle), sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = PspCaptureOpen(ObjectAttributes, ClientId, &Attributes, &Cid);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Cid.UniqueProcess != NULL)
        Status = PsLookupProcessThreadByCid(&Cid, NULL, &Thread);
    else if (!NT_SUCCESS(PsLookupThreadByThreadId(Cid.UniqueThread, &Thread)))
        Status = STATUS_INVALID_CID;
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspGrant(
        Thread->Owner, THREAD_QUERY_LIMITED_INFORMATION, PsThreadObjectType, &DesiredAccess);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Thread);
        return Status;
    }
    return PspOpen(Thread, DesiredAccess, Attributes, ThreadHandle);
}

NTSTATUS NTAPI ZwOpenThread(HANDLE *ThreadHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, CLIENT_ID *ClientId)
{
    return ZW_CALL(OpenThread, (ThreadHandle, DesiredAccess, ObjectAttributes, ClientId));
}

NTSTATUS PspTerminate(EPROCESS *Process, NTSTATUS ExitStatus)
{
    if (Process->Flags & PSI_PROCESS_EXITING)
        return STATUS_PROCESS_IS_TERMINATING;
    if (Process == PsiSystemProcess || Process == PsiClientProcess ||
        Process->HandleTable == NULL || PsEndClient == NULL)
        return STATUS_ACCESS_DENIED;
    return PsEndClient(Process, ExitStatus);
}

/*
 * NtTerminateProcess - end a client of the machine that runs apart from it. Nothing here may end
 * other programs of the host, nor the one the machine lives in: ACCESS_DENIED.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; PROCESS_IS_TERMINATING: it has ended; INVALID_HANDLE,
 * OBJECT_TYPE_MISMATCH, ACCESS_DENIED.
 * Source: DOC ntddk/ZwTerminateProcess; OBS tests/kernel/ps/ZwTerminateProcess.c; INF
 * PROCESS_IS_TERMINATING
 */
NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus)
{
    EPROCESS *Process;
    void *Object;
    /* NULL: the caller's own, all of it but the thread that asks. */
    HANDLE Handle = ProcessHandle != NULL ? ProcessHandle : (HANDLE)(LONG_PTR)-1;
    NTSTATUS Status = ObReferenceObjectByHandle(
        Handle, PROCESS_TERMINATE, PsProcessObjectType, KiPreviousMode(), &Object, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Process = Object;
    Status = PspTerminate(Process, ExitStatus);
    ObfDereferenceObject(Process);
    return Status;
}

NTSTATUS NTAPI ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus)
{
    return ZW_CALL(TerminateProcess, (ProcessHandle, ExitStatus));
}
