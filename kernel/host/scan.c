/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Watching processes as an ordinary user: /proc is looked at every few milliseconds, if there was a
 * new process or thread since, and a pidfd tells of the end of each that was found. What starts and
 * ends between two looks is never seen, and nobody says with which status a process ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/watchp.h"

#define HOST_LOOK_100NS 50000u
#define HOST_LOOK_EVENTS 64

/* The last number Linux gave to a process or thread; 0: it does not say. */
static uint32_t host_scan_last_id(void)
{
    char text[128], *last;
    int file = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t count = read(file, text, sizeof(text) - 1);
    close(file);
    if (count <= 0)
        return 0;
    text[count] = 0;
    last = strrchr(text, ' ');
    return last != NULL ? (uint32_t)strtoul(last + 1, NULL, 10) : 0;
}

void host_scan_follow(struct host_process_watch *watch, struct host_watched *entry)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = entry->process.id};
    if (watch->learn == NULL || watch->until == NULL || strcmp(watch->source, "/proc scan") != 0)
        return;
    entry->pidfd = (int)syscall(SYS_pidfd_open, entry->process.id, 0);
    if (entry->pidfd >= 0 && epoll_ctl(watch->input, EPOLL_CTL_ADD, entry->pidfd, &event) != 0) {
        close(entry->pidfd);
        entry->pidfd = -1;
    }
    if (entry->pidfd < 0)
        watch->without_pidfd++;
}

static bool host_scan_ends(struct host_process_watch *watch)
{
    struct epoll_event event[HOST_LOOK_EVENTS];
    int count = epoll_wait(watch->input, event, HOST_LOOK_EVENTS, 0);
    for (int i = 0; i < count; i++) {
        struct host_watched *entry = host_watch_find(watch, event[i].data.u32);
        if (entry != NULL)
            host_watch_end(watch, entry, HOST_STATUS_UNKNOWN, host_clock_utc());
    }
    return count == HOST_LOOK_EVENTS;
}

static bool host_scan_learn(struct host_process_watch *watch)
{
    if (host_scan_ends(watch))
        return true;
    uint64_t now = host_clock_monotonic();
    if (now < watch->next_look)
        return false;
    watch->next_look = now + HOST_LOOK_100NS;
    uint32_t last = host_scan_last_id();
    if (last == 0 || last != watch->last_id || watch->without_pidfd != 0 ||
        watch->pending != NULL) {
        if (host_watch_compare(watch, false) == 0)
            watch->last_id = last;
    }
    return false;
}

static uint64_t host_scan_until(struct host_process_watch *watch)
{
    return watch->next_look;
}

int host_scan_open(struct host_process_watch *watch)
{
    watch->input = epoll_create1(EPOLL_CLOEXEC);
    if (watch->input < 0)
        return errno;
    watch->source = "/proc scan";
    watch->learn = host_scan_learn;
    watch->until = host_scan_until;
    return 0;
}
