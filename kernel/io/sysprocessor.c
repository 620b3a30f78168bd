/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The processors: what is counted for each, and how they belong together. All are cores of their
 * own of one package on one NUMA node in one group, since the host says no more of them to a
 * process than how many it may use; of caches nothing is told.
 */
#include <string.h>

#include "io/sysinfo.h"
#include "ke/processor.h"

/* Times on processors are the host's to know: an entry of zeros each, but for what does not
 * change. */
NTSTATUS IopQueryPerProcessor(IOP_ANSWER *Answer)
{
    ULONG Bytes;
    switch ((int)Answer->Class) {
    case SystemProcessorPerformanceInformation:
        Bytes = sizeof(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION);
        break;
    case SystemInterruptInformation:
        Bytes = sizeof(SYSTEM_INTERRUPT_INFORMATION);
        break;
    case SystemProcessorIdleInformation:
        Bytes = sizeof(SYSTEM_PROCESSOR_IDLE_INFORMATION);
        break;
    default:
        Bytes = sizeof(ULONG64);
        break;
    }
    for (ULONG Index = 0; Index < KiProcessorCount; Index++) {
        void *To = IopExtendAnswer(Answer, Bytes);
        if (To != NULL && Answer->Class == SystemInterruptInformation)
            ((SYSTEM_INTERRUPT_INFORMATION *)To)->TimeIncrement = KeQueryTimeIncrement();
    }
    return STATUS_SUCCESS;
}

static void IopAddProcessors(
    IOP_ANSWER *Answer, LOGICAL_PROCESSOR_RELATIONSHIP Relationship, ULONG_PTR Mask)
{
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION *Entry = IopExtendAnswer(Answer, sizeof(*Entry));
    if (Entry == NULL)
        return;
    Entry->Relationship = Relationship;
    Entry->ProcessorMask = Mask;
}

NTSTATUS IopQueryLogicalProcessors(IOP_ANSWER *Answer)
{
    for (ULONG Index = 0; Index < KiProcessorCount; Index++)
        IopAddProcessors(Answer, RelationProcessorCore, (ULONG_PTR)1 << Index);
    IopAddProcessors(Answer, RelationProcessorPackage, KeQueryActiveProcessors());
    IopAddProcessors(Answer, RelationNumaNode, KeQueryActiveProcessors());
    return STATUS_SUCCESS;
}

/* ---- by relationship, with groups ------------------------------------------------------------ */

typedef struct IOP_NUMA_NODE { /* NUMA_NODE_RELATIONSHIP */
    ULONG NodeNumber;
    UCHAR Reserved[18];
    USHORT GroupCount;
    GROUP_AFFINITY GroupMask;
} IOP_NUMA_NODE;

typedef struct IOP_RELATION {
    LOGICAL_PROCESSOR_RELATIONSHIP Relationship;
    ULONG Size;
    union {
        PROCESSOR_RELATIONSHIP Processor;
        IOP_NUMA_NODE NumaNode;
        GROUP_RELATIONSHIP Group;
    };
} IOP_RELATION;

static void IopAddRelation(
    IOP_ANSWER *Answer, LOGICAL_PROCESSOR_RELATIONSHIP Relationship, KAFFINITY Mask)
{
    const ULONG Head = FIELD_OFFSET(IOP_RELATION, Processor);
    IOP_RELATION Relation;
    memset(&Relation, 0, sizeof(Relation));
    Relation.Relationship = Relationship;
    if (Relationship == RelationNumaNode) {
        Relation.Size = Head + sizeof(Relation.NumaNode);
        Relation.NumaNode.GroupMask.Mask = Mask;
    } else if (Relationship == RelationGroup) {
        Relation.Size = Head + sizeof(Relation.Group);
        Relation.Group.MaximumGroupCount = Relation.Group.ActiveGroupCount = 1;
        Relation.Group.GroupInfo[0].MaximumProcessorCount =
            Relation.Group.GroupInfo[0].ActiveProcessorCount = (UCHAR)KiProcessorCount;
        Relation.Group.GroupInfo[0].ActiveProcessorMask = Mask;
    } else {
        Relation.Size = Head + sizeof(Relation.Processor);
        Relation.Processor.GroupCount = 1;
        Relation.Processor.GroupMask[0].Mask = Mask;
    }
    void *To = IopExtendAnswer(Answer, Relation.Size);
    if (To != NULL)
        memcpy(To, &Relation, Relation.Size);
}

NTSTATUS IopQueryProcessorGroups(IOP_ANSWER *Answer)
{
    static const LOGICAL_PROCESSOR_RELATIONSHIP Whole[] = {
        RelationProcessorPackage, RelationNumaNode, RelationGroup};
    ULONG Asked;
    memcpy(&Asked, Answer->Input, sizeof(Asked));
    if (Asked > RelationGroup && Asked != RelationAll)
        return STATUS_INVALID_PARAMETER;
    if (Asked == RelationProcessorCore || Asked == RelationAll) {
        for (ULONG Index = 0; Index < KiProcessorCount; Index++)
            IopAddRelation(Answer, RelationProcessorCore, (KAFFINITY)1 << Index);
    }
    for (ULONG Index = 0; Index < sizeof(Whole) / sizeof(Whole[0]); Index++) {
        if (Asked == (ULONG)Whole[Index] || Asked == RelationAll)
            IopAddRelation(Answer, Whole[Index], KeQueryActiveProcessors());
    }
    return STATUS_SUCCESS;
}

/* One node: as many of its structure's entries as the caller has room for, of which the first says
 * something. */
NTSTATUS IopQueryNuma(IOP_ANSWER *Answer)
{
    SYSTEM_NUMA_INFORMATION Numa;
    memset(&Numa, 0, sizeof(Numa));
    if (Answer->Class == SystemNumaProcessorMap)
        Numa.ActiveProcessorsGroupAffinity[0].Mask = KeQueryActiveProcessors();
    else
        Numa.AvailableMemory[0] = (ULONG64)MmFreePageCount() * PAGE_SIZE;
    const ULONG Bytes = Answer->Length < sizeof(Numa) ? Answer->Length : sizeof(Numa);
    void *To = IopExtendAnswer(Answer, Bytes);
    if (To != NULL)
        memcpy(To, &Numa, Bytes);
    return STATUS_SUCCESS;
}
