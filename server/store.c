/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry in SQLite: opening, and the changes. The journal is a write-ahead log that is
 * synchronised when it is brought into the database, which makes a change cheap and keeps the file
 * consistent whatever happens; flush brings it in at once. In exclusive mode the log's index is in
 * memory: no third file, and no page of it that a full disk could take away.
 *
 * Who tells changes may be another process gone wrong: what would make a registry that cannot be
 * loaded is refused here.
 *
 * cm calls one at a time, so the connection has no lock of its own. A call that fails leaves what
 * it had to say in message.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/ntstatus.h"
#include "server/storep.h"

/* Pages in the log before it is brought in by itself: 16 MiB. */
#define STORE_LOG_PAGES "4000"

static const char *const store_sql[STORE_STATEMENTS] = {
    [STORE_BEGIN] = "BEGIN",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_KEY_INSERT] = "INSERT INTO keys VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STORE_KEY_PARENT] = "SELECT parent FROM keys WHERE id = ?1",
    [STORE_KEY_HAS_KEYS] = "SELECT 1 FROM keys WHERE parent = ?1 LIMIT 1",
    [STORE_KEY_DELETE] = "DELETE FROM keys WHERE id = ?1",
    [STORE_KEY_RENAME] = "UPDATE keys SET name = ?2 WHERE id = ?1",
    [STORE_KEY_TOUCH] = "UPDATE keys SET last_write = ?2 WHERE id = ?1",
    [STORE_KEY_SECURE] = "UPDATE keys SET security = ?2 WHERE id = ?1",
    [STORE_VALUE_SET] = "INSERT OR REPLACE INTO vals VALUES(?1, ?2, ?3, ?4)",
    [STORE_VALUE_DELETE] = "DELETE FROM vals WHERE key = ?1 AND name = ?2",
    [STORE_VALUES_DELETE] = "DELETE FROM vals WHERE key = ?1",
    [STORE_ALL_KEYS] =
        "SELECT id, parent, name, class, flags, last_write, security FROM keys ORDER BY id",
    [STORE_ALL_VALUES] = "SELECT key, name, type, data FROM vals",
};

/* ---- errors ---------------------------------------------------------------------------------- */

int32_t store_status(sqlite3 *database, int error)
{
    int system_error = database != NULL ? sqlite3_system_errno(database) : 0;
    switch (error & 0xFF) {
    case SQLITE_NOMEM:
        return STATUS_INSUFFICIENT_RESOURCES;
    case SQLITE_FULL:
        return STATUS_DISK_FULL;
    case SQLITE_IOERR:
        if (error == SQLITE_IOERR_NOMEM)
            return STATUS_INSUFFICIENT_RESOURCES;
        return system_error == ENOSPC || system_error == EDQUOT ? STATUS_DISK_FULL
                                                                : STATUS_REGISTRY_IO_FAILED;
    case SQLITE_CANTOPEN:
        return system_error == EACCES || system_error == EPERM ? STATUS_ACCESS_DENIED
            : system_error == ENOSPC || system_error == EDQUOT ? STATUS_DISK_FULL
                                                               : STATUS_REGISTRY_IO_FAILED;
    case SQLITE_READONLY:
        return STATUS_MEDIA_WRITE_PROTECTED;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return STATUS_ACCESS_DENIED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
        return STATUS_REGISTRY_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_SHARING_VIOLATION;
    case SQLITE_TOOBIG:
        return STATUS_REGISTRY_QUOTA_LIMIT;
    case SQLITE_CONSTRAINT:
        return STATUS_OBJECT_NAME_COLLISION;
    default:
        return STATUS_INTERNAL_DB_ERROR;
    }
}

static void store_fail(struct store *store, int32_t status, const char *what)
{
    if (store->status != 0)
        return;
    store->status = status;
    snprintf(store->message, sizeof(store->message), "%.200s: %.300s", store->path, what);
}

