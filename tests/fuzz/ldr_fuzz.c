/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the PE parser: whatever the bytes are, it refuses or accepts without reading outside them,
 * and what it accepts can be laid out and relocated.
 *
 * With -fsanitize=fuzzer (and LDR_FUZZ_LIBFUZZER) this is a libFuzzer target. Otherwise:
 *
 *     ldr_fuzz FILE…              runs each file once
 *     ldr_fuzz --write DIR        writes the seeds, for a corpus
 *     ldr_fuzz [COUNT [SEED]]     runs COUNT mutations of the seeds, which ones SEED decides
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldr/parse.h"
#include "tests/lib/pe_builder.h"

#define MAX_PLACED_BYTES \
    (4u << 20) /* larger images are checked but not laid out: it would only take time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static NTSTATUS count_import(const LDRP_IMPORT *import, void *context)
{
    size_t *bytes = context;
    *bytes +=
        strlen(import->Module) + (import->Name != NULL ? strlen(import->Name) : import->Ordinal);
    return STATUS_SUCCESS;
}

static void place(const LDRP_FILE *file)
{
    LDRP_REASON reason;
    uint8_t *image = calloc(1, file->SizeOfImage);
    if (image == NULL)
        return;
    LdrpPlace(file, image);
    if (!NT_SUCCESS(LdrpRelocate(file, image, 0x123450000, &reason)))
        abort(); /* it has been checked */
    for (ULONG page = 0; page < file->SizeOfImage / LDRP_PAGE; page++) {
        if (LdrpPageDiscardable(file, page) && LdrpPageAccess(file, page) == 0)
            abort();
    }
    free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LDRP_FILE file;
    LDRP_REASON reason;
    LDRP_EXPORT export;
    size_t bytes = 0;

    if (!NT_SUCCESS(LdrpParse(data, size, &file, &reason)))
        return 0;
    LdrpCheckDriver(&file, IMAGE_FILE_MACHINE_AMD64, &reason);
    LdrpFindCookie(&file);
    LdrpFindExportByName(&file, "Beta", &export);
    LdrpFindExportByOrdinal(&file, 3, &export);
    if (!NT_SUCCESS(LdrpCheckDirectories(&file, &reason)))
        return 0;
    if (!NT_SUCCESS(LdrpWalkImports(&file, count_import, &bytes, &reason)))
        abort(); /* it has been checked */
    if (file.SizeOfImage <= MAX_PLACED_BYTES)
        place(&file);
    return 0;
}

#ifndef LDR_FUZZ_LIBFUZZER

#define SEEDS 3

static uint64_t random_state;

static uint32_t next_random(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

static void *make_seed(unsigned which, size_t *size)
{
    if (which < 2)
        return pe_sample_driver(which == 1, size);
    static const uint8_t code[] = {0xC3};
    struct pe_builder *pe = pe_new(false);
    pe_set_alignment(pe, 0x20);
    pe_set_entry(pe, pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code)));
    pe_add_section(pe, ".data", PE_DATA, NULL, 0, 0x1234);
    return pe_finish(pe, size);
}

/* Most damage goes where structure is: headers, and the starts of sections. */
static void mutate(uint8_t *data, size_t *size)
{
    static const uint32_t values[] = {
        0, 1, 2, 0x7F, 0xFF, 0x1000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    size_t room = *size;

    for (unsigned left = 1 + next_random(6); left > 0; left--) {
        size_t limit = next_random(3) != 0 && room > 0x400 ? 0x400 : room;
        size_t at = next_random((uint32_t)limit);
        uint32_t value = values[next_random(sizeof(values) / sizeof(values[0]))];
        switch (next_random(4)) {
        case 0:
            data[at] ^= (uint8_t)(1u << next_random(8));
            break;
        case 1:
            data[at] = (uint8_t)next_random(256);
            break;
        case 2:
            memcpy(data + at, &value, room - at < 4 ? room - at : 4);
            break;
        default:
            data[at] = (uint8_t)(data[at] + (next_random(2) ? 1 : 255));
            break;
        }
    }
    if (next_random(16) == 0)
        *size = next_random((uint32_t)room + 1);
}

static int run_mutations(unsigned long count, uint64_t seed)
{
    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    for (unsigned long i = 0; i < count; i++) {
        size_t size;
        uint8_t *data = make_seed(next_random(SEEDS), &size);
        mutate(data, &size);
        uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees the end */
        if (exact == NULL)
            return 1;
        memcpy(exact, data, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        free(data);
    }
    printf("%lu mutations, seed %llu\n", count, (unsigned long long)seed);
    return 0;
}

static int write_seeds(const char *folder)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        char path[512];
        size_t size;
        uint8_t *data = make_seed(i, &size);
        snprintf(path, sizeof(path), "%s/seed%u.sys", folder, i);
        FILE *out = fopen(path, "wb");
        if (out == NULL || fwrite(data, 1, size, out) != size || fclose(out) != 0) {
            perror(path);
            return 1;
        }
        free(data);
    }
    return 0;
}

static int run_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
        perror(path);
        return 1;
    }
    size_t size = (size_t)ftell(in);
    uint8_t *data = malloc(size ? size : 1);
    rewind(in);
    if (data == NULL || fread(data, 1, size, in) != size) {
        perror(path);
        return 1;
    }
    fclose(in);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    char *end = NULL;

    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_seeds(argv[2]);
    unsigned long count = argc > 1 ? strtoul(argv[1], &end, 10) : 20000;
    if (argc == 1 || *end == 0)
        return run_mutations(count, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= run_file(argv[i]);
    return failed;
}

#endif
