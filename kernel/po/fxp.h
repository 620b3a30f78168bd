/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A device of the power framework. Everything in it changes under its lock; the driver's routines
 * are called without it, by one thread at a time (fxrun.c).
 */
#pragma once

#include "po/fx.h"
#include "po/pop.h"

enum POP_FX_CONDITION {
    POP_FX_ACTIVE,
    POP_FX_IDLING, /* the driver has been told, and has not answered */
    POP_FX_IDLE,
};

enum POP_FX_POWER {
    POP_FX_ON,
    POP_FX_LEAVING, /* the driver has been told that power is not required, and has not answered */
    POP_FX_OFF,
    POP_FX_COMING, /* … that it is required, and has not reported the device powered on */
};

typedef struct POP_FX_PERF POP_FX_PERF; /* fxperf.c */

typedef struct POP_FX_COMPONENT {
    LONG References; /* the driver's activations */
    enum POP_FX_CONDITION Condition;
    ULONG State, Target; /* idle states; Target: while Changing */
    BOOLEAN Changing;    /* the driver has been told of Target, and has not answered */
    BOOLEAN Wake;
    ULONG Deepest; /* from which it can wake */
    ULONGLONG Flags, Latency, Residency;
    ULONG StateCount;
    const PO_FX_COMPONENT_IDLE_STATE *States; /* in the device's block */
    KEVENT Activated, Idled;                  /* set while it is, and its driver knows */
    POP_FX_PERF *Perf;                        /* pool, or NULL */
} POP_FX_COMPONENT;

typedef struct POP_FX_DEVICE {
    LIST_ENTRY Link;    /* of all registered */
    DEVICE_OBJECT *Pdo; /* referenced */
    KSPIN_LOCK Lock;
    PO_FX_DEVICE_V3 Driver; /* without its components */
    BOOLEAN Started;        /* components may be idle */
    BOOLEAN Wanted;         /* it has been powered from outside, and has to be told so */
    enum POP_FX_POWER Power;
    ULONGLONG Timeout;      /* 100 ns */
    BOOLEAN Armed, Elapsed; /* all components are idle: the time to power off runs, is over */
    KTIMER Timer;
    KDPC Dpc;
    BOOLEAN Running, Again; /* a thread is in PopFxRun; something has changed since it looked */
    BOOLEAN Queued;         /* the worker */
    WORK_QUEUE_ITEM Work;
    BOOLEAN Gone;  /* it is being unregistered: nobody is called any more */
    ULONG Users;   /* the worker, the timer, and who runs */
    KEVENT Unused; /* Users is 0 */
    POP_FX_COMPONENT Component[];
} POP_FX_DEVICE;

static inline POP_FX_DEVICE *PopFxDevice(POHANDLE Handle)
{
    return (POP_FX_DEVICE *)(void *)Handle;
}

void PopFxPrepare(POP_FX_DEVICE *Device); /* of a new one: timer, worker, events */
/*
 * Calls the driver as long as there is something to tell. Up to DISPATCH_LEVEL; what needs
 * PASSIVE_LEVEL, or Later, by the worker.
 */
void PopFxRun(POP_FX_DEVICE *Device, BOOLEAN Later);
void PopFxLeave(POP_FX_DEVICE *Device); /* one user less */
void PopFxStop(POP_FX_DEVICE *Device);  /* nobody is called when it returns */

/* The component, if there is one, and the flags do not contradict; otherwise the system stops. */
POP_FX_COMPONENT *PopFxCheck(POP_FX_DEVICE *Device, ULONG Component, ULONG Flags);
