/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the power framework tells drivers, and when: a component nobody uses is told to be idle,
 * then goes to the deepest idle state that its latency, residency and wake settings allow; when all
 * are idle and the device's time is over, it needs no power. The way back is the reverse: power,
 * F0, active. This machine has no platform extension, which would choose states by what else is
 * going on. One thread at a time runs a device; others leave it a note.
 */
#include "ke/dpc.h"
#include "ke/timer.h"
#include "po/fxp.h"

enum POP_FX_CALL {
    POP_FX_NOTHING,
    POP_FX_TELL_ACTIVE,
    POP_FX_TELL_IDLE,
    POP_FX_TELL_STATE,
    POP_FX_TELL_ON,
    POP_FX_TELL_OFF
};

typedef struct POP_FX_STEP {
    enum POP_FX_CALL Call;
    ULONG Component, State;
} POP_FX_STEP;

/* ---- planning, under the lock ---------------------------------------------------------------- */

static BOOLEAN PopFxIsWanted(const POP_FX_DEVICE *Device, const POP_FX_COMPONENT *Component)
{
    return Component->References > 0 || !Device->Started;
}

static ULONG PopFxDeepest(const POP_FX_DEVICE *Device, const POP_FX_COMPONENT *Component)
{
    ULONG State = Component->StateCount - 1;
    if (Device->Elapsed && (Component->Flags & PO_FX_COMPONENT_FLAG_F0_ON_DX))
        return 0;
    while (State > 0 && (Component->States[State].TransitionLatency > Component->Latency ||
                            Component->States[State].ResidencyRequirement > Component->Residency ||
                            (Component->Wake && State > Component->Deepest)))
        State--;
    return State;
}

static POP_FX_STEP PopFxChange(POP_FX_COMPONENT *Component, ULONG Index, ULONG State)
{
    Component->Changing = TRUE;
    Component->Target = State;
    return (POP_FX_STEP){POP_FX_TELL_STATE, Index, State};
}

static POP_FX_STEP PopFxPlanComponent(POP_FX_DEVICE *Device, ULONG Index)
{
    POP_FX_COMPONENT *Component = &Device->Component[Index];
    const POP_FX_STEP Nothing = {POP_FX_NOTHING, Index, 0};
    const BOOLEAN Wanted = PopFxIsWanted(Device, Component);
    if (Component->Condition == POP_FX_ACTIVE && !Wanted) {
        Component->Condition = POP_FX_IDLING;
        KeClearEvent(&Component->Activated);
        return (POP_FX_STEP){POP_FX_TELL_IDLE, Index, 0};
    }
    if (Component->Condition != POP_FX_IDLE || Component->Changing || Device->Power != POP_FX_ON)
        return Nothing;
    if (Wanted && Component->State == 0) {
        Component->Condition = POP_FX_ACTIVE;
        KeClearEvent(&Component->Idled);
        return (POP_FX_STEP){POP_FX_TELL_ACTIVE, Index, 0};
    }
    ULONG State = Wanted ? 0 : PopFxDeepest(Device, Component);
    if (State == Component->State)
        return Nothing;
    return PopFxChange(
        Component, Index, Component->State != 0 ? 0 : State); /* from one to another by way of F0 */
}

static void PopFxArm(POP_FX_DEVICE *Device)
{
    const LARGE_INTEGER Due = {.QuadPart = -(LONGLONG)Device->Timeout};
    if (Device->Armed || Device->Elapsed)
        return;
    if (Device->Timeout == 0) {
        Device->Elapsed = Device->Again = TRUE;
        return;
    }
    Device->Armed = TRUE;
    Device->Users++;
    KeSetTimer(&Device->Timer, Due, &Device->Dpc);
}

static void PopFxDisarm(POP_FX_DEVICE *Device)
{
    Device->Elapsed = FALSE;
    if (Device->Armed && KeCancelTimer(&Device->Timer)) {
        Device->Users--; /* who asks for this is another user */
        Device->Armed = FALSE;
    }
}

