/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads that take turns. Each has a word of its own that it sleeps on until it is its turn; who
 * gives up a turn names the next one first, so nothing here depends on Linux' scheduler. Time
 * stands still but for what is added with each look at a clock, and jumps to the next deadline when
 * nobody can go on. turns_lock is for threads that take no turns and wake one that does, which then
 * may be what all wait for.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host/hostp.h"

/* time passes by that much with each look at a clock, and with each point */
#define TURNS_LOOK_100NS 10u
/* points a thread passes while others could, before it has to let them */
#define TURNS_IN_A_ROW 20000u
/* times that threads which only look whether something has changed do so */
#define TURNS_IN_VAIN 2000u
/* a deadline may come so early although others could go on: they were slow */
#define TURNS_HELD_UP_100NS 500000u
#define TURNS_PATIENCE_NS 100000000 /* real time: for a thread that takes no turns to wake one */
#define TURNS_BOOT_UTC 132539328000000000u /* 2021-01-01 */
#define TURNS_RANDOM_SEED 0x9E3779B97F4A7C15u

enum turn_state { TURN_FREE, TURN_READY, TURN_WAITS, TURN_JOINS, TURN_ENDED };

struct host_turn_thread {
    enum turn_state state;
    bool detached;
    bool spins;                   /* gave its turn up although it could go on: others first */
    bool timed_out;               /* how its wait ended */
    const _Atomic uint32_t *word; /* TURN_WAITS: what it waits on, in the order of arrival, until
                                     when */
    uint64_t arrival, deadline;
    const struct host_turn_thread *joined;
    pthread_t pthread;
    _Atomic uint32_t go;
};

_Thread_local struct host_turn_thread *host_turn_self;
bool host_turns_on;

static struct host_turn_thread turns_thread[HOST_TURNS_LIMIT];
static struct host_turns turns;
static pthread_mutex_t turns_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turns_woken = PTHREAD_COND_INITIALIZER; /* from outside */
static uint64_t turns_now, turns_arrivals, turns_random;
static unsigned turns_in_a_row, turns_in_vain;

static unsigned turn_number(const struct host_turn_thread *thread)
{
    return (unsigned)(thread - turns_thread);
}

/* ---- whose turn it is; lock held ------------------------------------------------------------- */

static void turn_time_out(struct host_turn_thread *thread)
{
    thread->state = TURN_READY;
    thread->timed_out = true;
}

static void turns_time_out_overdue(void)
{
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        if (turns_thread[i].state == TURN_WAITS && turns_thread[i].deadline <= turns_now)
            turn_time_out(&turns_thread[i]);
    }
}

static struct host_turn_thread *turns_first_deadline(void)
{
    struct host_turn_thread *first = NULL;
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        struct host_turn_thread *thread = &turns_thread[i];
        if (thread->state == TURN_WAITS && thread->deadline != HOST_FOREVER &&
            (first == NULL || thread->deadline < first->deadline))
            first = thread;
    }
    return first;
}

static void turn_wait_out(struct host_turn_thread *thread)
{
    turns_now = thread->deadline > turns_now ? thread->deadline : turns_now;
    turn_time_out(thread);
}

/* Those whose turn it could be: the one that has it first, the others behind it in a circle. */
static void turns_list(const struct host_turn_thread *self, struct host_turn *turn)
{
    const struct host_turn_thread *late = turns_first_deadline();
    *turn = (struct host_turn){.thread = turn_number(self)};
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        const struct host_turn_thread *thread =
            &turns_thread[(turn_number(self) + i) % HOST_TURNS_LIMIT];
        if (thread->state == TURN_READY && !thread->spins)
            turn->candidate[turn->count++] = (uint8_t)turn_number(thread);
    }
    turn->goes_on = turn->count > 0 && turn->candidate[0] == turn->thread;
    if (late != NULL && late->deadline - turns_now <= TURNS_HELD_UP_100NS && turn->count > 0) {
        turn->late = true;
        turn->candidate[turn->count++] = (uint8_t)turn_number(late);
    }
}

/* Nobody can go on but those that look for a change, if anybody: time passes, or one of them looks
 * once more. NULL: neither helps. */
static struct host_turn_thread *turns_next_in_vain(struct host_turn_thread *self)
{
    struct host_turn_thread *late = turns_first_deadline();
    for (unsigned i = 0; i < HOST_TURNS_LIMIT && turns_in_vain < TURNS_IN_VAIN; i++) {
        struct host_turn_thread *thread = &turns_thread[(turn_number(self) + i) % HOST_TURNS_LIMIT];
        if (thread->state == TURN_READY)
            return thread;
    }
    turns_in_vain = 0;
    if (late != NULL)
        turn_wait_out(late);
    return late;
}

