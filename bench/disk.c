/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Synchronous reads of the disk in memory, beside pread of such a memory file. The way through the
 * stack hands the request to the disk's thread and back, which is two wakes: what a small read
 * costs.
 */
#include <err.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

#define BENCH_SECTOR 512u
#define BENCH_DISK_LONG (1u << 20)

struct bench_disk {
    HANDLE disk;
    int file;
    DWORD bytes;
    UCHAR *buffer;
};

static void bench_repeat_disk(void *context, unsigned long count)
{
    const struct bench_disk *disk = context;
    DWORD done;

    for (unsigned long i = 0; i < count; i++) {
        OVERLAPPED at = {.Offset = 0};
        if (!ReadFile(disk->disk, disk->buffer, disk->bytes, &done, &at) || done != disk->bytes)
            bench_fail("reading the disk");
    }
}

static void bench_repeat_pread(void *context, unsigned long count)
{
    const struct bench_disk *disk = context;

    for (unsigned long i = 0; i < count; i++) {
        if (pread(disk->file, disk->buffer, disk->bytes, 0) != (ssize_t)disk->bytes)
            err(1, "pread");
    }
}

static double bench_disk_value(void *context)
{
    return bench_time(bench_repeat_disk, context) / 1000;
}

static double bench_pread_value(void *context)
{
    return bench_time(bench_repeat_pread, context) / 1000;
}

static void bench_disk_row(const char *name, struct bench_disk *disk, DWORD bytes)
{
    const struct bench_row row = {
        name, "us", "pread of the same bytes", NULL, bench_disk_value, bench_pread_value, disk};

    disk->bytes = bytes;
    bench_measure(&row);
}

/* Both read pages that are there: a hole would be filled with zeros instead of being copied. */
static void bench_fill(struct bench_disk *disk)
{
    OVERLAPPED at = {.Offset = 0};
    DWORD done;

    if (!ReadFile(disk->disk, disk->buffer, BENCH_DISK_LONG, &done, &at) ||
        !WriteFile(disk->disk, disk->buffer, BENCH_DISK_LONG, &done, &at))
        bench_fail("filling the disk");
    disk->file = memfd_create("bench", MFD_CLOEXEC);
    if (disk->file < 0 ||
        write(disk->file, disk->buffer, BENCH_DISK_LONG) != (ssize_t)BENCH_DISK_LONG)
        err(1, "memfd");
}

void bench_disk(void)
{
    struct bench_disk disk = {.file = -1};

    if (!bench_wanted("disk_read_512") && !bench_wanted("disk_read_1m"))
        return;
    disk.disk = bench_open("\\\\.\\PhysicalDrive0");
    disk.buffer = aligned_alloc(4096, BENCH_DISK_LONG);
    if (disk.buffer == NULL)
        err(1, "no memory");
    bench_fill(&disk);
    bench_disk_row("disk_read_512", &disk, BENCH_SECTOR);
    bench_disk_row("disk_read_1m", &disk, BENCH_DISK_LONG);
    close(disk.file);
    free(disk.buffer);
    CloseHandle(disk.disk);
}
