/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests as a client makes them: control codes of the four methods, small reads and writes. Each
 * stands beside the driver's routine for the same request called bare with one allocation and copy.
 */
#include <string.h>

#include "bench.h"

#define BENCH_INPUT 64
#define BENCH_PAGE 4096

static UCHAR bench_page[BENCH_PAGE] __attribute__((aligned(BENCH_PAGE)));
static UCHAR bench_input[BENCH_INPUT];

void bench_repeat_ioctl(void *context, unsigned long count)
{
    const struct bench_ioctl *request = context;
    DWORD returned;

    for (unsigned long i = 0; i < count; i++) {
        if (!DeviceIoControl(request->device, request->code, request->input, request->input_bytes,
                request->output, request->output_bytes, &returned, NULL))
            bench_fail("DeviceIoControl");
    }
}

/* ---- control codes ------------------------------------------------------------------------- */

struct bench_pair {
    struct bench_ioctl request;
    struct bench_bare bare;
};

static double bench_ioctl_value(void *context)
{
    struct bench_pair *pair = context;
    return bench_time(bench_repeat_ioctl, &pair->request);
}

static double bench_bare_copy_value(void *context)
{
    struct bench_pair *pair = context;
    return bench_time(bench_repeat_bare_copy, &pair->bare);
}

static double bench_bare_value(void *context)
{
    struct bench_pair *pair = context;
    return bench_time(bench_repeat_bare, &pair->bare);
}

#define BENCH_COPY_LIMIT "dispatch routine + allocation and copy"

static void bench_ioctl(const char *name, const char *target, struct bench_ioctl request)
{
    struct bench_pair pair = {.request = request};
    const struct bench_row row = {
        name, "ns", BENCH_COPY_LIMIT, target, bench_ioctl_value, bench_bare_copy_value, &pair};

    if (!bench_wanted(name))
        return;
    bench_prepare_bare(&pair.bare, request.device, IRP_MJ_DEVICE_CONTROL, request.code,
        request.input, request.input_bytes);
    bench_measure(&row);
    bench_free_bare(&pair.bare);
}

static void bench_dispatch(HANDLE device)
{
    struct bench_pair pair;
    const struct bench_row row = {"dispatch_with_copy", "ns", "dispatch routine called bare", NULL,
        bench_bare_copy_value, bench_bare_value, &pair};

    bench_prepare_bare(&pair.bare, device, IRP_MJ_DEVICE_CONTROL, BENCH_NULL_BUFFERED, NULL, 0);
    bench_measure(&row);
    bench_free_bare(&pair.bare);
}

/* ---- reads and writes ---------------------------------------------------------------------- */

struct bench_small {
    HANDLE device;
    DWORD bytes;
    struct bench_bare bare;
};

static void bench_repeat_read(void *context, unsigned long count)
{
    const struct bench_small *small = context;
    DWORD done;

    for (unsigned long i = 0; i < count; i++) {
        if (!ReadFile(small->device, bench_page, small->bytes, &done, NULL) || done != small->bytes)
            bench_fail("ReadFile");
    }
}

static void bench_repeat_write(void *context, unsigned long count)
{
    const struct bench_small *small = context;
    DWORD done;

    for (unsigned long i = 0; i < count; i++) {
        if (!WriteFile(small->device, bench_page, small->bytes, &done, NULL) ||
            done != small->bytes)
            bench_fail("WriteFile");
    }
}

static double bench_read_value(void *context)
{
    return bench_time(bench_repeat_read, context);
}

static double bench_write_value(void *context)
{
    return bench_time(bench_repeat_write, context);
}

static double bench_small_limit(void *context)
{
    struct bench_small *small = context;
    return bench_time(bench_repeat_bare_copy, &small->bare);
}

static void bench_small(const char *name, HANDLE device, bool write, DWORD bytes)
{
    struct bench_small small = {.device = device, .bytes = bytes};
    const struct bench_row row = {name, "ns", BENCH_COPY_LIMIT, "under 4 x",
        write ? bench_write_value : bench_read_value, bench_small_limit, &small};

    bench_prepare_bare(
        &small.bare, device, write ? IRP_MJ_WRITE : IRP_MJ_READ, 0, bench_page, bytes);
    bench_measure(&row);
    bench_free_bare(&small.bare);
}

void bench_requests(void)
{
    HANDLE device = bench_open(BENCH_BUFFERED_NAME);
    struct bench_ioctl none = {.device = device, .code = BENCH_NULL_BUFFERED};
    struct bench_ioctl some = {
        device, BENCH_NULL_BUFFERED, bench_input, bench_page, BENCH_INPUT, BENCH_INPUT};

    memset(bench_page, 0x5A, sizeof(bench_page));
    bench_dispatch(device);
    bench_ioctl("ioctl_embedded", "under 120 ns and 4 x", none);
    bench_ioctl("ioctl_buffered_64", NULL, some);
    some.output_bytes = BENCH_PAGE;
    some.code = BENCH_NULL_IN_DIRECT;
    bench_ioctl("ioctl_in_direct", NULL, some);
    some.code = BENCH_NULL_OUT_DIRECT;
    bench_ioctl("ioctl_out_direct", NULL, some);
    some.code = BENCH_NULL_NEITHER;
    bench_ioctl("ioctl_neither", NULL, some);
    bench_small("read_64", device, false, 64);
    bench_small("write_64", device, true, 64);
    bench_small("read_4k", device, false, 4096);
    bench_small("write_4k", device, true, 4096);
    CloseHandle(device);
}
