/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How processors belong together: all are cores of their own of one package, on one node, in one
 * group; of caches nothing is told, as the host says no more of them than how many a process may
 * use.
 */
#include <string.h>

#include "ke/affinity.h"
#include "ke/processor.h"

typedef struct KI_NODE_RELATION { /* NUMA_NODE_RELATIONSHIP */
    ULONG NodeNumber;
    UCHAR Reserved[18];
    USHORT GroupCount;
    GROUP_AFFINITY GroupMask;
} KI_NODE_RELATION;

typedef struct KI_RELATION { /* SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX */
    LOGICAL_PROCESSOR_RELATIONSHIP Relationship;
    ULONG Size;
    union {
        PROCESSOR_RELATIONSHIP Processor;
        KI_NODE_RELATION Node;
        GROUP_RELATIONSHIP Group;
    };
} KI_RELATION;

typedef struct KI_RELATIONS {
    UCHAR *Buffer;
    ULONG Room, Needed;
    LOGICAL_PROCESSOR_RELATIONSHIP Asked;
} KI_RELATIONS;

static void KiAddRelation(
    KI_RELATIONS *Relations, LOGICAL_PROCESSOR_RELATIONSHIP Relationship, KAFFINITY Mask)
{
    KI_RELATION Relation;
    if (Relations->Asked != Relationship && Relations->Asked != RelationAll)
        return;
    memset(&Relation, 0, sizeof(Relation));
    Relation.Relationship = Relationship;
    Relation.Size = FIELD_OFFSET(KI_RELATION, Processor);
    if (Relationship == RelationNumaNode) {
        Relation.Size += sizeof(Relation.Node);
        Relation.Node.GroupCount = 1;
        Relation.Node.GroupMask.Mask = Mask;
    } else if (Relationship == RelationGroup) {
        Relation.Size += sizeof(Relation.Group);
        Relation.Group.MaximumGroupCount = Relation.Group.ActiveGroupCount = 1;
        Relation.Group.GroupInfo[0].MaximumProcessorCount = (UCHAR)KiProcessorCount;
        Relation.Group.GroupInfo[0].ActiveProcessorCount = (UCHAR)KiProcessorCount;
        Relation.Group.GroupInfo[0].ActiveProcessorMask = Mask;
    } else {
        Relation.Size += sizeof(Relation.Processor);
        Relation.Processor.GroupCount = 1;
        Relation.Processor.GroupMask[0].Mask = Mask;
    }
    if (Relations->Buffer != NULL && Relations->Needed + Relation.Size <= Relations->Room)
        memcpy(Relations->Buffer + Relations->Needed, &Relation, Relation.Size);
    Relations->Needed += Relation.Size;
}

/*
 * KeQueryLogicalProcessorRelationship - the records of one kind, or of all kinds.
 *
 * ProcessorNumber: optional; only what that processor is part of. Information: optional with
 *          *Length 0. Length: in: its bytes; out: those there are.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS; INFO_LENGTH_MISMATCH: the buffer does not hold them; INVALID_PARAMETER: no such
 * processor or relationship.
 * Source:  DOC wdm/KeQueryLogicalProcessorRelationship; OBS
 *          tests/kernel/ke/KeQueryLogicalProcessorRelationship.c
 */
NTSTATUS NTAPI KeQueryLogicalProcessorRelationship(PROCESSOR_NUMBER *ProcessorNumber,
    LOGICAL_PROCESSOR_RELATIONSHIP RelationshipType, void *Information, ULONG *Length)
{
    const KAFFINITY All = KeQueryActiveProcessors();
    KI_RELATIONS Relations = {.Buffer = Information, .Room = *Length, .Asked = RelationshipType};
    ULONG Only = ~0u;
    if ((ULONG)RelationshipType > RelationGroup && RelationshipType != RelationAll)
        return STATUS_INVALID_PARAMETER;
    if (ProcessorNumber != NULL && (Only = KeGetProcessorIndexFromNumber(ProcessorNumber)) == ~0u)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < KiProcessorCount; Index++) {
        if (Only == ~0u || Only == Index)
            KiAddRelation(&Relations, RelationProcessorCore, (KAFFINITY)1 << Index);
    }
    KiAddRelation(&Relations, RelationProcessorPackage, All);
    KiAddRelation(&Relations, RelationNumaNode, All);
    KiAddRelation(&Relations, RelationGroup, All);
    *Length = Relations.Needed;
    return Relations.Needed == 0 || (Information != NULL && Relations.Needed <= Relations.Room)
        ? STATUS_SUCCESS
        : STATUS_INFO_LENGTH_MISMATCH;
}