static POP_FX_STEP PopFxPlanPower(POP_FX_DEVICE *Device, ULONG Count)
{
    BOOLEAN Wanted = Device->Wanted, Settled = TRUE;
    for (ULONG Index = 0; Index < Count; Index++) {
        const POP_FX_COMPONENT *Component = &Device->Component[Index];
        Wanted |= PopFxIsWanted(Device, Component);
        Settled &= Component->Condition == POP_FX_IDLE && !Component->Changing;
    }
    if (Wanted || !Settled)
        PopFxDisarm(Device);
    else if (Device->Power == POP_FX_ON)
        PopFxArm(Device);
    if (Wanted && Device->Power == POP_FX_OFF) {
        Device->Power = POP_FX_COMING;
        return (POP_FX_STEP){POP_FX_TELL_ON, 0, 0};
    }
    if (!Wanted && Settled && Device->Elapsed && !Device->Again && Device->Power == POP_FX_ON) {
        Device->Power = POP_FX_LEAVING;
        return (POP_FX_STEP){POP_FX_TELL_OFF, 0, 0};
    }
    return (POP_FX_STEP){POP_FX_NOTHING, 0, 0};
}

static POP_FX_STEP PopFxPlan(POP_FX_DEVICE *Device)
{
    POP_FX_STEP Step = {POP_FX_NOTHING, 0, 0};
    if (Device->Gone)
        return Step;
    for (ULONG Index = 0; Index < Device->Driver.ComponentCount && Step.Call == POP_FX_NOTHING;
         Index++)
        Step = PopFxPlanComponent(Device, Index);
    return Step.Call != POP_FX_NOTHING ? Step
                                       : PopFxPlanPower(Device, Device->Driver.ComponentCount);
}

/* ---- telling, without it --------------------------------------------------------------------- */

/* A routine the driver has not got is as one that completes at once. */
static void PopFxTell(POP_FX_DEVICE *Device, const POP_FX_STEP *Step)
{
    const PO_FX_DEVICE_V3 *Driver = &Device->Driver;
    POHANDLE Handle = (POHANDLE)(void *)Device;
    switch (Step->Call) {
    case POP_FX_TELL_ACTIVE:
        if (Driver->ComponentActiveConditionCallback != NULL)
            Driver->ComponentActiveConditionCallback(Driver->DeviceContext, Step->Component);
        KeSetEvent(&Device->Component[Step->Component].Activated, IO_NO_INCREMENT, FALSE);
        break;
    case POP_FX_TELL_IDLE:
        if (Driver->ComponentIdleConditionCallback != NULL)
            Driver->ComponentIdleConditionCallback(Driver->DeviceContext, Step->Component);
        else
            PoFxCompleteIdleCondition(Handle, Step->Component);
        break;
    case POP_FX_TELL_STATE:
        if (Driver->ComponentIdleStateCallback != NULL)
            Driver->ComponentIdleStateCallback(Driver->DeviceContext, Step->Component, Step->State);
        else
            PoFxCompleteIdleState(Handle, Step->Component);
        break;
    case POP_FX_TELL_ON:
        if (Driver->DevicePowerRequiredCallback != NULL)
            Driver->DevicePowerRequiredCallback(Driver->DeviceContext);
        else
            PoFxReportDevicePoweredOn(Handle);
        break;
    case POP_FX_TELL_OFF:
        if (Driver->DevicePowerNotRequiredCallback != NULL)
            Driver->DevicePowerNotRequiredCallback(Driver->DeviceContext);
        else
            PoFxCompleteDevicePowerNotRequired(Handle);
        break;
    case POP_FX_NOTHING: break;
    }
}

/* The last one off lets the device be freed: it is not touched again. */
static void PopFxLeaveLocked(POP_FX_DEVICE *Device)
{
    if (--Device->Users == 0 && Device->Gone)
        KeSetEvent(&Device->Unused, IO_NO_INCREMENT, FALSE);
}

static void PopFxQueueLocked(POP_FX_DEVICE *Device)
{
    if (Device->Queued || Device->Gone)
        return;
    Device->Queued = TRUE;
    Device->Users++;
    ExQueueWorkItem(&Device->Work, DelayedWorkQueue);
}

