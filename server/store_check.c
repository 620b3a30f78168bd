/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a registry's file must be: the schema, and the check of a whole file against it. A parent's
 * number is always less than its keys', as numbers only grow and keys do not move: so there are no
 * circles, and the order of numbers is one to load in.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nt/ntstatus.h"
#include "server/storep.h"

#define STORE_TEXT_1(number) #number
#define STORE_TEXT(number) STORE_TEXT_1(number)

#define STORE_KEYS                                                                               \
    "CREATE TABLE keys(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, name BLOB NOT NULL, "    \
    "class BLOB NOT NULL, "                                                                      \
    "flags INTEGER NOT NULL, last_write INTEGER NOT NULL, security BLOB, UNIQUE(parent, name)) " \
    "STRICT"
#define STORE_VALS                                                                             \
    "CREATE TABLE vals(key INTEGER NOT NULL, name BLOB NOT NULL, type INTEGER NOT NULL, data " \
    "BLOB NOT NULL, "                                                                          \
    "PRIMARY KEY(key, name)) STRICT, WITHOUT ROWID"

const char *const store_schema[] = {
    "PRAGMA application_id = " STORE_TEXT(STORE_APPLICATION),
    "PRAGMA user_version = " STORE_TEXT(STORE_VERSION),
    STORE_KEYS,
    STORE_VALS,
    NULL,
};

/* Each finds what is wrong: a row with a key's number. */
static const struct store_rule {
    const char *sql, *wrong;
} store_rules[] = {
    {"SELECT id FROM keys WHERE typeof(id) <> 'integer' OR id NOT BETWEEN 1 AND " STORE_TEXT(
         STORE_ID_LIMIT) " OR typeof(parent) <> 'integer' OR parent NOT BETWEEN 0 AND id - 1 LIMIT "
                         "1",
        "has a number that cannot be"},
    {"SELECT id FROM keys WHERE typeof(name) <> 'blob' OR typeof(class) <> 'blob' OR length(name) "
     "= 0 OR "
     "length(name) % 2 <> 0 OR length(name) > " STORE_TEXT(STORE_KEY_NAME_LIMIT) " OR "
                                                                                 "length(class) % "
                                                                                 "2 <> 0 OR "
                                                                                 "length(class) "
                                                                                 "> " STORE_TEXT(
                                                                                     STORE_CLASS_LIMIT) " LIMIT 1",
        "has a name or class that cannot be"},
    {"SELECT id FROM keys WHERE typeof(flags) <> 'integer' OR flags NOT BETWEEN 0 AND 4294967295 "
     "OR "
     "typeof(last_write) <> 'integer' OR typeof(security) NOT IN ('null', 'blob') OR "
     "length(security) > " STORE_TEXT(STORE_SECURITY_LIMIT) " LIMIT 1",
        "has flags, a time or a descriptor that cannot be"},
    {"SELECT id FROM keys WHERE parent <> 0 AND parent NOT IN (SELECT id FROM keys) LIMIT 1",
        "is in a key that is not there"},
    {"SELECT key FROM vals WHERE typeof(key) <> 'integer' OR typeof(name) <> 'blob' OR "
     "length(name) % 2 <> 0 OR "
     "length(name) > " STORE_TEXT(STORE_VALUE_NAME_LIMIT) " OR typeof(type) <> 'integer' OR type "
                                                          "NOT BETWEEN 0 AND 4294967295 OR "
                                                          "typeof(data) <> 'blob' LIMIT 1",
        "has a value whose name, type or data cannot be"},
    {"SELECT DISTINCT key FROM vals WHERE key NOT IN (SELECT id FROM keys) LIMIT 1",
        "is not there but has values"},
};

struct store_checking {
    sqlite3 *database;
    char *message;
    size_t message_bytes;
};

static int32_t store_wrong(const struct store_checking *checking, int error)
{
    snprintf(checking->message, checking->message_bytes, "%s", sqlite3_errmsg(checking->database));
    return store_status(checking->database, error);
}

/* The first row of sql: its first column in *statement, to be finalised; NULL: no row. */
static int32_t store_first_row(
    const struct store_checking *checking, const char *sql, sqlite3_stmt **statement)
{
    int error = sqlite3_prepare_v2(checking->database, sql, -1, statement, NULL);
    if (error == SQLITE_OK)
        error = sqlite3_step(*statement);
    if (error == SQLITE_ROW)
        return 0;
    int32_t status = error == SQLITE_DONE ? 0 : store_wrong(checking, error);
    sqlite3_finalize(*statement);
    *statement = NULL;
    return status;
}

static int32_t store_read_number(
    const struct store_checking *checking, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement;
    int32_t status = store_first_row(checking, sql, &statement);
    *number = statement != NULL ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return status;
}

