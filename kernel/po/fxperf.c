/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Performance states of components: there is no platform extension to ask, so that a driver can
 * only register states of its own, and each change to one of them is granted at once. The device's
 * lock guards the states.
 */
#include "po/fxp.h"

#define POP_FX_ILLEGAL 0x614
#define POP_FX_BUSY    3 /* what it is: INF */

struct POP_FX_PERF {
    POP_FX_DEVICE *Device;
    ULONG Component;
    PO_FX_COMPONENT_PERF_STATE_CALLBACK *Callback;
    WORK_QUEUE_ITEM Work; /* calls it */
    BOOLEAN Busy;         /* a change whose routine has not been called yet */
    BOOLEAN Succeeded;
    void *Context;
    ULONG Count;
    struct {
        BOOLEAN Range;                  /* of values; otherwise states are counted */
        ULONGLONG Current, Least, Most; /* a value, or an index */
    } Set[];
};

static void PopFxEndChange(POP_FX_PERF *Perf)
{
    KIRQL Old = KiAcquireLock(&Perf->Device->Lock);
    const BOOLEAN Succeeded = Perf->Succeeded;
    void *Context = Perf->Context;
    Perf->Busy = FALSE; /* the routine may ask for the next one */
    KiReleaseLock(&Perf->Device->Lock, Old);
    Perf->Callback(Perf->Device->Driver.DeviceContext, Perf->Component, Succeeded, Context);
}

static void NTAPI PopFxPerfWork(void *Context)
{
    POP_FX_PERF *Perf = Context;
    POP_FX_DEVICE *Device = Perf->Device;
    PopFxEndChange(Perf);
    PopFxLeave(Device);
}

static POP_FX_PERF *PopFxNewPerf(
    POP_FX_DEVICE *Device, ULONG Component, const PO_FX_COMPONENT_PERF_INFO *Info, ULONG_PTR Site)
{
    POP_FX_PERF *Perf = ExiAllocateZero(NonPagedPoolNx,
        sizeof(*Perf) + Info->PerfStateSetsCount * sizeof(Perf->Set[0]), POP_TAG, Site);
    if (Perf == NULL)
        return NULL;
    Perf->Device = Device;
    Perf->Component = Component;
    Perf->Count = Info->PerfStateSetsCount;
    ExInitializeWorkItem(&Perf->Work, PopFxPerfWork, Perf);
    for (ULONG Index = 0; Index < Perf->Count; Index++) {
        const PO_FX_COMPONENT_PERF_SET *Given = &Info->PerfStateSets[Index];
        const BOOLEAN Range = Given->Type == PoFxPerfStateTypeRange;
        Perf->Set[Index].Range = Range;
        Perf->Set[Index].Least = Range ? Given->Range.Minimum : 0;
        Perf->Set[Index].Most = Range ? Given->Range.Maximum : (ULONGLONG)Given->Discrete.Count - 1;
        Perf->Set[Index].Current = Perf->Set[Index].Least;
    }
    return Perf;
}

static BOOLEAN PopFxGoodSets(const PO_FX_COMPONENT_PERF_INFO *Info)
{
    for (ULONG Index = 0; Index < Info->PerfStateSetsCount; Index++) {
        const PO_FX_COMPONENT_PERF_SET *Set = &Info->PerfStateSets[Index];
        const BOOLEAN Good =
            Set->Type == PoFxPerfStateTypeRange
                ? Set->Range.Minimum <= Set->Range.Maximum
                : Set->Type == PoFxPerfStateTypeDiscrete && Set->Discrete.Count != 0;
        if (!Good)
            return FALSE;
    }
    return Info->PerfStateSetsCount != 0;
}

/*
 * PoFxRegisterComponentPerfStates - say which performance states a component has.
 *
 * InputStateInfo: they, or NULL where a platform extension is to say in *OutputStateInfo. Copied.
 * At first a set is in its first state, or the least (INF).
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; NOT_IMPLEMENTED: it cannot do without a platform extension; INVALID_PARAMETER:
 *          both or none of the two are given, there are no sets, or (INF) a set without states, no
 *          such component, no routine, states already; INSUFFICIENT_RESOURCES.
 * Owner:   the device: they go with it.
 * Source:  DOC wdm/PoFxRegisterComponentPerfStates;
 *          tests/kernel/pnp/PoFxRegisterComponentPerfStates.c
 */