/* NULL: nobody can ever go on. */
static struct host_turn_thread *turns_next(struct host_turn_thread *self)
{
    struct host_turn turn;
    turns_time_out_overdue();
    turns_list(self, &turn);
    if (turn.count == 0 || turns_in_vain >= TURNS_IN_VAIN)
        return turns_next_in_vain(self);
    unsigned chosen = turn.count > 1 ? turns.choose(turns.context, &turn) : 0;
    struct host_turn_thread *next = &turns_thread[turn.candidate[chosen]];
    if (next->state != TURN_READY)
        turn_wait_out(next);
    return next;
}

static void turns_wait_for_go(struct host_turn_thread *self)
{
    while (atomic_exchange_explicit(&self->go, 0, memory_order_acquire) == 0)
        syscall(HOST_FUTEX, &self->go, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0);
}

static void turn_give(struct host_turn_thread *next)
{
    next->go = 1;
    syscall(HOST_FUTEX, &next->go, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
}

static void turns_wake_joiners(const struct host_turn_thread *ended)
{
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        if (turns_thread[i].state == TURN_JOINS && turns_thread[i].joined == ended)
            turns_thread[i].state = TURN_READY;
    }
}

/* For threads that take no turns. True: one of them has woken somebody. */
static bool turns_wait_for_others(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TURNS_PATIENCE_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return pthread_cond_timedwait(&turns_woken, &turns_lock, &until) == 0;
}

/* As turns_next, but when nobody can go on `stuck` is asked, on self, to make somebody. */
static struct host_turn_thread *turns_next_or_help(struct host_turn_thread *self)
{
    struct host_turn_thread *next = turns_next(self);
    if (next == NULL && turns_wait_for_others())
        next = turns_next(self);
    if (next != NULL)
        return next;
    const struct host_turn_thread kept = *self;
    self->state = TURN_READY;
    host_turn_self = self;
    pthread_mutex_unlock(&turns_lock);
    turns.stuck(turns.context);
    pthread_mutex_lock(&turns_lock);
    self->state = kept.state == TURN_WAITS ? TURN_READY : kept.state; /* who waits looks again */
    self->joined = kept.joined;
    self->timed_out = false;
    if (self->state == TURN_ENDED || self->state == TURN_FREE)
        turns_wake_joiners(self); /* they may have come meanwhile */
    next = turns_next(self);
    if (next == NULL)
        abort();
    return next;
}

/* Releases the lock; returns when it is self's turn again. Ends: self does not want another. */
static void turn_pass(struct host_turn_thread *self, bool ends)
{
    struct host_turn_thread *next = turns_next_or_help(self);
    bool mine = next == self;
    if (!mine)
        turns_in_a_row = 0;
    if (ends)
        host_turn_self = NULL;
    pthread_mutex_unlock(&turns_lock);
    if (mine)
        return;
    turn_give(next);
    if (!ends)
        turns_wait_for_go(self);
}

/* Something has happened: those that look for a change may look again. */
static void turns_note_change(const struct host_turn_thread *self)
{
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        if (&turns_thread[i] != self)
            turns_thread[i].spins = false;
    }
}

/* ---- points, waits --------------------------------------------------------------------------- */

void host_turn_point(void)
{
    struct host_turn_thread *self = host_turn_self;
    if (self == NULL)
        return;
    pthread_mutex_lock(&turns_lock);
    turns_now += TURNS_LOOK_100NS;
    turns_in_vain = 0;
    turns_note_change(self);
    self->spins = ++turns_in_a_row > TURNS_IN_A_ROW;
    turn_pass(self, false);
}

void host_turn_yield(void)
{
    struct host_turn_thread *self = host_turn_self;
    pthread_mutex_lock(&turns_lock);
    turns_now += TURNS_LOOK_100NS;
    turns_in_vain++;
    turns_note_change(self);
    self->spins = true;
    turn_pass(self, false);
    self->spins = false;
}

int host_turn_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    struct host_turn_thread *self = host_turn_self;
    pthread_mutex_lock(&turns_lock);
    if (*word != expected) {
        pthread_mutex_unlock(&turns_lock);
        return 0;
    }
    turns_note_change(self);
    turns_in_vain = 0;
    self->state = TURN_WAITS;
    self->timed_out = false;
    self->word = word;
    self->arrival = turns_arrivals++;
    self->deadline = deadline;
    turn_pass(self, false);
    return self->timed_out ? ETIMEDOUT : 0;
}

void host_turn_wake(_Atomic uint32_t *word, unsigned count)
{
    pthread_mutex_lock(&turns_lock);
    for (; count > 0; count--) {
        struct host_turn_thread *first = NULL;
        for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
            struct host_turn_thread *thread = &turns_thread[i];
            if (thread->state == TURN_WAITS && thread->word == word &&
                (first == NULL || thread->arrival < first->arrival))
                first = thread;
        }
        if (first == NULL)
            break;
        first->state = TURN_READY;
        if (host_turn_self == NULL)
            pthread_cond_signal(&turns_woken);
    }
    pthread_mutex_unlock(&turns_lock);
}

