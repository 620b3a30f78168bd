/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loading a driver up to its first completed request, in a machine that is up; taking it down again
 * is not counted.
 */
#include "bench.h"

#define BENCH_LOADS 11

static double bench_load_value(void *context)
{
    double time[BENCH_LOADS];
    (void)context;

    for (unsigned i = 0; i < BENCH_LOADS; i++) {
        double start = bench_now_ns();
        bench_start_driver();
        struct bench_ioctl request = {
            .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
        bench_repeat_ioctl(&request, 1);
        time[i] = (bench_now_ns() - start) / 1000;
        CloseHandle(request.device);
        bench_stop_driver();
    }
    return bench_median(time, BENCH_LOADS);
}

static double bench_by_hand_value(void *context)
{
    double time[BENCH_LOADS];
    (void)context;

    for (unsigned i = 0; i < BENCH_LOADS; i++) {
        double start = bench_now_ns();
        bench_map_by_hand(bench_paths.driver);
        time[i] = (bench_now_ns() - start) / 1000;
    }
    return bench_median(time, BENCH_LOADS);
}

void bench_loading(void)
{
    const struct bench_row row = {"load_embedded", "us", "mmap and relocate by hand",
        "under 1000 us", bench_load_value, bench_by_hand_value, NULL};

    bench_measure(&row);
}
