/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Watching the host's processes: shared by process.c (what /proc says), watch.c (the table and what
 * is reported when), connector.c, scan.c and names.c (where it is learnt). A watch is used by one
 * thread at a time, but for its stop descriptor.
 */
#pragma once

#include "host/hostp.h"

/* What /proc/N/stat says. */
struct host_stat {
    uint32_t id, parent, threads;
    uint64_t start; /* clock ticks since the host started; with id, who it is */
    char state;
    char name[16];
};
int host_stat_read(uint32_t id, struct host_stat *stat);
bool host_stat_ended(const struct host_stat *stat);  /* nothing is left but its status */
bool host_stat_kernel(const struct host_stat *stat); /* a thread of Linux's own */
uint64_t host_stat_started(const struct host_stat *stat);
uint64_t host_monotonic_to_utc(uint64_t nanoseconds);

struct host_watched {
    struct host_watched *next;         /* in its bucket */
    struct host_watched *next_pending; /* in order of deadlines */
    struct host_process process;
    uint64_t start;    /* as host_stat; 0: not read yet */
    uint64_t deadline; /* pending: when it is reported at the latest; as host_clock_monotonic */
    uint32_t round;    /* of the last look at /proc that found it */
    int pidfd;         /* scan; -1: none */
    bool pending;      /* not reported yet */
    bool reported;     /* its start was */
    bool threads;      /* had more than one, perhaps: its first thread's end need not be its own */
};

#define HOST_WATCH_BUCKETS 1024u
#define HOST_WATCH_CPUS 64u
#define HOST_WATCH_NAMES 1024u

struct host_process_watch {
    bool (*learn)(struct host_process_watch *watch);     /* takes in what there is without waiting;
                                                            false: nothing */
    uint64_t (*until)(struct host_process_watch *watch); /* look again then, if nothing happens
                                                            before */
    const char *source;
    bool told;   /* HOST_PROCESS_TOLD: nothing of what follows is used */
    int stop;    /* eventfd */
    int input;   /* what becomes readable: the socket, or the epoll of pidfds */
    int folder;  /* /proc */
    bool resync; /* something was lost */
    bool overflowed; /* before the first look at /proc */
    uint32_t round;
    struct host_watched *bucket[HOST_WATCH_BUCKETS];
    struct host_watched *pending, **pending_tail;
    struct host_process_event *queue; /* room is a power of two */
    size_t room, first, count;
    uint64_t next_look; /* scan */
    uint32_t last_id;   /* scan: the newest process or thread then */
    unsigned without_pidfd;
    unsigned ring_count; /* names.c */
    struct host_ring {
        int file;
        void *memory;
    } ring[HOST_WATCH_CPUS];
    struct host_name { /* the newest ones; at its number's remainder */
        uint32_t id;
        char name[16];
    } name[HOST_WATCH_NAMES];
};

/* ---- the table ---- */

struct host_watched *host_watch_find(struct host_process_watch *watch, uint32_t id);
/* NULL: no memory; resync is set */
struct host_watched *host_watch_add(struct host_process_watch *watch, uint32_t id);
void host_watch_fill(struct host_watched *entry, const struct host_stat *stat);
/* Not to be reported before it has an image of its own, or some time has passed. */
void host_watch_hold(struct host_process_watch *watch, struct host_watched *entry);
/* Reports its start now, after its parent's. */
void host_watch_release(struct host_process_watch *watch, struct host_watched *entry);
void host_watch_rename(struct host_process_watch *watch, struct host_watched *entry, uint64_t time);
/* Reports its end, its start before if need be, and forgets it. */
void host_watch_end(
    struct host_process_watch *watch, struct host_watched *entry, int status, uint64_t time);
#define HOST_STATUS_UNKNOWN (-1) /* of a status as waitpid gives it */
/* Compares the table with /proc. first: what is found was there before and is not reported. */
int host_watch_compare(struct host_process_watch *watch, bool first);

/* ---- where it is learnt ---- */

int host_connector_open(struct host_process_watch *watch, size_t receive_bytes);
int host_scan_open(struct host_process_watch *watch);
/* a pidfd for it, if there is one to be had */
void host_scan_follow(struct host_process_watch *watch, struct host_watched *entry);

/*
 * Names given by exec, as Linux tells them to profilers, for processes that are gone before /proc
 * can be asked. Where that is not allowed nothing is known.
 */
void host_names_open(struct host_process_watch *watch);
void host_names_close(struct host_process_watch *watch);
void host_names_learn(struct host_process_watch *watch); /* keeps the newest, makes room for more */
/* not known: as it was */
void host_names_find(struct host_process_watch *watch, uint32_t id, char name[16]);

/* told.c: what the functions of host.h do with HOST_PROCESS_TOLD. */
bool host_told_query(uint32_t id, struct host_process *process);
void host_told_open(void);
int host_told_next(struct host_process_event *event);
void host_told_stop(void);
