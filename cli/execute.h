/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Runs commands against the machine of this process, at the level of NT's system services so that a
 * status is shown as it came. A session belongs to a thread; the handles commands opened and the
 * requests they left pending are in its table, which other sessions may share.
 */
#pragma once

#include "command.h"
#include "run.h"
#include "watch.h"

#include "dotsys/dotsys.h"

struct session_handle;
struct session_request;
struct session_process;

/* What commands have opened and started. Threads may have it in common. */
struct session_table {
    pthread_mutex_t lock; /* the lists, and each handle's own; never held in a call of the machine
                           */
    struct session_handle *handles;    /* newest first; those that are closed are among them */
    struct session_request *abandoned; /* pending when their handle was closed */
    struct session_process *processes;
};

/* A thread's. */
struct session {
    dotsys_machine *machine;
    const struct run_options *options;
    struct watch *watch;
    struct session_table *table;
};

/* What became of a command. */
struct outcome {
    dotsys_status status;
    bool has_bytes;
    uint64_t bytes;
    uint8_t *data; /* what came back; NULL: nothing; freed with outcome_free */
    size_t size;
    uint32_t calls, failed; /* repeat; calls is 0 otherwise */
    double mean, median, p99; /* ns */
    char note[256]; /* what else a person should know; may be empty */
    bool load_failed; /* start: the driver did not load */
};

void session_table_init(struct session_table *table);
void session_run(struct session *session, const struct command *command, struct outcome *outcome);
void outcome_free(struct outcome *outcome);

/* Closes the handles still open, oldest first, as the end of a process does. */
void session_close(struct session *session);
/* Frees what the session remembers, once the machine is closed and no request can be completed any
 * more. */
void session_table_free(struct session_table *table);

/* Cancels the requests of a handle: what the watch calls. */
void session_cancel(void *handle);
