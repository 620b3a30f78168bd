/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the verifier costs: the null request of ioctl_embedded on machines that check the driver,
 * each with one flag, beside the same request on a machine that checks nothing. There is one
 * machine a process, so that one is measured first.
 */
#include "bench.h"
#include "dotsys/dotsys.h"

#define BENCH_REPEATS 5

struct bench_verified {
    struct bench_ioctl request;
    double plain; /* ns */
};

static double bench_verified_value(void *context)
{
    struct bench_verified *verified = context;
    return bench_time(bench_repeat_ioctl, &verified->request);
}

static double bench_plain_value(void *context)
{
    const struct bench_verified *verified = context;
    return verified->plain;
}

static void bench_begin(struct bench_verified *verified, uint32_t flags)
{
    bench_open_machine_verifying(flags);
    bench_start_driver();
    verified->request = (struct bench_ioctl){
        .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
}

static void bench_end(struct bench_verified *verified)
{
    CloseHandle(verified->request.device);
    bench_stop_driver();
    bench_close_machine();
}

static double bench_plain(void)
{
    struct bench_verified verified;
    double best = 0;

    bench_begin(&verified, 0);
    for (int i = 0; i < BENCH_REPEATS; i++) {
        const double value = bench_verified_value(&verified);
        best = i == 0 || value < best ? value : best;
    }
    bench_end(&verified);
    return best;
}

void bench_verifying(void)
{
    static const struct {
        const char *name, *target;
        uint32_t flags;
    } rows[] = {
        {"verify_standard", "under 10 x", DOTSYS_VERIFY_STANDARD},
        {"verify_special_pool", NULL, DOTSYS_VERIFY_SPECIAL_POOL},
        {"verify_irql", NULL, DOTSYS_VERIFY_FORCE_IRQL},
        {"verify_low_resources", NULL, DOTSYS_VERIFY_LOW_RESOURCES},
        {"verify_pool_tracking", NULL, DOTSYS_VERIFY_POOL_TRACKING},
        {"verify_io", NULL, DOTSYS_VERIFY_IO},
        {"verify_deadlock", NULL, DOTSYS_VERIFY_DEADLOCK},
        {"verify_enhanced_io", NULL, DOTSYS_VERIFY_ENHANCED_IO},
        {"verify_security", NULL, DOTSYS_VERIFY_SECURITY},
        {"verify_misc", NULL, DOTSYS_VERIFY_MISC},
        {"verify_ddi", NULL, DOTSYS_VERIFY_DDI},
    };
    struct bench_verified verified;
    double plain = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct bench_row row = {rows[i].name, "ns", "the same without the verifier",
            rows[i].target, bench_verified_value, bench_plain_value, &verified};
        if (!bench_wanted(rows[i].name))
            continue;
        plain = plain > 0 ? plain : bench_plain();
        bench_begin(&verified, rows[i].flags);
        verified.plain = plain;
        bench_measure(&row);
        bench_end(&verified);
    }
}
