/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by execute.c and session.c only. */
#pragma once

#include "execute.h"

#include "client.h"

struct session_request {
    IO_STATUS_BLOCK io;
    HANDLE event; /* NULL on a synchronous handle */
    uint8_t *buffer;
    uint8_t *input; /* what is sent, where handles' values were put in; NULL: the command's data as
                       it is */
    uint32_t size;
    uint32_t ahead;    /* bytes of buffer before what is the request's */
    bool returns_data; /* buffer is for what comes back, not for what is sent */
    struct session_request *next;
};

struct session_handle {
    char *name;
    HANDLE handle;
    bool overlapped;
    bool event;  /* and nothing that requests are sent to */
    bool closed; /* or about to be */
    struct session_request *pending; /* oldest first */
    struct session_handle *next;
};

/* One that was told of. */
struct session_process {
    char *name;
    uint32_t id;
    struct session_process *next;
};

/* The handle that name means; *several: more than one is open. NULL: there is none. Lock held. */
struct session_handle *session_find_locked(
    const struct session_table *table, const char *name, bool *several);
/*
 * The one a command means, which nobody finds any more if it is to be closed. It lives as long as
 * the table: one that another thread closes does no harm. NULL: outcome says why.
 */
struct session_handle *session_get(
    struct session *session, const struct command *command, struct outcome *outcome);
/* false: out of memory */
bool session_add(struct session *session, const struct command *command, HANDLE native);
/* Closes one that nobody finds any more. */
NTSTATUS session_end(struct session *session, struct session_handle *handle);

uint32_t session_find_process(struct session_table *table, const char *name); /* 0: there is none */
NTSTATUS session_start_process(struct session_table *table, const struct command *command);
