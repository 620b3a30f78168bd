/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Jobs: sets of processes that are asked about and ended together. A process is in one job at most
 * and stays there; the job lives as long as it does. PspJobLock guards the lists. Limits are kept
 * and told; nothing measures processes here, so that none is enforced but the number of active
 * processes.
 */
#include <string.h>

#include "ke/zw.h"
#include "ps/job.h"
#include "ps/psp.h"

#define PSP_JOB_ALL_ACCESS 0x001F001Fu
#define PSP_JOB_ASSIGN_PROCESS 0x1u
#define PSP_JOB_SET_ATTRIBUTES 0x2u
#define PSP_JOB_QUERY 0x4u
#define PSP_JOB_TERMINATE 0x8u

#define PSP_LIMIT_ACTIVE_PROCESS 0x8u
#define PSP_BASIC_LIMITS 0xFFu     /* what the basic structure may carry */
#define PSP_EXTENDED_LIMITS 0x7FFFu
#define PSP_UI_LIMITS 0xFFu

enum PSP_JOB_CLASS {
    PSP_JOB_ACCOUNTING = 1,
    PSP_JOB_BASIC_LIMIT = 2,
    PSP_JOB_PROCESS_IDS = 3,
    PSP_JOB_UI = 4,
    PSP_JOB_ACCOUNTING_AND_IO = 8,
    PSP_JOB_EXTENDED_LIMIT = 9,
};

typedef struct PSP_JOB_BASIC {
    LARGE_INTEGER PerProcessUserTimeLimit, PerJobUserTimeLimit;
    ULONG LimitFlags;
    SIZE_T MinimumWorkingSetSize, MaximumWorkingSetSize;
    ULONG ActiveProcessLimit;
    ULONG_PTR Affinity;
    ULONG PriorityClass, SchedulingClass;
} __attribute__((aligned(8))) PSP_JOB_BASIC;

typedef struct PSP_JOB_EXTENDED {
    PSP_JOB_BASIC Basic;
    ULONG64 __attribute__((aligned(8))) IoInfo[6];
    SIZE_T ProcessMemoryLimit, JobMemoryLimit, PeakProcessMemoryUsed, PeakJobMemoryUsed;
} PSP_JOB_EXTENDED;

typedef struct PSP_JOB_COUNTS {
    LARGE_INTEGER TotalUserTime, TotalKernelTime, ThisPeriodTotalUserTime,
        ThisPeriodTotalKernelTime;
    ULONG TotalPageFaultCount, TotalProcesses, ActiveProcesses, TotalTerminatedProcesses;
} __attribute__((aligned(8))) PSP_JOB_COUNTS;

typedef struct PSP_JOB_COUNTS_AND_IO {
    PSP_JOB_COUNTS Basic;
    ULONG64 Io[6];
} PSP_JOB_COUNTS_AND_IO;

typedef struct PSP_JOB {
    DISPATCHER_HEADER Header; /* signalled when its last process has been ended by
                                 NtTerminateJobObject */
    LIST_ENTRY Processes; /* EPROCESS.JobLink; no references: a process leaves when it is deleted */
    ULONG TotalProcesses, TerminatedProcesses;
    ULONG SessionId;
    ULONG UiRestrictions;
    PSP_JOB_EXTENDED Limits;
} PSP_JOB;

OBJECT_TYPE *PsJobType;

static KSPIN_LOCK PspJobLock;

NTSTATUS PspCreateJobType(void)
{
    const OBJECT_TYPE Template = {
        .GenericMapping = {STANDARD_RIGHTS_READ | PSP_JOB_QUERY,
            STANDARD_RIGHTS_WRITE | PSP_JOB_ASSIGN_PROCESS | PSP_JOB_SET_ATTRIBUTES |
                PSP_JOB_TERMINATE,
            STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, PSP_JOB_ALL_ACCESS},
        .ValidAccess = PSP_JOB_ALL_ACCESS,
        .PoolTag = 0x626F4A50, /* 'PJob' */
        .Waitable = TRUE,
    };
    PspJobLock = 0;
    return ObiCreateType("Job", &Template, &PsJobType);
}

/* ---- processes of a job ---------------------------------------------------------------------- */

static BOOLEAN PspRuns(EPROCESS *Process)
{
    return !(Process->Flags & PSI_PROCESS_EXITING);
}