static void store_note(struct store *store, int error)
{
    if (error != SQLITE_OK && error != SQLITE_ROW && error != SQLITE_DONE)
        store_fail(store, store_status(store->database, error), sqlite3_errmsg(store->database));
}

/* ---- statements: each does nothing once one has failed --------------------------------------- */

static void store_number(struct store *store, enum store_statement which, int place, int64_t number)
{
    if (store->status == 0)
        store_note(store, sqlite3_bind_int64(store->statement[which], place, number));
}

static void store_bytes(
    struct store *store, enum store_statement which, int place, const void *bytes, size_t count)
{
    if (store->status == 0)
        store_note(store,
            sqlite3_bind_blob64(
                store->statement[which], place, count != 0 ? bytes : "", count, SQLITE_STATIC));
}

/* Runs one to its end; *number gets the first row's first column, if asked for. Returns whether
 * there was a row. */
static bool store_run(struct store *store, enum store_statement which, int64_t *number)
{
    sqlite3_stmt *statement = store->statement[which];
    if (store->status != 0)
        return false;
    int error = sqlite3_step(statement);
    bool row = error == SQLITE_ROW;
    store_note(store, error);
    if (row && number != NULL)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return row;
}

/* One that must change a row. */
static void store_change(struct store *store, enum store_statement which)
{
    store_run(store, which, NULL);
    if (store->status == 0 && sqlite3_changes(store->database) == 0)
        store_fail(store, STATUS_OBJECT_NAME_NOT_FOUND,
            "a key or value is to be changed that is not there");
}

static void store_touch(struct store *store, uint64_t key, int64_t time)
{
    store_number(store, STORE_KEY_TOUCH, 1, (int64_t)key);
    store_number(store, STORE_KEY_TOUCH, 2, time);
    if (key != 0) /* \Registry has no row */
        store_change(store, STORE_KEY_TOUCH);
}

/* The start of a call. Without memory even a transaction's end may have failed: it is ended now. */
static void store_ready(struct store *store)
{
    store->status = 0;
    if (!sqlite3_get_autocommit(store->database))
        store_run(store, STORE_ROLLBACK, NULL);
}

static void store_begin(struct store *store)
{
    store_ready(store);
    store_run(store, STORE_BEGIN, NULL);
}

static int32_t store_end(struct store *store)
{
    store_run(store, STORE_COMMIT, NULL);
    if (store->status != 0 && !sqlite3_get_autocommit(store->database)) {
        sqlite3_step(store->statement[STORE_ROLLBACK]);
        sqlite3_reset(store->statement[STORE_ROLLBACK]);
    }
    return store->status;
}

static void store_limit(struct store *store, size_t bytes, size_t limit, bool text)
{
    if (bytes > limit || (text && (bytes & 1) != 0))
        store_fail(
            store, STATUS_INVALID_PARAMETER, "a name or descriptor has a size that cannot be");
}

/* ---- changes --------------------------------------------------------------------------------- */

static int32_t store_key_created(void *context, const struct cm_storage_key *key)
{
    struct store *store = context;
    store_begin(store);
    store_limit(store, key->name.bytes, STORE_KEY_NAME_LIMIT, true);
    store_limit(store, key->class_name.bytes, STORE_CLASS_LIMIT, true);
    store_limit(store, key->security_bytes, STORE_SECURITY_LIMIT, false);
    if (key->id == 0 || key->id > STORE_ID_LIMIT || key->parent >= key->id || key->name.bytes == 0)
        store_fail(store, STATUS_INVALID_PARAMETER, "a key has a number or a name that cannot be");
    store_touch(store, key->parent, key->last_write_time);
    store_number(store, STORE_KEY_INSERT, 1, (int64_t)key->id);
    store_number(store, STORE_KEY_INSERT, 2, (int64_t)key->parent);
    store_bytes(store, STORE_KEY_INSERT, 3, key->name.text, key->name.bytes);
    store_bytes(store, STORE_KEY_INSERT, 4, key->class_name.text, key->class_name.bytes);
    store_number(store, STORE_KEY_INSERT, 5, key->flags);
    store_number(store, STORE_KEY_INSERT, 6, key->last_write_time);
    if (key->security != NULL)
        store_bytes(store, STORE_KEY_INSERT, 7, key->security, key->security_bytes);
    else
        sqlite3_bind_null(store->statement[STORE_KEY_INSERT], 7);
    store_run(store, STORE_KEY_INSERT, NULL);
    return store_end(store);
}

