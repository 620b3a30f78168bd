/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry in a file: what it is told is there afterwards, what cannot be is refused, and what
 * fails has not happened.
 */
#include "server_test.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "server/store.h"

static char message[STORE_MESSAGE_BYTES];

static struct store *open_new(const char *name)
{
    struct store *store = NULL;
    unlink(in_scratch(name));
    assert_status(store_create(in_scratch(name), message), 0);
    assert_status(store_open(in_scratch(name), &store, message), 0);
    return store;
}

static struct store *open_again(const char *name)
{
    struct store *store = NULL;
    if (store_open(in_scratch(name), &store, message) != 0)
        fail_msg("%s", message);
    return store;
}

static void assert_holds(struct store *store, const char *wanted)
{
    char *text = dump(store_storage(store));
    assert_string_equal(text, wanted);
    free(text);
}

static void what_is_told_is_there(void **state)
{
    (void)state;
    struct store *store = open_new("told.db");
    fill_storage(store_storage(store));
    assert_holds(store, FILLED_STORAGE);
    assert_string_equal(store_message(store), "");
    store_close(store);
    assert_int_equal(access(in_scratch("told.db-wal"), F_OK), -1); /* one file again */
    store = open_again("told.db");
    assert_holds(store, FILLED_STORAGE);
    store_close(store);
}

static void flush_writes_the_one_file(void **state)
{
    (void)state;
    struct store *store = open_new("flushed.db");
    fill_storage(store_storage(store));
    assert_status(store_storage(store)->flush(store_storage(store)->context), 0);
    assert_status(store_storage(store)->flush(store_storage(store)->context), 0);
    unsigned char *bytes;
    size_t count = read_all(in_scratch("flushed.db"), &bytes);
    write_all(in_scratch("copy.db"), bytes, count);
    free(bytes);
    store_close(store);
    store = open_again("copy.db");
    assert_holds(store, FILLED_STORAGE);
    store_close(store);
}

