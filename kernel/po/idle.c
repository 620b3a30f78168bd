/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Idle devices: each registered one has a counter of the seconds since its driver last said that it
 * is busy, and when that reaches the time asked for the device's stack is sent to the state asked
 * for. There is one timer for all, set while a device is registered. PopIdleLock guards list and
 * registrations; it is not held while a request is sent.
 */
#include "ke/dpc.h"
#include "ke/timer.h"
#include "po/pop.h"

#define POP_SECOND_MS 1000
#define POP_CLASS_TIME (~0u) /* as long as the system gives devices of this class */

typedef struct POP_IDLE {
    ULONG Seconds;   /* since it was busy; first, as the driver writes it through the pointer it has
                      */
    LONG Busy;       /* how often more it was said to begin being busy than to end */
    LIST_ENTRY Link; /* points at itself while it is not registered */
    DEVICE_OBJECT *Device;
    ULONG Limit;        /* seconds; 0: never */
    DEVICE_POWER_STATE State;
    ULONG64 Scan;       /* the last one it was looked at in */
} POP_IDLE;

static KSPIN_LOCK PopIdleLock;
static LIST_ENTRY PopIdleList;
static ULONG64 PopScan;
static KTIMER PopIdleTimer;
static KDPC PopIdleDpc;

/* A second later for this one. TRUE: it has been idle for just as long as it may, and is not where
 * it would be sent. */
static BOOLEAN PopAgeLocked(POP_IDLE *Idle)
{
    DEVICE_POWER_STATE Now = PopDeviceState(Idle->Device);
    if (__atomic_load_n(&Idle->Busy, __ATOMIC_ACQUIRE) > 0) {
        PoSetDeviceBusyEx(&Idle->Seconds);
        return FALSE;
    }
    return __atomic_add_fetch(&Idle->Seconds, 1, __ATOMIC_ACQ_REL) == Idle->Limit &&
        Now < Idle->State;
}

/* The next device whose time is up in this scan, with a reference, and where it goes. */
static DEVICE_OBJECT *PopNextIdle(ULONG64 Scan, POWER_STATE *State)
{
    DEVICE_OBJECT *Found = NULL;
    KIRQL Old = KiAcquireLock(&PopIdleLock);
    for (LIST_ENTRY *Link = PopIdleList.Flink; Link != &PopIdleList && Found == NULL;
         Link = Link->Flink) {
        POP_IDLE *Idle = CONTAINING_RECORD(Link, POP_IDLE, Link);
        if (Idle->Scan >= Scan)
            continue;
        Idle->Scan = Scan;
        if (PopAgeLocked(Idle)) {
            Found = Idle->Device;
            State->DeviceState = Idle->State;
            ObfReferenceObject(Found);
        }
    }
    KiReleaseLock(&PopIdleLock, Old);
    return Found;
}

void PopIdleSecond(void)
{
    const ULONG64 Scan = __atomic_add_fetch(&PopScan, 1, __ATOMIC_ACQ_REL);
    POWER_STATE State;
    DEVICE_OBJECT *Device;
    while ((Device = PopNextIdle(Scan, &State)) != NULL) {
        PoRequestPowerIrp(Device, IRP_MN_SET_POWER, State, NULL, NULL, NULL);
        ObfDereferenceObject(Device);
    }
}

static void NTAPI PopEverySecond(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    (void)Dpc;
    (void)Context;
    (void)Argument1;
    (void)Argument2;
    PopIdleSecond();
}

static void PopInsertLocked(POP_IDLE *Idle)
{
    LARGE_INTEGER Due = {.QuadPart = -10000LL * POP_SECOND_MS};
    if (!IsListEmpty(&Idle->Link))
        return;
    Idle->Scan = PopScan;
    if (IsListEmpty(&PopIdleList))
        KeSetTimerEx(&PopIdleTimer, Due, POP_SECOND_MS, &PopIdleDpc);
    InsertTailList(&PopIdleList, &Idle->Link);
}

static void PopRemoveLocked(POP_IDLE *Idle)
{
    if (IsListEmpty(&Idle->Link))
        return;
    RemoveEntryList(&Idle->Link);
    InitializeListHead(&Idle->Link);
    if (IsListEmpty(&PopIdleList))
        KeCancelTimer(&PopIdleTimer);
}

static void PopStopIdle(DEVICE_OBJECT *Device)
{
    POP_IDLE *Idle = Device->DeviceObjectExtension->Dope;
    if (Idle == NULL)
        return;
    KIRQL Old = KiAcquireLock(&PopIdleLock);
    PopRemoveLocked(Idle);
    KiReleaseLock(&PopIdleLock, Old);
}

