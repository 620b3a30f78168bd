/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtQuerySystemInformation: which classes there are, on which Windows, how long a buffer they want;
 * and the way of an answer, from pool to the caller. The answers themselves are made in sysfixed.c
 * and its neighbours. It stands in io because an answer needs ob, ps and ldr.
 */
#include "io/sysinfo.h"

#include <string.h>

#include "ke/zw.h"

/* How the length of the caller's buffer is compared with what a class takes. */
enum IOP_LENGTH {
    IOP_EXACT,
    IOP_AT_LEAST,
    IOP_AT_MOST, /* shorter ones get the beginning */
    IOP_OWN,     /* the answer's own length counts, at least Bytes */
    IOP_WHOLE,   /* as many whole entries of Bytes as fit, at least one */
};

typedef struct IOP_SYSTEM_CLASS {
    USHORT Class;
    UCHAR Since;  /* WINVER_* */
    UCHAR Rule;   /* enum IOP_LENGTH */
    USHORT Bytes; /* 0: what IopFixedBytes says */
    USHORT Input; /* bytes of the buffer that are read first; for the Ex form, bytes of its input */
    BOOLEAN Ex;   /* Input is only given by NtQuerySystemInformationEx */
    IOP_SYSTEM_QUERY Query;
} IOP_SYSTEM_CLASS;

#define IOP_FIXED(Name, Since_, Rule_)                                                    \
    {                                                                                     \
        .Class = System##Name, .Since = (Since_), .Rule = (Rule_), .Query = IopQueryFixed \
    }
#define IOP_LIST(Name, Since_, Bytes_, Query_)                                        \
    {                                                                                 \
        .Class = System##Name, .Since = (Since_), .Rule = IOP_OWN, .Bytes = (Bytes_), \
        .Query = (Query_)                                                             \
    }
#define IOP_EACH(Name, Since_, Bytes_)                                                  \
    {                                                                                   \
        .Class = System##Name, .Since = (Since_), .Rule = IOP_WHOLE, .Bytes = (Bytes_), \
        .Query = IopQueryPerProcessor                                                   \
    }

/* Those of no entries: no page file, no verifier, no lookaside list of the kernel's own. */
static NTSTATUS IopQueryNothing(IOP_ANSWER *Answer)
{
    (void)Answer;
    return STATUS_SUCCESS;
}

/* Their numbers are taken, and no free build of Windows answers them. */
static NTSTATUS IopQueryNotImplemented(IOP_ANSWER *Answer)
{
    (void)Answer;
    return STATUS_NOT_IMPLEMENTED;
}

/* Objects are listed only where the flag that has them tracked was set before the start: gflags
 * +otl. */
static NTSTATUS IopQueryUntracked(IOP_ANSWER *Answer)
{
    (void)Answer;
    return STATUS_UNSUCCESSFUL;
}

/* Licence policies travel enciphered between the kernel and one library; nothing else is valid. */
static NTSTATUS IopQueryPolicy(IOP_ANSWER *Answer)
{
    (void)Answer;
    return STATUS_INVALID_PARAMETER;
}

