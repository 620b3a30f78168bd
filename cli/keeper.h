/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The supervisor's half of a machine with a directory: it owns the directory and the registry's file, and forks the process
 * that holds the machine, which gets descriptors and a storage that asks its keeper. Whatever becomes of that process, what
 * it had been told was kept, is.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "machine.h"

struct keeper {
    struct directory *directory;
    int disk;            /* in place of the directory's own; -1: none */
    bool disk_writable;
    int storage_socket;  /* our end */
    bool hand_over;      /* the child opens its end of the storage itself: it is in child_storage */
    int child_storage;
    bool serving;
    pthread_t server;
};

/*
 * directory NULL: the default one. disk: what PhysicalDrive0 is; NULL: the directory's own. False: why says what is wrong and
 * what to do.
 */
bool keeper_open(struct keeper *keeper, const char *directory, const char *disk, bool disk_writable, char *why,
    size_t why_size);

/* Forks; the child runs child(context, host) and exits with what it returns. It ends with this process. -1: errno. */
pid_t keeper_fork(struct keeper *keeper, bool start_services,
    int (*child)(void *context, const struct machine_host *host), void *context);

/* The child is gone. */
void keeper_close(struct keeper *keeper);

/* The path of a machine directory: what was given, or the default. NULL: out of memory. Freed with free. */
char *keeper_path(const char *directory);
