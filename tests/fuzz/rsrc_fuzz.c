/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the resources of images in memory: whatever the tree is, what is found in it lies in the
 * image, and so do messages.
 *
 * An input is two bytes each of type, name and language, four of a message's number, and the tree.
 */
#include <stdlib.h>
#include <string.h>

#include "ldr/resource.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

enum {
    TREE_AT = 0x200,
    DATA_AT = 96,
    TABLE_AT = 112
};

const size_t fuzz_most = 2048;

static IMAGE_NT_HEADERS *headers_of(uint8_t *image)
{
    return (void *)(image + sizeof(IMAGE_DOS_HEADER));
}

static uint8_t *make_image(const uint8_t *tree, size_t size)
{
    uint8_t *image = calloc(1, TREE_AT + size);
    IMAGE_DOS_HEADER *dos = (void *)image;

    if (image == NULL)
        exit(1);
    IMAGE_NT_HEADERS *headers = headers_of(image);
    dos->e_magic = IMAGE_DOS_SIGNATURE;
    dos->e_lfanew = sizeof(*dos);
    headers->Signature = IMAGE_NT_SIGNATURE;
    headers->OptionalHeader.Magic =
        sizeof(void *) == 8 ? IMAGE_NT_OPTIONAL_HDR64_MAGIC : IMAGE_NT_OPTIONAL_HDR32_MAGIC;
    headers->OptionalHeader.SizeOfHeaders = TREE_AT;
    headers->OptionalHeader.SizeOfImage = (ULONG)(TREE_AT + size);
    headers->OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE] =
        (IMAGE_DATA_DIRECTORY){TREE_AT, (ULONG)size};
    memcpy(image + TREE_AT, tree, size);
    return image;
}

static void within(const uint8_t *image, size_t size, const void *found, size_t bytes)
{
    const uint8_t *at = found;

    if (at < image || at > image + TREE_AT + size || bytes > (size_t)(image + TREE_AT + size - at))
        abort();
    look(at, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    const ULONG_PTR numbers[3] = {take(&input, 2), take(&input, 2), take(&input, 2)};
    const ULONG_PTR named[3] = {(ULONG_PTR)u"NAME", numbers[1], numbers[2]};
    const ULONG message = (ULONG)take(&input, 4);
    const size_t bytes = size > input.at ? size - input.at : 0;
    uint8_t *image = make_image(data + input.at, bytes);
    const IMAGE_RESOURCE_DIRECTORY *directory;
    const IMAGE_RESOURCE_DATA_ENTRY *entry;
    const MESSAGE_RESOURCE_ENTRY *text;
    const void *address;
    ULONG found;

    for (ULONG length = 0; length <= 3; length++) {
        if (NT_SUCCESS(LdrFindResourceDirectory_U(image, numbers, length, &directory)))
            within(image, bytes, directory, sizeof(*directory));
        if (NT_SUCCESS(LdrFindResource_U(image, length % 2 ? numbers : named, 3, &entry))) {
            within(image, bytes, entry, sizeof(*entry));
            if (NT_SUCCESS(LdrAccessResource(image, entry, &address, &found)))
                within(image, bytes, address, found);
            if (NT_SUCCESS(LdrAccessResource(image + 1, entry, &address, &found)))
                within(image, bytes, address, found);
        }
    }
    if (NT_SUCCESS(RtlFindMessage(image, (ULONG)numbers[0], (ULONG)numbers[2], message, &text)))
        within(image, bytes, text, text->Length);
    free(image);
    return 0;
}

const unsigned fuzz_seeds = 1;

static void put(uint8_t *tree, size_t at, uint32_t value)
{
    memcpy(tree + at, &value, sizeof(value));
}

/* A named type and a table of messages, each with a name and a language. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t asked[] = {11, 0, 1, 0, 9, 4, 101, 0, 0, 0};
    uint8_t *tree = data + sizeof(asked);

    (void)which;
    memset(data, 0, 200);
    memcpy(data, asked, sizeof(asked));
    put(tree, 12, 1 | 1 << 16); /* types: one by name, one by number */
    put(tree, 16, 0x80000000u | 160);
    put(tree, 20, 0x80000000u | 32);
    put(tree, 24, 11);
    put(tree, 28, 0x80000000u | 32);
    put(tree, 44, 1 << 16); /* names */
    put(tree, 48, 1);
    put(tree, 52, 0x80000000u | 56);
    put(tree, 68, 1 << 16); /* languages */
    put(tree, 72, 0x409);
    put(tree, 76, DATA_AT);
    put(tree, DATA_AT, TREE_AT + TABLE_AT);
    put(tree, DATA_AT + 4, 40);
    put(tree, TABLE_AT, 1); /* a block of two messages */
    put(tree, TABLE_AT + 4, 100);
    put(tree, TABLE_AT + 8, 101);
    put(tree, TABLE_AT + 12, 16);
    put(tree, TABLE_AT + 16, 12);
    put(tree, TABLE_AT + 28, 12);
    memcpy(tree + 160, "\4\0N\0A\0M\0E\0", 10);
    return sizeof(asked) + 170;
}
