/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * User memory: mappings of this process beside those of the program and its libraries, and what
 * there is in this
 *          or another
 * process, by Linux's own list of it. Nothing here replaces a mapping that somebody else made.
 */
#include "host/hostp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define HOST_MAPS_BYTES 8192u

/* One after the other, the mappings a process has. */
struct host_maps {
    int file;
    size_t at, end;
    char text[HOST_MAPS_BYTES];
};

struct host_mapping {
    uintptr_t start, end; /* end: the byte behind */
    unsigned protection;
    bool shared, file;
};

static int host_maps_open(uint32_t process, struct host_maps *maps)
{
    char path[32] = "/proc/self/maps";
    if (process != 0)
        snprintf(path, sizeof(path), "/proc/%u/maps", process);
    maps->file = open(path, O_RDONLY | O_CLOEXEC);
    maps->at = maps->end = 0;
    return maps->file >= 0 ? 0 : errno;
}

static int host_maps_byte(struct host_maps *maps)
{
    if (maps->at == maps->end) {
        ssize_t got = read(maps->file, maps->text, sizeof(maps->text));
        if (got <= 0)
            return -1;
        maps->at = 0;
        maps->end = (size_t)got;
    }
    return (unsigned char)maps->text[maps->at++];
}

/* A hexadecimal number and the byte behind it. */
static uint64_t host_maps_number(struct host_maps *maps, int *behind)
{
    uint64_t value = 0;
    for (;;) {
        int byte = host_maps_byte(maps);
        int digit = byte >= '0' && byte <= '9' ? byte - '0'
            : byte >= 'a' && byte <= 'f'       ? byte - 'a' + 10
                                               : -1;
        *behind = byte;
        if (digit < 0)
            return value;
        value = value << 4 | (unsigned)digit;
    }
}

/* "start-end rwxp offset device inode path" */
static bool host_maps_next(struct host_maps *maps, struct host_mapping *mapping)
{
    int byte;
    mapping->start = (uintptr_t)host_maps_number(maps, &byte);
    if (byte != '-')
        return false;
    uint64_t end = host_maps_number(maps, &byte);
    mapping->end = end > UINTPTR_MAX ? UINTPTR_MAX : (uintptr_t)end;
    mapping->protection = 0;
    mapping->protection |= host_maps_byte(maps) == 'r' ? HOST_READ : 0u;
    mapping->protection |= host_maps_byte(maps) == 'w' ? HOST_WRITE : 0u;
    mapping->protection |= host_maps_byte(maps) == 'x' ? HOST_EXECUTE : 0u;
    mapping->shared = host_maps_byte(maps) == 's';
    host_maps_byte(maps);
    host_maps_number(maps, &byte);
    host_maps_number(maps, &byte); /* device, before and behind the colon */
    host_maps_number(maps, &byte);
    mapping->file = false;
    for (byte = host_maps_byte(maps); byte >= 0 && byte != '\n' && byte != ' ';
         byte = host_maps_byte(maps))
        mapping->file |= byte != '0';
    while (byte >= 0 && byte != '\n')
        byte = host_maps_byte(maps);
    return true;
}

int host_user_query(uint32_t process, uintptr_t address, struct host_user_memory *memory)
{
    struct host_maps maps;
    struct host_mapping mapping;
    int error = host_maps_open(process, &maps);
    if (error != 0)
        return error;
    uintptr_t free_from = 0;
    *memory = (struct host_user_memory){.base = 0};
    error = ENOENT;
    memory->size_bytes = 0;
    while (host_maps_next(&maps, &mapping)) {
        if (mapping.end <= address) {
            free_from = mapping.end;
            continue;
        }
        if (mapping.start <= address) {
            *memory = (struct host_user_memory){mapping.start, mapping.end - mapping.start,
                mapping.protection, mapping.shared, mapping.file};
            error = 0;
        } else {
            memory->size_bytes = mapping.start - free_from;
        }
        break;
    }
    close(maps.file);
    if (error != 0) {
        memory->base = free_from;
        if (memory->size_bytes == 0)
            memory->size_bytes = UINTPTR_MAX - free_from;
    }
    return error;
}

static uintptr_t host_fit(
    uintptr_t from, uintptr_t to, size_t size_bytes, size_t align_bytes, bool top_down)
{
    uintptr_t start = (from + align_bytes - 1) & ~(uintptr_t)(align_bytes - 1);
    if (start < from || start >= to || to - start < size_bytes)
        return 0;
    return top_down ? (to - size_bytes) & ~(uintptr_t)(align_bytes - 1) : start;
}

uintptr_t host_user_find(uint32_t process, size_t size_bytes, uintptr_t low, uintptr_t high,
    size_t align_bytes, bool top_down)
{
    struct host_maps maps;
    struct host_mapping mapping;
    uintptr_t free_from = low, found = 0;
    bool more = true;
    if (host_maps_open(process, &maps) != 0)
        return 0;
    while (more && free_from < high) {
        more = host_maps_next(&maps, &mapping);
        uintptr_t free_to = more && mapping.start < high ? mapping.start : high;
        uintptr_t fit = free_from < free_to
            ? host_fit(free_from, free_to, size_bytes, align_bytes, top_down)
            : 0;
        if (fit != 0)
            found = fit;
        if (fit != 0 && !top_down)
            break;
        if (more && mapping.end > free_from)
            free_from = mapping.end;
    }
    close(maps.file);
    return found;
}

int host_user_map(uintptr_t address, size_t size_bytes, unsigned protection, int file,
    uint64_t offset, bool shared)
{
    int flags = shared ? MAP_SHARED : MAP_PRIVATE;
    int from = file == HOST_RAM_FILE ? host_ram_file() : file;
    if (from < 0)
        flags |= MAP_ANONYMOUS;
    void *at = mmap((void *)address, size_bytes, host_linux_protection(protection),
        flags | MAP_NORESERVE | MAP_FIXED_NOREPLACE, from, (off_t)offset);
    if (at == MAP_FAILED)
        return errno;
    if (at != (void *)address) { /* a Linux that does not know the flag */
        munmap(at, size_bytes);
        return EEXIST;
    }
    return 0;
}

void host_user_unmap(uintptr_t address, size_t size_bytes)
{
    munmap((void *)address, size_bytes);
}

void host_user_discard(uintptr_t address, size_t size_bytes)
{
    madvise((void *)address, size_bytes, MADV_DONTNEED);
}

int host_user_flush(uintptr_t address, size_t size_bytes)
{
    return msync((void *)address, size_bytes, MS_SYNC) == 0 ? 0 : errno;
}

int host_view_map(
    void *address, size_t size_bytes, unsigned protection, int file, uint64_t offset, bool shared)
{
    void *at = mmap(address, size_bytes, host_linux_protection(protection),
        (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_NORESERVE | MAP_FIXED, file, (off_t)offset);
    return at == MAP_FAILED ? errno : 0;
}