/* The key's own parent, 0 if there is none; a key that is not there is a failure. */
static uint64_t store_parent(struct store *store, uint64_t key)
{
    int64_t parent = 0;
    store_number(store, STORE_KEY_PARENT, 1, (int64_t)key);
    if (!store_run(store, STORE_KEY_PARENT, &parent))
        store_fail(store, STATUS_OBJECT_NAME_NOT_FOUND, "a key is to be changed that is not there");
    return (uint64_t)parent;
}

static int32_t store_key_deleted(void *context, uint64_t key, int64_t last_write_time)
{
    struct store *store = context;
    store_begin(store);
    store_touch(store, store_parent(store, key), last_write_time);
    store_number(store, STORE_KEY_HAS_KEYS, 1, (int64_t)key);
    if (store_run(store, STORE_KEY_HAS_KEYS, NULL))
        store_fail(store, STATUS_CANNOT_DELETE, "a key is to be deleted that has keys");
    store_number(store, STORE_VALUES_DELETE, 1, (int64_t)key);
    store_run(store, STORE_VALUES_DELETE, NULL);
    store_number(store, STORE_KEY_DELETE, 1, (int64_t)key);
    store_change(store, STORE_KEY_DELETE);
    return store_end(store);
}

static int32_t store_key_renamed(
    void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time)
{
    struct store *store = context;
    store_begin(store);
    store_limit(store, name.bytes, STORE_KEY_NAME_LIMIT, true);
    if (name.bytes == 0)
        store_fail(store, STATUS_INVALID_PARAMETER, "a key is to lose its name");
    store_touch(store, store_parent(store, key), last_write_time);
    store_touch(store, key, last_write_time);
    store_number(store, STORE_KEY_RENAME, 1, (int64_t)key);
    store_bytes(store, STORE_KEY_RENAME, 2, name.text, name.bytes);
    store_change(store, STORE_KEY_RENAME);
    return store_end(store);
}

static int32_t store_key_touched(void *context, uint64_t key, int64_t last_write_time)
{
    struct store *store = context;
    store_begin(store);
    store_touch(store, key, last_write_time);
    return store_end(store);
}

static int32_t store_key_secured(
    void *context, uint64_t key, const void *security, size_t security_bytes)
{
    struct store *store = context;
    store_begin(store);
    store_limit(store, security_bytes, STORE_SECURITY_LIMIT, false);
    store_number(store, STORE_KEY_SECURE, 1, (int64_t)key);
    store_bytes(store, STORE_KEY_SECURE, 2, security, security_bytes);
    store_change(store, STORE_KEY_SECURE);
    return store_end(store);
}

static int32_t store_value_set(void *context, uint64_t key, struct cm_storage_text name,
    uint32_t type, const void *data, size_t data_bytes, int64_t last_write_time)
{
    struct store *store = context;
    store_begin(store);
    store_limit(store, name.bytes, STORE_VALUE_NAME_LIMIT, true);
    if (key == 0)
        store_fail(store, STATUS_INVALID_PARAMETER, "\\Registry has no values");
    store_touch(store, key, last_write_time);
    store_number(store, STORE_VALUE_SET, 1, (int64_t)key);
    store_bytes(store, STORE_VALUE_SET, 2, name.text, name.bytes);
    store_number(store, STORE_VALUE_SET, 3, type);
    store_bytes(store, STORE_VALUE_SET, 4, data, data_bytes);
    store_change(store, STORE_VALUE_SET);
    return store_end(store);
}

