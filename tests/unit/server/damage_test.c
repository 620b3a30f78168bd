/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Registries that are damaged, or none: opening one is an error that names the file, or it is good
 * enough to be loaded; never a crash, and a file that is refused is left as it was.
 */
#include "server_test.h"

#include <sqlite3.h>

#include "server/store.h"

static char message[STORE_MESSAGE_BYTES];
static unsigned char *sound;
static size_t sound_bytes;

static int make_sound(void **state)
{
    struct store *store;
    if (make_scratch(state) != 0 || store_create(in_scratch("sound.db"), message) != 0 ||
        store_open(in_scratch("sound.db"), &store, message) != 0)
        return -1;
    const struct cm_storage *storage = store_storage(store);
    fill_storage(storage);
    for (uint16_t index = 0x41; index < 0x41 + 300; index++) {
        char data[100] = {(char)index};
        make_key(storage, index + 10u, 7, (struct cm_storage_text){&index, 2});
        storage->value_set(
            storage->context, 7, (struct cm_storage_text){&index, 2}, 3, data, sizeof(data), 1);
    }
    store_close(store);
    sound_bytes = read_all(in_scratch("sound.db"), &sound);
    return 0;
}

static int drop_sound(void **state)
{
    free(sound);
    return remove_scratch(state);
}

/* Opens and loads what bytes are; returns the first failure. One that is refused at opening must
 * not have changed. */
static int32_t try_bytes(const unsigned char *bytes, size_t count)
{
    struct store *store = NULL;
    const char *path = in_scratch("tried.db");
    unsigned char *after;
    unlink(in_scratch("tried.db-wal"));
    write_all(path, bytes, count);
    message[0] = 0;
    int32_t status = store_open(path, &store, message);
    if (status == 0) {
        FILE *nowhere = fopen("/dev/null", "w");
        const struct cm_storage_sink sink = {nowhere, dump_key, dump_value};
        status = store_storage(store)->load(store_storage(store)->context, &sink);
        fclose(nowhere);
        store_close(store);
        return status;
    }
    assert_non_null(strstr(message, path));
    assert_true(strlen(message) > strlen(path) + 5);
    assert_int_equal(read_all(path, &after), count);
    assert_memory_equal(after, bytes, count);
    free(after);
    return status;
}

static void the_sound_one_opens(void **state)
{
    (void)state;
    assert_true(sound_bytes > 8 * 4096);
    assert_status(try_bytes(sound, sound_bytes), 0);
}

static void truncated(void **state)
{
    (void)state;
    for (size_t count = 0; count < sound_bytes; count += count < 4200 ? 97 : 1777)
        assert_int_not_equal(try_bytes(sound, count), 0);
    assert_int_not_equal(try_bytes(sound, sound_bytes - 1), 0);
}

/* A byte of a value's own data can be anything; so many of these open. */
static void bytes_flipped(void **state)
{
    (void)state;
    unsigned char *bytes = malloc(sound_bytes);
    unsigned refused = 0, tried = 0;
    assert_non_null(bytes);
    for (size_t at = 0; at < sound_bytes; at += at < 200 ? 1 : 97) {
        memcpy(bytes, sound, sound_bytes);
        bytes[at] ^= (unsigned char)(at % 3 == 0 ? 0xFF : at % 3 == 1 ? 0x01 : 0x80);
        refused += try_bytes(bytes, sound_bytes) != 0;
        tried++;
    }
    free(bytes);
    assert_true(tried > 700 && refused > 100);
}

static void pages_gone(void **state)
{
    (void)state;
    unsigned char *bytes = malloc(sound_bytes);
    assert_non_null(bytes);
    for (size_t page = 0; page < sound_bytes / 4096; page++) {
        memcpy(bytes, sound, sound_bytes);
        memset(bytes + page * 4096, page & 1 ? 0 : 0xA5, 4096);
        assert_int_not_equal(try_bytes(bytes, sound_bytes), 0);
        /* another page in its place */
        memcpy(bytes + page * 4096, sound + (page == 0 ? 1 : 0) * 4096, 4096);
        if (page != 0)
            assert_int_not_equal(try_bytes(bytes, sound_bytes), 0);
    }
    free(bytes);
}

