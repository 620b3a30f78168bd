/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * I/O timers: a routine of each device that is called once a second, at DISPATCH_LEVEL. There is
 * one timer for all, which is set while a device's timer is started. IopTimerLock guards list,
 * states and counts; it is not held over a call of a routine.
 */
#include "io/iop.h"
#include "ke/dpc.h"
#include "ke/timer.h"

#define IOP_TAG_TIMER 0x69546F49u /* 'IoTi' */
#define IOP_TIMER_PERIOD_MS 1000

struct _IO_TIMER {
    SHORT Type;     /* IO_TYPE_TIMER */
    SHORT Started;
    LIST_ENTRY Link;
    PIO_TIMER_ROUTINE Routine;
    void *Context;
    DEVICE_OBJECT *Device;
    ULONG64 Tick;   /* the last one it was called for */
};

static KSPIN_LOCK IopTimerLock;
static LIST_ENTRY IopTimerList;
static ULONG IopTimersStarted;
static ULONG64 IopTick;
static IO_TIMER *IopTimerInCall; /* whose routine is being called */
static KTIMER IopSecondTimer;
static KDPC IopSecondDpc;

/* The next one that is started and has not been called for this tick, and that its routine is being
 * called. */
static IO_TIMER *IopNextTimer(ULONG64 Tick)
{
    IO_TIMER *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopTimerLock);
    IopTimerInCall = NULL;
    for (LIST_ENTRY *Link = IopTimerList.Flink; Link != &IopTimerList && Found == NULL;
         Link = Link->Flink) {
        IO_TIMER *Timer = CONTAINING_RECORD(Link, IO_TIMER, Link);
        if (Timer->Started && Timer->Tick < Tick)
            Found = Timer;
    }
    if (Found != NULL) {
        Found->Tick = Tick;
        IopTimerInCall = Found;
    }
    KiReleaseLock(&IopTimerLock, Old);
    return Found;
}

static void NTAPI IopEverySecond(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    IO_TIMER *Timer;
    (void)Dpc;
    (void)Context;
    (void)Argument1;
    (void)Argument2;
    ULONG64 Tick = ++IopTick;
    while ((Timer = IopNextTimer(Tick)) != NULL)
        Timer->Routine(Timer->Device, Timer->Context);
}

void IopResetTimers(void)
{
    IopTimerLock = 0;
    InitializeListHead(&IopTimerList);
    IopTimersStarted = 0;
    IopTick = 0;
    IopTimerInCall = NULL;
    KeInitializeTimerEx(&IopSecondTimer, NotificationTimer);
    KeInitializeDpc(&IopSecondDpc, IopEverySecond, NULL);
}

static void IopSetStartedLocked(IO_TIMER *Timer, BOOLEAN Started)
{
    LARGE_INTEGER Due = {.QuadPart = -10000LL * IOP_TIMER_PERIOD_MS};
    if (Timer->Started == Started)
        return;
    Timer->Started = Started;
    if (!Started) {
        if (--IopTimersStarted == 0)
            KeCancelTimer(&IopSecondTimer);
        return;
    }
    Timer->Tick = IopTick;
    if (IopTimersStarted++ == 0)
        KeSetTimerEx(&IopSecondTimer, Due, IOP_TIMER_PERIOD_MS, &IopSecondDpc);
}

/* The device is being deleted. Its routine is not under way afterwards, unless the routine itself
 * deletes it. */
void IopDeleteTimer(DEVICE_OBJECT *Device)
{
    IO_TIMER *Timer = Device->Timer;
    if (Timer == NULL)
        return;
    KIRQL Old = KiAcquireLock(&IopTimerLock);
    IopSetStartedLocked(Timer, FALSE);
    RemoveEntryList(&Timer->Link);
    Device->Timer = NULL;
    BOOLEAN InCall = IopTimerInCall == Timer;
    KiReleaseLock(&IopTimerLock, Old);
    if (InCall && Old == PASSIVE_LEVEL)
        KeFlushQueuedDpcs();
    ExiFree(Timer);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoInitializeTimer - give a device a timer, not started; or, when it has one, another routine and
 * context for it.
 *
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   the device; goes with IoDeleteDevice.
 * Source:  DOC wdm/IoInitializeTimer; OBS tests/kernel/io/IoInitializeTimer.c
 */
NTSTATUS NTAPI IoInitializeTimer(
    DEVICE_OBJECT *DeviceObject, PIO_TIMER_ROUTINE TimerRoutine, void *Context)
{
    IO_TIMER *Timer = DeviceObject->Timer;
    IO_TIMER *New = NULL;
    if (Timer == NULL) {
        New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), IOP_TAG_TIMER, EX_KERNEL_SITE);
        if (New == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        New->Type = IO_TYPE_TIMER;
        New->Device = DeviceObject;
        Timer = New;
    }
    KIRQL Old = KiAcquireLock(&IopTimerLock);
    Timer->Routine = TimerRoutine;
    Timer->Context = Context;
    if (New != NULL) {
        DeviceObject->Timer = New;
        InsertTailList(&IopTimerList, &New->Link);
    }
    KiReleaseLock(&IopTimerLock, Old);
    return STATUS_SUCCESS;
}

/*
 * IoStartTimer - have the routine called once a second from now on. Nothing for a device that is
 * being deleted.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoStartTimer; OBS tests/kernel/io/IoInitializeTimer.c
 */
void NTAPI IoStartTimer(DEVICE_OBJECT *DeviceObject)
{
    KIRQL Old = KiAcquireLock(&IopTimerLock);
    if (!(IopDeviceExtension(DeviceObject)->ExtensionFlags &
            (DOE_DELETE_PENDING | DOE_UNLOAD_PENDING | DOE_REMOVE_PENDING)))
        IopSetStartedLocked(DeviceObject->Timer, TRUE);
    KiReleaseLock(&IopTimerLock, Old);
}

/*
 * IoStopTimer - no longer; a call under way goes on. Not for the routine itself, on Windows.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoStopTimer; OBS tests/kernel/io/IoInitializeTimer.c
 */
void NTAPI IoStopTimer(DEVICE_OBJECT *DeviceObject)
{
    KIRQL Old = KiAcquireLock(&IopTimerLock);
    IopSetStartedLocked(DeviceObject->Timer, FALSE);
    KiReleaseLock(&IopTimerLock, Old);
}
