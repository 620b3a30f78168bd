/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices of the power framework: registering, starting, their power. What a driver registers is
 * copied, of whichever version it is. PopFxListLock guards the list of all; fxp.h says what guards
 * a device.
 */
#include <string.h>

#include "po/fxp.h"

#define POP_FX_DUPLICATE   0x600
#define POP_FX_NOT_PENDING 0x613

static KSPIN_LOCK PopFxListLock;
static LIST_ENTRY PopFxList;

void PopResetFx(void)
{
    PopFxListLock = 0;
    InitializeListHead(&PopFxList);
}

/* ---- what is registered ---------------------------------------------------------------------- */

/*
 * Any version as the latest. Count components of Size bytes from *First on; FALSE: no such version.
 */
static BOOLEAN PopFxReadDriver(const void *Given, PO_FX_DEVICE_V3 *Driver, const void **First)
{
    const PO_FX_DEVICE_V1 *One = Given;
    const PO_FX_DEVICE_V2 *Two = Given;
    const PO_FX_DEVICE_V3 *Three = Given;
    memset(Driver, 0, sizeof(*Driver));
    Driver->Version = One->Version;
    switch (One->Version) {
    case PO_FX_VERSION_V1:
        memcpy(&Driver->ComponentActiveConditionCallback, &One->ComponentActiveConditionCallback,
            6 * sizeof(void *));
        Driver->DeviceContext = One->DeviceContext;
        Driver->ComponentCount = One->ComponentCount;
        *First = One->Components;
        return TRUE;
    case PO_FX_VERSION_V2:
        Driver->Flags = Two->Flags;
        memcpy(&Driver->ComponentActiveConditionCallback, &Two->ComponentActiveConditionCallback,
            6 * sizeof(void *));
        Driver->DeviceContext = Two->DeviceContext;
        Driver->ComponentCount = Two->ComponentCount;
        *First = Two->Components;
        return TRUE;
    case PO_FX_VERSION_V3:
        memcpy(Driver, Three, FIELD_OFFSET(PO_FX_DEVICE_V3, Components));
        *First = Three->Components;
        return TRUE;
    default: return FALSE;
    }
}

static PO_FX_COMPONENT_V2 PopFxReadComponent(
    const PO_FX_DEVICE_V3 *Driver, const void *First, ULONG Index)
{
    if (Driver->Version != PO_FX_VERSION_V1)
        return ((const PO_FX_COMPONENT_V2 *)First)[Index];
    const PO_FX_COMPONENT_V1 *One = (const PO_FX_COMPONENT_V1 *)First + Index;
    return (PO_FX_COMPONENT_V2){.Id = One->Id,
        .IdleStateCount = One->IdleStateCount,
        .DeepestWakeableIdleState = One->DeepestWakeableIdleState,
        .IdleStates = One->IdleStates};
}

/* F0 costs nothing to be in, and what is deeper costs no less. */
static BOOLEAN PopFxGoodStates(const PO_FX_COMPONENT_V2 *Component)
{
    const PO_FX_COMPONENT_IDLE_STATE *States = Component->IdleStates;
    if (Component->IdleStateCount == 0 || States == NULL ||
        Component->DeepestWakeableIdleState >= Component->IdleStateCount ||
        States[0].TransitionLatency != 0 || States[0].ResidencyRequirement != 0)
        return FALSE;
    for (ULONG State = 1; State < Component->IdleStateCount; State++) {
        if (States[State].TransitionLatency < States[State - 1].TransitionLatency ||
            States[State].ResidencyRequirement < States[State - 1].ResidencyRequirement)
            return FALSE;
    }
    return TRUE;
}

