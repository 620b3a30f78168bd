/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes hives: those drivers load (RegLoadKey's), and those 'dotsys reg' takes. Whatever the file
 * is, it is refused, or becomes keys; what a driver's hive became can be written as a hive, which
 * can be read.
 *
 * An input is one byte that chooses who reads it and whether a sound head is put before it, and the
 * file, or what is behind the head.
 */
#include <stdio.h>

#include "cm/cm.h"
#include "io/hive.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"

#include "cli/reg.h" /* behind the kernel's: both have names of the registry */

#define HEAD IOP_HIVE_HEAD

const size_t fuzz_most = 16384;

struct hive {
    uint8_t *bytes;
    size_t size;
};

/* The checksum of a head. */
static void seal(uint8_t *head)
{
    uint32_t sum = 0, word;

    for (unsigned i = 0; i < 127; i++) {
        memcpy(&word, head + 4 * i, sizeof(word));
        sum ^= word;
    }
    sum = sum == 0 ? 1 : sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
    memcpy(head + 508, &sum, sizeof(sum));
}

static void put32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof(value));
}

/* The head of a hive of so many bytes of cells, the first of which, behind the bin's own head, is
 * the root. */
static void put_head(uint8_t *head, size_t bytes)
{
    memset(head, 0, HEAD);
    memcpy(head, "regf", 4);
    put32(head + 4, 1);
    put32(head + 8, 1);
    put32(head + 20, 1);
    put32(head + 24, 3);
    put32(head + 32, 1);
    put32(head + 36, 32);
    put32(head + 40, (uint32_t)bytes);
    put32(head + 44, 1);
    seal(head);
}

static NTSTATUS open_place(HANDLE *key)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(u"\\Registry\\Machine\\Software\\Fuzzed");
    OBJECT_ATTRIBUTES attributes;

    InitializeObjectAttributes(
        &attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateKey(key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_VOLATILE, NULL);
}

static void write_and_read(HANDLE key)
{
    UCHAR *data;
    ULONG bytes;

    if (!NT_SUCCESS(IopWriteHive(key, &data, &bytes)))
        fuzz_fail("what a hive became cannot be written");
    IopEmptyKey(key, 0);
    if (!NT_SUCCESS(IopReadHive(key, data, bytes, TRUE)))
        fuzz_fail("a hive that was written cannot be read");
    ExiFree(data);
}

static NTSTATUS load(void *context)
{
    const struct hive *hive = context;
    HANDLE key;
    NTSTATUS status = open_place(&key);

    if (!NT_SUCCESS(status))
        fuzz_fail("no key");
    if (NT_SUCCESS(IopReadHive(key, hive->bytes, (ULONG)hive->size, TRUE)))
        write_and_read(key);
    IopEmptyKey(key, 0);
    ZwClose(key);
    return status;
}

