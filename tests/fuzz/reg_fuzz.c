/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the parser of .reg files: whatever the bytes are, it refuses them by line or gives entries that lie within
 * its memory, and gives the same the second time.
 *
 * With -fsanitize=fuzzer (and REG_FUZZ_LIBFUZZER) this is a libFuzzer target. Otherwise:
 *
 *     reg_fuzz FILE…              runs each file once
 *     reg_fuzz --write DIR        writes the seeds, for a corpus
 *     reg_fuzz [COUNT [SEED]]     runs COUNT mutations of the seeds, which ones SEED decides
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cm/regtext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    const unsigned char *work;
    size_t bytes, entries;
    unsigned line;
    uint64_t sum;
};

static void mix(struct seen *seen, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    if (bytes != 0 && (at < seen->work || bytes > seen->bytes || (size_t)(at - seen->work) > seen->bytes - bytes))
        abort(); /* outside */
    for (size_t i = 0; i < bytes; i++)
        seen->sum = (seen->sum ^ at[i]) * 1099511628211u;
}

static int32_t look(void *context, const struct cm_reg_entry *entry)
{
    struct seen *seen = context;
    if (entry->line < seen->line || entry->key_length == 0 || entry->key_length > CM_REG_TEXT_LIMIT ||
        entry->name_length > CM_REG_TEXT_LIMIT)
        abort();
    seen->line = entry->line;
    seen->entries++;
    mix(seen, entry->key, entry->key_length * sizeof(char16_t));
    mix(seen, entry->name, entry->name_length * sizeof(char16_t));
    mix(seen, entry->data, entry->data_bytes);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen[2] = {{.bytes = cm_reg_work_bytes(size)}, {.bytes = cm_reg_work_bytes(size)}};
    const char *reason[2];
    unsigned line[2];
    int32_t result[2];
    void *work = malloc(seen[0].bytes);

    if (work == NULL)
        return 0;
    for (int time = 0; time < 2; time++) {
        seen[time].work = work;
        result[time] = cm_reg_parse(data, size, work, look, &seen[time], &line[time], &reason[time]);
        if ((result[time] != 0) != (reason[time] != NULL) || (result[time] != 0 && line[time] == 0))
            abort();
    }
    if (result[0] != result[1] || seen[0].sum != seen[1].sum || seen[0].entries != seen[1].entries || line[0] != line[1])
        abort();
    free(work);
    return 0;
}

#ifndef REG_FUZZ_LIBFUZZER

static const char *const seeds[] = {
    ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\A]\r\n@=\"x\\\\\\\"y\"\r\n\"n\"=dword:0000002a\r\n"
     "\"b\"=hex:01,02,\\\r\n  03\r\n\"m\"=hex(7):61,00,00,00,00,00\r\n\"-\"=-\r\n[-HKLM\\B]\r\n"),
    "REGEDIT4\n; comment\n[HKCU\\C]\n\"\xC3\xA4\"=\"\xE2\x82\xAC\xF0\x9F\x98\x80\"\n\"e\"=hex(2):25,41,f0,9f,98,80,00\n\"s\"=hex(1):f0,9f,98,8\n",
    "\xEF\xBB\xBFREGEDIT4\n[HKU\\D]\n\"lines\"=\"a\r\nb\"\n\"\x80\"=\"\xE4\" ; end\n",
};

#define SEEDS (sizeof(seeds) / sizeof(seeds[0]) * 2)

static uint64_t random_state;

static uint32_t next_random(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

/* Each seed as it is, then as UTF-16LE with its mark. */
static uint8_t *make_seed(unsigned which, size_t *size)
{
    const char *text = seeds[which / 2];
    size_t length = strlen(text);
    uint8_t *data = malloc(length * 2 + 2);
    if (data == NULL)
        exit(1);
    *size = length;
    memcpy(data, text, length);
    if (which % 2 == 0)
        return data;
    *size = 2;
    memcpy(data, "\xFF\xFE", 2);
    for (size_t i = 0; i < length; i++, *size += 2) {
        data[*size] = (uint8_t)text[i];
        data[*size + 1] = 0;
    }
    return data;
}

/* Characters that mean something are put in more often than others. */
static void mutate(uint8_t *data, size_t *size)
{
    static const char telling[] = "[]\"\\=@-;:,()\r\n\t hexdword09af\xFF\xFE\xC3";
    for (unsigned left = 1 + next_random(6); left > 0; left--) {
        size_t at = next_random((uint32_t)*size);
        switch (next_random(4)) {
        case 0:
            data[at] ^= (uint8_t)(1u << next_random(8));
            break;
        case 1:
            data[at] = (uint8_t)next_random(256);
            break;
        case 2:
            memmove(data + at, data + at + (*size - at > 1), *size - at - 1);
            break;
        default:
            data[at] = (uint8_t)telling[next_random(sizeof(telling))];
            break;
        }
    }
    if (next_random(8) == 0)
        *size = next_random((uint32_t)*size + 1);
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
        snprintf(path, sizeof(path), "%s/seed%u.reg", folder, i);
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