static const IOP_SYSTEM_CLASS IopSystemClasses[] = {
    IOP_FIXED(BasicInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(EmulationBasicInformation, WINVER_XP, IOP_EXACT),
    IOP_FIXED(ProcessorInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(EmulationProcessorInformation, WINVER_XP, IOP_AT_LEAST),
    IOP_FIXED(PerformanceInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(TimeOfDayInformation, WINVER_WIN2000, IOP_AT_MOST),
    IOP_FIXED(DeviceInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(FlagsInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(FileCacheInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(DpcBehaviorInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(TimeAdjustmentInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(ExceptionInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(KernelDebuggerInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(ContextSwitchInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(RegistryQuotaInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(CurrentTimeZoneInformation, WINVER_WIN2000, IOP_AT_LEAST),
    IOP_FIXED(RangeStartInformation, WINVER_WIN2000, IOP_EXACT),
    IOP_FIXED(BootEnvironmentInformation, WINVER_VISTA, IOP_AT_LEAST),
    IOP_FIXED(HypervisorInformation, WINVER_WIN7, IOP_AT_LEAST),
    {.Class = SystemCodeIntegrityInformation,
        .Since = WINVER_VISTA,
        .Rule = IOP_EXACT,
        .Input = sizeof(ULONG),
        .Query = IopQueryFixed},
    {.Class = SystemQueryPerformanceCounterInformation,
        .Since = WINVER_WIN7,
        .Rule = IOP_EXACT,
        .Input = sizeof(ULONG),
        .Query = IopQueryFixed},
    IOP_FIXED(SecureBootInformation, WINVER_WIN8, IOP_AT_LEAST),
    IOP_FIXED(KernelDebuggerInformationEx, WINVER_WIN81, IOP_AT_LEAST),
    IOP_FIXED(KernelVaShadowInformation, WINVER_WIN10_1507, IOP_AT_LEAST),
    IOP_FIXED(SpeculationControlInformation, WINVER_WIN10_1507, IOP_AT_LEAST),
    IOP_FIXED(LeapSecondInformation, WINVER_WIN10_1809, IOP_EXACT),
    IOP_LIST(ProcessInformation, WINVER_WIN2000, 0, IopQueryProcesses),
    IOP_LIST(ExtendedProcessInformation, WINVER_WS2003, 0, IopQueryProcesses),
    {.Class = SystemProcessIdInformation,
        .Since = WINVER_VISTA,
        .Rule = IOP_EXACT,
        .Bytes = sizeof(SYSTEM_PROCESS_ID_INFORMATION),
        .Input = sizeof(SYSTEM_PROCESS_ID_INFORMATION),
        .Query = IopQueryProcessId},
    IOP_LIST(ModuleInformation, WINVER_WIN2000, 0, IopQueryModules),
    IOP_LIST(ModuleInformationEx, WINVER_VISTA, 0, IopQueryModulesEx),
    IOP_LIST(HandleInformation, WINVER_WIN2000, 0, IopQueryHandles),
    IOP_LIST(ExtendedHandleInformation, WINVER_XP, 0, IopQueryHandlesEx),
    IOP_LIST(ObjectInformation, WINVER_WIN2000, 0, IopQueryUntracked),
    IOP_LIST(PageFileInformation, WINVER_WIN2000, 0, IopQueryNothing),
    IOP_LIST(LookasideInformation, WINVER_WIN2000, 0, IopQueryNothing),
    IOP_LIST(VerifierInformation, WINVER_WIN2000, 0, IopQueryNothing),
    IOP_LIST(LogicalProcessorInformation, WINVER_WS2003, 0, IopQueryLogicalProcessors),
    IOP_LIST(NumaProcessorMap, WINVER_XP, 2 * sizeof(ULONG), IopQueryNuma),
    IOP_LIST(NumaAvailableMemory, WINVER_XP, 2 * sizeof(ULONG), IopQueryNuma),
    {.Class = SystemFirmwareTableInformation,
        .Since = WINVER_WS2003,
        .Rule = IOP_OWN,
        .Bytes = FIELD_OFFSET(SYSTEM_FIRMWARE_TABLE_INFORMATION, TableBuffer),
        .Input = FIELD_OFFSET(SYSTEM_FIRMWARE_TABLE_INFORMATION, TableBuffer),
        .Query = IopQueryFirmware},
    {.Class = SystemPolicyInformation,
        .Since = WINVER_VISTA,
        .Rule = IOP_OWN,
        .Query = IopQueryPolicy},
    IOP_EACH(ProcessorPerformanceInformation, WINVER_WIN2000,
        sizeof(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION)),
    IOP_EACH(InterruptInformation, WINVER_WIN2000, sizeof(SYSTEM_INTERRUPT_INFORMATION)),
    IOP_EACH(ProcessorIdleInformation, WINVER_WIN2000, sizeof(SYSTEM_PROCESSOR_IDLE_INFORMATION)),
    IOP_EACH(ProcessorIdleCycleTimeInformation, WINVER_WIN7, sizeof(ULONG64)),
    {.Class = SystemLogicalProcessorAndGroupInformation,
        .Since = WINVER_WIN7,
        .Rule = IOP_OWN,
        .Input = sizeof(ULONG),
        .Ex = TRUE,
        .Query = IopQueryProcessorGroups},
    IOP_LIST(PathInformation, WINVER_WIN2000, 0, IopQueryNotImplemented),
    IOP_LIST(CallTimeInformation, WINVER_WIN2000, 0, IopQueryNotImplemented),
    IOP_LIST(PagedPoolInformation, WINVER_WIN2000, 0, IopQueryNotImplemented),
    IOP_LIST(NonPagedPoolInformation, WINVER_WIN2000, 0, IopQueryNotImplemented),
    IOP_LIST(FullMemoryInformation, WINVER_WIN2000, 0, IopQueryNotImplemented),
};

static const IOP_SYSTEM_CLASS *IopFindSystemClass(SYSTEM_INFORMATION_CLASS Class)
{
    for (SIZE_T Index = 0; Index < sizeof(IopSystemClasses) / sizeof(IopSystemClasses[0]);
         Index++) {
        if (IopSystemClasses[Index].Class == (ULONG)Class)
            return IopSystemClasses[Index].Since <= LdrTargetVersion ? &IopSystemClasses[Index]
                                                                     : NULL;
    }
    return NULL;
}

/* ---- an answer on its way -------------------------------------------------------------------- */

static BOOLEAN IopGrowAnswer(IOP_ANSWER *Answer, ULONG Bytes)
{
    ULONG Capacity = Answer->Capacity != 0 ? Answer->Capacity : 1024;
    while (Capacity < Bytes)
        Capacity *= 2;
    UCHAR *Larger = ExiAllocateZero(
        NonPagedPoolNx, Capacity, IOP_TAG_SYSTEM_INFORMATION, EX_KERNEL_SITE);
    if (Larger == NULL)
        return FALSE;
    if (Answer->Buffer != NULL) {
        memcpy(Larger, Answer->Buffer, Answer->Capacity);
        ExiFree(Answer->Buffer);
    }
    Answer->Buffer = Larger;
    Answer->Capacity = Capacity;
    return TRUE;
}

void *IopExtendAnswer(IOP_ANSWER *Answer, ULONG Bytes)
{
    const ULONG Offset = Answer->Needed;
    if (Bytes > 0x40000000 - Offset) {
        Answer->NoMemory = TRUE;
        return NULL;
    }
    Answer->Needed += Bytes;
    if (Answer->Needed > Answer->Length)
        return NULL;
    if (Answer->Needed > Answer->Capacity && !IopGrowAnswer(Answer, Answer->Needed)) {
        Answer->NoMemory = TRUE;
        return NULL;
    }
    return Answer->Buffer + Offset;
}

void *IopAnswerAt(IOP_ANSWER *Answer, ULONG Offset, ULONG Bytes)
{
    return Offset + Bytes <= Answer->Length && Offset + Bytes <= Answer->Capacity
        ? Answer->Buffer + Offset
        : NULL;
}

BOOLEAN IopCallerHasPrivilege(ULONG Privilege)
{
    return KiPreviousMode() == KernelMode || ObSecurity == NULL ||
        ObSecurity->HasPrivilege(Privilege, KiPreviousMode());
}

void IopResetSystemInformation(void)
{
    IopResetModules();
    IopResetFirmware();
    IopResetHives();
}

static NTSTATUS IopTellLength(ULONG *ReturnLength, ULONG Bytes, NTSTATUS Status)
{
    if (ReturnLength == NULL)
        return Status;
    NTSTATUS Told = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), KiPreviousMode());
    return NT_SUCCESS(Told) ? Status : Told;
}

/* Before anything is looked up. *Needed is what a good length would be. */
static NTSTATUS IopCheckLength(const IOP_SYSTEM_CLASS *Entry, ULONG Length, ULONG *Needed)
{
    const ULONG Bytes = Entry->Bytes != 0 ? Entry->Bytes : IopFixedBytes(Entry->Class);
    *Needed = Bytes;
    switch (Entry->Rule) {
    case IOP_EXACT:
        return Length == Bytes ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
    case IOP_AT_MOST:
        return Length <= Bytes ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
    default:
        return Length >= Bytes ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
    }
}

/* What is there of an answer goes to the caller; how long a whole one is, too. */
static NTSTATUS IopGiveAnswer(
    const IOP_SYSTEM_CLASS *Entry, IOP_ANSWER *Answer, ULONG *ReturnLength, NTSTATUS Status)
{
    ULONG Bytes = Answer->Needed;
    if (Answer->NoMemory)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status) && Bytes > Answer->Length) {
        if (Entry->Rule == IOP_AT_MOST)
            Bytes = Answer->Length;
        else if (Entry->Rule == IOP_WHOLE)
            Bytes = Answer->Length / Entry->Bytes * Entry->Bytes;
        else
            Status = STATUS_INFO_LENGTH_MISMATCH;
    }
    /* Of a buffer too small for a firmware table the head is written, with the size. */
    if (Status == STATUS_BUFFER_TOO_SMALL)
        (void)ObiWriteCaller(Answer->Caller, Answer->Buffer, Entry->Bytes, KiPreviousMode());
    if (NT_SUCCESS(Status) && Bytes != 0)
        Status = ObiWriteCaller(Answer->Caller, Answer->Buffer, Bytes, KiPreviousMode());
    return IopTellLength(ReturnLength, Bytes, Status);
}

static NTSTATUS IopReadInput(
    const IOP_SYSTEM_CLASS *Entry, const void *From, ULONG Length, UCHAR *Input)
{
    if (Entry->Input == 0)
        return STATUS_SUCCESS;
    if (Length < Entry->Input)
        return STATUS_INVALID_PARAMETER;
    return ObiReadCaller(Input, From, Entry->Input, KiPreviousMode());
}

static NTSTATUS IopQuerySystem(SYSTEM_INFORMATION_CLASS Class, const void *InputBuffer,
    ULONG InputLength, void *Information, ULONG Length, ULONG *ReturnLength)
{
    const IOP_SYSTEM_CLASS *Entry = IopFindSystemClass(Class);
    __attribute__((aligned(16))) UCHAR Input[64];
    ULONG Needed;
    if (Entry == NULL || (Entry->Ex && InputBuffer == NULL))
        return STATUS_INVALID_INFO_CLASS;
    NTSTATUS Status = Length != 0 ? ObiProbeOutput(Information, Length, 1, KiPreviousMode())
                                  : STATUS_SUCCESS;
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiProbeOutput(
            ReturnLength, sizeof(*ReturnLength), sizeof(ULONG), KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCheckLength(Entry, Length, &Needed);
    if (!NT_SUCCESS(Status))
        return IopTellLength(ReturnLength, Needed, Status);
    Status = Entry->Ex ? IopReadInput(Entry, InputBuffer, InputLength, Input)
                       : IopReadInput(Entry, Information, Length, Input);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_ANSWER Answer = {.Class = Class,
        .Input = Input,
        .InputBytes = Entry->Input,
        .Caller = Information,
        .Length = Length};
    Status = Entry->Query(&Answer);
    Status = IopGiveAnswer(Entry, &Answer, ReturnLength, Status);
    if (Answer.Buffer != NULL)
        ExiFree(Answer.Buffer);
    return Status;
}

/* ---- the services ---------------------------------------------------------------------------- */

/*
 * NtQuerySystemInformation - what there is of processes, threads, handles, drivers, processors,
 * time and much else.
 *
 * The processes are those the machine has objects of: System, its clients, and the host's that a
 * driver has asked for or is told of. Times on processors and counts of faults are not kept and are
 * 0. ReturnLength: optional; bytes written, or bytes a large enough buffer has. IRQL: PASSIVE_LEVEL
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH: too small a buffer, or not the size of the structure;
 *          INVALID_INFO_CLASS: no such class on this Windows; NOT_IMPLEMENTED: one Windows does not
 *          answer either; ACCESS_VIOLATION, DATATYPE_MISALIGNMENT: of a client's pointers;
 *          UNSUCCESSFUL: objects are not tracked; BUFFER_TOO_SMALL: a firmware table;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC sysinfo/NtQuerySystemInformation, GetSystemFirmwareTable; which lengths must be
 *          exact INF; OBS tests/kernel/io/ ZwQuerySystemInformation.c
 */
NTSTATUS NTAPI NtQuerySystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    return IopQuerySystem(Class, NULL, 0, Information, Length, ReturnLength);
}

NTSTATUS NTAPI ZwQuerySystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(QuerySystemInformation, (Class, Information, Length, ReturnLength));
}

/*
 * NtQuerySystemInformationEx - the same for classes that are asked of a group of processors, or of
 * a relationship of processors.
 *
 * InputBuffer: a LOGICAL_PROCESSOR_RELATIONSHIP for class 107, otherwise the group's number, a
 * USHORT.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQuerySystemInformation; INVALID_PARAMETER: no input, or no such group or
 *          relationship; INVALID_INFO_CLASS: one that has no groups.
 * Source:  INF: undocumented, as GetLogicalProcessorInformationEx needs it; OBS
 *          tests/kernel/io/NtQuerySystemInformationEx.c
 */
NTSTATUS NTAPI NtQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS Class, void *InputBuffer,
    ULONG InputBufferLength, void *Information, ULONG Length, ULONG *ReturnLength)
{
    USHORT Group;
    switch ((int)Class) {
    case SystemLogicalProcessorAndGroupInformation:
        if (InputBuffer == NULL || InputBufferLength == 0)
            return STATUS_INVALID_PARAMETER;
        return IopQuerySystem(
            Class, InputBuffer, InputBufferLength, Information, Length, ReturnLength);
    case SystemProcessorPerformanceInformation:
    case SystemInterruptInformation:
    case SystemProcessorIdleInformation:
    case SystemLogicalProcessorInformation:
    case SystemProcessorIdleCycleTimeInformation: {
        if (InputBuffer == NULL || InputBufferLength != sizeof(Group))
            return STATUS_INVALID_PARAMETER;
        NTSTATUS Status = ObiReadCaller(&Group, InputBuffer, sizeof(Group), KiPreviousMode());
        if (NT_SUCCESS(Status) && Group != 0)
            Status = STATUS_INVALID_PARAMETER;
        return NT_SUCCESS(Status)
            ? IopQuerySystem(Class, NULL, 0, Information, Length, ReturnLength)
            : Status;
    }
    default:
        return InputBuffer == NULL || InputBufferLength == 0 ? STATUS_INVALID_PARAMETER
                                                             : STATUS_INVALID_INFO_CLASS;
    }
}
