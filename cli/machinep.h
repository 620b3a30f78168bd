/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by machine.c and members.c only. */
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include "client.h"
#include "execute.h"
#include "machine.h"
#include "run.h"
#include "tell.h"

struct machine {
    const struct run_options *options;
    struct machine_host host;
    struct teller *teller, own_teller;
    dotsys_machine *machine; /* NULL: it is another process's, and this one a client */
    EPROCESS *process; /* whose thread runs the commands of a connection */
    struct session session;
    struct session_table own_table;
    struct watch watch;
    char doing[256]; /* under way, for the report when it never ends; the working thread writes
                        before watch_enter */
    const char *starting, *stopping; /* the driver being started or stopped; NULL: neither */
    const struct machine *leader; /* it is one thread of several, which waits for them; NULL: it is
                                     not */
    bool requesting;              /* what is under way sends requests to a driver */
    size_t remaining;             /* commands after the one under way */
    char place[160];              /* where a driver is that does not return, or "" */
    sem_t reported;               /* posted when the requests drivers hold have been reported */
};

bool machine_is_client(const struct machine *machine);
/* Runs the commands; false when the machine stopped. */
bool machine_run_commands(struct machine *machine);
/* Reports an operation that cannot be brought to an end. */
void machine_tell_stuck(struct machine *machine);

/* How many commands from first on have a thread. */
size_t members_count(const struct run_options *options, size_t first);
/* Runs them, each thread's one after the other; false when the machine stopped. */
bool members_run(struct machine *machine, size_t first, size_t count);
