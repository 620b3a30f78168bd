/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtQueryInformationProcess and NtSetInformationProcess. Priorities are kept and told; Linux
 * schedules as it thinks best. What Windows knows of a process's memory is another's business:
 * INVALID_INFO_CLASS.
 */
#include <string.h>

#include "ke/zw.h"
#include "ps/accounting.h"
#include "ps/psp.h"
#include "rtl/rtl.h"

#define PSP_COMMAND_LINE_CLASS 60 /* ProcessCommandLineInformation, Windows 8.1 */

#define PSP_PROTECTION_CLASS 61   /* ProcessProtectionInformation, Windows 8.1 */
#define PSP_SUBSYSTEM_CLASS 75    /* ProcessSubsystemInformation, Windows 10 */
#define PSP_SYSTEM_PROTECTION 0x72 /* a protected process, signed by WinSystem */

typedef struct PSP_QUOTA_LIMITS {
    SIZE_T PagedPoolLimit, NonPagedPoolLimit, MinimumWorkingSetSize, MaximumWorkingSetSize,
        PagefileLimit;
    LARGE_INTEGER TimeLimit;
} PSP_QUOTA_LIMITS;

typedef struct PSP_PRIORITY {
    BOOLEAN Foreground;
    UCHAR Class;
} PSP_PRIORITY;

/* Of an answer: what is copied, and for those with a string behind, that string. */
typedef union PSP_ANSWER {
    PROCESS_BASIC_INFORMATION Basic;
    KERNEL_USER_TIMES Times;
    PSP_QUOTA_LIMITS Quota;
    PSP_PRIORITY Priority;
    ULONG64 Counters[6]; /* IO_COUNTERS, PROCESS_CYCLE_TIME_INFORMATION */
    ULONG Number;
    ULONG_PTR Pointer;
    UCHAR Byte;
    HANDLE Token[2]; /* PROCESS_ACCESS_TOKEN: the token, and a thread that is not looked at */
} PSP_ANSWER;

KPRIORITY PspBasePriority(const EPROCESS *Process)
{
    /* Unknown, idle, normal, high, realtime, below normal, above normal. */
    static const UCHAR Priority[PSP_PRIORITY_CLASS_MOST + 1] = {8, 4, 8, 13, 24, 6, 10};
    return Priority[Process->PriorityClass];
}

static ULONG PspNumberOfProcess(EPROCESS *Process, int Class)
{
    switch (Class) {
    case ProcessSessionInformation:
        return PsGetProcessSessionId(Process);
    case ProcessHandleCount:
        return Process->HandleTable != NULL ? ObiCountHandles(Process->HandleTable) : 0;
    case ProcessDefaultHardErrorMode:
        return Process->HardErrorMode;
    case ProcessBreakOnTermination:
        return Process->BreakOnTermination;
    case ProcessPriorityBoost:
        return Process->BoostDisabled;
    case ProcessLUIDDeviceMapsEnabled:
    case ProcessDebugFlags: /* no debugger: nothing is inherited */
        return 1;
    case ProcessIoPriority:
        return Process->IoPriority;
    case ProcessPagePriority:
        return Process->PagePriority;
    default: /* PSP_SUBSYSTEM_CLASS: Windows itself */
        return 0;
    }
}