static void large_values_are_kept(void **state)
{
    (void)state;
    const size_t bytes = 5u << 20;
    unsigned char *data = malloc(bytes);
    assert_non_null(data);
    for (size_t index = 0; index < bytes; index++)
        data[index] = (unsigned char)(index * 31 >> 3);
    struct store *store = open_new("large.db");
    const struct cm_storage *storage = store_storage(store);
    assert_status(make_key(storage, 1, 0, TEXT(u"MACHINE")), 0);
    assert_status(storage->value_set(storage->context, 1, TEXT(u"Large"), 3, data, bytes, 1), 0);
    char *before = dump(storage);
    store_close(store);
    store = open_again("large.db");
    assert_holds(store, before);
    store_close(store);
    free(before);
    free(data);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static uint16_t many[40000];
    struct store *store = open_new("nonsense.db");
    const struct cm_storage *storage = store_storage(store);
    void *context = storage->context;
    fill_storage(storage);
    const struct cm_storage_text odd = {u"ab", 3}, none = {u"", 0}, long_name = {many, 514},
                                 huge = {many, 32768};
    assert_status(make_key(storage, 0, 0, TEXT(u"New")), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, 8, 8, TEXT(u"New")), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, 8, 9, TEXT(u"New")), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, UINT64_MAX, 1, TEXT(u"New")), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, 8, 5, TEXT(u"New")), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(make_key(storage, 7, 1, TEXT(u"New")), STATUS_OBJECT_NAME_COLLISION);
    assert_status(make_key(storage, 8, 1, TEXT(u"Whole")), STATUS_OBJECT_NAME_COLLISION);
    assert_status(make_key(storage, 8, 1, odd), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, 8, 1, none), STATUS_INVALID_PARAMETER);
    assert_status(make_key(storage, 8, 1, long_name), STATUS_INVALID_PARAMETER);
    assert_status(storage->key_deleted(context, 5, 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(storage->key_deleted(context, 0, 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(storage->key_deleted(context, 2, 1), STATUS_CANNOT_DELETE);
    assert_status(storage->key_renamed(context, 5, TEXT(u"New"), 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(storage->key_renamed(context, 7, none, 1), STATUS_INVALID_PARAMETER);
    assert_status(storage->key_touched(context, 5, 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(storage->key_secured(context, 5, "x", 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(
        storage->value_set(context, 5, TEXT(u"New"), 1, "x", 1, 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_status(
        storage->value_set(context, 0, TEXT(u"New"), 1, "x", 1, 1), STATUS_INVALID_PARAMETER);
    assert_status(storage->value_set(context, 7, odd, 1, "x", 1, 1), STATUS_INVALID_PARAMETER);
    assert_status(storage->value_set(context, 7, huge, 1, "x", 1, 1), STATUS_INVALID_PARAMETER);
    assert_status(
        storage->value_deleted(context, 7, TEXT(u"None"), 1), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_non_null(strstr(store_message(store), "nonsense.db"));
    assert_holds(store, FILLED_STORAGE);
    store_close(store);
}

static int32_t refuse_key(void *context, const struct cm_storage_key *key)
{
    (void)context;
    return key->id == 2 ? STATUS_REGISTRY_CORRUPT : 0;
}

static void a_load_ends_where_it_is_refused(void **state)
{
    (void)state;
    struct store *store = open_new("refused.db");
    const struct cm_storage_sink sink = {NULL, refuse_key, NULL};
    fill_storage(store_storage(store));
    assert_status(store_storage(store)->load(store, &sink), STATUS_REGISTRY_CORRUPT);
    assert_non_null(strstr(store_message(store), "key 2"));
    assert_holds(store, FILLED_STORAGE);
    store_close(store);
}

static void only_one_has_it(void **state)
{
    (void)state;
    struct store *store = open_new("one.db"), *other;
    pid_t child = fork();
    if (child == 0)
        _exit(
            store_open(in_scratch("one.db"), &other, message) == STATUS_SHARING_VIOLATION ? 0 : 1);
    assert_int_equal(wait_for(child), 0);
    store_close(store);
}

/* ---- failures -------------------------------------------------------------------------------- */

/* Sets values until one fails, and returns its status. */
static int32_t set_until_failure(struct store *store)
{
    static const char data[4096];
    const struct cm_storage *storage = store_storage(store);
    int32_t status = 0;
    for (uint16_t index = 1; index < 20000 && status == 0; index++)
        status = storage->value_set(
            storage->context, 7, (struct cm_storage_text){&index, 2}, 3, data, sizeof(data), 30);
    return status;
}

static void a_full_disk_changes_nothing(void **state)
{
    (void)state;
    struct store *store = open_new("full.db");
    fill_storage(store_storage(store));
    assert_int_equal(
        sqlite3_exec(store_database(store), "PRAGMA max_page_count = 50", NULL, NULL, NULL),
        SQLITE_OK);
    assert_status(set_until_failure(store), STATUS_DISK_FULL);
    assert_non_null(strstr(store_message(store), "full.db"));
    char *before = dump(store_storage(store));
    const struct cm_storage *storage = store_storage(store);
    assert_status(set_until_failure(store), STATUS_DISK_FULL);
    assert_int_equal(
        sqlite3_exec(store_database(store), "PRAGMA max_page_count = 100000", NULL, NULL, NULL),
        SQLITE_OK);
    store_close(store);
    store = open_again("full.db");
    assert_holds(store, before);
    storage = store_storage(store);
    assert_status(storage->value_set(storage->context, 7, TEXT(u"More"), 3, before, 2000, 31), 0);
    store_close(store);
    free(before);
}

/* The file system's own refusal: no file of the child may grow beyond a limit. */
static void a_write_that_fails_is_a_status(void **state)
{
    (void)state;
    store_close(open_new("limit.db"));
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit limit = {200000, 200000};
        signal(SIGXFSZ, SIG_IGN);
        struct store *store = open_again("limit.db");
        fill_storage(store_storage(store));
        setrlimit(RLIMIT_FSIZE, &limit);
        int32_t status = set_until_failure(store);
        char *before = dump(store_storage(store));
        write_all(in_scratch("limit.txt"), before, strlen(before));
        _exit(status == STATUS_REGISTRY_IO_FAILED || status == STATUS_DISK_FULL ? 0 : 1);
    }
    assert_int_equal(wait_for(child), 0);
    unsigned char *before;
    size_t count = read_all(in_scratch("limit.txt"), &before);
    before[count] = 0;
    struct store *store = open_again("limit.db");
    assert_holds(store, (const char *)before);
    store_close(store);
    free(before);
}

static sqlite3_mem_methods real_memory;
static int fail_after = -1; /* allocations that still succeed; -1: all do */
static bool fail_forever;

static bool memory_fails(void)
{
    if (fail_after < 0)
        return false;
    if (fail_after > 0) {
        fail_after--;
        return false;
    }
    if (!fail_forever)
        fail_after = -1;
    return true;
}

static void *failing_malloc(int bytes)
{
    return memory_fails() ? NULL : real_memory.xMalloc(bytes);
}

static void *failing_realloc(void *block, int bytes)
{
    return memory_fails() ? NULL : real_memory.xRealloc(block, bytes);
}

static int32_t take_value(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
    const void *data, size_t data_bytes)
{
    (void)context;
    (void)key;
    (void)name;
    (void)type;
    (void)data;
    (void)data_bytes;
    return 0;
}

static void one_life(const char *path)
{
    const struct cm_storage_sink sink = {NULL, refuse_key, take_value};
    struct store *store;
    int32_t status = store_create(path, message);
    if (status == 0)
        status = store_open(path, &store, message);
    if (status != 0) {
        assert_true(
            status == STATUS_INSUFFICIENT_RESOURCES || status == STATUS_OBJECT_NAME_NOT_FOUND);
        return;
    }
    const struct cm_storage *storage = store_storage(store);
    bool made = make_key(storage, 1, 0, TEXT(u"MACHINE")) == 0;
    bool set = made && storage->value_set(storage->context, 1, TEXT(u"One"), 3, "x", 1, 1) == 0;
    status = storage->load(storage->context, &sink);
    assert_true(status == 0 || status == STATUS_INSUFFICIENT_RESOURCES);
    status = storage->flush(storage->context);
    assert_true(status == 0 || status == STATUS_INSUFFICIENT_RESOURCES);
    store_close(store);
    int saved = fail_after;
    fail_after = -1;
    assert_status(store_open(path, &store, message), 0);
    char *text = dump(store_storage(store));
    assert_int_equal(strstr(text, "key 1 ") != NULL, made);
    assert_int_equal(strstr(text, "value of 1 ") != NULL, set);
    free(text);
    store_close(store);
    fail_after = saved;
}

static void life_without_memory(void **state)
{
    (void)state;
    for (int forever = 0; forever < 2; forever++) {
        bool reached = true;
        for (int count = 0; reached; count++) {
            unlink(in_scratch("memory.db"));
            unlink(in_scratch("memory.db-wal"));
            fail_after = count;
            fail_forever = forever != 0;
            one_life(in_scratch("memory.db"));
            reached = forever ? fail_after == 0 : fail_after < 0;
            fail_after = -1;
            assert_true(count < 100000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_there),
        cmocka_unit_test(flush_writes_the_one_file),
        cmocka_unit_test(large_values_are_kept),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_load_ends_where_it_is_refused),
        cmocka_unit_test(only_one_has_it),
        cmocka_unit_test(a_full_disk_changes_nothing),
        cmocka_unit_test(a_write_that_fails_is_a_status),
        cmocka_unit_test(life_without_memory),
    };
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    sqlite3_mem_methods failing = real_memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