/* ---- threads --------------------------------------------------------------------------------- */

static struct host_turn_thread *turn_take_slot(void)
{
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        if (turns_thread[i].state == TURN_FREE) {
            turns_thread[i] = (struct host_turn_thread){.state = TURN_READY};
            return &turns_thread[i];
        }
    }
    return NULL;
}

struct host_turn_thread *host_turn_prepare(void)
{
    pthread_mutex_lock(&turns_lock);
    struct host_turn_thread *made = turn_take_slot();
    pthread_mutex_unlock(&turns_lock);
    return made;
}

void host_turn_discard(struct host_turn_thread *thread)
{
    thread->state = TURN_FREE;
}

void host_turn_started(struct host_turn_thread *thread, uintptr_t pthread)
{
    thread->pthread = (pthread_t)pthread;
}

void host_turn_first(struct host_turn_thread *self)
{
    host_turn_self = self;
    turns_wait_for_go(self);
}

void host_turn_last(void)
{
    struct host_turn_thread *self = host_turn_self;
    pthread_mutex_lock(&turns_lock);
    turns_note_change(self);
    self->state = self->detached ? TURN_FREE : TURN_ENDED;
    turns_wake_joiners(self);
    turn_pass(self, true);
}

static struct host_turn_thread *turn_of(uintptr_t pthread)
{
    for (unsigned i = 0; i < HOST_TURNS_LIMIT; i++) {
        struct host_turn_thread *thread = &turns_thread[i];
        if (thread->state != TURN_FREE && !thread->detached &&
            pthread_equal(thread->pthread, (pthread_t)pthread))
            return thread;
    }
    return NULL;
}

void host_turn_join(uintptr_t pthread)
{
    struct host_turn_thread *self = host_turn_self;
    pthread_mutex_lock(&turns_lock);
    struct host_turn_thread *joined = turn_of(pthread);
    if (joined != NULL && joined->state != TURN_ENDED) {
        self->state = TURN_JOINS;
        self->joined = joined;
        turn_pass(self, false);
        pthread_mutex_lock(&turns_lock);
    }
    if (joined != NULL)
        joined->state = TURN_FREE;
    pthread_mutex_unlock(&turns_lock);
}

void host_turn_detach(uintptr_t pthread)
{
    pthread_mutex_lock(&turns_lock);
    struct host_turn_thread *thread = turn_of(pthread);
    if (thread != NULL && thread->state == TURN_ENDED)
        thread->state = TURN_FREE;
    else if (thread != NULL)
        thread->detached = true;
    pthread_mutex_unlock(&turns_lock);
}

/* ---- time, chance, numbers ------------------------------------------------------------------- */

uint64_t host_turn_clock(bool utc)
{
    pthread_mutex_lock(&turns_lock);
    uint64_t now = turns_now += host_turn_self != NULL ? TURNS_LOOK_100NS : 0;
    if (host_turn_self != NULL)
        turns_in_vain = 0; /* who waits for time to pass does not wait in vain */
    pthread_mutex_unlock(&turns_lock);
    return utc ? now + TURNS_BOOT_UTC : now;
}

void host_turn_random(void *buffer, size_t size_bytes)
{
    uint8_t *at = buffer;
    for (size_t i = 0; i < size_bytes; i++) {
        turns_random ^= turns_random << 13;
        turns_random ^= turns_random >> 7;
        turns_random ^= turns_random << 17;
        at[i] = (uint8_t)(turns_random >> 32);
    }
}

unsigned host_turn_number(void)
{
    return host_turn_self != NULL ? turn_number(host_turn_self) : HOST_TURNS_LIMIT;
}

/* ---- from when on, and until when ------------------------------------------------------------ */

/* One processor is enough, for good, and a turn passed on there need not wake another. */
static void stay_on_this_processor(void)
{
    cpu_set_t set;
    int processor = sched_getcpu();
    if (processor < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET((unsigned)processor, &set);
    sched_setaffinity(0, sizeof(set), &set);
}

void host_turns_begin(const struct host_turns *how)
{
    turns = *how;
    memset(turns_thread, 0, sizeof(turns_thread));
    turns_now = HOST_TURNS_BOOT;
    turns_arrivals = 0;
    turns_in_a_row = turns_in_vain = 0;
    turns_random = TURNS_RANDOM_SEED;
    stay_on_this_processor();
    host_turn_self = turn_take_slot();
    host_turn_self->pthread = pthread_self();
    host_turns_on = true;
}

void host_turns_end(void)
{
    host_turn_self = NULL;
    host_turns_on = false;
}
