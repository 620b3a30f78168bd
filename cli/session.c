/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What commands have opened and started, by the names they gave it. Handles live as long as their
 * table. */
#include "sessionp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

/* ---- Handles --------------------------------------------------------------------------------- */

struct session_handle *session_find_locked(
    const struct session_table *table, const char *name, bool *several)
{
    struct session_handle *named = NULL, *open = NULL;

    *several = false;
    for (struct session_handle *handle = table->handles; handle != NULL; handle = handle->next) {
        if (handle->closed)
            continue;
        *several = open != NULL;
        open = handle;
        if (named == NULL && strcmp(handle->name, name) == 0)
            named = handle;
    }
    /* The only one there is, whatever it is called. */
    return named == NULL && name[0] == '\0' && !*several ? open : named;
}

struct session_handle *session_get(
    struct session *session, const struct command *command, struct outcome *outcome)
{
    bool several;

    pthread_mutex_lock(&session->table->lock);
    struct session_handle *handle = session_find_locked(session->table, command->handle, &several);
    if (handle != NULL && command->verb == COMMAND_CLOSE)
        handle->closed = true;
    pthread_mutex_unlock(&session->table->lock);
    if (handle == NULL) {
        outcome->status = STATUS_INVALID_HANDLE;
        if (command->handle[0] != '\0')
            snprintf(outcome->note, sizeof(outcome->note),
                "no handle is called %s: open one with 'as %s'", command->handle, command->handle);
        else if (several)
            snprintf(outcome->note, sizeof(outcome->note),
                "several handles are open: say which, as in 'H: %s'", command->text);
    }
    return handle;
}

bool session_add(struct session *session, const struct command *command, HANDLE native)
{
    struct session_handle *handle = malloc(sizeof(*handle));
    char *name = strdup(command->handle);

    if (handle == NULL || name == NULL) {
        free(handle);
        free(name);
        return false;
    }
    pthread_mutex_lock(&session->table->lock);
    *handle = (struct session_handle){.name = name,
        .handle = native,
        .overlapped = command->overlapped,
        .event = command->verb == COMMAND_EVENT,
        .next = session->table->handles};
    session->table->handles = handle;
    pthread_mutex_unlock(&session->table->lock);
    return true;
}

NTSTATUS session_end(struct session *session, struct session_handle *handle)
{
    struct session_request **end = &session->table->abandoned, *pending;

    watch_enter(session->watch, NULL);
    NTSTATUS status = SysClose(handle->handle);
    watch_leave(session->watch);
    pthread_mutex_lock(&session->table->lock);
    while (*end != NULL)
        end = &(*end)->next;
    pending = *end = handle->pending;
    handle->pending = NULL;
    pthread_mutex_unlock(&session->table->lock);
    for (struct session_request *request = pending; request != NULL; request = request->next) {
        SysClose(request->event); /* nobody waits for it any more; the kernel has a reference of its
                                     own */
        request->event = NULL;
    }
    return status;
}

/* ---- Processes ------------------------------------------------------------------------------- */

uint32_t session_find_process(struct session_table *table, const char *name)
{
    uint32_t id = 0;

    pthread_mutex_lock(&table->lock);
    for (const struct session_process *process = table->processes; process != NULL && id == 0;
         process = process->next)
        id = strcmp(process->name, name) == 0 ? process->id : 0;
    pthread_mutex_unlock(&table->lock);
    return id;
}

NTSTATUS session_start_process(struct session_table *table, const struct command *command)
{
    struct session_process *process = malloc(sizeof(*process));
    char *name = strdup(command->handle);

    if (process == NULL || name == NULL ||
        host_told_start(command->name, host_process_id(), &process->id) != 0) {
        free(process);
        free(name);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    pthread_mutex_lock(&table->lock);
    process->name = name;
    process->next = table->processes;
    table->processes = process;
    pthread_mutex_unlock(&table->lock);
    return STATUS_SUCCESS;
}

/* ---- The table ------------------------------------------------------------------------------- */

void session_close(struct session *session)
{
    struct session_handle *oldest_first = NULL, *next;

    for (struct session_handle *handle = session->table->handles; handle != NULL; handle = next) {
        next = handle->next;
        handle->next = oldest_first;
        oldest_first = handle;
    }
    session->table->handles = oldest_first;
    for (struct session_handle *handle = oldest_first; handle != NULL; handle = handle->next) {
        if (handle->closed)
            continue;
        handle->closed = true;
        if (handle->pending != NULL) {
            watch_enter(session->watch, NULL);
            session_cancel(handle->handle);
            watch_leave(session->watch);
        }
        session_end(session, handle);
    }
}

void session_table_init(struct session_table *table)
{
    *table = (struct session_table){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void session_table_free(struct session_table *table)
{
    for (struct session_request *request = table->abandoned, *next; request != NULL;
         request = next) {
        next = request->next;
        free(request->buffer);
        free(request->input);
        free(request);
    }
    for (struct session_handle *handle = table->handles, *next; handle != NULL; handle = next) {
        next = handle->next;
        free(handle->name);
        free(handle);
    }
    for (struct session_process *process = table->processes, *next; process != NULL;
         process = next) {
        next = process->next;
        free(process->name);
        free(process);
    }
    *table = (struct session_table){.lock = PTHREAD_MUTEX_INITIALIZER};
}
