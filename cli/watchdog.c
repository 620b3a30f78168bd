/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See watchdog.h. The thread is one of the machine's while it runs, and comes back to it when there
 * is something to say. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* pthread_cond_clockwait */
#endif

#include "watchdog.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "client.h"
#include "io/iop.h"
#include "po/po.h"

#define LOOKS 10u /* at a thread within the limit */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum watchdog_phase phase; /* under the lock, as is attached */
static bool attached;             /* the thread is one of the machine's */
static uint32_t irql_ms = WATCHDOG_IRQL_MS, start_ms = WATCHDOG_START_MS;

static NTSTATUS stop_for_overdue(void *context)
{
    KE_STUCK stuck;

    (void)context;
    if (KeFindOverdue(LOOKS, &stuck))
        KeStopForStuck(DPC_WATCHDOG_VIOLATION, irql_ms, &stuck);
    return STATUS_SUCCESS;
}

struct kept {
    const IRP *irp;
    ULONG_PTR routine; /* that took it */
};

static BOOLEAN find_kept(IRP *irp, void *context)
{
    struct kept *kept = context;

    if (IopPacket(irp)->Kind != IOP_INTERNAL || irp->CurrentLocation > irp->StackCount)
        return TRUE;
    const IO_STACK_LOCATION *stack = IoGetCurrentIrpStackLocation(irp);
    *kept = (struct kept){
        irp, (ULONG_PTR)stack->DeviceObject->DriverObject->MajorFunction[stack->MajorFunction]};
    return FALSE;
}

/* No thread is in a driver: one keeps a request of the system's, such as IRP_MJ_SHUTDOWN. */
static void stop_for_kept(uint32_t milliseconds)
{
    struct kept kept = {0};

    IoiEnumerateIrps(find_kept, &kept);
    if (kept.irp == NULL)
        return;
    KeBlame(kept.routine);
    KeBugCheckEx(THREAD_STUCK_IN_DEVICE_DRIVER, 0, milliseconds, milliseconds, (ULONG_PTR)kept.irp);
}

static NTSTATUS stop_for_stuck(void *context)
{
    KE_STUCK stuck;

    if (KeFindStuck(&stuck))
        KeStopForStuck(THREAD_STUCK_IN_DEVICE_DRIVER, *(uint32_t *)context, &stuck);
    stop_for_kept(*(uint32_t *)context);
    return STATUS_SUCCESS;
}

/* Waits for another phase, at most so long. With the lock held. False: it is still that one. */
static bool wait_for_change(enum watchdog_phase from, uint32_t milliseconds)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    while (phase == from &&
        pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &until) != ETIMEDOUT)
        continue;
    return phase != from;
}

/* With the lock held, which whoever closes the machine waits for. */
static void watch_irql(void)
{
    attached = NT_SUCCESS(SysAttach());
    while (attached && !wait_for_change(WATCHDOG_RUNNING, irql_ms / LOOKS)) {
        pthread_mutex_unlock(&lock);
        KeEnterKernel(stop_for_overdue, NULL, KernelMode);
        pthread_mutex_lock(&lock);
    }
    if (attached)
        PsDetachHostThread();
    attached = false;
    pthread_cond_broadcast(&changed);
}

/* With the lock held. The machine is where it was: it is stuck. */
static void watch_phase(enum watchdog_phase watched, uint32_t milliseconds)
{
    if (wait_for_change(watched, milliseconds))
        return;
    pthread_mutex_unlock(&lock);
    if (NT_SUCCESS(SysAttach()))
        KeEnterKernel(stop_for_stuck, &milliseconds, KernelMode);
    pthread_mutex_lock(&lock);
    wait_for_change(watched, UINT32_MAX);
}

static void *watchdog_thread(void *argument)
{
    (void)argument;
    pthread_mutex_lock(&lock);
    while (phase != WATCHDOG_OVER) {
        if (phase == WATCHDOG_STARTING)
            watch_phase(WATCHDOG_STARTING, start_ms);
        else if (phase == WATCHDOG_RUNNING)
            watch_irql();
        else
            watch_phase(WATCHDOG_CLOSING, irql_ms);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* What is sent to the process is for other threads. Faults are its own: it works in the kernel,
 * where they are part of it. */
static void block_signals(sigset_t *before)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
    sigset_t blocked;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        sigdelset(&blocked, faults[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, before);
}

bool watchdog_start(uint32_t limit_ms)
{
    sigset_t before;
    pthread_t thread;

    if (limit_ms != 0) {
        irql_ms = limit_ms;
        PoRequestLimitMs = limit_ms - limit_ms / 5; /* first of the two: it knows whose request it
                                                       is */
        start_ms = limit_ms < start_ms ? limit_ms : start_ms;
    }
    block_signals(&before);
    int error = pthread_create(&thread, NULL, watchdog_thread, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0)
        pthread_detach(thread);
    return error == 0;
}

void watchdog_enter(enum watchdog_phase next)
{
    pthread_mutex_lock(&lock);
    phase = next;
    pthread_cond_broadcast(&changed);
    while (attached)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}