/* Bytes of the answer; 0: no such class, or one with a string. */
static ULONG PspProcessBytes(int Class)
{
    switch (Class) {
    case ProcessBasicInformation:
        return sizeof(PROCESS_BASIC_INFORMATION);
    case ProcessQuotaLimits:
        return sizeof(PSP_QUOTA_LIMITS);
    case ProcessIoCounters:
        return 6 * sizeof(ULONG64);
    case ProcessCycleTime:
        return 2 * sizeof(ULONG64);
    case ProcessTimes:
        return sizeof(KERNEL_USER_TIMES);
    case ProcessAffinityMask:
    case ProcessDebugPort:
    case ProcessDebugObjectHandle:
    case ProcessWow64Information:
        return sizeof(ULONG_PTR);
    case ProcessPriorityClass:
        return sizeof(PSP_PRIORITY);
    case PSP_PROTECTION_CLASS:
        return sizeof(UCHAR);
    case ProcessSessionInformation:
    case ProcessHandleCount:
    case ProcessDefaultHardErrorMode:
    case ProcessBreakOnTermination:
    case ProcessPriorityBoost:
    case ProcessLUIDDeviceMapsEnabled:
    case ProcessDebugFlags:
    case ProcessIoPriority:
    case ProcessPagePriority:
    case PSP_SUBSYSTEM_CLASS:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

/* I/O is not counted, and nobody debugs: zeros. */
static void PspAnswer(EPROCESS *Process, int Class, PSP_ANSWER *Answer)
{
    const ULONG_PTR Processors = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1;
    memset(Answer, 0, sizeof(*Answer));
    switch (Class) {
    case ProcessBasicInformation:
        Answer->Basic.ExitStatus = Process->ExitStatus;
        Answer->Basic.PebBaseAddress = PsGetProcessPeb(Process);
        Answer->Basic.AffinityMask = Processors;
        Answer->Basic.BasePriority = PspBasePriority(Process);
        Answer->Basic.UniqueProcessId = (ULONG_PTR)Process->UniqueProcessId;
        Answer->Basic.InheritedFromUniqueProcessId = (ULONG_PTR)Process->ParentId;
        break;
    case ProcessQuotaLimits: /* there are none */
        Answer->Quota = (PSP_QUOTA_LIMITS){
            ~(SIZE_T)0, ~(SIZE_T)0, 0, ~(SIZE_T)0, ~(SIZE_T)0, {.QuadPart = -1}};
        break;
    case ProcessIoCounters:
    case ProcessDebugPort:
        break;
    case ProcessCycleTime:
        Answer->Counters[0] = PsQueryTotalCycleTimeProcess(Process, &Answer->Counters[1]);
        break;
    case ProcessTimes:
        Answer->Times.CreateTime.QuadPart = Process->CreateTime;
        Answer->Times.ExitTime.QuadPart = Process->ExitTime;
        Answer->Times.KernelTime.QuadPart = (LONG64)PspRunTime(Process);
        break;
    case ProcessAffinityMask:
        Answer->Pointer = Processors;
        break;
    case ProcessWow64Information:
        Answer->Pointer = (ULONG_PTR)PsGetProcessWow64Process(Process);
        break;
    case ProcessPriorityClass:
        Answer->Priority.Class = Process->PriorityClass;
        break;
    case PSP_PROTECTION_CLASS:
        Answer->Byte = PsIsProtectedProcess(Process) ? PSP_SYSTEM_PROTECTION : 0;
        break;
    default:
        Answer->Number = PspNumberOfProcess(Process, Class);
        break;
    }
}

static NTSTATUS PspReturnLength(ULONG *ReturnLength, ULONG Bytes)
{
    return ReturnLength != NULL
        ? ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), KiPreviousMode())
        : STATUS_SUCCESS;
}

NTSTATUS PspReturnFixed(
    const void *Answer, ULONG Bytes, void *To, ULONG Length, ULONG *ReturnLength)
{
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiWriteCaller(To, Answer, Bytes, KiPreviousMode());
    return NT_SUCCESS(Status) ? PspReturnLength(ReturnLength, Bytes) : Status;
}

