/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Throughput of null requests on two processors at once, each thread on a file of its own of the
 * same device, beside one thread's. Both threads measure until both are done, so that neither runs
 * alone.
 */
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>

#include "bench.h"

struct bench_scale {
    struct bench_ioctl request[2];
    pthread_barrier_t start;
    atomic_uint done;
};

struct bench_side {
    struct bench_scale *scale;
    unsigned number;
    double rate; /* millions a second */
};

static double bench_rate(struct bench_ioctl *request)
{
    return 1000 / bench_time(bench_repeat_ioctl, request);
}

static void *bench_side(void *context)
{
    struct bench_side *side = context;
    struct bench_scale *scale = side->scale;

    bench_pin(side->number);
    pthread_barrier_wait(&scale->start);
    side->rate = bench_rate(&scale->request[side->number]);
    scale->done++;
    while (scale->done < 2)
        bench_repeat_ioctl(&scale->request[side->number], 100);
    return NULL;
}

static double bench_both_value(void *context)
{
    struct bench_scale *scale = context;
    struct bench_side side[2] = {{.scale = scale, .number = 0}, {.scale = scale, .number = 1}};
    pthread_t thread;

    scale->done = 0;
    if (pthread_barrier_init(&scale->start, NULL, 2) != 0 ||
        pthread_create(&thread, NULL, bench_side, &side[1]) != 0)
        errx(1, "no thread");
    bench_side(&side[0]);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&scale->start);
    return side[0].rate + side[1].rate;
}

static double bench_one_value(void *context)
{
    struct bench_scale *scale = context;

    return bench_rate(&scale->request[0]);
}

void bench_scale(void)
{
    static struct bench_scale scale;
    const struct bench_row row = {"scale_2_cores", "M/s", "one core", "at least 1.8 x",
        bench_both_value, bench_one_value, &scale};

    bool two = bench_pin(1);
    bench_pin(0);
    if (!two) {
        warnx("scale_2_cores needs two processors: left out");
        return;
    }
    for (unsigned i = 0; i < 2; i++)
        scale.request[i] = (struct bench_ioctl){
            .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
    bench_measure(&row);
    for (unsigned i = 0; i < 2; i++)
        CloseHandle(scale.request[i].device);
}
