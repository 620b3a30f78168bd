/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the store's files share: the statements, and the way an error takes. */
#pragma once

#include <sqlite3.h>

#include "server/store.h"

#define STORE_APPLICATION 0x646F7473 /* in the file's head: "dots" */
#define STORE_VERSION 1

#define STORE_KEY_NAME_LIMIT 512   /* bytes; what cm takes */
#define STORE_VALUE_NAME_LIMIT 32766
#define STORE_CLASS_LIMIT 65534
#define STORE_SECURITY_LIMIT 1048576
#define STORE_ID_LIMIT 0x0FFFFFFF

enum store_statement {
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_ROLLBACK,
    STORE_KEY_INSERT,
    STORE_KEY_PARENT,
    STORE_KEY_HAS_KEYS,
    STORE_KEY_DELETE,
    STORE_KEY_RENAME,
    STORE_KEY_TOUCH,
    STORE_KEY_SECURE,
    STORE_VALUE_SET,
    STORE_VALUE_DELETE,
    STORE_VALUES_DELETE,
    STORE_ALL_KEYS,
    STORE_ALL_VALUES,
    STORE_STATEMENTS,
};

struct store {
    sqlite3 *database;
    sqlite3_stmt *statement[STORE_STATEMENTS];
    struct cm_storage storage;
    int32_t status; /* of the call under way: the first failure stays */
    char message[STORE_MESSAGE_BYTES];
    char path[];
};

/* What SQLite's last failure is as a status. */
int32_t store_status(sqlite3 *database, int error);

/* Checks schema, version and contents. message gets what is wrong, without the path. */
int32_t store_check(sqlite3 *database, char *message, size_t message_bytes);
/* The schema's statements, NULL at the end. */
extern const char *const store_schema[];
