/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The watch: see watch.h. Deadlines are on the monotonic clock; signals reach the watching thread
 * only. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* sem_clockwait */
#endif

#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* What the watching thread knows about the operation it is waiting for. */
struct vigil {
    uint64_t serial, progress;
    uint32_t patience_ms;
    struct timespec deadline;
    bool cancelling;
};

struct cancellation {
    struct watch *watch;
    void (*cancel)(void *handle);
    void *handle;
};

bool watch_init(struct watch *watch, uint32_t timeout_ms)
{
    *watch = (struct watch){.timeout_ms = timeout_ms};
    return sem_init(&watch->changed, 0, 0) == 0 && sem_init(&watch->sleeper, 0, 0) == 0 &&
        sem_init(&watch->cancel_over, 0, 0) == 0 &&
        pthread_mutex_init(&watch->lock, NULL) == 0;
}

static struct timespec time_after(uint32_t milliseconds)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

static void enter(struct watch *watch, void *handle, uint32_t patience_ms)
{
    pthread_mutex_lock(&watch->lock);
    watch->serial++;
    watch->patience_ms = patience_ms;
    watch->handle = watch->never_cancels ? NULL : handle;
    watch->cancelled = false;
    pthread_mutex_unlock(&watch->lock);
    sem_post(&watch->changed);
}

void watch_enter(struct watch *watch, void *handle)
{
    enter(watch, handle, watch->timeout_ms);
}

void watch_enter_machine(struct watch *watch)
{
    enter(watch, NULL, watch->timeout_ms > WATCH_MACHINE_MS ? watch->timeout_ms : WATCH_MACHINE_MS);
}

bool watch_leave(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    bool cancelled = watch->cancelled;
    if (cancelled) {
        /* Who cancels still holds what it cancels: what comes next must not meet that. */
        pthread_mutex_unlock(&watch->lock);
        while (sem_wait(&watch->cancel_over) != 0 && errno == EINTR)
            continue;
        pthread_mutex_lock(&watch->lock);
    }
    watch->serial++;
    pthread_mutex_unlock(&watch->lock);
    sem_post(&watch->changed);
    return cancelled;
}

void watch_finish(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->finished = true;
    pthread_mutex_unlock(&watch->lock);
    sem_post(&watch->changed);
}

void watch_sleep(struct watch *watch, uint32_t milliseconds)
{
    struct timespec end = time_after(milliseconds);

    while (!watch->interrupted && sem_clockwait(&watch->sleeper, CLOCK_MONOTONIC, &end) != 0 &&
        errno == EINTR)
        continue;
}

void watch_interrupt(struct watch *watch)
{
    watch->interrupted = true;
    sem_post(&watch->sleeper);
    sem_post(&watch->changed);
}

bool watch_start_thread(void *(*routine)(void *), void *argument, pthread_t *thread)
{
    sigset_t signals, before;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    int error = pthread_create(thread, NULL, routine, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

static void *cancel_thread(void *argument)
{
    struct cancellation cancellation = *(struct cancellation *)argument;

    free(argument);
    cancellation.cancel(cancellation.handle);
    sem_post(&cancellation.watch->cancel_over);
    return NULL;
}

/* Starts a thread that cancels: the driver's cancel routine may be what never returns. False: it
 * could not start. */
static bool start_cancel(struct watch *watch, void (*cancel)(void *handle), void *handle)
{
    struct cancellation *cancellation = malloc(sizeof(*cancellation));
    pthread_t thread;

    if (cancellation == NULL)
        return false;
    *cancellation = (struct cancellation){watch, cancel, handle};
    if (!watch_start_thread(cancel_thread, cancellation, &thread)) {
        free(cancellation);
        return false;
    }
    pthread_detach(thread);
    return true;
}

/* Cancels the operation under way if it can be. False: it cannot. */
static bool try_cancel(struct watch *watch, struct vigil *vigil, void (*cancel)(void *handle))
{
    void *handle = NULL;

    pthread_mutex_lock(&watch->lock);
    if (!watch->cancelled && watch->serial == vigil->serial && watch->handle != NULL) {
        handle = watch->handle;
        watch->cancelled = true;
    }
    pthread_mutex_unlock(&watch->lock);
    vigil->cancelling = true;
    vigil->deadline = time_after(WATCH_GRACE_MS);
    if (handle == NULL)
        return false;
    if (start_cancel(watch, cancel, handle))
        return true;
    sem_post(&watch->cancel_over);
    return false;
}

/* The deadline has passed. False: the operation is stuck. */
static bool deadline_passed(struct watch *watch, struct vigil *vigil, void (*cancel)(void *handle))
{
    uint64_t progress = watch->progress;

    if (progress != vigil->progress && !vigil->cancelling) {
        vigil->progress = progress;
        vigil->deadline = time_after(vigil->patience_ms);
        return true;
    }
    return !vigil->cancelling && try_cancel(watch, vigil, cancel);
}

enum watch_end watch_run(struct watch *watch, void (*cancel)(void *handle))
{
    struct vigil vigil = {0};
    bool interrupted = false;

    for (;;) {
        pthread_mutex_lock(&watch->lock);
        uint64_t serial = watch->serial;
        uint32_t patience_ms = watch->patience_ms;
        bool finished = watch->finished;
        pthread_mutex_unlock(&watch->lock);
        if (finished)
            return WATCH_DONE;
        if (serial != vigil.serial)
            vigil = (struct vigil){
                serial, watch->progress, patience_ms, time_after(patience_ms), false};
        bool busy = serial % 2 != 0;
        if (watch->interrupted && !interrupted) {
            interrupted = true;
            if (busy)
                try_cancel(watch, &vigil, cancel);
        }
        int answer = busy ? sem_clockwait(&watch->changed, CLOCK_MONOTONIC, &vigil.deadline)
                          : sem_wait(&watch->changed);
        if (answer != 0 && errno == ETIMEDOUT && !deadline_passed(watch, &vigil, cancel))
            return WATCH_STUCK;
    }
}