static NTSTATUS PopFxCountStates(const PO_FX_DEVICE_V3 *Driver, const void *First, SIZE_T *Count)
{
    *Count = 0;
    for (ULONG Index = 0; Index < Driver->ComponentCount; Index++) {
        const PO_FX_COMPONENT_V2 Component = PopFxReadComponent(Driver, First, Index);
        if (!PopFxGoodStates(&Component))
            return STATUS_INVALID_PARAMETER;
        *Count += Component.IdleStateCount;
    }
    return Driver->ComponentCount != 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static void PopFxFillComponents(POP_FX_DEVICE *Device, const void *First)
{
    PO_FX_COMPONENT_IDLE_STATE *States = (void *)&Device->Component[Device->Driver.ComponentCount];
    for (ULONG Index = 0; Index < Device->Driver.ComponentCount; Index++) {
        const PO_FX_COMPONENT_V2 Given = PopFxReadComponent(&Device->Driver, First, Index);
        POP_FX_COMPONENT *Component = &Device->Component[Index];
        Component->Flags = Given.Flags;
        Component->Deepest = Given.DeepestWakeableIdleState;
        Component->Latency = Component->Residency = ~0ull;
        Component->StateCount = Given.IdleStateCount;
        Component->States = States;
        memcpy(States, Given.IdleStates, Given.IdleStateCount * sizeof(*States));
        States += Given.IdleStateCount;
        KeInitializeEvent(&Component->Activated, NotificationEvent, TRUE);
        KeInitializeEvent(&Component->Idled, NotificationEvent, FALSE);
    }
}

static POP_FX_DEVICE *PopFxFindLocked(const DEVICE_OBJECT *Pdo)
{
    for (LIST_ENTRY *Link = PopFxList.Flink; Link != &PopFxList; Link = Link->Flink) {
        POP_FX_DEVICE *Device = CONTAINING_RECORD(Link, POP_FX_DEVICE, Link);
        if (Device->Pdo == Pdo)
            return Device;
    }
    return NULL;
}

static void PopFxInsert(POP_FX_DEVICE *Device)
{
    KIRQL Old = KiAcquireLock(&PopFxListLock);
    BOOLEAN Duplicate = PopFxFindLocked(Device->Pdo) != NULL;
    if (!Duplicate)
        InsertTailList(&PopFxList, &Device->Link);
    KiReleaseLock(&PopFxListLock, Old);
    if (Duplicate)
        KeBugCheckEx(INTERNAL_POWER_ERROR, POP_FX_DUPLICATE, (ULONG_PTR)Device->Pdo, 0, 0);
}

/*
 * PoFxRegisterDevice - have the power framework manage a device: until
 * PoFxStartDevicePowerManagement all its components are active, and only counted.
 *
 * Device:  PO_FX_DEVICE of version 1, 2 or 3; copied. The device is on. There is no platform
 *          extension: the framework's own way of choosing idle states applies.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no PDO, another version, no components, a component without
 *          idle states or with ones that make no sense; DEVICE_NOT_READY: no PDO that plug and play
 *          knows (INF); INSUFFICIENT_RESOURCES. *Handle is untouched then. Bug check
 *          INTERNAL_POWER_ERROR 0x600: it is registered.
 * Owner:   driver; PoFxUnregisterDevice.
 * Source:  DOC wdm/PoFxRegisterDevice, PO_FX_COMPONENT_IDLE_STATE;
 *          tests/kernel/pnp/PoFxRegisterDevice.c
 */
NTSTATUS NTAPI PoFxRegisterDevice(DEVICE_OBJECT *Pdo, const void *Device, POHANDLE *Handle)
{
    PO_FX_DEVICE_V3 Driver;
    const void *First;
    SIZE_T States;
    if (Pdo == NULL || Device == NULL || !PopFxReadDriver(Device, &Driver, &First))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PopFxCountStates(&Driver, First, &States);
    if (!NT_SUCCESS(Status))
        return Status;
    if (IoiDeviceNode(Pdo) == NULL)
        return STATUS_DEVICE_NOT_READY;
    POP_FX_DEVICE *New = ExiAllocateZero(NonPagedPoolNx,
        sizeof(*New) + Driver.ComponentCount * sizeof(New->Component[0]) +
            States * sizeof(PO_FX_COMPONENT_IDLE_STATE),
        POP_TAG, EX_CALLER);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Driver = Driver;
    New->Pdo = Pdo;
    ObfReferenceObject(Pdo);
    PopFxPrepare(New);
    PopFxFillComponents(New, First);
    PopFxInsert(New);
    *Handle = (POHANDLE)(void *)New;
    return STATUS_SUCCESS;
}

/*
 * PoFxStartDevicePowerManagement - from now on components that nobody has activated become idle.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm; tests/kernel/pnp/PoFxRegisterDevice.c
 */
void NTAPI PoFxStartDevicePowerManagement(POHANDLE Handle)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    Device->Started = TRUE;
    KiReleaseLock(&Device->Lock, Old);
    PopFxRun(Device, FALSE);
}

/*
 * PoFxUnregisterDevice - the device is managed no more; none of the driver's routines is called any
 * more when this returns.
 * IRQL: PASSIVE_LEVEL; not from one of them. Source: DOC wdm; tests/kernel/pnp/PoFxRegisterDevice.c
 */