static ULONG PspActiveLocked(PSP_JOB *Job)
{
    ULONG Count = 0;
    for (LIST_ENTRY *Link = Job->Processes.Flink; Link != &Job->Processes; Link = Link->Flink)
        Count += PspRuns(CONTAINING_RECORD(Link, EPROCESS, JobLink));
    return Count;
}

static NTSTATUS PspEnterJob(EPROCESS *Process, PSP_JOB *Job)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&PspJobLock);
    if (Process->Job != NULL)
        Status = STATUS_ACCESS_DENIED;
    else if (!PspRuns(Process))
        Status = STATUS_PROCESS_IS_TERMINATING;
    else if ((Job->Limits.Basic.LimitFlags & PSP_LIMIT_ACTIVE_PROCESS) &&
             PspActiveLocked(Job) >= Job->Limits.Basic.ActiveProcessLimit)
        Status = STATUS_QUOTA_EXCEEDED;
    if (NT_SUCCESS(Status)) {
        ObiReference(Job);
        Process->Job = Job;
        InsertTailList(&Job->Processes, &Process->JobLink);
        Job->TotalProcesses++;
    }
    KiReleaseLock(&PspJobLock, Old);
    return Status;
}

void PspLeaveJob(EPROCESS *Process)
{
    PSP_JOB *Job = Process->Job;
    if (Job == NULL)
        return;
    KIRQL Old = KiAcquireLock(&PspJobLock);
    RemoveEntryList(&Process->JobLink);
    InitializeListHead(&Process->JobLink);
    KiReleaseLock(&PspJobLock, Old);
    ObfDereferenceObject(Job);
}

/* The running process behind Before (NULL: the first), referenced; Before's reference is used
 * up. */
static EPROCESS *PspNextInJob(PSP_JOB *Job, EPROCESS *Before)
{
    EPROCESS *Next = NULL;
    KIRQL Old = KiAcquireLock(&PspJobLock);
    LIST_ENTRY *Link = Before != NULL ? Before->JobLink.Flink : Job->Processes.Flink;
    for (; Link != &Job->Processes && Next == NULL; Link = Link->Flink) {
        EPROCESS *Process = CONTAINING_RECORD(Link, EPROCESS, JobLink);
        if (PspRuns(Process) && ObiReferenceSafe(Process))
            Next = Process;
    }
    KiReleaseLock(&PspJobLock, Old);
    if (Before != NULL)
        ObfDereferenceObject(Before);
    return Next;
}

/* ---- making and opening ---------------------------------------------------------------------- */

/*
 * NtCreateJobObject - a new job without processes.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: with OBJ_OPENIF; OBJECT_NAME_COLLISION, the statuses of bad
 *          attributes; ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  DOC jobapi2/CreateJobObject, which is built on it; OBS
 *          tests/kernel/ps/ZwCreateJobObject.c
 */