static void no_database(void **state)
{
    (void)state;
    static const char text[] =
        "This is a letter, and quite a long one, to somebody who does not know what a registry is.";
    assert_status(try_bytes((const unsigned char *)text, sizeof(text)), STATUS_REGISTRY_CORRUPT);
    assert_status(try_bytes((const unsigned char *)"", 0), STATUS_REGISTRY_CORRUPT);
}

/* ---- sound databases that are no registries -------------------------------------------------- */

/* Replaces text by text of the same length wherever it is in a file. */
static void patch(unsigned char *bytes, size_t count, const char *from, const char *to)
{
    size_t length = strlen(from);
    assert_int_equal(strlen(to), length);
    for (size_t at = 0; at + length <= count; at++) {
        if (memcmp(bytes + at, from, length) == 0)
            memcpy(bytes + at, to, length);
    }
}

/* A sound registry after some SQL. loose: the SQL is not held to the columns' types. */
static int32_t after_sql(const char *sql, bool loose)
{
    unsigned char *bytes = malloc(sound_bytes);
    sqlite3 *database;
    char *error = NULL;
    assert_non_null(bytes);
    memcpy(bytes, sound, sound_bytes);
    if (loose) {
        patch(bytes, sound_bytes, ") STRICT, WITHOUT", ")         WITHOUT");
        patch(bytes, sound_bytes, ") STRICT", ")       ");
    }
    write_all(in_scratch("sql.db"), bytes, sound_bytes);
    free(bytes);
    unlink(in_scratch("sql.db-wal"));
    assert_int_equal(sqlite3_open(in_scratch("sql.db"), &database), SQLITE_OK);
    int failed = sqlite3_exec(database, sql, NULL, NULL, &error);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    if (failed)
        fail_msg("%s: %s", sql, error);
    size_t count = read_all(in_scratch("sql.db"), &bytes);
    if (loose) {
        patch(bytes, count, ")         WITHOUT", ") STRICT, WITHOUT");
        patch(bytes, count, ")       ", ") STRICT");
    }
    int32_t status = try_bytes(bytes, count);
    free(bytes);
    return status;
}

static void wrong_schemas(void **state)
{
    (void)state;
    assert_status(after_sql("SELECT 1", false), 0);
    assert_status(after_sql("ANALYZE", false), 0);
    assert_status(after_sql("VACUUM; PRAGMA journal_mode = DELETE", false), 0);
    assert_status(after_sql("PRAGMA user_version = 2", false), STATUS_REVISION_MISMATCH);
    assert_non_null(strstr(message, "newer"));
    assert_status(after_sql("PRAGMA user_version = 0", false), STATUS_REGISTRY_CORRUPT);
    assert_status(after_sql("PRAGMA application_id = 1", false), STATUS_REGISTRY_CORRUPT);
    assert_status(after_sql("DROP TABLE vals", false), STATUS_REGISTRY_CORRUPT);
    assert_status(after_sql("CREATE TABLE more(x)", false), STATUS_REGISTRY_CORRUPT);
    assert_status(
        after_sql("ALTER TABLE keys ADD COLUMN more ANY", false), STATUS_REGISTRY_CORRUPT);
    assert_status(
        after_sql("CREATE TRIGGER evil AFTER UPDATE ON keys BEGIN DELETE FROM vals; END", false),
        STATUS_REGISTRY_CORRUPT);
    assert_status(
        after_sql("CREATE VIEW evil AS SELECT * FROM keys", false), STATUS_REGISTRY_CORRUPT);
    assert_status(
        after_sql("ALTER TABLE keys RENAME TO old; CREATE VIEW keys AS SELECT * FROM old", false),
        STATUS_REGISTRY_CORRUPT);
}

