/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtQueryInformationProcess: who a process is, its times, session and image. What Windows knows of its memory, scheduling or debugging
 * is another's business: INVALID_INFO_CLASS.
 */
#include <string.h>

#include "ke/zw.h"
#include "ps/psp.h"
#include "rtl/rtl.h"

#define PSP_COMMAND_LINE_CLASS 60 /* ProcessCommandLineInformation, Windows 8.1 */
#define PSP_BASE_PRIORITY 8
#define PSP_PRIORITY_CLASS_NORMAL 2

/* Of an answer: what is copied, and for those with a string behind, that string. */
typedef union PSP_ANSWER {
    PROCESS_BASIC_INFORMATION Basic;
    KERNEL_USER_TIMES Times;
    ULONG Number;
    ULONG_PTR Pointer;
    struct {
        BOOLEAN Foreground;
        UCHAR Class;
    } Priority;
} PSP_ANSWER;

/* Bytes of the answer; 0: no such class. */
static ULONG PspAnswer(EPROCESS *Process, PROCESSINFOCLASS Class, PSP_ANSWER *Answer)
{
    memset(Answer, 0, sizeof(*Answer));
    switch ((int)Class) {
    case ProcessBasicInformation:
        Answer->Basic.ExitStatus = Process->ExitStatus;
        Answer->Basic.AffinityMask = ((ULONG_PTR)2 << (host_processor_count() - 1)) - 1;
        Answer->Basic.BasePriority = PSP_BASE_PRIORITY;
        Answer->Basic.UniqueProcessId = (ULONG_PTR)Process->UniqueProcessId;
        Answer->Basic.InheritedFromUniqueProcessId = (ULONG_PTR)Process->ParentId;
        return sizeof(Answer->Basic);
    case ProcessTimes: /* the time on processors is not counted */
        Answer->Times.CreateTime.QuadPart = Process->CreateTime;
        Answer->Times.ExitTime.QuadPart = Process->ExitTime;
        return sizeof(Answer->Times);
    case ProcessSessionInformation:
        Answer->Number = PsGetProcessSessionId(Process);
        return sizeof(Answer->Number);
    case ProcessHandleCount:
        Answer->Number = Process->HandleTable != NULL ? ObiCountHandles(Process->HandleTable) : 0;
        return sizeof(Answer->Number);
    case ProcessDefaultHardErrorMode:
        Answer->Number = 1;
        return sizeof(Answer->Number);
    case ProcessBreakOnTermination:
        return sizeof(Answer->Number);
    case ProcessDebugPort:
        return sizeof(Answer->Pointer);
    case ProcessWow64Information:
        Answer->Pointer = (ULONG_PTR)PsGetProcessWow64Process(Process);
        return sizeof(Answer->Pointer);
    case ProcessPriorityClass:
        Answer->Priority.Class = PSP_PRIORITY_CLASS_NORMAL;
        return sizeof(Answer->Priority);
    default:
        return 0;
    }
}

static NTSTATUS PspReturnLength(ULONG *ReturnLength, ULONG Bytes)
{
    return ReturnLength != NULL ? ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), KiPreviousMode()) : STATUS_SUCCESS;
}

static NTSTATUS PspReturnAnswer(const PSP_ANSWER *Answer, ULONG Bytes, void *To, ULONG Length, ULONG *ReturnLength)
{
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiWriteCaller(To, Answer, Bytes, KiPreviousMode());
    return NT_SUCCESS(Status) ? PspReturnLength(ReturnLength, Bytes) : Status;
}

/* A UNICODE_STRING with its characters behind: Prefix, then Text. */
static NTSTATUS PspReturnString(
    const UNICODE_STRING *Prefix, const UNICODE_STRING *Text, void *To, ULONG Length, ULONG *ReturnLength)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    const USHORT TextBytes = __atomic_load_n(&Text->Length, __ATOMIC_ACQUIRE), PrefixBytes = TextBytes != 0 ? Prefix->Length : 0;
    const ULONG Bytes = (ULONG)sizeof(UNICODE_STRING) + PrefixBytes + TextBytes + (ULONG)sizeof(WCHAR);
    UNICODE_STRING String = {(USHORT)(PrefixBytes + TextBytes), (USHORT)(PrefixBytes + TextBytes + sizeof(WCHAR)),
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
        Status = ObiWriteCaller((UCHAR *)String.Buffer + PrefixBytes, Text->Buffer, TextBytes, Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller((UCHAR *)String.Buffer + String.Length, &End, sizeof(End), Mode);
    return Status;
}

static NTSTATUS PspQuery(EPROCESS *Process, PROCESSINFOCLASS Class, void *To, ULONG Length, ULONG *ReturnLength)
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
    default: {
        ULONG Bytes = PspAnswer(Process, Class, &Answer);
        return Bytes != 0 ? PspReturnAnswer(&Answer, Bytes, To, Length, ReturnLength) : STATUS_INVALID_INFO_CLASS;
    }
    }
}

/*
 * NtQueryInformationProcess - facts about a process.
 *
 * Classes: basic information, times, session, handle count, hard error mode, break on termination, debug port, Wow64, priority class,
 *          image name (as \Device\Host\…, and in Win32's form), command line.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH: another length than the class has, or too small for the name, then *ReturnLength says how
 *          much it takes; INVALID_INFO_CLASS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED, ACCESS_VIOLATION.
 * Source:  DOC ntddk/ZwQueryInformationProcess; OBS tests/kernel/ps/ZwQueryInformationProcess.c
 */
NTSTATUS NTAPI NtQueryInformationProcess(
    HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length, ULONG *ReturnLength)
{
    void *Object;
    ACCESS_MASK Granted;
    NTSTATUS Status = ObiReferenceByHandle(ProcessHandle, PsProcessObjectType, KiPreviousMode(), &Object, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (KiPreviousMode() != KernelMode && !(Granted & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION)))
        Status = STATUS_ACCESS_DENIED;
    else
        Status = PspQuery(Object, ProcessInformationClass, ProcessInformation, Length, ReturnLength);
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS NTAPI ZwQueryInformationProcess(
    HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass, void *ProcessInformation, ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(QueryInformationProcess, (ProcessHandle, ProcessInformationClass, ProcessInformation, Length, ReturnLength));
}