static int32_t store_value_deleted(
    void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time)
{
    struct store *store = context;
    store_begin(store);
    store_touch(store, key, last_write_time);
    store_number(store, STORE_VALUE_DELETE, 1, (int64_t)key);
    store_bytes(store, STORE_VALUE_DELETE, 2, name.text, name.bytes);
    store_change(store, STORE_VALUE_DELETE);
    return store_end(store);
}

static int32_t store_flush(void *context)
{
    struct store *store = context;
    store_ready(store);
    store_note(store,
        sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL));
    return store->status;
}

/* ---- loading --------------------------------------------------------------------------------- */

static struct cm_storage_text store_text(sqlite3_stmt *row, int column)
{
    static const uint16_t empty[1];
    const uint16_t *text = sqlite3_column_blob(row, column); /* NULL when empty */
    return (struct cm_storage_text){
        text != NULL ? text : empty, (size_t)sqlite3_column_bytes(row, column)};
}

static int32_t store_load_key(sqlite3_stmt *row, const struct cm_storage_sink *sink)
{
    const struct cm_storage_key key = {
        .id = (uint64_t)sqlite3_column_int64(row, 0),
        .parent = (uint64_t)sqlite3_column_int64(row, 1),
        .name = store_text(row, 2),
        .class_name = store_text(row, 3),
        .flags = (uint32_t)sqlite3_column_int64(row, 4),
        .last_write_time = sqlite3_column_int64(row, 5),
        .security = sqlite3_column_blob(row, 6),
        .security_bytes = (size_t)sqlite3_column_bytes(row, 6),
    };
    return sink->key(sink->context, &key);
}

static int32_t store_load_value(sqlite3_stmt *row, const struct cm_storage_sink *sink)
{
    const void *data = sqlite3_column_blob(row, 3);
    return sink->value(sink->context, (uint64_t)sqlite3_column_int64(row, 0), store_text(row, 1),
        (uint32_t)sqlite3_column_int64(row, 2), data != NULL ? data : "",
        (size_t)sqlite3_column_bytes(row, 3));
}

static void store_load_rows(struct store *store, enum store_statement which,
    const struct cm_storage_sink *sink,
    int32_t (*give)(sqlite3_stmt *, const struct cm_storage_sink *))
{
    sqlite3_stmt *rows = store->statement[which];
    char what[96];
    int error = SQLITE_DONE;
    while (store->status == 0 && (error = sqlite3_step(rows)) == SQLITE_ROW) {
        int32_t status = give(rows, sink);
        if (status == 0)
            continue;
        snprintf(what, sizeof(what), "the registry refuses %s of key %lld: status 0x%08x",
            which == STORE_ALL_KEYS ? "the name or the descriptor" : "a value",
            (long long)sqlite3_column_int64(rows, 0), (unsigned)status);
        store_fail(store, status, what);
    }
    store_note(store, error);
    sqlite3_reset(rows);
}