NTSTATUS NTAPI PoFxRegisterComponentPerfStates(POHANDLE Handle, ULONG Component, ULONGLONG Flags,
    PO_FX_COMPONENT_PERF_STATE_CALLBACK *ComponentPerfStateCallback,
    const PO_FX_COMPONENT_PERF_INFO *InputStateInfo, PO_FX_COMPONENT_PERF_INFO **OutputStateInfo)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    if (Component >= Device->Driver.ComponentCount || ComponentPerfStateCallback == NULL ||
        (InputStateInfo == NULL) == (OutputStateInfo == NULL) ||
        (InputStateInfo != NULL && !PopFxGoodSets(InputStateInfo)))
        return STATUS_INVALID_PARAMETER;
    if (!(Flags & PO_FX_FLAG_PERF_PEP_OPTIONAL) || InputStateInfo == NULL)
        return STATUS_NOT_IMPLEMENTED;
    POP_FX_PERF *Perf = PopFxNewPerf(Device, Component, InputStateInfo, EX_CALLER);
    if (Perf == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Perf->Callback = ComponentPerfStateCallback;
    KIRQL Old = KiAcquireLock(&Device->Lock);
    BOOLEAN Again = Device->Component[Component].Perf != NULL;
    if (!Again)
        Device->Component[Component].Perf = Perf;
    KiReleaseLock(&Device->Lock, Old);
    if (!Again)
        return STATUS_SUCCESS;
    ExiFree(Perf);
    return STATUS_INVALID_PARAMETER;
}

static ULONGLONG PopFxWantedState(const POP_FX_PERF *Perf, const PO_FX_PERF_STATE_CHANGE *Change)
{
    return Perf->Set[Change->Set].Range ? Change->StateValue : Change->StateIndex;
}

/* All of them, or none. */
static BOOLEAN PopFxApplyLocked(
    POP_FX_PERF *Perf, const PO_FX_PERF_STATE_CHANGE *Changes, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        const ULONG Set = Changes[Index].Set;
        if (Set >= Perf->Count || PopFxWantedState(Perf, &Changes[Index]) < Perf->Set[Set].Least ||
            PopFxWantedState(Perf, &Changes[Index]) > Perf->Set[Set].Most)
            return FALSE;
    }
    for (ULONG Index = 0; Index < Count; Index++)
        Perf->Set[Changes[Index].Set].Current = PopFxWantedState(Perf, &Changes[Index]);
    return TRUE;
}

/*
 * PoFxIssueComponentPerfStateChange, PoFxIssueComponentPerfStateChangeMultiple - ask for other
 * performance states of a component; its routine is told whether it may go there: when there are
 * such states.
 *
 * Flags:   PO_FX_FLAG_ASYNC_ONLY: the routine is called on another thread; otherwise before this
 *          returns.
 * IRQL:    up to DISPATCH_LEVEL, below it with PO_FX_FLAG_BLOCKING
 * Bug check INTERNAL_POWER_ERROR 0x614: both flags, no such component or none with states, the
 * change before is not through (INF how it says so).
 * Source:  DOC wdm/PoFxIssueComponentPerfStateChange;
 *          tests/kernel/pnp/PoFxRegisterComponentPerfStates.c
 */
void NTAPI PoFxIssueComponentPerfStateChange(POHANDLE Handle, ULONG Flags, ULONG Component,
    PO_FX_PERF_STATE_CHANGE *PerfChange, void *Context)
{
    PoFxIssueComponentPerfStateChangeMultiple(Handle, Flags, Component, 1, PerfChange, Context);
}

void NTAPI PoFxIssueComponentPerfStateChangeMultiple(POHANDLE Handle, ULONG Flags, ULONG Component,
    ULONG PerfChangesCount, PO_FX_PERF_STATE_CHANGE *PerfChanges, void *Context)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_PERF *Perf = PopFxCheck(Device, Component, Flags)->Perf;
    const BOOLEAN Later = (Flags & PO_FX_FLAG_ASYNC_ONLY) != 0;
    KIRQL Old = KiAcquireLock(&Device->Lock);
    const BOOLEAN Free = Perf != NULL && !Perf->Busy;
    if (Free) {
        Perf->Busy = TRUE;
        Perf->Context = Context;
        Perf->Succeeded = PopFxApplyLocked(Perf, PerfChanges, PerfChangesCount);
        Device->Users += Later;
    }
    KiReleaseLock(&Device->Lock, Old);
    if (!Free)
        KeBugCheckEx(
            INTERNAL_POWER_ERROR, POP_FX_ILLEGAL, (ULONG_PTR)Device, Component, POP_FX_BUSY);
    if (Later)
        ExQueueWorkItem(&Perf->Work, DelayedWorkQueue);
    else
        PopFxEndChange(Perf);
}

/*
 * PoFxQueryCurrentComponentPerfState - the state a set is in: an index, or a value of its range.
 * IRQL: up to DISPATCH_LEVEL. Returns SUCCESS; INVALID_PARAMETER: no such component or set. Source:
 * DOC wdm; tests as above.
 */
NTSTATUS NTAPI PoFxQueryCurrentComponentPerfState(
    POHANDLE Handle, ULONG Flags, ULONG Component, ULONG SetIndex, ULONGLONG *CurrentPerf)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    (void)Flags;
    if (Component >= Device->Driver.ComponentCount)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&Device->Lock);
    const POP_FX_PERF *Perf = Device->Component[Component].Perf;
    const BOOLEAN Found = Perf != NULL && SetIndex < Perf->Count;
    if (Found)
        *CurrentPerf = Perf->Set[SetIndex].Current;
    KiReleaseLock(&Device->Lock, Old);
    return Found ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