void PopResetIdle(void)
{
    PopIdleLock = 0;
    PopScan = 0;
    InitializeListHead(&PopIdleList);
    KeInitializeTimerEx(&PopIdleTimer, NotificationTimer);
    KeInitializeDpc(&PopIdleDpc, PopEverySecond, NULL);
    IoDeleteIdleDevice = PopStopIdle;
}

static POP_IDLE *PopIdleOf(DEVICE_OBJECT *Device)
{
    DEVOBJ_EXTENSION *Extension = Device->DeviceObjectExtension;
    POP_IDLE *Idle = Extension->Dope;
    if (Idle != NULL)
        return Idle;
    Idle = ExiAllocateZero(NonPagedPoolNx, sizeof(*Idle), POP_TAG, EX_KERNEL_SITE);
    if (Idle == NULL)
        return NULL;
    InitializeListHead(&Idle->Link);
    Idle->Device = Device;
    Extension->Dope = Idle;
    return Idle;
}

/* Only disks have a time of their own; others are never idle by it. */
static ULONG PopClassLimit(const DEVICE_OBJECT *Device)
{
    BOOLEAN Disk = Device->DeviceType == FILE_DEVICE_DISK ||
        Device->DeviceType == FILE_DEVICE_MASS_STORAGE;
    return Disk ? PopPolicy(PoAc).SpindownTimeout : 0;
}

/*
 * PoRegisterDeviceForIdleDetection - have a device's stack sent to State when it has not been busy
 * for some seconds.
 *
 * ConservationIdleTime, PerformanceIdleTime: seconds, by what the system's power policy is after;
 * on mains it is performance. -1: what the policy says for devices of this class. 0: never by that
 * policy; both 0: the registration ends. A registration that is there changes, and its counter
 * starts anew. A device that is in State, or deeper, by PoSetPowerState is left alone.
 *
 * IRQL:    up to APC_LEVEL. Returns the counter, which PoSetDeviceBusy sets to 0; NULL: it has
 *          ended, or out of memory.
 * Owner:   the device: it goes with it.
 * Source:  DOC wdm/PoRegisterDeviceForIdleDetection; INF which policy;
 *          tests/kernel/pnp/PoRegisterDeviceForIdleDetection.c, tests/unit/po/idle_test.c
 */
ULONG *NTAPI PoRegisterDeviceForIdleDetection(DEVICE_OBJECT *DeviceObject,
    ULONG ConservationIdleTime, ULONG PerformanceIdleTime, DEVICE_POWER_STATE State)
{
    if (ConservationIdleTime == 0 && PerformanceIdleTime == 0) {
        PopStopIdle(DeviceObject);
        return NULL;
    }
    POP_IDLE *Idle = PopIdleOf(DeviceObject);
    if (Idle == NULL)
        return NULL;
    KIRQL Old = KiAcquireLock(&PopIdleLock);
    Idle->Limit = PerformanceIdleTime == POP_CLASS_TIME ? PopClassLimit(DeviceObject)
                                                        : PerformanceIdleTime;
    Idle->State = State;
    PoSetDeviceBusyEx(&Idle->Seconds);
    PopInsertLocked(Idle);
    KiReleaseLock(&PopIdleLock, Old);
    return &Idle->Seconds;
}

/* PoSetDeviceBusyEx - the device is busy now. IRQL: any. Source: DOC wdm/PoSetDeviceBusyEx; tests
 * as above. */
void NTAPI PoSetDeviceBusyEx(ULONG *IdlePointer)
{
    __atomic_store_n(IdlePointer, 0, __ATOMIC_RELEASE);
}

/*
 * PoStartDeviceBusy, PoEndDeviceBusy - it is busy from here to there, and not idle in between;
 * calls nest.
 * IRQL: any. Source: DOC ntifs/PoStartDeviceBusy; tests as above.
 */
void NTAPI PoStartDeviceBusy(ULONG *IdlePointer)
{
    POP_IDLE *Idle = CONTAINING_RECORD(IdlePointer, POP_IDLE, Seconds);
    __atomic_fetch_add(&Idle->Busy, 1, __ATOMIC_ACQ_REL);
}

void NTAPI PoEndDeviceBusy(ULONG *IdlePointer)
{
    POP_IDLE *Idle = CONTAINING_RECORD(IdlePointer, POP_IDLE, Seconds);
    PoSetDeviceBusyEx(IdlePointer);
    __atomic_fetch_sub(&Idle->Busy, 1, __ATOMIC_ACQ_REL);
}
