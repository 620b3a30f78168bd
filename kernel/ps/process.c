/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes: System, and the client's. Both are made when the machine starts and last as long as it does. The handle table
 * and token of the current thread's process are what ob and se ask for.
 */
#include <string.h>

#include "ke/server.h"
#include "ps/psp.h"

EPROCESS *PsiSystemProcess, *PsiClientProcess;
OBJECT_TYPE *PsProcessObjectType, *PsThreadObjectType;

/* The same variables under the names drivers import. */
extern EPROCESS *PsInitialSystemProcess __attribute__((alias("PsiSystemProcess")));
extern OBJECT_TYPE *PsProcessType __attribute__((alias("PsProcessObjectType")));
extern OBJECT_TYPE *PsThreadType __attribute__((alias("PsThreadObjectType")));

KSPIN_LOCK PspLock;

#define PSP_SYSTEM_PROCESS_ID 4

static OB_HANDLE_TABLE *PspCurrentHandleTable(void)
{
    return PsiCurrentThread()->Process->HandleTable;
}

static SE_TOKEN *PspCurrentToken(void)
{
    return PsiCurrentThread()->Process->Token;
}

static void *PspPseudoHandle(HANDLE Handle)
{
    if (Handle == (HANDLE)(LONG_PTR)-1)
        return PsiCurrentThread()->Process;
    if (Handle == (HANDLE)(LONG_PTR)-2)
        return PsiCurrentThread();
    return NULL;
}

static OB_HANDLE_TABLE *PspProcessHandleTable(void *Process)
{
    return ObiGetType(Process) == PsProcessObjectType ? ((EPROCESS *)Process)->HandleTable : NULL;
}

static void PspDeleteProcess(void *Object)
{
    EPROCESS *Process = Object;
    if (Process->Token != NULL)
        ObfDereferenceObject(Process->Token);
}

static NTSTATUS PspCreateProcess(ULONG_PTR Id, const char *Name, SE_TOKEN *Token, OB_HANDLE_TABLE *Table, EPROCESS **Result)
{
    EPROCESS *Process;
    NTSTATUS Status = ObiCreateObject(PsProcessObjectType, sizeof(EPROCESS), EX_KERNEL_SITE, (void **)&Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Process->Header.Type = ProcessObject;
    Process->Header.Size = sizeof(DISPATCHER_HEADER) / sizeof(LONG);
    InitializeListHead(&Process->Header.WaitListHead);
    InitializeListHead(&Process->ThreadList);
    Process->UniqueProcessId = (HANDLE)Id;
    Process->HandleTable = Table;
    ObiReference(Token);
    Process->Token = Token;
    strncpy(Process->ImageName, Name, sizeof(Process->ImageName) - 1);
    *Result = Process;
    return STATUS_SUCCESS;
}

static NTSTATUS PspCreateTypes(void)
{
    OBJECT_TYPE Template;
    NTSTATUS Status;
    memset(&Template, 0, sizeof(Template));
    Template.Waitable = TRUE;
    Template.PoolTag = 0x636F7250; /* 'Proc' */
    Template.ValidAccess = PROCESS_ALL_ACCESS;
    Template.Procedures.Delete = PspDeleteProcess;
    Template.GenericMapping = (GENERIC_MAPPING){STANDARD_RIGHTS_READ | 0x410, STANDARD_RIGHTS_WRITE | 0xBEB,
        STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, PROCESS_ALL_ACCESS};
    Status = ObiCreateType("Process", &Template, &PsProcessObjectType);
    if (!NT_SUCCESS(Status))
        return Status;
    Template.PoolTag = 0x65726854; /* 'Thre' */
    Template.ValidAccess = THREAD_ALL_ACCESS;
    Template.Procedures.Delete = PspDeleteThread;
    Template.GenericMapping = (GENERIC_MAPPING){STANDARD_RIGHTS_READ | 0x48, STANDARD_RIGHTS_WRITE | 0x37,
        STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, THREAD_ALL_ACCESS};
    return ObiCreateType("Thread", &Template, &PsThreadObjectType);
}

NTSTATUS PsInitialize(BOOLEAN OrdinaryUser)
{
    NTSTATUS Status = PspCreateTypes();
    if (!NT_SUCCESS(Status))
        return Status;
    PspLock = 0;
    ObCurrentHandleTable = PspCurrentHandleTable;
    ObPseudoHandle = PspPseudoHandle;
    ObProcessHandleTable = PspProcessHandleTable;
    SeCurrentToken = PspCurrentToken;
    KePrepareThread = PspPrepareThread;
    KeStartThread = PspStartThread;

    Status = PspCreateProcess(PSP_SYSTEM_PROCESS_ID, "System", SeiSystemToken, ObKernelHandleTable, &PsiSystemProcess);
    if (!NT_SUCCESS(Status))
        return Status;
    OB_HANDLE_TABLE *Table = ObiCreateHandleTable();
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return PspCreateProcess(host_process_id(), "client", OrdinaryUser ? SeiUserToken : SeiAdministratorToken, Table,
        &PsiClientProcess);
}

/* What PsInitialize made, also after it failed half-way. Handles were closed by whoever closes the machine. */
void PsTerminate(void)
{
    if (PsiClientProcess != NULL) {
        ObiDestroyHandleTable(PsiClientProcess->HandleTable);
        ObfDereferenceObject(PsiClientProcess);
    }
    if (PsiSystemProcess != NULL)
        ObfDereferenceObject(PsiSystemProcess);
    PsiClientProcess = PsiSystemProcess = NULL;
}

/* PsGetCurrentProcess - the process the thread belongs to. IRQL: any. Source: DOC. */
EPROCESS *NTAPI PsGetCurrentProcess(void)
{
    return PsiCurrentThread()->Process;
}

/* IoGetCurrentProcess - the same. Source: DOC wdm. */
EPROCESS *NTAPI IoGetCurrentProcess(void)
{
    return PsiCurrentThread()->Process;
}

/* PsGetCurrentProcessId - its identifier. Source: DOC ntddk. */
HANDLE NTAPI PsGetCurrentProcessId(void)
{
    return PsiCurrentThread()->Process->UniqueProcessId;
}

/* PsGetProcessId - a process's identifier. IRQL: any. Source: DOC ntddk. */
HANDLE NTAPI PsGetProcessId(EPROCESS *Process)
{
    return Process->UniqueProcessId;
}
