/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine directory: all that is left of a machine when it is down.
 *
 *     lock          locked while a process has the machine, whose number is in it
 *     registry.db   the registry (server/store.h); registry.db-wal while it is open, or if its
 *                   process was killed
 *     drive_c/      C:
 *     disk0.img     PhysicalDrive0; empty: not initialised yet
 *     cmos.bin      the CMOS; empty: not initialised yet
 *     crash/        reports
 *
 * What is missing is made when it is opened. registry.db appears whole, by being renamed; a folder
 * or an empty file has no half state: so a process killed at any moment leaves a directory that can
 * be opened, and nobody ever has to repair one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cm/storage.h"

#define DIRECTORY_MESSAGE_BYTES 640u /* of what a failure has to say, with its end */

/* flags: one that is not there is not made, but OBJECT_NAME_NOT_FOUND */
#define DIRECTORY_EXISTING 1u

struct directory;

/*
 * path NULL: the default one. On failure *message says why and what to do: SHARING_VIOLATION:
 * another has it (or this process, by another call). NOT_A_DIRECTORY; ACCESS_DENIED;
 * MEDIA_WRITE_PROTECTED; DISK_FULL;
 * DIRECTORY_NOT_EMPTY: something else is in it. REVISION_MISMATCH: a newer dotsys made it.
 * REGISTRY_CORRUPT: the registry is damaged; it is left as it is.
 */
int32_t directory_open(const char *path, unsigned flags, struct directory **directory,
    char message[DIRECTORY_MESSAGE_BYTES]);
/*
 * Its descriptors and storage are no longer in use. NULL: nothing. For the process that opened it:
 * a child made by fork leaves it alone, and as long as it has the descriptors and its parent was
 * killed, the directory is still in use.
 */
void directory_close(struct directory *directory);

/* All valid until directory_close. */
const char *directory_path(const struct directory *directory);    /* absolute, without links */
const char *directory_drive_c(const struct directory *directory);
int directory_descriptor(const struct directory *directory);      /* the folder, for openat */
/* open for reading and writing, as is the next */
int directory_disk(const struct directory *directory);
int directory_cmos(const struct directory *directory);
const struct cm_storage *directory_storage(const struct directory *directory);
/* What the storage's last failure had to say; "" if there was none. */
const char *directory_storage_message(const struct directory *directory);

/*
 * The default directory's path: DOTSYS_MACHINE, which 'dotsys exec' sets for programs, or one of
 * the user's. False: neither that nor XDG_DATA_HOME nor HOME nor the user's entry says where, or it
 * does not fit.
 */
bool directory_default_path(char *path, size_t path_bytes);

/*
 * Who has the directory (path as above), without disturbing it: *owner is a process number; 0:
 * nobody; -1: somebody who has not said yet. A process that is no more was killed, and a child of
 * it is left, or another has just taken its place: ask again. OBJECT_NAME_NOT_FOUND: it is no
 * machine directory.
 */
int32_t directory_owner(const char *path, pid_t *owner);