void NTAPI PoFxUnregisterDevice(POHANDLE Handle)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    PopFxStop(Device);
    KIRQL Old = KiAcquireLock(&PopFxListLock);
    RemoveEntryList(&Device->Link);
    KiReleaseLock(&PopFxListLock, Old);
    for (ULONG Index = 0; Index < Device->Driver.ComponentCount; Index++) {
        if (Device->Component[Index].Perf != NULL)
            ExiFree(Device->Component[Index].Perf);
    }
    ObfDereferenceObject(Device->Pdo);
    ExiFree(Device);
}

/* ---- its power ------------------------------------------------------------------------------- */

static void PopFxCompletePower(
    POP_FX_DEVICE *Device, enum POP_FX_POWER From, enum POP_FX_POWER To, ULONG_PTR Operation)
{
    KIRQL Old = KiAcquireLock(&Device->Lock);
    BOOLEAN Pending = Device->Power == From;
    if (Pending) {
        Device->Power = To;
        Device->Elapsed = FALSE;
        Device->Wanted &= To != POP_FX_ON;
    }
    KiReleaseLock(&Device->Lock, Old);
    if (!Pending)
        KeBugCheckEx(INTERNAL_POWER_ERROR, POP_FX_NOT_PENDING, (ULONG_PTR)Device, 0, Operation);
    PopFxRun(Device, FALSE);
}

/*
 * PoFxCompleteDevicePowerNotRequired - the driver has done what it does when its device needs no
 * power.
 * PoFxReportDevicePoweredOn - it has, after DevicePowerRequiredCallback, put it into D0.
 *
 * IRQL: up to DISPATCH_LEVEL. Bug check INTERNAL_POWER_ERROR 0x613: nobody has asked for it.
 * Source: DOC wdm, bug check 0xA0; tests as above.
 */
void NTAPI PoFxCompleteDevicePowerNotRequired(POHANDLE Handle)
{
    PopFxCompletePower(PopFxDevice(Handle), POP_FX_LEAVING, POP_FX_OFF, 0);
}

void NTAPI PoFxReportDevicePoweredOn(POHANDLE Handle)
{
    PopFxCompletePower(PopFxDevice(Handle), POP_FX_COMING, POP_FX_ON, 1);
}

/*
 * PoFxSetDeviceIdleTimeout - how long, in 100 ns, all components have to be idle before
 * DevicePowerNotRequiredCallback; 0 at first. For the next time. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm; tests as above.
 */
void NTAPI PoFxSetDeviceIdleTimeout(POHANDLE Handle, ULONGLONG IdleTimeout)
{
    POP_FX_DEVICE *Device = PopFxDevice(Handle);
    KIRQL Old = KiAcquireLock(&Device->Lock);
    Device->Timeout = IdleTimeout;
    KiReleaseLock(&Device->Lock, Old);
}

/*
 * PoFxNotifySurprisePowerOn - the device has been powered because another one was: if it is
 * registered and off, its driver is told that power is required, and when it is idle again that it
 * is not.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm; INF that this is how it is told; tests as above.
 */
void NTAPI PoFxNotifySurprisePowerOn(DEVICE_OBJECT *Pdo)
{
    KIRQL Old = KiAcquireLock(&PopFxListLock);
    POP_FX_DEVICE *Device = PopFxFindLocked(Pdo);
    if (Device != NULL) {
        KIRQL Inner = KiAcquireLock(&Device->Lock);
        Device->Wanted = Device->Power == POP_FX_OFF || Device->Power == POP_FX_LEAVING;
        KiReleaseLock(&Device->Lock, Inner);
        PopFxRun(Device, TRUE);
    }
    KiReleaseLock(&PopFxListLock, Old);
}

/*
 * PoFxPowerControl - a request of the driver to the platform extension, of which there is none.
 * IRQL: up to DISPATCH_LEVEL. Returns NOT_SUPPORTED: nobody answers for the device. Source: DOC
 * wdm/PoFxPowerControl; tests as above.
 */
NTSTATUS NTAPI PoFxPowerControl(POHANDLE Handle, const GUID *PowerControlCode, void *InBuffer,
    SIZE_T InBufferSize, void *OutBuffer, SIZE_T OutBufferSize, SIZE_T *BytesReturned)
{
    (void)Handle;
    (void)PowerControlCode;
    (void)InBuffer;
    (void)InBufferSize;
    (void)OutBuffer;
    (void)OutBufferSize;
    if (BytesReturned != NULL)
        *BytesReturned = 0;
    return STATUS_NOT_SUPPORTED;
}
