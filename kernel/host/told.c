/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Processes that are not there: their starts and ends are told by the embedder, one watch hears of
 * them. Their numbers are larger than any of Linux'. told_lock guards everything; the watch sleeps
 * on told_change.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "host/watchp.h"

#define TOLD_PROCESSES 256u
#define TOLD_FIRST (HOST_TURNS_PROCESS + 0x1000u)

static pthread_mutex_t told_lock = PTHREAD_MUTEX_INITIALIZER;
static struct host_process told_process[TOLD_PROCESSES]; /* by number, in steps of four */
static bool told_ended[TOLD_PROCESSES];
static struct host_process_event told_event[2 * TOLD_PROCESSES]; /* no process has more */
static unsigned told_count, told_first, told_events, told_done;  /* told_done: events the watch has
                                                                    done with */
static bool told_heard, told_stopped; /* there is a watch; it is to end */
static _Atomic uint32_t told_change;

static void told_note_change(void)
{
    told_change++;
    host_wake(&told_change, UINT32_MAX);
}

static void told_put(
    enum host_process_event_kind kind, const struct host_process *process, uint64_t time)
{
    if (told_heard)
        told_event[told_events++] = (struct host_process_event){
            .kind = kind, .process = *process, .time = time, .end = HOST_END_EXITED};
}

int host_told_start(const char *name, uint32_t parent, uint32_t *id)
{
    const uint64_t now = host_clock_utc();
    pthread_mutex_lock(&told_lock);
    const bool room = told_count < TOLD_PROCESSES;
    if (room) {
        struct host_process *process = &told_process[told_count];
        *process = (struct host_process){
            .id = TOLD_FIRST + 4 * told_count++, .parent = parent, .started = now};
        snprintf(process->name, sizeof(process->name), "%s", name);
        *id = process->id;
        told_put(HOST_PROCESS_STARTED, process, now);
    }
    pthread_mutex_unlock(&told_lock);
    told_note_change();
    return room ? 0 : ENOSPC;
}

static unsigned told_index(uint32_t id)
{
    return id >= TOLD_FIRST && (id - TOLD_FIRST) % 4 == 0 && (id - TOLD_FIRST) / 4 < told_count
        ? (id - TOLD_FIRST) / 4
        : TOLD_PROCESSES;
}

int host_told_exit(uint32_t id)
{
    const uint64_t now = host_clock_utc();
    pthread_mutex_lock(&told_lock);
    const unsigned index = told_index(id);
    const bool runs = index < TOLD_PROCESSES && !told_ended[index];
    if (runs) {
        told_ended[index] = true;
        told_put(HOST_PROCESS_ENDED, &told_process[index], now);
    }
    pthread_mutex_unlock(&told_lock);
    told_note_change();
    return runs ? 0 : ESRCH;
}

bool host_told_query(uint32_t id, struct host_process *process)
{
    pthread_mutex_lock(&told_lock);
    const unsigned index = told_index(id);
    const bool runs = index < TOLD_PROCESSES && !told_ended[index];
    if (runs)
        *process = told_process[index];
    pthread_mutex_unlock(&told_lock);
    return runs;
}

void host_told_open(void)
{
    pthread_mutex_lock(&told_lock);
    told_heard = true;
    told_stopped = false;
    told_first = told_done = told_events;
    pthread_mutex_unlock(&told_lock);
}

/* The watch asks again: it is done with what it was told. */
static void told_note_done(void)
{
    pthread_mutex_lock(&told_lock);
    const bool news = told_done != told_first;
    told_done = told_first;
    pthread_mutex_unlock(&told_lock);
    if (news)
        told_note_change();
}

bool host_told_settle(uint64_t until)
{
    for (;;) {
        const uint32_t change = told_change;
        pthread_mutex_lock(&told_lock);
        const bool settled = !told_heard || told_done == told_events;
        pthread_mutex_unlock(&told_lock);
        if (settled || host_wait(&told_change, change, until) == ETIMEDOUT)
            return settled;
    }
}

int host_told_next(struct host_process_event *event)
{
    told_note_done();
    for (;;) {
        const uint32_t change = told_change;
        pthread_mutex_lock(&told_lock);
        const bool stopped = told_stopped, got = !stopped && told_first < told_events;
        if (got)
            *event = told_event[told_first++];
        pthread_mutex_unlock(&told_lock);
        if (got || stopped)
            return got ? 0 : ECANCELED;
        host_wait(&told_change, change, HOST_FOREVER);
    }
}

void host_told_stop(void)
{
    pthread_mutex_lock(&told_lock);
    told_stopped = true;
    told_heard = false;
    pthread_mutex_unlock(&told_lock);
    told_note_change();
}