NTSTATUS NTAPI NtCreateJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    OB_NAME Name;
    PSP_JOB *Job;
    NTSTATUS Status = ObiProbeOutput(JobHandle, sizeof(*JobHandle), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureName(ObjectAttributes, Mode, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCreateObject(PsJobType, sizeof(*Job), EX_KERNEL_SITE, (void **)&Job);
    if (NT_SUCCESS(Status)) {
        /* an event is nothing but its header */
        KeInitializeEvent((KEVENT *)&Job->Header, NotificationEvent, FALSE);
        InitializeListHead(&Job->Processes);
        Job->SessionId = PsGetCurrentProcessSessionId();
        Status = ObiInsertObject(Job, &Name, DesiredAccess, Mode, &Handle);
    }
    ObiReleaseName(&Name);
    return NT_SUCCESS(Status) ? ObiReturnHandle(JobHandle, Handle, Mode, Status) : Status;
}

/* NtOpenJobObject - a handle to a job by name. Returns: SUCCESS; the statuses of a bad name.
 * Source: DOC jobapi2/OpenJobObject. */
NTSTATUS NTAPI NtOpenJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = ObiProbeOutput(JobHandle, sizeof(*JobHandle), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiOpenByName(ObjectAttributes, PsJobType, Mode, DesiredAccess, NULL, &Handle);
    return NT_SUCCESS(Status) ? ObiReturnHandle(JobHandle, Handle, Mode, Status) : Status;
}

static NTSTATUS PspReferenceJob(HANDLE Handle, ACCESS_MASK Needed, PSP_JOB **Job)
{
    return ObReferenceObjectByHandle(
        Handle, Needed, PsJobType, KiPreviousMode(), (void **)Job, NULL);
}

/*
 * NtAssignProcessToJobObject - puts a process into a job, for good.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; ACCESS_DENIED: it is in a job, or a right is missing; PROCESS_IS_TERMINATING;
 *          QUOTA_EXCEEDED: the job's limit of active processes; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH.
 * Source:  DOC jobapi2/AssignProcessToJobObject; OBS tests/kernel/ps/ZwAssignProcessToJobObject.c
 */
NTSTATUS NTAPI NtAssignProcessToJobObject(HANDLE JobHandle, HANDLE ProcessHandle)
{
    EPROCESS *Process;
    PSP_JOB *Job;
    NTSTATUS Status = PspReferenceJob(JobHandle, PSP_JOB_ASSIGN_PROCESS, &Job);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspReferenceProcess(
        ProcessHandle, PSP_PROCESS_SET_QUOTA | PROCESS_TERMINATE, &Process);
    if (NT_SUCCESS(Status)) {
        Status = PspEnterJob(Process, Job);
        ObfDereferenceObject(Process);
    }
    ObfDereferenceObject(Job);
    return Status;
}

/*
 * NtIsProcessInJob - whether a process is in a job; JobHandle NULL: in any.
 *
 * Returns: PROCESS_IN_JOB, PROCESS_NOT_IN_JOB; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED.
 * Source:  DOC jobapi/IsProcessInJob; OBS tests/kernel/ps/ZwAssignProcessToJobObject.c
 */
NTSTATUS NTAPI NtIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle)
{
    EPROCESS *Process;
    PSP_JOB *Job = NULL;
    NTSTATUS Status = PspReferenceProcess(ProcessHandle, PROCESS_QUERY_INFORMATION, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    if (JobHandle != NULL)
        Status = PspReferenceJob(JobHandle, PSP_JOB_QUERY, &Job);
    if (NT_SUCCESS(Status)) {
        const BOOLEAN Inside = Job != NULL ? Process->Job == Job : Process->Job != NULL;
        Status = Inside ? STATUS_PROCESS_IN_JOB : STATUS_PROCESS_NOT_IN_JOB;
    }
    if (Job != NULL)
        ObfDereferenceObject(Job);
    ObfDereferenceObject(Process);
    return Status;
}

/*
 * NtTerminateJobObject - ends all processes of a job.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: also for a job without processes; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          ACCESS_DENIED: no JOB_OBJECT_TERMINATE, or one of the processes cannot be ended (see
 *          NtTerminateProcess); the others are.
 * Source:  DOC jobapi2/TerminateJobObject; OBS tests/kernel/ps/ZwCreateJobObject.c
 */
NTSTATUS NTAPI NtTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus)
{
    PSP_JOB *Job;
    NTSTATUS Status = PspReferenceJob(JobHandle, PSP_JOB_TERMINATE, &Job);
    if (!NT_SUCCESS(Status))
        return Status;
    for (EPROCESS *Process = PspNextInJob(Job, NULL); Process != NULL;
         Process = PspNextInJob(Job, Process)) {
        const NTSTATUS Ended = PspTerminate(Process, ExitStatus);
        if (NT_SUCCESS(Ended))
            Job->TerminatedProcesses++;
        else if (Ended != STATUS_PROCESS_IS_TERMINATING)
            Status = Ended;
    }
    if (NT_SUCCESS(Status))
        KeSetEvent((KEVENT *)&Job->Header, IO_NO_INCREMENT, FALSE);
    ObfDereferenceObject(Job);
    return Status;
}

/* ---- what is known, and limits --------------------------------------------------------------- */

static void PspCountJob(PSP_JOB *Job, PSP_JOB_COUNTS *Counts)
{
    KIRQL Old = KiAcquireLock(&PspJobLock);
    Counts->TotalProcesses = Job->TotalProcesses;
    Counts->ActiveProcesses = PspActiveLocked(Job);
    Counts->TotalTerminatedProcesses = Job->TerminatedProcesses;
    KiReleaseLock(&PspJobLock, Old);
}

