/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Timing loops, medians, and keeping a thread on one processor. */
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"

#define BENCH_BATCHES 35
#define BENCH_BATCH_NS 100000.0 /* the clock's own cost does not show in so long a batch */

double bench_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int bench_compare(const void *first, const void *second)
{
    double a = *(const double *)first, b = *(const double *)second;

    return (a > b) - (a < b);
}

double bench_median(double *values, unsigned count)
{
    qsort(values, count, sizeof(values[0]), bench_compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double bench_batch(bench_repeat repeat, void *context, unsigned long count)
{
    double start = bench_now_ns();

    repeat(context, count);
    return bench_now_ns() - start;
}

/*
 * Doubling also warms caches, branch predictors and the kernel's magazines up. A batch is only long
 * enough when it is so twice: the first call of a thread does more than the others.
 */
static unsigned long bench_batch_size(bench_repeat repeat, void *context)
{
    unsigned long count = 1;

    while (bench_batch(repeat, context, count) < BENCH_BATCH_NS ||
           bench_batch(repeat, context, count) < BENCH_BATCH_NS)
        count *= 2;
    return count;
}

double bench_time(bench_repeat repeat, void *context)
{
    double batch[BENCH_BATCHES];
    unsigned long count = bench_batch_size(repeat, context);

    for (unsigned i = 0; i < BENCH_BATCHES; i++)
        batch[i] = bench_batch(repeat, context, count) / (double)count;
    return bench_median(batch, BENCH_BATCHES);
}

static cpu_set_t bench_allowed; /* before the first pinning */

bool bench_pin_thread(pid_t thread, unsigned number)
{
    cpu_set_t one;

    if (CPU_COUNT(&bench_allowed) == 0 &&
        sched_getaffinity(0, sizeof(bench_allowed), &bench_allowed) != 0)
        return false;
    for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
        if (!CPU_ISSET(cpu, &bench_allowed) || number-- != 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        return sched_setaffinity(thread, sizeof(one), &one) == 0;
    }
    return false;
}

void bench_unpin_thread(pid_t thread)
{
    sched_setaffinity(thread, sizeof(bench_allowed), &bench_allowed);
}

bool bench_pin(unsigned number)
{
    return bench_pin_thread(0, number);
}

void bench_unpin(void)
{
    bench_unpin_thread(0);
}
