/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes what 'dotsys build' reads of objects and libraries: whatever the bytes are, the names it
 * gives lie in the file.
 */
#include <string.h>

#include "cli/ddk.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 8192;

static void look_at(const struct ddk_list *names)
{
    for (size_t i = 0; i < names->count; i++)
        look(names->item[i], strlen(names->item[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ddk_list undefined = {0}, defined = {0}, own = {0}, exported = {0};
    struct input_file input;
    jmp_buf out_of_memory;

    if (setjmp(out_of_memory) != 0)
        exit(1);
    ddk_memory_begin(&out_of_memory);
    input_file_open(&input, data, size);
    ddk_coff(input.path, &undefined, &defined);
    ddk_coff_defined(input.path, &own, &exported);
    look_at(&undefined);
    look_at(&defined);
    look_at(&own);
    look_at(&exported);
    input_file_close(&input);
    ddk_memory_end();
    return 0;
}

static void put(uint8_t *at, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

#define SYMBOL 18
#define NAMES  "\x14\0\0\0a_longer_name_\0\0"

/* An object of two symbols: one it wants, whose name is in the table of names, and one it has; and
 * a section of directives. */
static size_t make_object(uint8_t *data)
{
    static const char directives[] = "-export:first -export:second,DATA";
    const size_t section = 20, contents = section + 40, symbols = contents + sizeof(directives),
                 strings = symbols + 2 * SYMBOL;

    memset(data, 0, strings);
    put(data, 0x8664, 2);
    put(data + 2, 1, 2);
    put(data + 8, (uint32_t)symbols, 4);
    put(data + 12, 2, 4);
    memcpy(data + section, ".drectve", 8);
    put(data + section + 16, sizeof(directives) - 1, 4);
    put(data + section + 20, (uint32_t)contents, 4);
    memcpy(data + contents, directives, sizeof(directives));
    put(data + symbols + 4, 4, 4);
    data[symbols + 16] = 2;
    memcpy(data + symbols + SYMBOL, "mine", 4);
    data[symbols + SYMBOL + 12] = 1;
    data[symbols + SYMBOL + 16] = 2;
    memcpy(data + strings, NAMES, sizeof(NAMES));
    return strings + sizeof(NAMES);
}

static size_t add_member(
    uint8_t *data, size_t at, const char *name, const uint8_t *contents, size_t size)
{
    char head[61];

    snprintf(head, sizeof(head), "%-16s%-12d%-6d%-6d%-8d%-10zu%c\n", name, 0, 0, 0, 0, size, '`');
    memcpy(data + at, head, 60);
    memcpy(data + at + 60, contents, size);
    return at + 60 + size + size % 2;
}

const unsigned fuzz_seeds = 2;

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t index[] = {0, 0, 0, 1, 0, 0, 0, 86, 'm', 'i', 'n', 'e', 0, 0};
    uint8_t object[512];
    size_t size = make_object(which == 0 ? data : object);

    if (which == 0)
        return size;
    memcpy(data, "!<arch>\n", 8);
    size_t at = add_member(data, 8, "/", index, sizeof(index));
    return add_member(data, at, "a.o/", object, size);
}