static int32_t store_check_kind(const struct store_checking *checking)
{
    int64_t application, version;
    int32_t status = store_read_number(checking, "PRAGMA application_id", &application);
    if (status == 0)
        status = store_read_number(checking, "PRAGMA user_version", &version);
    if (status != 0)
        return status;
    if (application != STORE_APPLICATION) {
        snprintf(
            checking->message, checking->message_bytes, "this is a database, but not a registry");
        return STATUS_REGISTRY_CORRUPT;
    }
    if (version == STORE_VERSION)
        return 0;
    snprintf(checking->message, checking->message_bytes,
        version > STORE_VERSION ? "a newer dotsys made it (format %lld, this one knows %d)"
                                : "its format is %lld, which never was one (this is %d)",
        (long long)version, STORE_VERSION);
    return version > STORE_VERSION ? STATUS_REVISION_MISMATCH : STATUS_REGISTRY_CORRUPT;
}

/* The tables as they were created, and nothing that acts by itself. */
static int32_t store_check_schema(const struct store_checking *checking)
{
    sqlite3_stmt *statement;
    bool keys = false, vals = false, others = false;
    int error = sqlite3_prepare_v2(checking->database,
        "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'", -1, &statement,
        NULL);
    while (error == SQLITE_OK && (error = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(statement, 0);
        if (sql != NULL && strcmp(sql, STORE_KEYS) == 0)
            keys = true;
        else if (sql != NULL && strcmp(sql, STORE_VALS) == 0)
            vals = true;
        else
            others = true;
        error = SQLITE_OK;
    }
    int32_t status = error == SQLITE_DONE ? 0 : store_wrong(checking, error);
    sqlite3_finalize(statement);
    if (status == 0 && (!keys || !vals || others)) {
        snprintf(
            checking->message, checking->message_bytes, "its tables are not those of a registry");
        return STATUS_REGISTRY_CORRUPT;
    }
    return status;
}

static int32_t store_check_integrity(const struct store_checking *checking)
{
    sqlite3_stmt *statement;
    int32_t status = store_first_row(checking, "PRAGMA integrity_check(1)", &statement);
    if (status != 0)
        return status;
    const char *text = statement != NULL ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (text == NULL || strcmp(text, "ok") != 0) {
        /* A heading may come first. */
        const char *line = text != NULL && text[0] == '*' ? strchr(text, '\n') : NULL;
        line = line != NULL ? line + 1 : text != NULL ? text : "no answer";
        snprintf(checking->message, checking->message_bytes, "it is damaged: %.*s",
            (int)strcspn(line, "\n"), line);
        status = STATUS_REGISTRY_CORRUPT;
    }
    sqlite3_finalize(statement);
    return status;
}

/*
 * SQLite takes what is missing of the last page for zeros. With a log, that may be an interrupted
 * write of what is in there.
 */
static int32_t store_check_end(const struct store_checking *checking)
{
    const char *path = sqlite3_db_filename(checking->database, "main");
    struct stat base, log;
    int64_t page_bytes;
    int32_t status = store_read_number(checking, "PRAGMA page_size", &page_bytes);
    if (status != 0 || path == NULL ||
        (stat(sqlite3_filename_wal(path), &log) == 0 && log.st_size != 0))
        return status;
    if (stat(path, &base) == 0 && page_bytes != 0 && base.st_size % page_bytes == 0)
        return 0;
    snprintf(checking->message, checking->message_bytes, "it is damaged: its end is missing");
    return STATUS_REGISTRY_CORRUPT;
}

static int32_t store_check_rule(
    const struct store_checking *checking, const struct store_rule *rule)
{
    sqlite3_stmt *statement;
    int32_t status = store_first_row(checking, rule->sql, &statement);
    if (status != 0 || statement == NULL)
        return status;
    snprintf(checking->message, checking->message_bytes, "it is damaged: key %lld %s",
        (long long)sqlite3_column_int64(statement, 0), rule->wrong);
    sqlite3_finalize(statement);
    return STATUS_REGISTRY_CORRUPT;
}

int32_t store_check(sqlite3 *database, char *message, size_t message_bytes)
{
    const struct store_checking checking = {database, message, message_bytes};
    int32_t status = store_check_kind(&checking);
    if (status == 0)
        status = store_check_schema(&checking);
    if (status == 0)
        status = store_check_integrity(&checking);
    if (status == 0)
        status = store_check_end(&checking);
    for (size_t rule = 0; rule < sizeof(store_rules) / sizeof(store_rules[0]) && status == 0;
         rule++)
        status = store_check_rule(&checking, &store_rules[rule]);
    return status;
}
