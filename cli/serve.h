/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The process of a machine that several use: it opens the machine, then takes connections its
 * supervisor hands it, a thread each, until it is told to end.
 */
#pragma once

#include <sys/types.h>

#include "machine.h"
#include "ps/ps.h"
#include "run.h"
#include "tell.h"

struct serve_options {
    struct machine_choices choices;
};

/* What a supervisor sends with a connection's descriptor. */
struct handoff {
    pid_t process; /* of the caller */
    uid_t user;
    uint32_t administrator; /* 1: the machine's owner or root */
};

/* Hands a connection over. False: the machine's process is gone. */
bool handoff_send(int socket, const struct handoff *handoff, int connection);

/*
 * The machine's process. records: where what happens is told, with RECORD_BEGIN "up" once the
 * machine takes connections; handoffs: where they come from; its end is the machine's. Returns what
 * the process exits with.
 */
int machine_serve(const struct serve_options *options, const struct machine_host *host, int records,
    int handoffs);

/* Serves clients of a machine that is open, telling RECORD_READY first, until the supervisor says
 * that there are no more. */
void serve_program(dotsys_machine *machine, struct teller *teller, int handoffs);
/* Ends the sessions of all clients, as if they were gone, and waits until the machine knows nothing
 * of them. */
void serve_no_more(void);

/*
 * Runs commands on a machine that is open, as process, telling to socket; the thread that calls
 * watches over them. Returns an exit status; EXIT_FINDING: a driver does not let go of a thread,
 * which needs options and socket for ever. opened and process
 * NULL: on the machine whose client this process is.
 */
int machine_session(
    dotsys_machine *opened, EPROCESS *process, const struct run_options *options, int socket);
