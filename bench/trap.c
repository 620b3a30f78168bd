/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A trapped port access of the driver beside the least a trap can cost: the same instruction here,
 * and a signal handler that steps over it.
 */
#include <err.h>
#include <signal.h>
#include <ucontext.h>

#include "bench.h"

static void bench_repeat_port(void *context, unsigned long count)
{
    bench_control(context, BENCH_READ_PORT, (DWORD)count);
}

static double bench_port_value(void *context)
{
    return bench_time(bench_repeat_port, context);
}

static void bench_step_over(int number, siginfo_t *information, void *context)
{
    ucontext_t *interrupted = context;

    (void)number;
    (void)information;
    interrupted->uc_mcontext.gregs[REG_RIP]++; /* in al, dx is one byte */
}

static void bench_repeat_bare_port(void *context, unsigned long count)
{
    (void)context;
    for (unsigned long i = 0; i < count; i++) {
        UCHAR byte;
        __asm__ volatile("inb %1, %0" : "=a"(byte) : "d"((USHORT)BENCH_PORT));
    }
}

/* The machine's handler makes room meanwhile; this thread is in no request. */
static double bench_signal_value(void *context)
{
    struct sigaction action = {.sa_sigaction = bench_step_over}, before;

    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSEGV, &action, &before) != 0)
        err(1, "sigaction");
    double value = bench_time(bench_repeat_bare_port, context);
    sigaction(SIGSEGV, &before, NULL);
    return value;
}

void bench_trap(void)
{
    HANDLE device = bench_open(BENCH_BUFFERED_NAME);
    const struct bench_row row = {"port_trap", "ns", "bare SIGSEGV round trip", "within 1.5 x",
        bench_port_value, bench_signal_value, device};

    bench_measure(&row);
    CloseHandle(device);
}