static void import(const struct hive *hive)
{
    struct tool tool = {.out = fopen("/dev/null", "w"), .folder = "/"};
    struct reg_key key = {.root = HKEY_LOCAL_MACHINE,
        .root_name = "HKEY_LOCAL_MACHINE",
        .below = (WCHAR[]){u"Software\\Imported"}};
    HKEY handle;

    if (tool.out == NULL)
        exit(1);
    tool.err = tool.out;
    fuzz_machine();
    reg_hive_load(&tool, "input", (const char *)hive->bytes, hive->size, &key, REG_HIVE_REPLACE);
    if (RegOpenKeyExW(key.root, key.below, 0, KEY_ALL_ACCESS, &handle) == ERROR_SUCCESS) {
        RegDeleteTreeW(handle, NULL);
        RegCloseKey(handle);
    }
    fclose(tool.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const bool whole = (data[0] & 2) != 0;
    struct hive hive = {.size = whole ? size - 1 : HEAD + size - 1};
    hive.bytes = malloc(hive.size + 1);
    if (hive.bytes == NULL)
        exit(1);
    if (!whole)
        put_head(hive.bytes, size - 1);
    memcpy(hive.bytes + (whole ? 0 : HEAD), data + 1, size - 1);
    if (data[0] & 1)
        import(&hive);
    else
        fuzz_in_kernel(load, &hive);
    free(hive.bytes);
    return 0;
}

/* ---- Seeds ----------------------------------------------------------------------------------- */

const unsigned fuzz_seeds = 4;

struct cells {
    uint8_t *at;
    uint32_t used;
};

/* A cell with so many bytes of contents; where it is. */
static uint32_t add_cell(struct cells *cells, const void *contents, size_t bytes)
{
    const uint32_t place = cells->used, size = (uint32_t)(bytes + 4 + 7) & ~7u;

    put32(cells->at + place, 0u - size);
    memcpy(cells->at + place + 4, contents, bytes);
    cells->used += size;
    return place;
}

static uint32_t add_key(struct cells *cells, const char *name, const IOP_HIVE_KEY *model)
{
    uint8_t contents[128];
    IOP_HIVE_KEY key = *model;

    key.Signature = IOP_KEY_SIGNATURE;
    key.Flags |= IOP_KEY_NAME_OF_BYTES;
    key.Security = key.Class = IOP_NO_CELL;
    key.NameBytes = (USHORT)strlen(name);
    memcpy(contents, &key, sizeof(key));
    memcpy(contents + sizeof(key), name, key.NameBytes);
    return add_cell(cells, contents, sizeof(key) + key.NameBytes);
}

static uint32_t add_value(
    struct cells *cells, const char *name, uint32_t type, uint32_t data, uint32_t bytes)
{
    uint8_t contents[64];
    const IOP_HIVE_VALUE value = {.Signature = IOP_VALUE_SIGNATURE,
        .NameBytes = (USHORT)strlen(name),
        .DataBytes = bytes,
        .Data = data,
        .Type = type,
        .Flags = 1};

    memcpy(contents, &value, sizeof(value));
    memcpy(contents + sizeof(value), name, value.NameBytes);
    return add_cell(cells, contents, sizeof(value) + value.NameBytes);
}

/* A bin with a root, a key in it, and two values: the root's cell is the first, so it is written
 * last. */
static uint32_t make_bin(uint8_t *bin)
{
    struct cells cells = {bin, 32};
    const IOP_HIVE_KEY none = {.SubKeyList = IOP_NO_CELL, .ValueList = IOP_NO_CELL};
    const uint32_t root = add_key(&cells, "root", &none);
    const uint32_t data = add_cell(&cells, "t\0e\0x\0t\0\0", 10);
    const uint32_t values[] = {
        add_value(&cells, "a", 1, data, 10), add_value(&cells, "", 4, 42, 4 | IOP_DATA_INSIDE)};
    const uint32_t list = add_cell(&cells, values, sizeof(values));
    const IOP_HIVE_KEY below = {
        .Parent = root, .SubKeyList = IOP_NO_CELL, .Values = 2, .ValueList = list};
    const uint32_t key = add_key(&cells, "below", &below);
    uint8_t keys[] = {'l', 'h', 1, 0, 0, 0, 0, 0, 1, 2, 3, 4};

    put32(keys + 4, key);
    const uint32_t key_list = add_cell(&cells, keys, sizeof(keys));
    put32(bin + root + 4 + offsetof(IOP_HIVE_KEY, SubKeys), 1);
    put32(bin + root + 4 + offsetof(IOP_HIVE_KEY, SubKeyList), key_list);
    memcpy(bin, "hbin", 4);
    put32(bin + 8, 4096);
    put32(bin + cells.used, 4096 - cells.used); /* what is free */
    return 4096;
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    memset(data, 0, fuzz_most);
    data[0] = (uint8_t)which;
    if ((which & 2) == 0)
        return 1 + make_bin(data + 1);
    put_head(data + 1, 4096);
    return 1 + HEAD + make_bin(data + 1 + HEAD);
}
