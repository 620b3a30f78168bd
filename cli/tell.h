/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Telling, from the machine's process, what happens there: a record for each kind of thing. Any
 * thread, at any moment. */
#pragma once

#include <stdatomic.h>

#include "execute.h"
#include "server/record.h"

struct teller {
    int socket;
    int64_t start; /* of the machine, 100 ns units since 1601: told with log lines; 0: it is not */
    _Atomic unsigned findings; /* told so far */
    atomic_bool crash_told;    /* what is known of a bugcheck has been sent */
    atomic_bool stop_told;     /* that the machine has stopped, too */
};

void tell(const struct teller *teller, struct record record);

/* For dotsys_options: context is the teller. */
void tell_log(void *context, const dotsys_log_line *line);
void tell_finding(void *context, const dotsys_finding *finding);

/* The last requests of each device, if the machine logs them; it does while its drivers run. */
void tell_requests(const struct teller *teller);
/* A driver was started or stopped; of a failure dotsys_last_message says more. */
void tell_driver(
    const struct teller *teller, enum driver_step step, const char *name, dotsys_status status);
void tell_outcome(
    const struct teller *teller, const struct command *command, const struct outcome *outcome);
/*
 * From now on a bugcheck is told at once, by the thread that stops the machine, which then waits:
 * whoever listens can look at the machine's memory before it gives its answer. For one teller,
 * before its machine is opened.
 */
void tell_crashes(struct teller *teller);
/* Says once that the machine has stopped, if it has; also of a machine that is closed by now. True:
 * it has. */
bool tell_stopped(struct teller *teller);
void tell_skipped(const struct teller *teller, size_t count, const char *why);
/* The machine did not start. */
void tell_failed(const struct teller *teller, dotsys_status status);
