/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From the signalling of an event to its waiter running, beside the same with futexes. Two threads
 * wake each other in turn; half a turn is one wake. Each has a processor of its own if there are
 * two.
 */
#include <err.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

struct bench_pingpong {
    void (*signal)(struct bench_pingpong *pingpong, unsigned side);
    void (*await)(struct bench_pingpong *pingpong, unsigned side);
    atomic_bool stop;
    HANDLE event[2];
    _Atomic uint32_t word[2];
};

static void bench_set_event(struct bench_pingpong *pingpong, unsigned side)
{
    if (!SetEvent(pingpong->event[side]))
        bench_fail("SetEvent");
}

static void bench_await_event(struct bench_pingpong *pingpong, unsigned side)
{
    if (WaitForSingleObject(pingpong->event[side], INFINITE) != WAIT_OBJECT_0)
        bench_fail("WaitForSingleObject");
}

static void bench_set_futex(struct bench_pingpong *pingpong, unsigned side)
{
    pingpong->word[side] = 1;
    syscall(SYS_futex, &pingpong->word[side], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
}

static void bench_await_futex(struct bench_pingpong *pingpong, unsigned side)
{
    while (pingpong->word[side] == 0)
        syscall(
            SYS_futex, &pingpong->word[side], FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0);
    pingpong->word[side] = 0;
}

static void *bench_answer(void *context)
{
    struct bench_pingpong *pingpong = context;

    if (!bench_pin(1))
        bench_pin(0);
    for (;;) {
        pingpong->await(pingpong, 0);
        if (pingpong->stop)
            return NULL;
        pingpong->signal(pingpong, 1);
    }
}

static void bench_repeat_wakes(void *context, unsigned long count)
{
    struct bench_pingpong *pingpong = context;

    for (unsigned long i = 0; i < count; i++) {
        pingpong->signal(pingpong, 0);
        pingpong->await(pingpong, 1);
    }
}

static double bench_turns(struct bench_pingpong *pingpong)
{
    pthread_t thread;

    pingpong->stop = false;
    if (pthread_create(&thread, NULL, bench_answer, pingpong) != 0)
        errx(1, "no thread");
    double value = bench_time(bench_repeat_wakes, pingpong) / 2;
    pingpong->stop = true;
    pingpong->signal(pingpong, 0);
    pthread_join(thread, NULL);
    return value;
}

static double bench_event_value(void *context)
{
    struct bench_pingpong *pingpong = context;

    pingpong->signal = bench_set_event;
    pingpong->await = bench_await_event;
    return bench_turns(pingpong);
}

static double bench_futex_value(void *context)
{
    struct bench_pingpong *pingpong = context;

    pingpong->signal = bench_set_futex;
    pingpong->await = bench_await_futex;
    return bench_turns(pingpong);
}

void bench_wake(void)
{
    static struct bench_pingpong pingpong;
    const struct bench_row row = {"event_wake", "ns", "futex wake", "within 1.5 x",
        bench_event_value, bench_futex_value, &pingpong};

    for (unsigned side = 0; side < 2; side++) {
        pingpong.event[side] = CreateEventA(NULL, FALSE, FALSE, NULL);
        if (pingpong.event[side] == NULL)
            bench_fail("CreateEvent");
    }
    bench_measure(&row);
    for (unsigned side = 0; side < 2; side++)
        CloseHandle(pingpong.event[side]);
}
