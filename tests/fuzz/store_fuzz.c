/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the registry's file in a machine directory: a damaged one is refused with words and left
 * as it is, or it is opened and all of it can be loaded.
 *
 * An input is changes to a sound file: each an offset in three bytes, a length in one, and so many
 * bytes; with the highest bit of the offset the file ends there instead.
 */
#include "server/store.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 512;

enum { MOST = 1 << 20 }; /* of the file */

static char message[STORE_MESSAGE_BYTES];
static uint8_t *sound, *changed;
static size_t sound_size;

static void make_sound(void)
{
    struct store *store;

    folder_make();
    if (store_create(folder_path("a.db"), message) != 0 ||
        store_open(folder_path("a.db"), &store, message) != 0)
        exit(1);
    const struct cm_storage *storage = store_storage(store);
    for (uint64_t id = 1; id <= 20; id++) {
        const uint16_t letter = (uint16_t)(u'a' + id);
        const struct cm_storage_key key = {.id = id,
            .parent = id / 2,
            .name = {&letter, 2},
            .security = id % 3 == 0 ? "descriptor" : NULL,
            .security_bytes = id % 3 == 0 ? 10 : 0};
        if (storage->key_created(storage->context, &key) != 0 ||
            storage->value_set(storage->context, id, key.name, 1, "contents of a value", 20, 5) !=
                0)
            exit(1);
    }
    store_close(store);
    sound = malloc(MOST);
    changed = malloc(MOST);
    if (sound == NULL || changed == NULL)
        exit(1);
    sound_size = folder_read("a.db", sound, MOST);
}

static int32_t take_key(void *context, const struct cm_storage_key *key)
{
    (void)context;
    look(key->name.text, key->name.bytes);
    look(key->class_name.text, key->class_name.bytes);
    look(key->security, key->security != NULL ? key->security_bytes : 0);
    return 0;
}

static int32_t take_value(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
    const void *data, size_t bytes)
{
    (void)context, (void)key, (void)type;
    look(name.text, name.bytes);
    look(data, bytes);
    return 0;
}

static size_t change(struct input *input)
{
    size_t size = sound_size;

    memcpy(changed, sound, sound_size);
    while (input->at < input->size) {
        const size_t where = (size_t)take(input, 3), at = (where & 0x7FFFFF) % sound_size;
        size_t count = (size_t)take(input, 1);
        if (where & 0x800000)
            size = at;
        for (size_t i = at; count > 0 && i < sound_size; i++, count--)
            changed[i] = (uint8_t)take(input, 1);
    }
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    const struct cm_storage_sink sink = {.key = take_key, .value = take_value};
    struct store *store = NULL;

    if (sound == NULL)
        make_sound();
    size = change(&input);
    folder_clear();
    folder_write("a.db", changed, size);
    message[0] = '\0';
    if (store_open(folder_path("a.db"), &store, message) != 0) {
        uint8_t *after = copy_exactly(changed, size);
        if (message[0] == '\0' || folder_read("a.db", after, size) != size ||
            memcmp(after, changed, size) != 0)
            abort();
        free(after);
    } else {
        store_storage(store)->load(store_storage(store)->context, &sink);
        store_close(store);
    }
    return 0;
}

const unsigned fuzz_seeds = 4;

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t seeds[4][12] = {{0, 0, 0, 0}, {0x10, 0, 0, 2, 1, 0},
        {0, 0x10, 0, 3, 13, 0, 0, 0x60, 0, 0, 1, 9}, {0, 0x20, 0x80, 0}};
    static const uint8_t sizes[] = {4, 6, 12, 4};

    memcpy(data, seeds[which], sizes[which]);
    return sizes[which];
}
