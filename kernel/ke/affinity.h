/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which virtual processors a thread may count as on. It changes the number drivers read; Linux runs
 * the host thread where it likes. A thread has the affinity it was given, its user affinity, unless
 * a system affinity is in force.
 */
#pragma once

#include "ke/ke.h"

void NTAPI KeSetSystemAffinityThread(KAFFINITY Affinity);
KAFFINITY NTAPI KeSetSystemAffinityThreadEx(KAFFINITY Affinity);
void NTAPI KeRevertToUserAffinityThread(void);
void NTAPI KeRevertToUserAffinityThreadEx(KAFFINITY Affinity);
void NTAPI KeSetSystemGroupAffinityThread(
    GROUP_AFFINITY *Affinity, GROUP_AFFINITY *PreviousAffinity);
void NTAPI KeRevertToUserGroupAffinityThread(GROUP_AFFINITY *PreviousAffinity);
KAFFINITY NTAPI KeSetAffinityThread(KTHREAD *Thread, KAFFINITY Affinity);
UCHAR NTAPI KeSetIdealProcessorThread(KTHREAD *Thread, UCHAR Processor);
KPRIORITY NTAPI KeSetActualBasePriorityThread(KTHREAD *Thread, KPRIORITY Priority);

USHORT NTAPI KeQueryActiveGroupCount(void);
USHORT NTAPI KeQueryMaximumGroupCount(void);
KAFFINITY NTAPI KeQueryGroupAffinity(USHORT GroupNumber);
NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG ProcIndex, PROCESSOR_NUMBER *ProcNumber);
ULONG NTAPI KeGetProcessorIndexFromNumber(PROCESSOR_NUMBER *ProcNumber);
USHORT NTAPI KeQueryHighestNodeNumber(void);
USHORT NTAPI KeGetCurrentNodeNumber(void);
USHORT NTAPI KeQueryNodeMaximumProcessorCount(USHORT NodeNumber);
USHORT NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber);
NTSTATUS NTAPI KeQueryNodeActiveAffinity2(USHORT NodeNumber, GROUP_AFFINITY *GroupAffinities,
    USHORT GroupAffinitiesCount, USHORT *GroupAffinitiesRequired);
void NTAPI KeQueryNodeActiveAffinity(USHORT NodeNumber, GROUP_AFFINITY *Affinity, USHORT *Count);
NTSTATUS NTAPI KeQueryLogicalProcessorRelationship(PROCESSOR_NUMBER *ProcessorNumber,
    LOGICAL_PROCESSOR_RELATIONSHIP RelationshipType, void *Information, ULONG *Length);
