/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Affinity of threads. A thread changes its own system affinity and nobody else's; the user
 * affinity of another thread is changed by one store, and its number follows. Processors there are
 * none of are left out; a set without any changes nothing.
 */
#include "ke/affinity.h"

#include "ke/processor.h"

static KAFFINITY KiUserAffinity(const KTHREAD *Thread)
{
    return Thread->UserAffinity != 0 ? Thread->UserAffinity : KeQueryActiveProcessors();
}

/* Thread counts as on a processor of the set from now on: where it is, or on the lowest. */
static void KiApplyAffinity(KTHREAD *Thread, KAFFINITY Affinity)
{
    KI_PCR *Pcr = Thread->Pcr;
    if (Pcr == NULL)
        return;
#if defined(__x86_64__)
    const ULONG Number = Pcr->Public.Prcb.Number;
#else
    const ULONG Number = Pcr->Public.Number;
#endif
    if (!(Affinity >> Number & 1))
        KiSetProcessor(Pcr, (ULONG)__builtin_ctzll(Affinity));
}

/* Puts a system affinity in force; 0: the user affinity again. Returns what was in force; 0:
 * none. */
static KAFFINITY KiSetSystemAffinity(KAFFINITY Affinity)
{
    KTHREAD *Thread = KiHostThread;
    const KAFFINITY Before = Thread->SystemAffinity;
    Thread->SystemAffinity = Affinity;
    KiApplyAffinity(Thread, Affinity != 0 ? Affinity : KiUserAffinity(Thread));
    return Before;
}

/*
 * KeSetSystemAffinityThreadEx - run on these processors only, until it is reverted.
 *
 * Affinity: a bit for each; those there are none of do not count. No active one among them: nothing
 * changes.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: the system affinity before, for KeRevertToUserAffinityThreadEx; 0: there was none.
 * Source:  DOC wdm/KeSetSystemAffinityThreadEx; OBS tests/kernel/ke/KeSetSystemAffinityThread.c;
 *          INF no active processor
 */
KAFFINITY NTAPI KeSetSystemAffinityThreadEx(KAFFINITY Affinity)
{
    const KAFFINITY Active = Affinity & KeQueryActiveProcessors();
    return Active != 0 ? KiSetSystemAffinity(Active) : KiHostThread->SystemAffinity;
}

/* KeSetSystemAffinityThread - the same, for KeRevertToUserAffinityThread. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC wdm; OBS. */
void NTAPI KeSetSystemAffinityThread(KAFFINITY Affinity)
{
    KeSetSystemAffinityThreadEx(Affinity);
}

/* KeRevertToUserAffinityThread - no system affinity any more. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC wdm; OBS. */
void NTAPI KeRevertToUserAffinityThread(void)
{
    KiSetSystemAffinity(0);
}

/*
 * KeRevertToUserAffinityThreadEx - back to what KeSetSystemAffinityThreadEx returned: that system
 * affinity, or with 0 none.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeRevertToUserAffinityThreadEx; OBS
 * tests/kernel/ke/KeSetSystemAffinityThread.c
 */
void NTAPI KeRevertToUserAffinityThreadEx(KAFFINITY Affinity)
{
    KiSetSystemAffinity(Affinity & KeQueryActiveProcessors());
}

/*
 * KeSetSystemGroupAffinityThread - the same with a group.
 *
 * PreviousAffinity: optional; the system affinity before, all zeros: there was none, or Affinity is
 *          not valid: another group than 0, no active processor, reserved fields that are not zero.
 *          Then nothing changes.
 * IRQL:    up to DISPATCH_LEVEL.
 * Source:  DOC wdm/KeSetSystemGroupAffinityThread; OBS
 *          tests/kernel/ke/KeSetSystemGroupAffinityThread.c
 */
void NTAPI KeSetSystemGroupAffinityThread(
    GROUP_AFFINITY *Affinity, GROUP_AFFINITY *PreviousAffinity)
{
    const KAFFINITY Active = Affinity->Mask & KeQueryActiveProcessors();
    KAFFINITY Before = 0;
    if (Affinity->Group == 0 && Active != 0 && Active == Affinity->Mask &&
        (Affinity->Reserved[0] | Affinity->Reserved[1] | Affinity->Reserved[2]) == 0)
        Before = KiSetSystemAffinity(Active);
    if (PreviousAffinity != NULL)
        *PreviousAffinity = (GROUP_AFFINITY){.Mask = Before};
}

/* KeRevertToUserGroupAffinityThread - back to that. IRQL: up to DISPATCH_LEVEL. Source: DOC wdm;
 * OBS. */
void NTAPI KeRevertToUserGroupAffinityThread(GROUP_AFFINITY *PreviousAffinity)
{
    if (PreviousAffinity->Group == 0)
        KiSetSystemAffinity(PreviousAffinity->Mask & KeQueryActiveProcessors());
}

/*
 * KeSetAffinityThread - change a thread's user affinity; returns the one before. No active
 * processor: nothing changes.
 * IRQL: up to DISPATCH_LEVEL. Source: INF ntifs.h of older kits, undocumented; OBS
 * tests/kernel/ke/KeSetSystemAffinityThread.c
 */
KAFFINITY NTAPI KeSetAffinityThread(KTHREAD *Thread, KAFFINITY Affinity)
{
    const KAFFINITY Active = Affinity & KeQueryActiveProcessors(), Before = KiUserAffinity(Thread);
    if (Active == 0)
        return Before;
    Thread->UserAffinity = Active;
    if (Thread->SystemAffinity == 0)
        KiApplyAffinity(Thread, Active);
    return Before;
}