static int32_t store_load(void *context, const struct cm_storage_sink *sink)
{
    struct store *store = context;
    store_ready(store);
    store_load_rows(store, STORE_ALL_KEYS, sink, store_load_key);
    store_load_rows(store, STORE_ALL_VALUES, sink, store_load_value);
    return store->status;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static void store_execute(struct store *store, const char *sql)
{
    if (store->status == 0)
        store_note(store, sqlite3_exec(store->database, sql, NULL, NULL, NULL));
}

static void store_switch(struct store *store, int option, int on)
{
    if (store->status == 0)
        store_note(store, sqlite3_db_config(store->database, option, on, NULL));
}

static struct store *store_allocate(const char *path)
{
    struct store *store = calloc(1, sizeof(*store) + strlen(path) + 1);
    if (store == NULL)
        return NULL;
    memcpy(store->path, path, strlen(path));
    store->storage = (struct cm_storage){store, store_load, store_key_created, store_key_deleted,
        store_key_renamed, store_key_touched, store_key_secured, store_value_set,
        store_value_deleted, store_flush};
    return store;
}

/* Nothing the file holds is run, and closing leaves it as it is until it is known to be sound. */
static void store_connect(struct store *store, int flags)
{
    int error = sqlite3_open_v2(
        store->path, &store->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | flags, NULL);
    if (store->database == NULL) {
        store_fail(store, STATUS_INSUFFICIENT_RESOURCES, "out of memory");
        return;
    }
    sqlite3_extended_result_codes(store->database, 1);
    store_note(store, error);
    store_switch(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    store_switch(store, SQLITE_DBCONFIG_DEFENSIVE, 1);
    store_switch(store, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    store_switch(store, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    store_execute(store, "PRAGMA locking_mode = EXCLUSIVE");
    store_execute(store, "PRAGMA cell_size_check = ON");
}

static void store_prepare(struct store *store)
{
    for (int which = 0; which < STORE_STATEMENTS && store->status == 0; which++)
        store_note(store,
            sqlite3_prepare_v3(store->database, store_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                &store->statement[which], NULL));
}

static void store_check_all(struct store *store)
{
    char what[STORE_MESSAGE_BYTES];
    if (store->status != 0)
        return;
    int32_t status = store_check(store->database, what, sizeof(what));
    if (status != 0)
        store_fail(store, status, what);
}

static int32_t store_finish(struct store *store, char *message)
{
    int32_t status = store->status;
    if (status != 0)
        snprintf(message, STORE_MESSAGE_BYTES, "%s", store->message);
    return status;
}

int32_t store_open(const char *path, struct store **opened, char message[STORE_MESSAGE_BYTES])
{
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        snprintf(message, STORE_MESSAGE_BYTES, "%s: there is no registry", path);
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    struct store *store = store_allocate(path);
    if (store == NULL) {
        snprintf(message, STORE_MESSAGE_BYTES, "%s: out of memory", path);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    store_connect(store, 0);
    store_check_all(store);
    store_execute(store, "PRAGMA journal_mode = WAL");
    store_execute(store, "PRAGMA synchronous = NORMAL");
    store_execute(store, "PRAGMA wal_autocheckpoint = " STORE_LOG_PAGES);
    if (store->status == 0 && sqlite3_db_readonly(store->database, "main") == 1)
        store_fail(store, STATUS_MEDIA_WRITE_PROTECTED, "it cannot be written");
    store_prepare(store);
    store_switch(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0);
    int32_t status = store_finish(store, message);
    if (status != 0) {
        store_close(store);
        return status;
    }
    *opened = store;
    return 0;
}

int32_t store_create(const char *path, char message[STORE_MESSAGE_BYTES])
{
    struct store *store = store_allocate(path);
    if (store == NULL) {
        snprintf(message, STORE_MESSAGE_BYTES, "%s: out of memory", path);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    /* SQLite would let everybody read it. */
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    else if (errno == EEXIST)
        store_fail(store, STATUS_OBJECT_NAME_COLLISION, "there is a registry already");
    if (store->status == 0)
        store_connect(store, SQLITE_OPEN_CREATE);
    store_execute(store, "PRAGMA journal_mode = MEMORY");
    store_execute(store, "PRAGMA synchronous = FULL");
    store_execute(store, "BEGIN");
    for (const char *const *sql = store_schema; *sql != NULL; sql++)
        store_execute(store, *sql);
    store_execute(store, "COMMIT");
    store_switch(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0);
    store_execute(store, "PRAGMA journal_mode = WAL");
    int32_t status = store_finish(store, message);
    store_close(store);
    return status;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int which = 0; which < STORE_STATEMENTS; which++)
        sqlite3_finalize(store->statement[which]);
    sqlite3_close_v2(store->database);
    free(store);
}

const struct cm_storage *store_storage(struct store *store)
{
    return &store->storage;
}

const char *store_message(const struct store *store)
{
    return store->message;
}

struct sqlite3 *store_database(struct store *store)
{
    return store->database;
}