/*
 * Whether this step, planned already, has to be the worker's: drivers are told of power at
 * PASSIVE_LEVEL, and may wait there.
 */
static BOOLEAN PopFxIsForWorker(const POP_FX_STEP *Step, BOOLEAN Worker)
{
    return !Worker && (Step->Call == POP_FX_TELL_ON || Step->Call == POP_FX_TELL_OFF);
}

/* One that was planned and cannot be done here is taken back, for the worker to plan again. */
static void PopFxTakeBack(POP_FX_DEVICE *Device, const POP_FX_STEP *Step)
{
    Device->Power = Step->Call == POP_FX_TELL_ON ? POP_FX_OFF : POP_FX_ON;
    PopFxQueueLocked(Device);
}

static void PopFxLoop(POP_FX_DEVICE *Device, BOOLEAN Worker)
{
    KIRQL Old = KiAcquireLock(&Device->Lock);
    if (Device->Running || Device->Gone) {
        Device->Again = TRUE;
        KiReleaseLock(&Device->Lock, Old);
        return;
    }
    Device->Running = TRUE;
    Device->Users++;
    do {
        Device->Again = FALSE;
        POP_FX_STEP Step = PopFxPlan(Device);
        if (PopFxIsForWorker(&Step, Worker)) {
            PopFxTakeBack(Device, &Step);
        } else if (Step.Call != POP_FX_NOTHING) {
            KiReleaseLock(&Device->Lock, Old);
            PopFxTell(Device, &Step);
            Old = KiAcquireLock(&Device->Lock);
            Device->Again = TRUE;
        }
    } while (Device->Again);
    Device->Running = FALSE;
    PopFxLeaveLocked(Device);
    KiReleaseLock(&Device->Lock, Old);
}

void PopFxRun(POP_FX_DEVICE *Device, BOOLEAN Later)
{
    if (!Later) {
        PopFxLoop(Device, FALSE);
        return;
    }
    KIRQL Old = KiAcquireLock(&Device->Lock);
    PopFxQueueLocked(Device);
    KiReleaseLock(&Device->Lock, Old);
}

/* ---- worker and timer ------------------------------------------------------------------------ */

void PopFxLeave(POP_FX_DEVICE *Device)
{
    KIRQL Old = KiAcquireLock(&Device->Lock);
    PopFxLeaveLocked(Device);
    KiReleaseLock(&Device->Lock, Old);
}

static void NTAPI PopFxWork(void *Context)
{
    POP_FX_DEVICE *Device = Context;
    KIRQL Old = KiAcquireLock(&Device->Lock);
    Device->Queued = FALSE;
    KiReleaseLock(&Device->Lock, Old);
    PopFxLoop(Device, TRUE);
    PopFxLeave(Device);
}

static void NTAPI PopFxElapse(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    POP_FX_DEVICE *Device = Context;
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    KIRQL Old = KiAcquireLock(&Device->Lock);
    Device->Armed = FALSE;
    Device->Elapsed = TRUE;
    PopFxQueueLocked(Device); /* which finds out whether all are still idle */
    PopFxLeaveLocked(Device);
    KiReleaseLock(&Device->Lock, Old);
}

void PopFxPrepare(POP_FX_DEVICE *Device)
{
    KeInitializeTimerEx(&Device->Timer, NotificationTimer);
    KeInitializeDpc(&Device->Dpc, PopFxElapse, Device);
    ExInitializeWorkItem(&Device->Work, PopFxWork, Device);
    KeInitializeEvent(&Device->Unused, NotificationEvent, FALSE);
}

void PopFxStop(POP_FX_DEVICE *Device)
{
    KIRQL Old = KiAcquireLock(&Device->Lock);
    PopFxDisarm(Device);
    Device->Gone = TRUE;
    BOOLEAN Used = Device->Users != 0;
    KiReleaseLock(&Device->Lock, Old);
    if (Used)
        KeWaitForSingleObject(&Device->Unused, Executive, KernelMode, FALSE, NULL);
    /* Whoever set the event may still be releasing the lock. */
    Old = KiAcquireLock(&Device->Lock);
    KiReleaseLock(&Device->Lock, Old);
}
