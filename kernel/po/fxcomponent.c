/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Components of a device of the power framework: who uses them, and what their driver says about
 * them.
 */
#include "po/fxp.h"

#define POP_FX_NOT_ACTIVATED 0x608
#define POP_FX_NOT_PENDING   0x613
#define POP_FX_ILLEGAL       0x614

enum POP_FX_ILLEGAL_REASON {
    POP_FX_BLOCKING_HIGH,
    POP_FX_BOTH_FLAGS,
    POP_FX_NO_COMPONENT
};

static void PopFxRefuse(POP_FX_DEVICE *Device, ULONG Component, enum POP_FX_ILLEGAL_REASON Reason)
{
    KeBugCheckEx(
        INTERNAL_POWER_ERROR, POP_FX_ILLEGAL, (ULONG_PTR)Device, Component, (ULONG_PTR)Reason);
}

/* One there is, or the system stops. */
static POP_FX_COMPONENT *PopFxComponent(POP_FX_DEVICE *Device, ULONG Component)
{
    if (Component >= Device->Driver.ComponentCount)
        PopFxRefuse(Device, Component, POP_FX_NO_COMPONENT);
    return &Device->Component[Component];
}

POP_FX_COMPONENT *PopFxCheck(POP_FX_DEVICE *Device, ULONG Component, ULONG Flags)
{
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    if ((Flags & PO_FX_FLAG_BLOCKING) && (Flags & PO_FX_FLAG_ASYNC_ONLY))
        PopFxRefuse(Device, Component, POP_FX_BOTH_FLAGS);
    if ((Flags & PO_FX_FLAG_BLOCKING) && KiGetIrql() >= DISPATCH_LEVEL)
        PopFxRefuse(Device, Component, POP_FX_BLOCKING_HIGH);
    return One;
}

static void PopFxCount(POHANDLE Handle, ULONG Index, ULONG Flags, LONG By)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *Component = PopFxCheck(Device, Index, Flags);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    Component->References += By;
    const LONG Now = Component->References;
    const BOOLEAN First = By > 0 ? Now == 1 : Now == 0;
    const BOOLEAN Managed = Device->Started;
    KiReleaseLock(&Device->Lock, Old);
    if (Now < 0)
        KeBugCheckEx(INTERNAL_POWER_ERROR, POP_FX_NOT_ACTIVATED, (ULONG_PTR)Component,
            (ULONG_PTR)Component->Flags, 0);
    if (First)
        PopFxRun(Device, (Flags & PO_FX_FLAG_ASYNC_ONLY) != 0);
    /* Another user may keep it active. */
    if ((Flags & PO_FX_FLAG_BLOCKING) && Managed && (By > 0 || First))
        KeWaitForSingleObject(
            By > 0 ? &Component->Activated : &Component->Idled, Executive, KernelMode, FALSE, NULL);
}

/*
 * PoFxActivateComponent, PoFxIdleComponent - use a component, and no more; each activation wants an
 * idle. The first makes it active: the device is powered on when it is off, the component goes to
 * F0, ComponentActiveConditionCallback is called. The last makes it idle:
 * ComponentIdleConditionCallback is called.
 *
 * Flags:   PO_FX_FLAG_BLOCKING: it has happened when this returns; PO_FX_FLAG_ASYNC_ONLY: it
 *          happens on another thread; none: either.
 * IRQL:    up to DISPATCH_LEVEL, below it with PO_FX_FLAG_BLOCKING
 * Bug check INTERNAL_POWER_ERROR 0x608: more idles than activations; 0x614: both flags, blocking at
 * DISPATCH_LEVEL, no such component.
 * Source:  DOC wdm/PoFxActivateComponent, bug check 0xA0; tests/kernel/pnp/PoFxRegisterDevice.c
 */
void NTAPI PoFxActivateComponent(POHANDLE Handle, ULONG Component, ULONG Flags)
{
    PopFxCount(Handle, Component, Flags, 1);
}

void NTAPI PoFxIdleComponent(POHANDLE Handle, ULONG Component, ULONG Flags)
{
    PopFxCount(Handle, Component, Flags, -1);
}

/*
 * PoFxCompleteIdleCondition, PoFxCompleteIdleState - the driver has done what
 * ComponentIdleConditionCallback and ComponentIdleStateCallback have told it to, in the routine or
 * later.
 *
 * IRQL:    up to DISPATCH_LEVEL. Bug check INTERNAL_POWER_ERROR 0x613: nobody has (INF for the idle
 *          state).
 * Source:  DOC wdm; tests as above.
 */
void NTAPI PoFxCompleteIdleCondition(POHANDLE Handle, ULONG Component)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    BOOLEAN Pending = One->Condition == POP_FX_IDLING;
    if (Pending) {
        One->Condition = POP_FX_IDLE;
        KeSetEvent(&One->Idled, IO_NO_INCREMENT, FALSE);
    }
    KiReleaseLock(&Device->Lock, Old);
    if (!Pending)
        KeBugCheckEx(INTERNAL_POWER_ERROR, POP_FX_NOT_PENDING, (ULONG_PTR)Device, Component, 2);
    PopFxRun(Device, FALSE);
}

void NTAPI PoFxCompleteIdleState(POHANDLE Handle, ULONG Component)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    BOOLEAN Pending = One->Changing;
    One->Changing = FALSE;
    One->State = Pending ? One->Target : One->State;
    KiReleaseLock(&Device->Lock, Old);
    if (!Pending)
        KeBugCheckEx(INTERNAL_POWER_ERROR, POP_FX_NOT_PENDING, (ULONG_PTR)Device, Component, 3);
    PopFxRun(Device, FALSE);
}

/*
 * PoFxSetComponentLatency, PoFxSetComponentResidency, PoFxSetComponentWake - how long it may take
 * the component to come back, how long it is expected to stay idle (100 ns), whether it has to be
 * able to wake: what its idle state must satisfy. Nothing at first (INF).
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm; tests as above.
 */
void NTAPI PoFxSetComponentLatency(POHANDLE Handle, ULONG Component, ULONGLONG Latency)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    One->Latency = Latency;
    KiReleaseLock(&Device->Lock, Old);
    PopFxRun(Device, FALSE);
}

void NTAPI PoFxSetComponentResidency(POHANDLE Handle, ULONG Component, ULONGLONG Residency)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    One->Residency = Residency;
    KiReleaseLock(&Device->Lock, Old);
    PopFxRun(Device, FALSE);
}

void NTAPI PoFxSetComponentWake(POHANDLE Handle, ULONG Component, BOOLEAN WakeHint)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    POP_FX_COMPONENT *One = PopFxComponent(Device, Component);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    One->Wake = WakeHint != FALSE;
    KiReleaseLock(&Device->Lock, Old);
    PopFxRun(Device, FALSE);
}
