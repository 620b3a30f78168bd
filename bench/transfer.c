/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Long transfers. A buffered one costs a copy, and the limit is that copy; a direct one costs
 * describing and checking the caller's pages, and the same copy shows what that saves.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

void bench_repeat_transfer(void *context, unsigned long count)
{
    const struct bench_transfer *transfer = context;
    DWORD done;

    for (unsigned long i = 0; i < count; i++) {
        BOOL good;
        if (transfer->write)
            good = WriteFile(transfer->device, transfer->buffer, BENCH_LONG_TRANSFER, &done, NULL);
        else
            good = ReadFile(transfer->device, transfer->buffer, BENCH_LONG_TRANSFER, &done, NULL);
        if (!good || done != BENCH_LONG_TRANSFER)
            bench_fail("a long transfer");
    }
}

void bench_repeat_copy(void *context, unsigned long count)
{
    const struct bench_transfer *transfer = context;

    for (unsigned long i = 0; i < count; i++) {
        memcpy(transfer->other, transfer->buffer, BENCH_LONG_TRANSFER);
        __asm__ volatile("" ::: "memory"); /* each copy counts */
    }
}

static double bench_transfer_value(void *context)
{
    return bench_time(bench_repeat_transfer, context) / 1000;
}

static double bench_copy_value(void *context)
{
    return bench_time(bench_repeat_copy, context) / 1000;
}

struct bench_transfer bench_new_transfer(bool write)
{
    struct bench_transfer transfer = {.write = write,
        .buffer = aligned_alloc(4096, BENCH_LONG_TRANSFER),
        .other = aligned_alloc(4096, BENCH_LONG_TRANSFER)};

    if (transfer.buffer == NULL || transfer.other == NULL)
        errx(1, "out of memory");
    memset(transfer.buffer, 0x5A, BENCH_LONG_TRANSFER);
    memset(transfer.other, 0, BENCH_LONG_TRANSFER);
    return transfer;
}

void bench_free_transfer(struct bench_transfer *transfer)
{
    free(transfer->buffer);
    free(transfer->other);
}

static void bench_transfer(const char *name, const char *device, bool write, const char *target)
{
    struct bench_transfer transfer;
    const struct bench_row row = {name, "us", "memcpy of the same bytes", target,
        bench_transfer_value, bench_copy_value, &transfer};

    if (!bench_wanted(name))
        return;
    transfer = bench_new_transfer(write);
    transfer.device = bench_open(device);
    bench_measure(&row);
    CloseHandle(transfer.device);
    bench_free_transfer(&transfer);
}

void bench_transfers(void)
{
    bench_transfer("transfer_buffered_1m", BENCH_BUFFERED_NAME, true, "within 1.3 x");
    bench_transfer("transfer_buffered_read_1m", BENCH_BUFFERED_NAME, false, "within 1.3 x");
    bench_transfer("transfer_direct_1m", BENCH_DIRECT_NAME, true, "mapping cost only");
    bench_transfer("transfer_direct_read_1m", BENCH_DIRECT_NAME, false, "mapping cost only");
}
