/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a watch knows and reports: a table of the host's processes, and a queue of events made of
 * what connector.c or scan.c learn.
 *
 * Linux makes a process in two steps where Windows has one: a copy of its parent first, then
 * (mostly) an image of its own. What is reported is the second, so a new process is pending until
 * then, or until it is clear that it will not come soon. Memory that runs out loses events, not
 * processes: the table is compared with /proc later.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/watchp.h"

#define HOST_PATIENCE_100NS 1000000u /* of a process that has only been forked */
#define HOST_RETRY_100NS 1000000u    /* after a comparison with /proc that failed */
#define HOST_FIRST_ROOM 64u
#define HOST_AT_ONCE 4096u

/* ---- the queue ------------------------------------------------------------------------------- */

static bool host_queue_grow(struct host_process_watch *watch)
{
    size_t room = watch->room != 0 ? watch->room * 2 : HOST_FIRST_ROOM;
    struct host_process_event *queue = malloc(room * sizeof(*queue));
    if (queue == NULL)
        return false;
    for (size_t i = 0; i < watch->count; i++)
        queue[i] = watch->queue[(watch->first + i) & (watch->room - 1)];
    free(watch->queue);
    watch->queue = queue;
    watch->room = room;
    watch->first = 0;
    return true;
}

/* How it ended, of a status as waitpid gives it. */
static enum host_process_end host_end_of(int status)
{
    if (status == HOST_STATUS_UNKNOWN)
        return HOST_END_UNKNOWN;
    switch (WTERMSIG(status)) {
    case 0:
        return HOST_END_EXITED;
    case SIGINT:
        return HOST_END_INTERRUPTED;
    case SIGABRT:
        return HOST_END_ABORTED;
    case SIGSEGV:
    case SIGBUS:
        return HOST_END_PAGE_FAULT;
    case SIGILL:
        return HOST_END_ILLEGAL_INSTRUCTION;
    case SIGFPE:
        return HOST_END_ARITHMETIC;
    default:
        return HOST_END_KILLED;
    }
}

static bool host_queue_put(struct host_process_watch *watch, enum host_process_event_kind kind,
    const struct host_watched *entry, uint64_t time, int status)
{
    if (watch->count == watch->room && !host_queue_grow(watch)) {
        watch->resync = true;
        return false;
    }
    watch->queue[(watch->first + watch->count++) & (watch->room - 1)] = (struct host_process_event){
        kind, entry->process, time, host_end_of(status), (uint32_t)WEXITSTATUS(status)};
    return true;
}

/* ---- the table ------------------------------------------------------------------------------- */

static struct host_watched **host_watch_bucket(struct host_process_watch *watch, uint32_t id)
{
    return &watch->bucket[id & (HOST_WATCH_BUCKETS - 1)];
}

struct host_watched *host_watch_find(struct host_process_watch *watch, uint32_t id)
{
    struct host_watched *entry = *host_watch_bucket(watch, id);
    while (entry != NULL && entry->process.id != id)
        entry = entry->next;
    return entry;
}

struct host_watched *host_watch_add(struct host_process_watch *watch, uint32_t id)
{
    struct host_watched **bucket = host_watch_bucket(watch, id), *entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        watch->resync = true;
        return NULL;
    }
    entry->process.id = id;
    entry->pidfd = -1;
    entry->round = watch->round;
    entry->next = *bucket;
    *bucket = entry;
    return entry;
}

void host_watch_fill(struct host_watched *entry, const struct host_stat *stat)
{
    entry->start = stat->start;
    entry->process.parent = entry->process.parent != 0 ? entry->process.parent : stat->parent;
    memcpy(entry->process.name, stat->name, sizeof(stat->name));
    if (entry->process.started == 0)
        entry->process.started = host_stat_started(stat);
    entry->threads = entry->threads || stat->threads > 1;
}

static void host_watch_unhold(struct host_process_watch *watch, struct host_watched *entry)
{
    struct host_watched **link = &watch->pending;
    while (*link != entry)
        link = &(*link)->next_pending;
    *link = entry->next_pending;
    if (*link == NULL)
        watch->pending_tail = link;
    entry->pending = false;
}

static void host_watch_forget(struct host_process_watch *watch, struct host_watched *entry)
{
    struct host_watched **link = host_watch_bucket(watch, entry->process.id);
    if (entry->pending)
        host_watch_unhold(watch, entry);
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    if (entry->pidfd >= 0)
        close(entry->pidfd);
    else if (watch->without_pidfd > 0)
        watch->without_pidfd--;
    free(entry);
}

void host_watch_hold(struct host_process_watch *watch, struct host_watched *entry)
{
    if (entry->pending)
        return;
    entry->pending = true;
    entry->deadline = host_clock_monotonic() + HOST_PATIENCE_100NS;
    entry->next_pending = NULL;
    *watch->pending_tail = entry;
    watch->pending_tail = &entry->next_pending;
}