/* JOBOBJECT_BASIC_PROCESS_ID_LIST: as many as there is room for; BUFFER_OVERFLOW: not all. */
static NTSTATUS PspListJob(PSP_JOB *Job, void *To, ULONG Length, ULONG *ReturnLength)
{
    const ULONG Fixed = 2 * sizeof(ULONG),
                Room = Length >= Fixed ? (Length - Fixed) / (ULONG)sizeof(ULONG_PTR) : 0;
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Count[2] = {0, 0};
    if (Length < Fixed)
        return STATUS_INFO_LENGTH_MISMATCH;
    for (EPROCESS *Process = PspNextInJob(Job, NULL); Process != NULL;
         Process = PspNextInJob(Job, Process)) {
        const ULONG_PTR Id = (ULONG_PTR)Process->UniqueProcessId;
        if (Count[0]++ < Room && NT_SUCCESS(Status))
            Status = ObiWriteCaller(
                (UCHAR *)To + Fixed + Count[1]++ * sizeof(Id), &Id, sizeof(Id), Mode);
    }
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(To, Count, sizeof(Count), Mode);
    const ULONG Bytes = Fixed + Count[1] * (ULONG)sizeof(ULONG_PTR);
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    return NT_SUCCESS(Status) && Count[1] < Count[0] ? STATUS_BUFFER_OVERFLOW : Status;
}

static NTSTATUS PspQueryJob(PSP_JOB *Job, int Class, void *To, ULONG Length, ULONG *ReturnLength)
{
    PSP_JOB_COUNTS_AND_IO Counts;
    PSP_JOB_EXTENDED Limits;
    switch (Class) {
    case PSP_JOB_ACCOUNTING:
    case PSP_JOB_ACCOUNTING_AND_IO:
        memset(&Counts, 0, sizeof(Counts));
        PspCountJob(Job, &Counts.Basic);
        return PspReturnFixed(&Counts,
            Class == PSP_JOB_ACCOUNTING ? sizeof(Counts.Basic) : sizeof(Counts), To, Length,
            ReturnLength);
    case PSP_JOB_BASIC_LIMIT:
    case PSP_JOB_EXTENDED_LIMIT: {
        KIRQL Old = KiAcquireLock(&PspJobLock);
        Limits = Job->Limits;
        KiReleaseLock(&PspJobLock, Old);
        return PspReturnFixed(&Limits,
            Class == PSP_JOB_BASIC_LIMIT ? sizeof(Limits.Basic) : sizeof(Limits), To, Length,
            ReturnLength);
    }
    case PSP_JOB_UI:
        return PspReturnFixed(
            &Job->UiRestrictions, sizeof(Job->UiRestrictions), To, Length, ReturnLength);
    case PSP_JOB_PROCESS_IDS:
        return PspListJob(Job, To, Length, ReturnLength);
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
}

/*
 * NtQueryInformationJobObject - accounting (the time is not counted), limits, user interface
 * restrictions, processes.
 *
 * JobHandle: NULL for the calling process's job.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: not all processes fit; INVALID_INFO_CLASS,
 *          INFO_LENGTH_MISMATCH; ACCESS_DENIED: also NULL where the process is in no job;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_VIOLATION.
 * Source:  DOC jobapi2/QueryInformationJobObject; OBS tests/kernel/ps/ZwQueryInformationJobObject.c
 */
NTSTATUS NTAPI NtQueryInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    NTSTATUS Status = STATUS_SUCCESS;
    PSP_JOB *Job;
    if (JobHandle == NULL) {
        Job = PsiCurrentThread()->Process->Job;
        if (Job == NULL)
            return STATUS_ACCESS_DENIED;
        ObiReference(Job);
    } else {
        Status = PspReferenceJob(JobHandle, PSP_JOB_QUERY, &Job);
    }
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PspQueryJob(Job, (int)Class, Information, Length, ReturnLength);
    ObfDereferenceObject(Job);
    return Status;
}

static NTSTATUS PspSetLimits(PSP_JOB *Job, const PSP_JOB_EXTENDED *New, BOOLEAN Extended)
{
    const ULONG Valid = Extended ? PSP_EXTENDED_LIMITS : PSP_BASIC_LIMITS;
    if ((New->Basic.LimitFlags & ~Valid) ||
        ((New->Basic.LimitFlags & PSP_LIMIT_ACTIVE_PROCESS) && New->Basic.ActiveProcessLimit == 0))
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&PspJobLock);
    if (Extended)
        Job->Limits = *New;
    else
        Job->Limits.Basic = New->Basic;
    KiReleaseLock(&PspJobLock, Old);
    return STATUS_SUCCESS;
}

