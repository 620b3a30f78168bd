/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Process objects: System and the embedding program, made when the machine starts, and what others
 * are made of. The handle table and token of the current thread's process are what ob and se ask
 * for; a process of the host has no table: it opens nothing here.
 */
#include <stdio.h>
#include <string.h>

#include "ke/server.h"
#include "mm/space.h"
#include "ob/filter.h"
#include "ps/psp.h"
#include "ps/silo.h"
#include "rtl/rtl.h"

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
    const EPROCESS *Target = Process;
    return ObiGetType(Process) == PsProcessObjectType && !(Target->Flags & PSI_PROCESS_EXITING)
        ? Target->HandleTable
        : NULL;
}

static OBJECT_TYPE *PspFilteredType(ULONG Index)
{
    return Index == 0 ? PsProcessObjectType : Index == 1 ? PsThreadObjectType : NULL;
}

static BOOLEAN PspImageHasIntegrity(ULONG_PTR Address)
{
    return PsImageHasIntegrity == NULL || PsImageHasIntegrity(Address);
}

static void PspDeleteProcess(void *Object)
{
    EPROCESS *Process = Object;
    PspRemoveProcess(Process);
    PspLeaveJob(Process);
    if (Process->Flags & PSI_PROCESS_HOST)
        PspHostProcesses--;
    if (Process->Flags & PSI_PROCESS_OWN_TABLE)
        ObiDestroyHandleTable(Process->HandleTable);
    if (Process->Token != NULL)
        ObfDereferenceObject(Process->Token);
    MmDereferenceSpace(Process->Space);
    if (Process->ImagePath.Buffer != NULL)
        ExiFree(Process->ImagePath.Buffer);
    if (Process->CommandLine.Buffer != NULL)
        ExiFree(Process->CommandLine.Buffer);
}

#define PSP_BOOT 1ull /* the number of this start of Windows, in a key's upper 16 bits */

