/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry in a file: a cm_storage over SQLite. Each change is a transaction of its own; when
 * its procedure has returned, it survives the death of the process, and after flush, loss of power.
 * The file is locked for the whole time it is open.
 *
 * A file that is damaged, or not one of these, is refused with a message that says which and what,
 * and is left as it is.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "cm/storage.h"

#define STORE_MESSAGE_BYTES 512u /* of what a failure has to say, with its end */

struct sqlite3;
struct store;

/*
 * Makes an empty registry at path, whole or not at all; on failure *message says why.
 * OBJECT_NAME_COLLISION: there is one.
 */
int32_t store_create(const char *path, char message[STORE_MESSAGE_BYTES]);

/*
 * Opens the registry at path and checks all of it. On failure *message says why, with the path:
 * REGISTRY_CORRUPT: damaged, or something else. REVISION_MISMATCH: a newer dotsys made it.
 * SHARING_VIOLATION: it is in use. OBJECT_NAME_NOT_FOUND: there is none. And those of a change, as
 * below.
 */
int32_t store_open(const char *path, struct store **store, char message[STORE_MESSAGE_BYTES]);
/* Also brings what is written into the one file. No call of the storage may be under way. NULL:
 * nothing. */
void store_close(struct store *store);

/*
 * Valid until store_close. Its changes fail with DISK_FULL, REGISTRY_IO_FAILED,
 * MEDIA_WRITE_PROTECTED, INSUFFICIENT_RESOURCES, REGISTRY_QUOTA_LIMIT (larger than SQLite takes),
 * and, when told what makes no sense, INVALID_PARAMETER, OBJECT_NAME_NOT_FOUND,
 * OBJECT_NAME_COLLISION or CANNOT_DELETE.
 */
const struct cm_storage *store_storage(struct store *store);

/* What the last call that failed had to say; "" if none did. Good until the next call. */
const char *store_message(const struct store *store);

/* For tests. */
struct sqlite3 *store_database(struct store *store);