void host_watch_release(struct host_process_watch *watch, struct host_watched *entry)
{
    if (!entry->pending)
        return;
    host_watch_unhold(watch, entry); /* first: parents may form a circle when numbers were used
                                        again */
    struct host_watched *parent = host_watch_find(watch, entry->process.parent);
    if (parent != NULL)
        host_watch_release(watch, parent);
    /* A name for one that had none of its own, from the nearest relative that has. */
    if (entry->process.name[0] == 0 && parent != NULL)
        memcpy(entry->process.name, parent->process.name, sizeof(entry->process.name));
    entry->reported = host_queue_put(
        watch, HOST_PROCESS_STARTED, entry, entry->process.started, HOST_STATUS_UNKNOWN);
    if (!entry->reported)
        host_watch_hold(watch, entry);
}

void host_watch_rename(struct host_process_watch *watch, struct host_watched *entry, uint64_t time)
{
    if (entry->pending)
        host_watch_release(watch, entry);
    else
        host_queue_put(watch, HOST_PROCESS_RENAMED, entry, time, HOST_STATUS_UNKNOWN);
}

void host_watch_end(
    struct host_process_watch *watch, struct host_watched *entry, int status, uint64_t time)
{
    if (entry->pending)
        host_watch_release(watch, entry);
    if (!entry->pending && host_queue_put(watch, HOST_PROCESS_ENDED, entry, time, status))
        host_watch_forget(watch, entry);
}

/* ---- comparing with /proc -------------------------------------------------------------------- */

static bool host_same_name(const struct host_watched *entry, const struct host_watched *other)
{
    return strncmp(entry->process.name, other->process.name, sizeof(entry->process.name)) == 0;
}

/* One that nobody told of. Under its parent's name it may be about to get an image. */
static void host_watch_discover(
    struct host_process_watch *watch, const struct host_stat *stat, bool first)
{
    struct host_watched *entry = host_watch_add(watch, stat->id);
    if (entry == NULL)
        return;
    host_watch_fill(entry, stat);
    host_scan_follow(watch, entry);
    if (first)
        return;
    const struct host_watched *parent = host_watch_find(watch, stat->parent);
    host_watch_hold(watch, entry);
    if (parent == NULL || !host_same_name(entry, parent))
        host_watch_release(watch, entry);
}

static void host_watch_meet(struct host_process_watch *watch, uint32_t id, bool first)
{
    struct host_stat stat;
    struct host_watched *entry = host_watch_find(watch, id);
    /* While nothing was lost it is enough that those with a pidfd are there: it says when they
     * end. */
    if (entry != NULL && entry->pidfd >= 0 && !entry->pending && !watch->resync) {
        entry->round = watch->round;
        return;
    }
    if (host_stat_read(id, &stat) != 0 || host_stat_ended(&stat) || host_stat_kernel(&stat))
        return; /* one that is in the table ends as if it were not there */
    if (entry != NULL && entry->start != 0 && entry->start != stat.start) {
        host_watch_end(watch, entry, HOST_STATUS_UNKNOWN, host_clock_utc());
        entry = host_watch_find(watch, id);
    }
    if (entry == NULL) {
        host_watch_discover(watch, &stat, first);
        return;
    }
    entry->round = watch->round;
    bool renamed = entry->process.name[0] != 0 && strcmp(entry->process.name, stat.name) != 0;
    host_watch_fill(entry, &stat);
    if (renamed)
        host_watch_rename(watch, entry, host_clock_utc());
}

static void host_watch_end_missing(struct host_process_watch *watch)
{
    for (unsigned bucket = 0; bucket < HOST_WATCH_BUCKETS; bucket++) {
        for (struct host_watched *entry = watch->bucket[bucket], *next; entry != NULL;
             entry = next) {
            next = entry->next;
            if (entry->round != watch->round)
                host_watch_end(watch, entry, HOST_STATUS_UNKNOWN, host_clock_utc());
            else if (watch->resync)
                entry->threads = true; /* the start of one may be among what was lost */
        }
    }
}

int host_watch_compare(struct host_process_watch *watch, bool first)
{
    struct entry {
        uint64_t number, offset;
        unsigned short bytes;
        unsigned char type;
        char name[];
    };
    _Alignas(uint64_t) char buffer[8192];
    long count;

    if (lseek(watch->folder, 0, SEEK_SET) < 0)
        return errno;
    watch->round++;
    while ((count = syscall(SYS_getdents64, watch->folder, buffer, sizeof(buffer))) > 0) {
        for (long at = 0; at < count;) {
            const struct entry *entry = (const struct entry *)(const void *)(buffer + at);
            if (entry->name[0] >= '1' && entry->name[0] <= '9')
                host_watch_meet(watch, (uint32_t)strtoul(entry->name, NULL, 10), first);
            at += entry->bytes;
        }
    }
    if (count < 0)
        return errno;
    host_watch_end_missing(watch);
    return 0;
}