NTSTATUS PspCreateProcess(
    HANDLE Id, const char *Name, SE_TOKEN *Token, OB_HANDLE_TABLE *Table, EPROCESS **Result)
{
    static _Atomic ULONG64 Started;
    EPROCESS *Process;
    NTSTATUS Status = ObiCreateObject(
        PsProcessObjectType, sizeof(EPROCESS), EX_KERNEL_SITE, (void **)&Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Process->Header.Type = ProcessObject;
    Process->Header.Size = sizeof(DISPATCHER_HEADER) / sizeof(LONG);
    InitializeListHead(&Process->Header.WaitListHead);
    InitializeListHead(&Process->ThreadList);
    InitializeListHead(&Process->Link);
    Process->UniqueProcessId = Id;
    Process->ExitStatus = STATUS_PENDING;
    Process->CreateTime = (LONG64)host_clock_utc();
    Process->StartKey = PSP_BOOT << 48 | ++Started;
    Process->HandleTable = Table;
    ObiReference(Token);
    Process->Token = Token;
    Process->PriorityClass = PSP_PRIORITY_CLASS_NORMAL;
    Process->IoPriority = PSP_IO_PRIORITY_NORMAL;
    Process->PagePriority = PSP_PAGE_PRIORITY_NORMAL;
    Process->HardErrorMode = 1;
    InitializeListHead(&Process->JobLink);
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
    Template.GenericMapping = (GENERIC_MAPPING){STANDARD_RIGHTS_READ | 0x410,
        STANDARD_RIGHTS_WRITE | 0xBEB, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, PROCESS_ALL_ACCESS};
    if (RtlpIsSince(6, 0)) { /* ending it is executing, not writing */
        Template.GenericMapping.GenericWrite &= ~(ACCESS_MASK)PROCESS_TERMINATE;
        Template.GenericMapping.GenericExecute |=
            PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION;
    }
    Status = ObiCreateType("Process", &Template, &PsProcessObjectType);
    if (!NT_SUCCESS(Status))
        return Status;
    Template.PoolTag = 0x65726854; /* 'Thre' */
    Template.ValidAccess = THREAD_ALL_ACCESS;
    Template.Procedures.Delete = PspDeleteThread;
    Template.GenericMapping = (GENERIC_MAPPING){STANDARD_RIGHTS_READ | 0x48,
        STANDARD_RIGHTS_WRITE | 0x37, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, THREAD_ALL_ACCESS};
    if (RtlpIsSince(6, 0)) {
        Template.GenericMapping.GenericWrite |= THREAD_SET_LIMITED_INFORMATION;
        Template.GenericMapping.GenericExecute |= THREAD_QUERY_LIMITED_INFORMATION;
    }
    Status = ObiCreateType("Thread", &Template, &PsThreadObjectType);
    return NT_SUCCESS(Status) ? PspCreateJobType() : Status;
}

/* ---- names ----------------------------------------------------------------------------------- */

#define PSP_HOST_PREFIX "\\Device\\Host"
#define PSP_NAME_BYTES 2048u

/* A pool string, or an empty one. */
static UNICODE_STRING PspPoolString(const char *Text)
{
    UNICODE_STRING Wide, Result = {0};
    if (!RtlpFromUtf8(Text, &Wide))
        return Result;
    Result.Buffer = ExiAllocate(
        NonPagedPoolNx, Wide.Length + sizeof(WCHAR), PSP_TAG, EX_KERNEL_SITE);
    if (Result.Buffer != NULL) {
        memcpy(Result.Buffer, Wide.Buffer, Wide.Length);
        Result.Buffer[Wide.Length / sizeof(WCHAR)] = 0;
        Result.Length = Wide.Length;
        Result.MaximumLength = (USHORT)(Wide.Length + sizeof(WCHAR));
    }
    RtlpFree(Wide.Buffer);
    return Result;
}

/* Readers look at the length without a lock: it is written last, and once. */
static void PspSetString(EPROCESS *Process, UNICODE_STRING *To, UNICODE_STRING From)
{
    (void)Process;
    KIRQL Old = KiAcquireLock(&PspLock);
    BOOLEAN Set = To->Buffer == NULL && From.Buffer != NULL;
    if (Set) {
        To->Buffer = From.Buffer;
        To->MaximumLength = From.MaximumLength;
        __atomic_store_n(&To->Length, From.Length, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&PspLock, Old);
    if (!Set && From.Buffer != NULL)
        ExiFree(From.Buffer);
}

void PspSetPaths(EPROCESS *Process, const char *ImagePath, const char *CommandLine)
{
    char Path[sizeof(PSP_HOST_PREFIX) + PSP_NAME_BYTES];
    if (ImagePath != NULL && ImagePath[0] == '/') {
        snprintf(Path, sizeof(Path), "%s%s", PSP_HOST_PREFIX, ImagePath);
        for (char *At = Path; *At != 0; At++)
            *At = *At == '/' ? '\\' : *At;
        PspSetString(Process, &Process->ImagePath, PspPoolString(Path));
    }
    if (CommandLine != NULL && CommandLine[0] != 0)
        PspSetString(Process, &Process->CommandLine, PspPoolString(CommandLine));
}

void PspLearnPaths(EPROCESS *Process)
{
    char Text[PSP_NAME_BYTES];
    const uint32_t Id = (uint32_t)(ULONG_PTR)Process->UniqueProcessId;
    if (Process == PsiSystemProcess || Process->ExitTime != 0)
        return;
    if (Process->ImagePath.Length == 0 && host_process_path(Id, Text, sizeof(Text)) == 0)
        PspSetPaths(Process, Text, NULL);
    if (Process->CommandLine.Length == 0 && host_process_command_line(Id, Text, sizeof(Text)) == 0)
        PspSetPaths(Process, NULL, Text);
}

/* ---- start and end --------------------------------------------------------------------------- */

static NTSTATUS PspCreateEmbedder(BOOLEAN OrdinaryUser)
{
    struct host_process Self = {.id = host_process_id(), .name = "client"};
    OB_HANDLE_TABLE *Table = ObiCreateHandleTable();
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    const BOOLEAN Known = host_process_query(Self.id, &Self) == 0;
    NTSTATUS Status = PspCreateProcess((HANDLE)(ULONG_PTR)Self.id, Self.name,
        OrdinaryUser ? SeiUserToken : SeiAdministratorToken, Table, &PsiClientProcess);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Known) {
        PsiClientProcess->ParentId = (HANDLE)(ULONG_PTR)Self.parent;
        PsiClientProcess->CreateTime = (LONG64)Self.started;
    }
    PsiClientProcess->Flags = PSI_PROCESS_REPORTED; /* it was there before any driver */
    PspInsertProcess(PsiClientProcess, FALSE);
    return Status;
}

NTSTATUS PsInitialize(BOOLEAN OrdinaryUser)
{
    NTSTATUS Status = PspCreateTypes();
    if (!NT_SUCCESS(Status))
        return Status;
    PspLock = 0;
    InitializeListHead(&PspThreadList);
    PspInitializeTable();
    PspInitializeNotify();
#if defined(__i386__)
    PspInitializeIoMaps();
#endif
    PspInitializeWatch();
    PspResetSilos();
    ObCurrentHandleTable = PspCurrentHandleTable;
    ObPseudoHandle = PspPseudoHandle;
    ObProcessHandleTable = PspProcessHandleTable;
    PspInitializeTokens();
    ObFilteredType = PspFilteredType;
    ObImageHasIntegrity = PspImageHasIntegrity;
    KePrepareThread = PspPrepareThread;
    KeStartThread = PspStartThread;

    Status = PspCreateProcess((HANDLE)(ULONG_PTR)PSP_SYSTEM_PROCESS_ID, "System", SeiSystemToken,
        ObKernelHandleTable, &PsiSystemProcess);
    if (!NT_SUCCESS(Status))
        return Status;
    PsiSystemProcess->Flags = PSI_PROCESS_REPORTED;
    PspInsertProcess(PsiSystemProcess, FALSE);
    return PspCreateEmbedder(OrdinaryUser);
}

/* What PsInitialize made, also after it failed half-way. Handles were closed by whoever closes the
 * machine. */
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