/*
 * NtSetInformationJobObject - limits and user interface restrictions.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_PARAMETER: unknown limits;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no JOB_OBJECT_SET_ATTRIBUTES;
 *          ACCESS_VIOLATION.
 * Source:  DOC jobapi2/SetInformationJobObject; OBS tests/kernel/ps/ZwQueryInformationJobObject.c
 */
NTSTATUS NTAPI NtSetInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length)
{
    const ULONG Bytes = Class == PSP_JOB_BASIC_LIMIT      ? (ULONG)sizeof(PSP_JOB_BASIC)
                        : Class == PSP_JOB_EXTENDED_LIMIT ? (ULONG)sizeof(PSP_JOB_EXTENDED)
                        : Class == PSP_JOB_UI             ? (ULONG)sizeof(ULONG)
                                                          : 0;
    PSP_JOB_EXTENDED Value;
    PSP_JOB *Job;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    memset(&Value, 0, sizeof(Value));
    NTSTATUS Status = ObiReadCaller(&Value, Information, Bytes, KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = PspReferenceJob(JobHandle, PSP_JOB_SET_ATTRIBUTES, &Job);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Class != PSP_JOB_UI) {
        Status = PspSetLimits(Job, &Value, Class == PSP_JOB_EXTENDED_LIMIT);
    } else {
        ULONG Restrictions;
        memcpy(&Restrictions, &Value, sizeof(Restrictions));
        Status = (Restrictions & ~PSP_UI_LIMITS) ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
        if (NT_SUCCESS(Status))
            Job->UiRestrictions = Restrictions;
    }
    ObfDereferenceObject(Job);
    return Status;
}

/* ---- the Zw forms, and by pointer ------------------------------------------------------------ */

NTSTATUS NTAPI ZwCreateJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(CreateJobObject, (JobHandle, DesiredAccess, ObjectAttributes));
}

NTSTATUS NTAPI ZwOpenJobObject(
    HANDLE *JobHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenJobObject, (JobHandle, DesiredAccess, ObjectAttributes));
}

NTSTATUS NTAPI ZwAssignProcessToJobObject(HANDLE JobHandle, HANDLE ProcessHandle)
{
    return ZW_CALL(AssignProcessToJobObject, (JobHandle, ProcessHandle));
}

NTSTATUS NTAPI ZwIsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle)
{
    return ZW_CALL(IsProcessInJob, (ProcessHandle, JobHandle));
}

NTSTATUS NTAPI ZwTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus)
{
    return ZW_CALL(TerminateJobObject, (JobHandle, ExitStatus));
}

NTSTATUS NTAPI ZwQueryInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(
        QueryInformationJobObject, (JobHandle, Class, Information, Length, ReturnLength));
}

NTSTATUS NTAPI ZwSetInformationJobObject(
    HANDLE JobHandle, ULONG Class, void *Information, ULONG Length)
{
    return ZW_CALL(SetInformationJobObject, (JobHandle, Class, Information, Length));
}

/* PsGetProcessJob - the job a process is in, not referenced; NULL: none. IRQL: any. Source: INF:
 * undocumented. */
void *NTAPI PsGetProcessJob(EPROCESS *Process)
{
    return Process->Job;
}

/* PsGetJobSessionId - the session it was made in. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps/ZwCreateJobObject.c */
ULONG NTAPI PsGetJobSessionId(PSP_JOB *Job)
{
    return Job->SessionId;
}

/* PsGetJobUIRestrictionsClass - its user interface restrictions. IRQL: any. Source: INF:
 * undocumented. */
ULONG NTAPI PsGetJobUIRestrictionsClass(PSP_JOB *Job)
{
    return Job->UiRestrictions;
}

/* PsSetJobUIRestrictionsClass - changes them. IRQL: any. Source: INF: undocumented. */
void NTAPI PsSetJobUIRestrictionsClass(PSP_JOB *Job, ULONG UIRestrictionsClass)
{
    Job->UiRestrictions = UIRestrictionsClass;
}