/* A UNICODE_STRING with its characters behind: Prefix, then Text. */
static NTSTATUS PspReturnString(const UNICODE_STRING *Prefix, const UNICODE_STRING *Text, void *To,
    ULONG Length, ULONG *ReturnLength)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    const USHORT TextBytes = __atomic_load_n(&Text->Length, __ATOMIC_ACQUIRE),
                 PrefixBytes = TextBytes != 0 ? Prefix->Length : 0;
    const ULONG Bytes = (ULONG)sizeof(UNICODE_STRING) + PrefixBytes + TextBytes +
        (ULONG)sizeof(WCHAR);
    UNICODE_STRING String = {(USHORT)(PrefixBytes + TextBytes),
        (USHORT)(PrefixBytes + TextBytes + sizeof(WCHAR)),
        (WCHAR *)((UCHAR *)To + sizeof(UNICODE_STRING))};
    const WCHAR End = 0;
    NTSTATUS Status = PspReturnLength(ReturnLength, Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Length < Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    Status = ObiWriteCaller(To, &String, sizeof(String), Mode);
    if (NT_SUCCESS(Status) && PrefixBytes != 0)
        Status = ObiWriteCaller(String.Buffer, Prefix->Buffer, PrefixBytes, Mode);
    if (NT_SUCCESS(Status) && TextBytes != 0)
        Status = ObiWriteCaller(
            (UCHAR *)String.Buffer + PrefixBytes, Text->Buffer, TextBytes, Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller((UCHAR *)String.Buffer + String.Length, &End, sizeof(End), Mode);
    return Status;
}

/* Before anything is looked up. */
static NTSTATUS PspCheckQuery(int Class, ULONG Length)
{
    const ULONG Bytes = PspProcessBytes(Class);
    if (Class == ProcessImageFileName || Class == ProcessImageFileNameWin32 ||
        Class == PSP_COMMAND_LINE_CLASS)
        return STATUS_SUCCESS;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    return Length == Bytes ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

static NTSTATUS PspQuery(
    EPROCESS *Process, PROCESSINFOCLASS Class, void *To, ULONG Length, ULONG *ReturnLength)
{
    static const UNICODE_STRING None = {0}, Win32 = RTL_STRING(u"\\\\?\\GLOBALROOT");
    PSP_ANSWER Answer;
    switch ((int)Class) {
    case ProcessImageFileName:
        PspLearnPaths(Process);
        return PspReturnString(&None, &Process->ImagePath, To, Length, ReturnLength);
    case ProcessImageFileNameWin32:
        PspLearnPaths(Process);
        return PspReturnString(&Win32, &Process->ImagePath, To, Length, ReturnLength);
    case PSP_COMMAND_LINE_CLASS:
        PspLearnPaths(Process);
        return PspReturnString(&None, &Process->CommandLine, To, Length, ReturnLength);
    case ProcessDebugObjectHandle:
        return STATUS_PORT_NOT_SET;
    default:
        PspAnswer(Process, (int)Class, &Answer);
        return PspReturnFixed(&Answer, Length, To, Length, ReturnLength);
    }
}

/*
 * NtQueryInformationProcess - facts about a process.
 *
 * Classes: basic information, quota, I/O counters and cycles (not counted: 0), times, session,
 *          handle count, hard error mode, break on termination, debug port, object and flags,
 *          Wow64, priority class, boost, affinity, priority of I/O and pages, protection,
 *          subsystem, image name (as \Device\Host\…, and in Win32's form), command line.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH: another length than the class has, or too small for the
 *          name, then *ReturnLength says how much it takes; INVALID_INFO_CLASS; PORT_NOT_SET: no
 *          debug object; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED, ACCESS_VIOLATION.
 * Source:  DOC ntddk/ZwQueryInformationProcess; OBS tests/kernel/ps/ZwQueryInformationProcess.c
 */
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length,
    ULONG *ReturnLength)
{
    void *Object;
    ACCESS_MASK Granted;
    NTSTATUS Status = PspCheckQuery((int)ProcessInformationClass, Length);
    if (NT_SUCCESS(Status))
        Status = ObiReferenceByHandle(
            ProcessHandle, PsProcessObjectType, KiPreviousMode(), &Object, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (KiPreviousMode() != KernelMode &&
        !(Granted & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION)))
        Status = STATUS_ACCESS_DENIED;
    else
        Status = PspQuery(
            Object, ProcessInformationClass, ProcessInformation, Length, ReturnLength);
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length,
    ULONG *ReturnLength)
{
    return ZW_CALL(QueryInformationProcess,
        (ProcessHandle, ProcessInformationClass, ProcessInformation, Length, ReturnLength));
}

/* ---- changing -------------------------------------------------------------------------------- */

NTSTATUS PspReferenceProcess(HANDLE Handle, ACCESS_MASK Needed, EPROCESS **Process)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted = 0;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, PsProcessObjectType, Mode, (void **)Process, &Granted);
    if (NT_SUCCESS(Status) && Mode != KernelMode && (Needed & ~Granted) != 0) {
        ObfDereferenceObject(*Process);
        return STATUS_ACCESS_DENIED;
    }
    return Status;
}

BOOLEAN PspHasPrivilege(ULONG Privilege)
{
    return SeSinglePrivilegeCheck(RtlConvertUlongToLuid(Privilege), KiPreviousMode());
}

static NTSTATUS PspSetProcessToken(EPROCESS *Process, HANDLE Handle)
{
    SE_TOKEN *Token;
    NTSTATUS Status = PspHasPrivilege(SE_ASSIGNPRIMARYTOKEN_PRIVILEGE) ? STATUS_SUCCESS
                                                                       : STATUS_PRIVILEGE_NOT_HELD;
    if (NT_SUCCESS(Status))
        Status = ObReferenceObjectByHandle(Handle, TOKEN_ASSIGN_PRIMARY, SeTokenObjectType,
            KiPreviousMode(), (void **)&Token, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Token->Type != TokenPrimary) {
        ObfDereferenceObject(Token);
        return STATUS_BAD_TOKEN_TYPE;
    }
    PspSetToken(Process, Token);
    return STATUS_SUCCESS;
}

