/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The watch over the thread that works in the machine: an operation that takes longer than the
 * timeout is cancelled when it is a request, and given up when that does not help. The watching
 * thread never calls into the machine, so whatever a driver does it goes on.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a cancelled request may take to be completed. */
#define WATCH_GRACE_MS 1000u

/* What the machine itself does gets this long even when requests get less. */
#define WATCH_MACHINE_MS 10000u

struct watch {
    uint32_t timeout_ms;        /* for requests */
    bool never_cancels;         /* a request that takes too long is given up at once */
    sem_t changed;              /* posted when anything below changes */
    sem_t sleeper;              /* what `sleep` waits for: posted to end it early */
    sem_t cancel_over;          /* posted when who cancelled is done with it */
    pthread_mutex_t lock;       /* guards the next five */
    uint64_t serial;            /* of the operation; odd while one is under way */
    uint32_t patience_ms;       /* for this operation */
    void *handle;               /* whose requests to cancel; NULL: nothing can be cancelled */
    bool cancelled;             /* the operation under way was cancelled */
    bool finished;              /* the working thread is done */
    _Atomic uint64_t progress;  /* grows while one operation makes many calls */
    atomic_bool interrupted;    /* SIGINT or SIGTERM came: run no further command */
};

enum watch_end { WATCH_DONE, WATCH_STUCK };

bool watch_init(struct watch *watch, uint32_t timeout_ms);

/* The working thread: brackets each operation. watch_leave returns true when the operation was
 * cancelled meanwhile. */
void watch_enter(struct watch *watch, void *handle);
void watch_enter_machine(struct watch *watch); /* the same for work of the machine's own */
bool watch_leave(struct watch *watch);
void watch_finish(struct watch *watch);
/* Sleeps; ends early when the run is interrupted. */
void watch_sleep(struct watch *watch, uint32_t milliseconds);

/* Starts a thread that takes no signal meant for the watching one, but faults; so do those it
 * makes. False: it could not. */
bool watch_start_thread(void *(*routine)(void *), void *argument, pthread_t *thread);

/* The watching thread: returns when the working one is done or stuck. cancel is called on a thread
 * of its own. */
enum watch_end watch_run(struct watch *watch, void (*cancel)(void *handle));

/* Async-signal-safe. */
void watch_interrupt(struct watch *watch);
