/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads and time of the fake host: pthreads that never sleep for real time. A sleeping thread is
 * on a list with the word it waits for and its deadline; the clock jumps when all are.
 * fake_time_lock guards everything here.
 */
#include "fake_hostp.h"

#include <asm/prctl.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FAKE_PROCESSORS 2

/* A thread in host_wait or host_thread_join. Whoever ends its sleep takes it off the list. */
struct fake_sleeper {
    struct fake_sleeper *next;
    const void *word;
    uint64_t deadline;
    bool asleep, timed_out;
    pthread_cond_t wake;
};

struct fake_thread {
    pthread_t pthread;
    void (*entry)(void *);
    void *argument;
    void (*leave)(void *); /* host_thread_at_exit */
    void *leave_argument;
    bool ended, detached;
};

static pthread_mutex_t fake_time_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t fake_settled = PTHREAD_COND_INITIALIZER;
static struct fake_sleeper *fake_sleepers; /* in the order they fell asleep */
static unsigned fake_sleeping, fake_threads = 1;
static uint64_t fake_now = FAKE_BOOT_MONOTONIC, fake_yield_cost;
static struct fake_thread fake_first; /* stands for the thread of main */
static _Thread_local struct fake_thread *fake_self = &fake_first;

void fake_reset_clock(void)
{
    fake_now = FAKE_BOOT_MONOTONIC;
    fake_yield_cost = 0;
}

/* ---- sleeping and the clock, lock held ------------------------------------------------------- */

static void fake_rouse(struct fake_sleeper **link, bool timed_out)
{
    struct fake_sleeper *sleeper = *link;
    *link = sleeper->next;
    fake_sleeping--; /* now, not when it gets to run: the clock must not pass it by */
    sleeper->asleep = false;
    sleeper->timed_out = timed_out;
    pthread_cond_signal(&sleeper->wake);
}

static void fake_set_time(uint64_t now)
{
    fake_now = now;
    for (struct fake_sleeper **link = &fake_sleepers; *link != NULL;) {
        if ((*link)->deadline <= now)
            fake_rouse(link, true);
        else
            link = &(*link)->next;
    }
}

static uint64_t fake_next_deadline(void)
{
    uint64_t next = HOST_FOREVER;
    for (const struct fake_sleeper *sleeper = fake_sleepers; sleeper != NULL;
         sleeper = sleeper->next)
        next = sleeper->deadline < next ? sleeper->deadline : next;
    return next;
}

/* A thread fell asleep or ended. */
static void fake_check_idle(void)
{
    pthread_cond_broadcast(&fake_settled);
    if (fake_sleeping < fake_threads)
        return;
    uint64_t next = fake_next_deadline();
    if (next == HOST_FOREVER) {
        fputs("fake host: every thread sleeps, none with a deadline\n", stderr);
        abort();
    }
    fake_set_time(next);
}

static bool fake_sleep(const void *word, uint64_t deadline)
{
    struct fake_sleeper sleeper = {
        .word = word, .deadline = deadline, .asleep = true, .wake = PTHREAD_COND_INITIALIZER};
    struct fake_sleeper **link = &fake_sleepers;
    while (*link != NULL)
        link = &(*link)->next;
    *link = &sleeper;
    fake_sleeping++;
    fake_check_idle();
    while (sleeper.asleep)
        pthread_cond_wait(&sleeper.wake, &fake_time_lock);
    pthread_cond_destroy(&sleeper.wake);
    return !sleeper.timed_out;
}

static void fake_wake(const void *word, unsigned count)
{
    for (struct fake_sleeper **link = &fake_sleepers; *link != NULL && count > 0;) {
        if ((*link)->word == word) {
            fake_rouse(link, false);
            count--;
        } else {
            link = &(*link)->next;
        }
    }
}

static void fake_settle(void)
{
    while (fake_sleeping + 1 < fake_threads)
        pthread_cond_wait(&fake_settled, &fake_time_lock);
}

/* ---- waiting and time ------------------------------------------------------------------------ */

int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    int result = 0;
    pthread_mutex_lock(&fake_time_lock);
    if (*word == expected && (deadline <= fake_now || !fake_sleep(word, deadline)))
        result = ETIMEDOUT;
    pthread_mutex_unlock(&fake_time_lock);
    return result;
}

void host_wake(_Atomic uint32_t *word, unsigned count)
{
    pthread_mutex_lock(&fake_time_lock);
    fake_wake(word, count);
    pthread_mutex_unlock(&fake_time_lock);
}

uint64_t host_clock_monotonic(void)
{
    pthread_mutex_lock(&fake_time_lock);
    uint64_t now = fake_now;
    pthread_mutex_unlock(&fake_time_lock);
    return now;
}

uint64_t host_clock_utc(void)
{
    return host_clock_monotonic() - FAKE_BOOT_MONOTONIC + FAKE_BOOT_UTC;
}

