/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From KeInsertQueueDpc to the routine running, beside a futex: from its waking to the thread that
 * slept on it running, on another processor. And a spin lock nobody else wants.
 */
#include <err.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "ke/dpc.h"

#define BENCH_CALLS 133

struct bench_latency {
    double begun, ran;
    KDPC dpc;
    KEVENT done;
    _Atomic uint32_t wake, woken;
};

static void NTAPI bench_dpc_routine(KDPC *dpc, void *context, void *argument1, void *argument2)
{
    struct bench_latency *latency = context;

    (void)dpc;
    (void)argument1;
    (void)argument2;
    latency->ran = bench_now_ns();
    KeSetEvent(&latency->done, IO_NO_INCREMENT, FALSE);
}

/* Waits until whoever is to be woken has had time to sleep: that is what is measured. */
static void bench_let_sleep(void)
{
    usleep(100);
}

static NTSTATUS bench_call_dpcs(void *context)
{
    static double value[BENCH_CALLS];
    static struct bench_latency latency;

    KeInitializeEvent(&latency.done, SynchronizationEvent, FALSE);
    KeInitializeDpc(&latency.dpc, bench_dpc_routine, &latency);
    for (unsigned i = 0; i < BENCH_CALLS; i++) {
        bench_let_sleep();
        latency.begun = bench_now_ns();
        KeInsertQueueDpc(&latency.dpc, NULL, NULL);
        KeWaitForSingleObject(&latency.done, Executive, KernelMode, FALSE, NULL);
        value[i] = latency.ran - latency.begun;
    }
    *(double *)context = bench_median(value, BENCH_CALLS);
    return STATUS_SUCCESS;
}

static double bench_dpc_value(void *context)
{
    double value = 0;

    (void)context;
    bench_unpin(); /* the processor's DPCs run on a thread of their own */
    NTSTATUS status = KeEnterKernel(bench_call_dpcs, &value, KernelMode);
    bench_pin(0);
    if (status != STATUS_SUCCESS)
        errx(1, "the DPCs were not called: 0x%08X", (unsigned)status);
    return value;
}

static void bench_futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
    syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void *bench_sleeper(void *context)
{
    struct bench_latency *latency = context;

    for (unsigned i = 0; i < BENCH_CALLS; i++) {
        while (latency->wake == i)
            bench_futex(&latency->wake, FUTEX_WAIT, i);
        latency->ran = bench_now_ns();
        latency->woken = i + 1;
        bench_futex(&latency->woken, FUTEX_WAKE, 1);
    }
    return NULL;
}

static double bench_futex_latency(void *context)
{
    static double value[BENCH_CALLS];
    static struct bench_latency latency;
    pthread_t thread;

    (void)context;
    latency.wake = latency.woken = 0;
    bench_unpin();
    if (pthread_create(&thread, NULL, bench_sleeper, &latency) != 0)
        errx(1, "no thread");
    for (unsigned i = 0; i < BENCH_CALLS; i++) {
        bench_let_sleep();
        latency.begun = bench_now_ns();
        latency.wake = i + 1;
        bench_futex(&latency.wake, FUTEX_WAKE, 1);
        while (latency.woken == i)
            bench_futex(&latency.woken, FUTEX_WAIT, i);
        value[i] = latency.ran - latency.begun;
    }
    pthread_join(thread, NULL);
    bench_pin(0);
    return bench_median(value, BENCH_CALLS);
}

static void bench_take_lock(void *context, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        KIRQL old = KeAcquireSpinLockRaiseToDpc(context);
        KeReleaseSpinLock(context, old);
    }
}

static NTSTATUS bench_time_lock(void *context)
{
    static KSPIN_LOCK lock;

    *(double *)context = bench_time(bench_take_lock, &lock);
    return STATUS_SUCCESS;
}

static double bench_lock_value(void *context)
{
    double value = 0;

    (void)context;
    KeEnterKernel(bench_time_lock, &value, KernelMode);
    return value;
}

void bench_dpcs(void)
{
    const struct bench_row dpc = {"dpc_latency", "ns", "futex wake, one way", "within 2 x",
        bench_dpc_value, bench_futex_latency, NULL};
    const struct bench_row lock = {
        "spin_lock", "ns", NULL, "under 20", bench_lock_value, NULL, NULL};

    bench_measure(&dpc);
    bench_measure(&lock);
}