static void wrong_rows(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "UPDATE keys SET parent = 99999 WHERE id = 7",
        "UPDATE keys SET parent = 7 WHERE id = 2", /* a circle */
        "UPDATE keys SET parent = -1 WHERE id = 7",
        "UPDATE keys SET id = -7 WHERE id = 7",
        "UPDATE keys SET id = 0 WHERE id = 1",
        "UPDATE keys SET id = 9223372036854775807 WHERE id = 350",
        "UPDATE keys SET name = x'' WHERE id = 7",
        "UPDATE keys SET name = x'616263' WHERE id = 7",
        "UPDATE keys SET name = zeroblob(514) WHERE id = 7",
        "UPDATE keys SET class = x'61' WHERE id = 7",
        "UPDATE keys SET flags = -1 WHERE id = 7",
        "UPDATE keys SET security = zeroblob(2000000) WHERE id = 7",
        "UPDATE vals SET key = 99999 WHERE key = 2",
        "UPDATE vals SET key = 0 WHERE key = 2",
        "UPDATE vals SET name = x'61' WHERE type = 1",
        "UPDATE vals SET name = zeroblob(32768) WHERE type = 1",
        "UPDATE vals SET type = -1 WHERE type = 1",
        "DELETE FROM keys WHERE id = 2",
    };
    for (size_t index = 0; index < sizeof(wrong) / sizeof(wrong[0]); index++) {
        if (after_sql(wrong[index], false) != STATUS_REGISTRY_CORRUPT)
            fail_msg("%s was taken for a registry", wrong[index]);
        assert_non_null(strstr(message, "key"));
    }
}

/* Written past what the tables say their columns are: the check of types has to see it. */
static void wrong_types(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "UPDATE keys SET name = 'text' WHERE id = 7",
        "UPDATE keys SET parent = 'x' WHERE id = 7",
        "UPDATE keys SET last_write = 1.5 WHERE id = 7",
        "UPDATE keys SET security = 5 WHERE id = 7",
        "UPDATE vals SET data = 'text' WHERE type = 1",
        "UPDATE vals SET type = 'x' WHERE type = 1",
    };
    assert_status(after_sql("UPDATE keys SET flags = 0", true), 0);
    for (size_t index = 0; index < sizeof(wrong) / sizeof(wrong[0]); index++) {
        if (after_sql(wrong[index], true) != STATUS_REGISTRY_CORRUPT)
            fail_msg("%s was taken for a registry", wrong[index]);
    }
}

static void a_log_that_is_damaged(void **state)
{
    (void)state;
    unsigned char *base, *log;
    struct store *store = NULL;
    write_all(in_scratch("log.db"), sound, sound_bytes);
    assert_status(store_open(in_scratch("log.db"), &store, message), 0);
    const struct cm_storage *storage = store_storage(store);
    for (uint16_t index = 1; index < 40; index++)
        assert_status(storage->value_set(storage->context, 7, (struct cm_storage_text){&index, 2},
                          4, "1234", 4, index),
            0);
    size_t base_bytes = read_all(in_scratch("log.db"), &base),
           log_bytes = read_all(in_scratch("log.db-wal"), &log);
    store_close(store);
    assert_true(log_bytes > 40 * 4096);
    unsigned opened = 0, last = 0;
    for (size_t at = 0; at < log_bytes; at += 2539) {
        log[at] ^= 0x40;
        write_all(in_scratch("log.db"), base, base_bytes);
        write_all(in_scratch("log.db-wal"), log, log_bytes);
        log[at] ^= 0x40;
        int32_t status = store_open(in_scratch("log.db"), &store, message);
        if (status != 0)
            continue;
        char *text = dump(store_storage(store));
        unsigned values = 0;
        for (const char *found = text; (found = strstr(found, " 4:31323334")) != NULL; found++)
            values++;
        assert_true(values >= last); /* what came before the damage, and no part of what came after
                                      */
        last = values;
        free(text);
        store_close(store);
        opened++;
    }
    assert_true(opened > 50 && last >= 35);
    free(base);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sound_one_opens),
        cmocka_unit_test(truncated),
        cmocka_unit_test(bytes_flipped),
        cmocka_unit_test(pages_gone),
        cmocka_unit_test(no_database),
        cmocka_unit_test(wrong_schemas),
        cmocka_unit_test(wrong_rows),
        cmocka_unit_test(wrong_types),
        cmocka_unit_test(a_log_that_is_damaged),
    };
    return cmocka_run_group_tests(tests, make_sound, drop_sound);
}