/* ---- the watch ------------------------------------------------------------------------------- */

static int host_watch_begin(
    struct host_process_watch *watch, enum host_process_source source, size_t receive_bytes)
{
    if (watch->told) {
        host_told_open();
        watch->source = "told";
        return 0;
    }
    watch->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch->folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (watch->stop < 0 || watch->folder < 0)
        return errno;
    int error = source == HOST_PROCESS_SCAN ? EPERM : host_connector_open(watch, receive_bytes);
    if (error != 0 && source != HOST_PROCESS_CONNECTOR)
        error = host_scan_open(watch);
    return error != 0 ? error : host_watch_compare(watch, true);
}

int host_process_watch_open(
    enum host_process_source source, size_t receive_bytes, struct host_process_watch **result)
{
    struct host_process_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL)
        return ENOMEM;
    watch->stop = watch->input = watch->folder = -1;
    watch->pending_tail = &watch->pending;
    watch->told = source == HOST_PROCESS_TOLD;
    int error = host_watch_begin(watch, source, receive_bytes);
    /* A table that lacks some would report them started later. */
    if (error == 0 && watch->resync)
        error = ENOMEM;
    if (error != 0) {
        host_process_watch_close(watch);
        return error;
    }
    watch->resync = watch->overflowed;
    *result = watch;
    return 0;
}

void host_process_watch_close(struct host_process_watch *watch)
{
    for (unsigned bucket = 0; bucket < HOST_WATCH_BUCKETS; bucket++) {
        while (watch->bucket[bucket] != NULL)
            host_watch_forget(watch, watch->bucket[bucket]);
    }
    host_names_close(watch);
    if (watch->input >= 0)
        close(watch->input);
    if (watch->folder >= 0)
        close(watch->folder);
    if (watch->stop >= 0)
        close(watch->stop);
    free(watch->queue);
    free(watch);
}

void host_process_watch_stop(struct host_process_watch *watch)
{
    const uint64_t one = 1;
    if (watch->told) {
        host_told_stop();
        return;
    }
    while (write(watch->stop, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

const char *host_process_watch_source(const struct host_process_watch *watch)
{
    return watch->source;
}

/* Those that have waited long enough. Returns until when to wait for the next. */
static uint64_t host_watch_overdue(struct host_process_watch *watch)
{
    uint64_t now = host_clock_monotonic();
    while (watch->pending != NULL && watch->pending->deadline <= now) {
        struct host_watched *entry = watch->pending;
        struct host_stat stat;
        if (host_stat_read(entry->process.id, &stat) == 0)
            host_watch_fill(entry, &stat);
        host_watch_release(watch, entry);
        if (entry->pending)
            break; /* no memory: later */
    }
    return watch->pending != NULL ? watch->pending->deadline : HOST_FOREVER;
}

static void host_watch_recover(struct host_process_watch *watch, uint64_t *until)
{
    bool failed;
    if (!watch->resync)
        return;
    failed = host_watch_compare(watch, false) != 0;
    watch->resync = failed;
    if (failed && *until > host_clock_monotonic() + HOST_RETRY_100NS)
        *until = host_clock_monotonic() + HOST_RETRY_100NS;
}

/* False: stopped. */
static bool host_watch_wait(struct host_process_watch *watch, uint64_t until)
{
    struct pollfd file[2] = {{watch->input, POLLIN, 0}, {watch->stop, POLLIN, 0}};
    uint64_t now = host_clock_monotonic();
    struct timespec left = {0, 0};
    if (until > now && until != HOST_FOREVER) {
        left.tv_sec = (time_t)((until - now) / 10000000u);
        left.tv_nsec = (long)((until - now) % 10000000u) * 100;
    }
    ppoll(file, 2, until == HOST_FOREVER ? NULL : &left, NULL);
    return file[1].revents == 0;
}

int host_process_watch_next(struct host_process_watch *watch, struct host_process_event *event)
{
    struct pollfd stop = {watch->stop, POLLIN, 0};
    if (watch->told)
        return host_told_next(event);
    for (;;) {
        /* Everything there is, before the first of it is handed out: what /proc says of a process
         * is gone soon. */
        for (unsigned i = 0; i < HOST_AT_ONCE && watch->learn(watch); i++)
            ;
        host_names_learn(watch);
        uint64_t until = host_watch_overdue(watch), look = watch->until(watch);
        until = look < until ? look : until;
        host_watch_recover(watch, &until);
        if (watch->count != 0)
            break;
        if (!host_watch_wait(watch, until))
            return ECANCELED;
    }
    if (poll(&stop, 1, 0) > 0)
        return ECANCELED;
    *event = watch->queue[watch->first];
    watch->first = (watch->first + 1) & (watch->room - 1);
    watch->count--;
    return 0;
}
