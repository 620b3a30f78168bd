/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The machine under measurement, in this process, and its driver. */
#include <err.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "dotsys/dotsys.h"

struct bench_paths bench_paths;

static dotsys_machine *bench_machine;

void bench_find_paths(void)
{
    char folder[2048];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof(folder) - 1);

    if (length < 0)
        err(1, "/proc/self/exe");
    folder[length] = '\0';
    snprintf(bench_paths.self, sizeof(bench_paths.self), "%s", folder);
    dirname(folder);
    snprintf(bench_paths.driver, sizeof(bench_paths.driver), "%s/benchdrv.sys", folder);
    snprintf(bench_paths.dotsys, sizeof(bench_paths.dotsys), "%s/../dotsys", folder);
}

void bench_fail(const char *what)
{
    errx(1, "%s failed with error %u", what, GetLastError());
}

/* Start and stop of the driver are not news here. */
static void bench_log(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

void bench_open_machine_verifying(uint32_t flags)
{
    dotsys_options options = {.size = sizeof(options), .log = bench_log, .verify = flags};

    if (dotsys_machine_open(&options, &bench_machine) != DOTSYS_OK)
        errx(1, "no machine: %s", dotsys_last_message());
}

void bench_open_machine(void)
{
    bench_open_machine_verifying(0);
}

void bench_close_machine(void)
{
    if (dotsys_machine_close(bench_machine) != 0)
        errx(1, "the machine found something wrong, see above: the numbers are worth nothing");
}

void bench_start_driver(void)
{
    if (dotsys_driver_start(bench_machine, "benchdrv", bench_paths.driver) != DOTSYS_OK)
        errx(1, "%s", dotsys_last_message());
}

void bench_stop_driver(void)
{
    if (dotsys_driver_stop(bench_machine, "benchdrv") != DOTSYS_OK)
        errx(1, "%s", dotsys_last_message());
}

HANDLE bench_open(const char *name)
{
    HANDLE device = CreateFileA(
        name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (device == INVALID_HANDLE_VALUE)
        bench_fail("CreateFile");
    return device;
}

void bench_control(HANDLE device, DWORD code, DWORD number)
{
    DWORD returned;

    if (!DeviceIoControl(device, code, &number, sizeof(number), NULL, 0, &returned, NULL))
        bench_fail("DeviceIoControl");
}
