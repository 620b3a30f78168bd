/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The supervisor's half of a machine with a directory: it owns the directory and the registry's
 * file, and forks the process that holds the machine, which gets descriptors and a storage that
 * asks its keeper. Whatever becomes of that process, what it had been told was kept, is.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "machine.h"
#include "server/broker.h"

struct keeper {
    struct directory *directory; /* NULL: a throw-away machine, which has only a folder that is C:
                                    and goes with it */
    char *scratch;
    int scratch_folder;
    struct broker broker; /* whom it tells of refusals, the caller says before keeper_fork */
    int disk;            /* in place of the directory's own; -1: none */
    bool disk_writable;
    int storage_socket;  /* our end */
    bool hand_over;      /* the child opens its end of the storage itself: it is in child_storage */
    int child_storage;
    bool serving;
    pthread_t server;
};

/*
 * directory NULL: the default one. disk: what PhysicalDrive0 is; NULL: the directory's own. False:
 * why says what is wrong and what to do.
 */
bool keeper_open(struct keeper *keeper, const char *directory, const char *disk, bool disk_writable,
    char *why, size_t why_size);

/* The same for a machine that is forgotten when it ends. */
bool keeper_open_throw_away(
    struct keeper *keeper, const char *disk, bool disk_writable, char *why, size_t why_size);

/* Forks; the child runs child(context, host) and exits with what it returns. It ends with this
 * process. -1: errno. */
pid_t keeper_fork(struct keeper *keeper, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context);

/* In that child, before it does anything else: closes what it is not to have, but for these. -1:
 * none. */
void keeper_close_rest(
    const struct keeper *keeper, const struct machine_host *host, const int *kept, size_t count);

/* The child is gone. */
void keeper_close(struct keeper *keeper);

/* The path of a machine directory: what was given, or the default. NULL: out of memory. Freed with
 * free. */
char *keeper_path(const char *directory);
