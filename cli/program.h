/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The program of `dotsys run … -- PROGRAM`, on the supervisor's side: a client of the machine that
 * runs. */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "run.h"
#include "server/broker.h"

struct program {
    const struct run_options *options;
    char path[4096];       /* of a folder for the socket of a throw-away machine; "": the machine's
                              directory has it */
    int folder;            /* that one, locked as ours */
    struct broker *broker; /* hears of clients */
    int handoffs[2];       /* ours, the machine's */
    int listening;         /* -1: not yet */
    pthread_t accepting, running;
    bool started;
    int status;        /* what the program ended with */
    bool late;         /* it had longer than --timeout, in a run that is repeated, and was killed */
    volatile pid_t process; /* while it runs; 0 */
};

/* Before the machine's process is made. False: why has been printed. */
bool program_prepare(struct program *program, const struct run_options *options);
/* The machine takes clients: starts the program; when it ends the machine hears that there will be
 * no more. */
void program_start(struct program *program, struct broker *broker);
/* The machine is gone. Waits for the program, and gives everything back. */
void program_finish(struct program *program);
