/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What the tests of server share: folders of their own, texts, and all a storage holds as one
 * string to compare. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include <cmocka.h>

#include "cm/storage.h"
#include "nt/ntstatus.h"

#define assert_status(actual, wanted) assert_int_equal((uint32_t)(actual), (uint32_t)(wanted))
#define TEXT(literal) \
    ((struct cm_storage_text){(const uint16_t *)(const void *)(literal), sizeof(literal) - 2})

/* ---- folders --------------------------------------------------------------------------------- */

static char scratch[64];

static __attribute__((unused)) int make_scratch(void **state)
{
    (void)state;
    /* In memory, where to synchronise costs nothing: no test can take the power away anyhow. */
    snprintf(scratch, sizeof(scratch), "%s/dotsys-test-XXXXXX",
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    return mkdtemp(scratch) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static __attribute__((unused)) void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static __attribute__((unused)) int remove_scratch(void **state)
{
    (void)state;
    remove_tree(scratch);
    return 0;
}

/* The same string each time for a name: it may be kept. */
static __attribute__((unused)) const char *in_scratch(const char *name)
{
    static char path[64][256];
    char wanted[256];
    snprintf(wanted, sizeof(wanted), "%s/%s", scratch, name);
    for (unsigned index = 0; index < 64; index++) {
        if (path[index][0] == '\0')
            memcpy(path[index], wanted, sizeof(wanted));
        if (strcmp(path[index], wanted) == 0)
            return path[index];
    }
    fail_msg("too many names");
    return NULL;
}

static __attribute__((unused)) size_t read_all(const char *path, unsigned char **bytes)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    *bytes = malloc((size_t)status.st_size + 1);
    assert_non_null(*bytes);
    assert_int_equal(fread(*bytes, 1, (size_t)status.st_size, file), status.st_size);
    fclose(file);
    return (size_t)status.st_size;
}

static __attribute__((unused)) void write_all(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* ---- what a storage holds -------------------------------------------------------------------- */

static __attribute__((unused)) void dump_bytes(FILE *file, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    fprintf(file, " %zu:", count);
    for (size_t index = 0; index < count; index++)
        fprintf(file, "%02x", at[index]);
}

static __attribute__((unused)) int32_t dump_key(void *context, const struct cm_storage_key *key)
{
    FILE *file = context;
    fprintf(file, "key %llu in %llu flags %u time %lld", (unsigned long long)key->id,
        (unsigned long long)key->parent, key->flags, (long long)key->last_write_time);
    dump_bytes(file, key->name.text, key->name.bytes);
    dump_bytes(file, key->class_name.text, key->class_name.bytes);
    if (key->security != NULL)
        dump_bytes(file, key->security, key->security_bytes);
    fputc('\n', file);
    return 0;
}

static __attribute__((unused)) int32_t dump_value(void *context, uint64_t key,
    struct cm_storage_text name, uint32_t type, const void *data, size_t data_bytes)
{
    FILE *file = context;
    fprintf(file, "value of %llu type %u", (unsigned long long)key, type);
    dump_bytes(file, name.text, name.bytes);
    dump_bytes(file, data, data_bytes);
    fputc('\n', file);
    return 0;
}

/* To be freed. */
static __attribute__((unused)) char *dump(const struct cm_storage *storage)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    const struct cm_storage_sink sink = {file, dump_key, dump_value};
    assert_non_null(file);
    assert_status(storage->load(storage->context, &sink), 0);
    fclose(file);
    return text;
}

static __attribute__((unused)) int32_t make_key(
    const struct cm_storage *storage, uint64_t id, uint64_t parent, struct cm_storage_text name)
{
    const struct cm_storage_key key = {
        .id = id, .parent = parent, .name = name, .last_write_time = (int64_t)id * 10};
    return storage->key_created(storage->context, &key);
}

/* A little of everything, for those who compare. */
static __attribute__((unused)) void fill_storage(const struct cm_storage *storage)
{
    static const uint16_t half[] = {0xD800, 'x', 0, 'y'}; /* half a surrogate pair, and a null in
                                                             the middle */
    void *context = storage->context;
    const struct cm_storage_key whole = {.id = 2,
        .parent = 1,
        .name = TEXT(u"Whole"),
        .class_name = TEXT(u"Kind"),
        .flags = CM_STORAGE_LINK,
        .last_write_time = -5,
        .security = "descriptor",
        .security_bytes = 10};
    assert_status(make_key(storage, 1, 0, TEXT(u"MACHINE")), 0);
    assert_status(storage->key_created(context, &whole), 0);
    assert_status(make_key(storage, 3, 1, TEXT(u"Gone")), 0);
    assert_status(make_key(storage, 7, 2, (struct cm_storage_text){half, sizeof(half)}), 0);
    assert_status(storage->value_set(context, 2, TEXT(u""), 1, "", 0, 20), 0);
    assert_status(storage->value_set(context, 2, TEXT(u"Number"), 4, "\1\0\0\0", 4, 21), 0);
    assert_status(
        storage->value_set(context, 2, TEXT(u"Number"), 0xFFFFFFFF, "\2\0\0\0", 4, 22), 0);
    assert_status(storage->value_set(context, 3, TEXT(u"With it"), 3, "abc", 3, 23), 0);
    assert_status(storage->value_set(context, 7, TEXT(u"Gone"), 3, "abc", 3, 24), 0);
    assert_status(storage->value_set(
                      context, 7, (struct cm_storage_text){half, sizeof(half)}, 3, "abcd", 4, 25),
        0);
    assert_status(storage->value_deleted(context, 7, TEXT(u"Gone"), 26), 0);
    assert_status(storage->key_deleted(context, 3, 27), 0);
    assert_status(storage->key_renamed(context, 7, TEXT(u"Renamed"), 28), 0);
    assert_status(storage->key_touched(context, 7, 29), 0);
    assert_status(storage->key_secured(context, 7, "other", 5), 0);
}

/* What a storage that was filled holds. */
#define FILLED_STORAGE                                                             \
    "key 1 in 0 flags 0 time 27 14:4d0041004300480049004e004500 0:\n"              \
    "key 2 in 1 flags 1 time 28 10:570068006f006c006500 8:4b0069006e006400 "       \
    "10:64657363726970746f72\n"                                                    \
    "key 7 in 2 flags 0 time 29 14:520065006e0061006d0065006400 0: 5:6f74686572\n" \
    "value of 2 type 1 0: 0:\n"                                                    \
    "value of 2 type 4294967295 12:4e0075006d00620065007200 4:02000000\n"          \
    "value of 7 type 3 8:00d8780000007900 4:61626364\n"

/* ---- processes ------------------------------------------------------------------------------- */

/* The exit status of a child, which must end by itself. */
static __attribute__((unused)) int wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
