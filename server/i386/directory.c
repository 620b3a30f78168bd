/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * No machine directories in a 32-bit embedder's process: the registry in one takes SQLite, which is
 * not to be counted on for 32 bits. The command's supervisor keeps it for a 32-bit machine.
 */
#include <stdio.h>

#include "nt/ntstatus.h"
#include "server/directory.h"

int32_t directory_open(const char *path, unsigned flags, struct directory **directory,
    char message[DIRECTORY_MESSAGE_BYTES])
{
    (void)flags;
    *directory = NULL;
    snprintf(message, DIRECTORY_MESSAGE_BYTES,
        "%.300s: a 32-bit program has throw-away machines only: use the dotsys command",
        path != NULL ? path : "the machine directory");
    return STATUS_NOT_SUPPORTED;
}

/* None was ever opened. */
void directory_close(struct directory *directory)
{
    (void)directory;
}

const char *directory_drive_c(const struct directory *directory)
{
    (void)directory;
    return NULL;
}

int directory_disk(const struct directory *directory)
{
    (void)directory;
    return -1;
}

int directory_cmos(const struct directory *directory)
{
    (void)directory;
    return -1;
}

const struct cm_storage *directory_storage(const struct directory *directory)
{
    (void)directory;
    return NULL;
}

const char *directory_storage_message(const struct directory *directory)
{
    (void)directory;
    return "";
}