/*
 * KeSetIdealProcessorThread - where a thread would best run: kept, and reported by the next call.
 * One there is none of changes nothing. IRQL: up to DISPATCH_LEVEL. Returns: the one before.
 * Source: DOC ntifs; OBS tests/kernel/ke/KeSetSystemAffinityThread.c
 */
UCHAR NTAPI KeSetIdealProcessorThread(KTHREAD *Thread, UCHAR Processor)
{
    const UCHAR Before = Thread->IdealProcessor;
    if (Processor < KiProcessorCount)
        Thread->IdealProcessor = Processor;
    return Before;
}

/* KeSetActualBasePriorityThread - as KeSetPriorityThread: nothing boosts here. IRQL: up to
 * DISPATCH_LEVEL. Source: INF; OBS. */
KPRIORITY NTAPI KeSetActualBasePriorityThread(KTHREAD *Thread, KPRIORITY Priority)
{
    return __atomic_exchange_n(&Thread->Priority, Priority, __ATOMIC_RELAXED);
}

/* ---- groups and nodes ------------------------------------------------------------------------ */

/* KeQueryActiveGroupCount - there is one group. IRQL: any. Source: DOC wdm; OBS
 * tests/kernel/ke/KeSetSystemGroupAffinityThread.c */
USHORT NTAPI KeQueryActiveGroupCount(void)
{
    return 1;
}

/* KeQueryMaximumGroupCount - and none can be added. IRQL: any. Source: DOC wdm; OBS. */
USHORT NTAPI KeQueryMaximumGroupCount(void)
{
    return 1;
}

/* KeQueryGroupAffinity - a group's active processors; 0: no such group. IRQL: any. Source: DOC wdm;
 * OBS. */
KAFFINITY NTAPI KeQueryGroupAffinity(USHORT GroupNumber)
{
    return GroupNumber == 0 ? KeQueryActiveProcessors() : 0;
}

/* KeGetProcessorNumberFromIndex - INVALID_PARAMETER, and zeros: no such processor. IRQL: any.
 * Source: DOC wdm; OBS. */
NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG ProcIndex, PROCESSOR_NUMBER *ProcNumber)
{
    const BOOLEAN There = ProcIndex < KiProcessorCount;
    *ProcNumber = (PROCESSOR_NUMBER){.Number = There ? (UCHAR)ProcIndex : 0};
    return There ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* KeGetProcessorIndexFromNumber - INVALID_PROCESSOR_INDEX (all ones): no such processor. IRQL: any.
 * Source: DOC wdm; OBS. */
ULONG NTAPI KeGetProcessorIndexFromNumber(PROCESSOR_NUMBER *ProcNumber)
{
    if (ProcNumber->Group != 0 || ProcNumber->Reserved != 0 ||
        ProcNumber->Number >= KiProcessorCount)
        return ~0u;
    return ProcNumber->Number;
}

/* KeQueryHighestNodeNumber - there is one node, 0. IRQL: any. Source: DOC wdm; OBS. */
USHORT NTAPI KeQueryHighestNodeNumber(void)
{
    return 0;
}

/* KeGetCurrentNodeNumber - the same. IRQL: any. Source: DOC wdm; OBS. */
USHORT NTAPI KeGetCurrentNodeNumber(void)
{
    return 0;
}

/* KeQueryNodeMaximumProcessorCount - 0: no such node. IRQL: any. Source: DOC wdm; OBS. */
USHORT NTAPI KeQueryNodeMaximumProcessorCount(USHORT NodeNumber)
{
    return NodeNumber == 0 ? (USHORT)KiProcessorCount : 0;
}

/* KeQueryNodeActiveAffinity - both optional; zeros: no such node. IRQL: any. Source: DOC wdm;
 * OBS. */
void NTAPI KeQueryNodeActiveAffinity(USHORT NodeNumber, GROUP_AFFINITY *Affinity, USHORT *Count)
{
    if (Affinity != NULL)
        *Affinity = (GROUP_AFFINITY){.Mask = NodeNumber == 0 ? KeQueryActiveProcessors() : 0};
    if (Count != NULL)
        *Count = KeQueryNodeMaximumProcessorCount(NodeNumber);
}

/* KeQueryNodeActiveProcessorCount - 0: no such node. IRQL: any. Source: DOC wdm; OBS
 * tests/kernel/ke/KeQueryNodeActiveAffinity2.c */
USHORT NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber)
{
    return KeQueryNodeMaximumProcessorCount(NodeNumber);
}

/*
 * KeQueryNodeActiveAffinity2 - a node's processors, one affinity for each group it has some of.
 *
 * GroupAffinities: optional when GroupAffinitiesCount is 0. *GroupAffinitiesRequired: how many
 * there are.
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER: no such node.
 * Source:  DOC wdm/KeQueryNodeActiveAffinity2; OBS tests/kernel/ke/KeQueryNodeActiveAffinity2.c
 */
NTSTATUS NTAPI KeQueryNodeActiveAffinity2(USHORT NodeNumber, GROUP_AFFINITY *GroupAffinities,
    USHORT GroupAffinitiesCount, USHORT *GroupAffinitiesRequired)
{
    if (NodeNumber > KeQueryHighestNodeNumber())
        return STATUS_INVALID_PARAMETER;
    *GroupAffinitiesRequired = 1;
    if (GroupAffinitiesCount < 1)
        return STATUS_BUFFER_TOO_SMALL;
    KeQueryNodeActiveAffinity(NodeNumber, GroupAffinities, NULL);
    return STATUS_SUCCESS;
}
