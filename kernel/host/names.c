/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Names of images as exec gives them, from the records Linux keeps for profilers: one ring of them
 * for each processor, read only when /proc has no answer any more. A ring that overflowed has lost
 * names, nothing else.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/watchp.h"

#define HOST_RING_BYTES (16u * HOST_PAGE_SIZE)

struct host_comm_record {
    struct perf_event_header header;
    uint32_t process, thread;
    char name[16];
};

int host_process_names(unsigned processor, int *ring)
{
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof(attributes));
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.comm = 1;
    attributes.comm_exec = 1;
    *ring = (int)syscall(
        SYS_perf_event_open, &attributes, -1, (int)processor, -1, PERF_FLAG_FD_CLOEXEC);
    return *ring >= 0 ? 0 : errno;
}

static bool host_ring_open(struct host_ring *ring, unsigned processor)
{
    if (host_process_names(processor, &ring->file) != 0)
        return false;
    ring->memory = mmap(
        NULL, HOST_PAGE_SIZE + HOST_RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring->file, 0);
    if (ring->memory != MAP_FAILED)
        return true;
    close(ring->file);
    return false;
}

void host_names_open(struct host_process_watch *watch)
{
    long processors = sysconf(_SC_NPROCESSORS_CONF);
    for (long number = 0; number < processors && watch->ring_count < HOST_WATCH_CPUS; number++) {
        if (host_ring_open(&watch->ring[watch->ring_count], (unsigned)number))
            watch->ring_count++;
    }
}

void host_names_close(struct host_process_watch *watch)
{
    while (watch->ring_count > 0) {
        struct host_ring *ring = &watch->ring[--watch->ring_count];
        munmap(ring->memory, HOST_PAGE_SIZE + HOST_RING_BYTES);
        close(ring->file);
    }
}

static void host_ring_copy(const struct host_ring *ring, uint64_t at, void *to, size_t bytes)
{
    const uint8_t *data = (const uint8_t *)ring->memory + HOST_PAGE_SIZE;
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)to)[i] = data[(at + i) & (HOST_RING_BYTES - 1)];
}

static void host_ring_learn(struct host_process_watch *watch, struct host_ring *ring)
{
    struct perf_event_mmap_page *page = ring->memory;
    uint64_t head = atomic_load_explicit(
        (_Atomic uint64_t *)(void *)&page->data_head, memory_order_acquire);
    uint64_t at = page->data_tail;
    while (at < head) {
        struct host_comm_record record;
        memset(&record, 0, sizeof(record));
        host_ring_copy(ring, at, &record.header, sizeof(record.header));
        if (record.header.size < sizeof(record.header))
            break;
        if (record.header.type == PERF_RECORD_COMM &&
            (record.header.misc & PERF_RECORD_MISC_COMM_EXEC)) {
            host_ring_copy(ring, at, &record,
                record.header.size < sizeof(record) ? record.header.size : sizeof(record));
            record.name[sizeof(record.name) - 1] = 0;
            struct host_name *kept = &watch->name[record.process & (HOST_WATCH_NAMES - 1)];
            kept->id = record.process;
            memcpy(kept->name, record.name, sizeof(record.name));
        }
        at += record.header.size;
    }
    atomic_store_explicit((_Atomic uint64_t *)(void *)&page->data_tail, head, memory_order_release);
}

void host_names_learn(struct host_process_watch *watch)
{
    for (unsigned i = 0; i < watch->ring_count; i++)
        host_ring_learn(watch, &watch->ring[i]);
}

void host_names_find(struct host_process_watch *watch, uint32_t id, char name[16])
{
    const struct host_name *kept = &watch->name[id & (HOST_WATCH_NAMES - 1)];
    host_names_learn(watch);
    if (kept->id == id)
        memcpy(name, kept->name, sizeof(kept->name));
}
