/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Whether a request gets slower as the machine fills up: the null request of ioctl_embedded with
 * many handles open or many devices there, beside itself with few. Each run fills and empties the
 * machine again.
 */
#include <err.h>
#include <stdlib.h>

#include "bench.h"

#define BENCH_HANDLES 100000
#define BENCH_DEVICES 10000

struct bench_growth {
    struct bench_ioctl request;
    HANDLE *handle;
};

static double bench_plain_value(void *context)
{
    struct bench_growth *growth = context;
    return bench_time(bench_repeat_ioctl, &growth->request);
}

/* On a handle from the middle: neither the first entries of the table nor the last. */
static double bench_handles_value(void *context)
{
    struct bench_growth *growth = context;
    struct bench_ioctl request = growth->request;

    for (unsigned i = 0; i < BENCH_HANDLES; i++)
        growth->handle[i] = bench_open(BENCH_BUFFERED_NAME);
    request.device = growth->handle[BENCH_HANDLES / 2];
    double value = bench_time(bench_repeat_ioctl, &request);
    for (unsigned i = 0; i < BENCH_HANDLES; i++)
        CloseHandle(growth->handle[i]);
    return value;
}

static double bench_devices_value(void *context)
{
    struct bench_growth *growth = context;

    bench_control(growth->request.device, BENCH_CREATE_DEVICES, BENCH_DEVICES);
    double value = bench_time(bench_repeat_ioctl, &growth->request);
    bench_control(growth->request.device, BENCH_DELETE_DEVICES, BENCH_DEVICES);
    return value;
}

void bench_growth(void)
{
    struct bench_growth growth = {
        .request = {.device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED}};
    const struct bench_row handles = {"ioctl_100k_handles", "ns", "the same with few handles",
        "no slower", bench_handles_value, bench_plain_value, &growth};
    const struct bench_row devices = {"ioctl_10k_devices", "ns", "the same with few devices",
        "no slower", bench_devices_value, bench_plain_value, &growth};

    growth.handle = calloc(BENCH_HANDLES, sizeof(HANDLE));
    if (growth.handle == NULL)
        errx(1, "out of memory");
    bench_measure_pairs(&handles, BENCH_FEW_PAIRS);
    bench_measure_pairs(&devices, BENCH_FEW_PAIRS);
    free(growth.handle);
    CloseHandle(growth.request.device);
}
