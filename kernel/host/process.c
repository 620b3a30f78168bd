/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Facts about the host's processes, from /proc. Each is as of the moment it was read; a process may
 * be gone before the call returns. A process that has ended and waits for its parent counts as
 * gone.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/watchp.h"

#define HOST_KTHREADD 2u
#define HOST_NANOSECONDS 1000000000u
#define HOST_TICKS_PER_SECOND 10000000u

/* The first size - 1 bytes of a file of /proc, with a NUL behind. */
static int host_proc_read(uint32_t id, const char *name, char *text, size_t size, size_t *length)
{
    char path[48];
    snprintf(path, sizeof(path), "/proc/%u/%s", id, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno;
    ssize_t count = read(file, text, size - 1);
    int error = count < 0 ? errno : 0;
    close(file);
    if (error != 0)
        return error;
    text[count] = 0;
    *length = (size_t)count;
    return 0;
}

/* Fields of stat behind the name, counted as proc(5) does: 3 is the state. */
static bool host_stat_parse(char *at, struct host_stat *stat)
{
    unsigned long long value[23] = {0};
    if (at[0] != ' ' || at[1] == 0)
        return false;
    stat->state = at[1];
    at += 2;
    for (unsigned field = 4; field <= 22; field++) {
        char *end;
        value[field] = (unsigned long long)strtoll(at, &end, 10);
        if (end == at)
            return false;
        at = end;
    }
    stat->parent = (uint32_t)value[4];
    stat->threads = (uint32_t)value[20];
    stat->start = value[22];
    return true;
}

int host_stat_read(uint32_t id, struct host_stat *stat)
{
    char text[512];
    size_t length;
    int error = host_proc_read(id, "stat", text, sizeof(text), &length);
    if (error != 0)
        return error == ENOENT ? ESRCH : error;
    /* The name stands in parentheses and may contain some itself. */
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (open == NULL || close == NULL || close < open || !host_stat_parse(close + 1, stat))
        return ESRCH;
    *close = 0;
    stat->id = id;
    snprintf(stat->name, sizeof(stat->name), "%.15s", open + 1);
    return 0;
}

bool host_stat_ended(const struct host_stat *stat)
{
    return (stat->state == 'Z' || stat->state == 'X') && stat->threads <= 1;
}

bool host_stat_kernel(const struct host_stat *stat)
{
    return stat->id == HOST_KTHREADD || stat->parent == HOST_KTHREADD;
}

static uint64_t host_nanoseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * HOST_NANOSECONDS + (uint64_t)now.tv_nsec;
}

uint64_t host_stat_started(const struct host_stat *stat)
{
    uint64_t start = stat->start * (HOST_TICKS_PER_SECOND / (uint64_t)sysconf(_SC_CLK_TCK));
    return host_clock_utc() - host_nanoseconds(CLOCK_BOOTTIME) / 100 + start;
}

uint64_t host_monotonic_to_utc(uint64_t nanoseconds)
{
    return host_clock_utc() - (host_nanoseconds(CLOCK_MONOTONIC) - nanoseconds) / 100;
}

int host_process_query(uint32_t id, struct host_process *process)
{
    char text[1024], *line;
    size_t length;
    struct host_stat stat;
    if (host_told_query(id, process))
        return 0;
    int error = host_stat_read(id, &stat);
    if (error != 0)
        return error;
    if (host_stat_ended(&stat) || host_stat_kernel(&stat))
        return ESRCH;
    /* /proc has threads under their own numbers, too, if one asks for them. */
    error = host_proc_read(id, "status", text, sizeof(text), &length);
    if (error != 0)
        return error == ENOENT ? ESRCH : error;
    line = strstr(text, "\nTgid:");
    if (line != NULL && (uint32_t)strtoul(line + 6, NULL, 10) != id)
        return ESRCH;
    process->id = id;
    process->parent = stat.parent;
    process->started = host_stat_started(&stat);
    memcpy(process->name, stat.name, sizeof(process->name));
    return 0;
}

int host_process_path(uint32_t id, char *path, size_t size)
{
    char link[32];
    struct host_process told;
    if (host_told_query(id, &told)) /* a name is all there is of it: a path, as of every process
                                       that has an image */
        return (size_t)snprintf(path, size, "/%s", told.name) < size ? 0 : ENAMETOOLONG;
    snprintf(link, sizeof(link), "/proc/%u/exe", id);
    ssize_t length = readlink(link, path, size);
    if (length < 0)
        return errno;
    if ((size_t)length >= size)
        return ENAMETOOLONG;
    path[length] = 0;
    return 0;
}

bool host_process_has_thread(uint32_t id, uint32_t thread)
{
    char folder[48];
    snprintf(folder, sizeof(folder), "/proc/%u/task/%u", id, thread);
    return access(folder, F_OK) == 0;
}

unsigned host_process_bits(uint32_t id)
{
    unsigned char head[EI_CLASS + 2]; /* and an end */
    size_t length;
    if (host_proc_read(id, "exe", (char *)head, sizeof(head), &length) != 0 || length <= EI_CLASS ||
        memcmp(head, ELFMAG, SELFMAG) != 0)
        return 0;
    return head[EI_CLASS] == ELFCLASS32 ? 32 : 64;
}

int host_process_command_line(uint32_t id, char *text, size_t size)
{
    size_t length;
    int error = host_proc_read(id, "cmdline", text, size, &length);
    if (error != 0)
        return error;
    while (length > 0 && text[length - 1] == 0)
        length--;
    if (length == 0)
        return ENODATA;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == 0)
            text[i] = ' ';
    }
    return 0;
}