uint64_t host_counter(void)
{
    return host_clock_monotonic();
}

uint64_t host_counter_frequency(void)
{
    return 10000000;
}

int64_t host_local_offset(bool *summer)
{
    *summer = false;
    return 0;
}

void host_yield(void)
{
    pthread_mutex_lock(&fake_time_lock);
    if (fake_yield_cost != 0)
        fake_set_time(fake_now + fake_yield_cost);
    pthread_mutex_unlock(&fake_time_lock);
    sched_yield();
}

void fake_host_set_yield_cost(uint64_t cost_100ns)
{
    pthread_mutex_lock(&fake_time_lock);
    fake_yield_cost = cost_100ns;
    pthread_mutex_unlock(&fake_time_lock);
}

void fake_host_settle(void)
{
    pthread_mutex_lock(&fake_time_lock);
    fake_settle();
    pthread_mutex_unlock(&fake_time_lock);
}

void fake_host_advance(uint64_t by_100ns)
{
    pthread_mutex_lock(&fake_time_lock);
    uint64_t end = fake_now + by_100ns;
    fake_settle();
    for (uint64_t next = fake_next_deadline(); next <= end && next != HOST_FOREVER;
         next = fake_next_deadline()) {
        fake_set_time(next);
        fake_settle();
    }
    fake_set_time(end);
    pthread_mutex_unlock(&fake_time_lock);
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *fake_thread_start(void *data)
{
    struct fake_thread *thread = data;
    fake_self = thread;
    thread->entry(thread->argument);
    if (thread->leave != NULL)
        thread->leave(thread->leave_argument);
    pthread_mutex_lock(&fake_time_lock);
    bool detached = thread->detached;
    thread->ended = true;
    fake_wake(thread, 1);
    fake_threads--;
    fake_check_idle();
    pthread_mutex_unlock(&fake_time_lock);
    if (detached)
        free(thread);
    return NULL;
}

int host_thread_create(host_thread *thread, void (*entry)(void *), void *argument)
{
    if (fake_fails(FAKE_THREAD_CREATE))
        return EAGAIN;
    struct fake_thread *made = calloc(1, sizeof(*made));
    if (made == NULL)
        return ENOMEM;
    made->entry = entry;
    made->argument = argument;
    pthread_mutex_lock(&fake_time_lock);
    fake_threads++;
    int error = pthread_create(&made->pthread, NULL, fake_thread_start, made);
    if (error != 0) {
        fake_threads--;
        free(made);
    } else {
        *thread = (host_thread)made;
    }
    pthread_mutex_unlock(&fake_time_lock);
    return error;
}

void host_thread_join(host_thread handle)
{
    struct fake_thread *thread = (struct fake_thread *)handle;
    pthread_mutex_lock(&fake_time_lock);
    if (!thread->ended)
        fake_sleep(thread, HOST_FOREVER);
    pthread_mutex_unlock(&fake_time_lock);
    pthread_join(thread->pthread, NULL);
    free(thread);
}

void host_thread_detach(host_thread handle)
{
    struct fake_thread *thread = (struct fake_thread *)handle;
    pthread_mutex_lock(&fake_time_lock);
    bool ended = thread->ended;
    thread->detached = true;
    pthread_detach(thread->pthread);
    pthread_mutex_unlock(&fake_time_lock);
    if (ended)
        free(thread);
}

host_thread host_thread_self(void)
{
    return (host_thread)fake_self;
}

uint32_t host_thread_id(void)
{
    return (uint32_t)gettid();
}

uint64_t host_thread_time(host_thread handle)
{
    (void)handle;
    return host_clock_monotonic();
}

uint32_t host_process_id(void)
{
    return (uint32_t)getpid();
}

void host_thread_set_name(const char *name)
{
    (void)name;
}

int host_thread_set_pcr(void *pcr)
{
    return syscall(SYS_arch_prctl, ARCH_SET_GS, pcr) == 0 ? 0 : errno;
}

int host_thread_at_exit(void (*leave)(void *), void *argument)
{
    fake_self->leave = leave;
    fake_self->leave_argument = argument;
    return 0;
}

void host_thread_interrupt(host_thread thread)
{
    (void)thread; /* there is no signal: a thread in an endless loop of a driver is nothing a unit
                     test has */
}

void host_process_barrier(void)
{
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) != 0)
        abort();
}

unsigned host_processor_count(void)
{
    return FAKE_PROCESSORS;
}

/* ---- turns: this host's threads take none ---------------------------------------------------- */

void host_turns_begin(const struct host_turns *how)
{
    (void)how;
}

void host_turns_end(void)
{
}

void host_turn_point(void)
{
}

unsigned host_turn_number(void)
{
    return HOST_TURNS_LIMIT;
}