static NTSTATUS PspSetPriorityClass(EPROCESS *Process, ULONG Class)
{
    if (Class == 0 || Class > PSP_PRIORITY_CLASS_MOST)
        return STATUS_INVALID_PARAMETER;
    if (Class == PSP_PRIORITY_CLASS_REALTIME && !PspHasPrivilege(SE_INC_BASE_PRIORITY_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    Process->PriorityClass = (UCHAR)Class;
    return STATUS_SUCCESS;
}

static NTSTATUS PspSetProcessNumber(EPROCESS *Process, int Class, ULONG Number)
{
    switch (Class) {
    case ProcessDefaultHardErrorMode:
        Process->HardErrorMode = Number;
        return STATUS_SUCCESS;
    case ProcessPriorityBoost:
        Process->BoostDisabled = Number != 0;
        return STATUS_SUCCESS;
    case ProcessBreakOnTermination:
        if (!PspHasPrivilege(SE_DEBUG_PRIVILEGE))
            return STATUS_PRIVILEGE_NOT_HELD;
        Process->BreakOnTermination = Number != 0;
        return STATUS_SUCCESS;
    case ProcessIoPriority:
        if (Number >= PSP_IO_PRIORITY_CRITICAL)
            return STATUS_INVALID_PARAMETER;
        Process->IoPriority = (UCHAR)Number;
        return STATUS_SUCCESS;
    default:
        if (Number == 0 || Number > PSP_PAGE_PRIORITY_NORMAL)
            return STATUS_INVALID_PARAMETER;
        Process->PagePriority = (UCHAR)Number;
        return STATUS_SUCCESS;
    }
}

static ULONG PspSettableProcessBytes(int Class)
{
    switch (Class) {
    case ProcessAccessToken:
        return 2 * sizeof(HANDLE);
    case ProcessPriorityClass:
        return sizeof(PSP_PRIORITY);
    case ProcessAffinityMask:
        return sizeof(ULONG_PTR);
    case ProcessDefaultHardErrorMode:
    case ProcessPriorityBoost:
    case ProcessBreakOnTermination:
    case ProcessIoPriority:
    case ProcessPagePriority:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

static NTSTATUS PspSetProcess(EPROCESS *Process, int Class, const PSP_ANSWER *Value)
{
    const ULONG_PTR Processors = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1;
    if (Class == ProcessAccessToken)
        return PspSetProcessToken(Process, Value->Token[0]);
    if (Class == ProcessPriorityClass)
        return PspSetPriorityClass(Process, Value->Priority.Class);
    if (Class == ProcessAffinityMask) /* a process runs where Linux lets it */
        return (Value->Pointer & Processors) == 0 || (Value->Pointer & ~Processors) != 0
            ? STATUS_INVALID_PARAMETER
            : STATUS_SUCCESS;
    return PspSetProcessNumber(Process, Class, Value->Number);
}

/*
 * NtSetInformationProcess - changes a process: its token, priority class, affinity, hard error
 * mode, boost, break on termination, priority of I/O and pages.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_PARAMETER: no such priority
 *          or processor; PRIVILEGE_NOT_HELD; BAD_TOKEN_TYPE: an impersonation token;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no PROCESS_SET_INFORMATION;
 *          ACCESS_VIOLATION.
 * Source:  DOC ntddk/ZwSetInformationProcess; INF the classes; OBS
 *          tests/kernel/ps/ZwSetInformationProcess.c
 */
NTSTATUS NTAPI NtSetInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length)
{
    const ULONG Bytes = PspSettableProcessBytes((int)ProcessInformationClass);
    PSP_ANSWER Value = {.Counters = {0}};
    EPROCESS *Process;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiReadCaller(&Value, ProcessInformation, Length, KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = PspReferenceProcess(ProcessHandle, PROCESS_SET_INFORMATION, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspSetProcess(Process, (int)ProcessInformationClass, &Value);
    ObfDereferenceObject(Process);
    return Status;
}

NTSTATUS NTAPI ZwSetInformationProcess(HANDLE ProcessHandle,
    PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length)
{
    return ZW_CALL(SetInformationProcess,
        (ProcessHandle, ProcessInformationClass, ProcessInformation, Length));
}

/* PsGetProcessPriorityClass - what class it has: 2 is normal. IRQL: any. Source: INF: undocumented;
 * OBS tests/kernel/ps */
UCHAR NTAPI PsGetProcessPriorityClass(EPROCESS *Process)
{
    return Process->PriorityClass;
}

/* PsSetProcessPriorityClass - changes it. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
void NTAPI PsSetProcessPriorityClass(EPROCESS *Process, UCHAR PriorityClass)
{
    if (PriorityClass <= PSP_PRIORITY_CLASS_MOST)
        Process->PriorityClass = PriorityClass;
}

/*
 * PsSetProcessPriorityByClass - has a process's threads have the priorities of its class. Mode:
 * whether it is in the foreground, which is of no weight here. Priorities are asked of the class
 * whenever somebody wants to know.
 * IRQL: up to DISPATCH_LEVEL. Source: INF: undocumented; OBS
 * tests/kernel/ps/PsQueryTotalCycleTimeProcess.c
 */
void NTAPI PsSetProcessPriorityByClass(EPROCESS *Process, ULONG Mode)
{
    (void)Process, (void)Mode;
}
