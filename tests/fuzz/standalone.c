/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See standalone.h. */
#include "tests/fuzz/standalone.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t random_state;

static uint32_t next_random(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % limit;
}

static void change_number(uint8_t *data, size_t size, size_t at)
{
    static const uint32_t telling[] = {
        0, 1, 4, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFFE, 0x1000, 0x801};
    uint32_t number = telling[next_random(sizeof(telling) / sizeof(telling[0]))];

    memcpy(data + at, &number, size - at < sizeof(number) ? size - at : sizeof(number));
}

/* Bytes of another seed in the place of some of this one, or between them. */
static void splice(uint8_t *data, size_t *size)
{
    uint8_t *other = malloc(fuzz_most);

    if (other == NULL)
        exit(1);
    size_t length = fuzz_make_seed(next_random(fuzz_seeds), other),
           at = next_random((uint32_t)*size + 1);
    size_t from = next_random((uint32_t)length), count = 1 + next_random((uint32_t)(length - from));
    if (count > fuzz_most - at)
        count = fuzz_most - at;
    if (next_random(2) == 0 && *size + count <= fuzz_most) {
        memmove(data + at + count, data + at, *size - at);
        *size += count;
    }
    memcpy(data + at, other + from, count);
    *size = at + count > *size ? at + count : *size;
    free(other);
}

static void mutate(uint8_t *data, size_t *size)
{
    for (unsigned left = 1 + next_random(8); left > 0 && *size > 0; left--) {
        size_t at = next_random((uint32_t)*size);
        switch (next_random(6)) {
        case 0:
            data[at] ^= (uint8_t)(1u << next_random(8));
            break;
        case 1:
            data[at] = (uint8_t)next_random(256);
            break;
        case 2:
            memmove(data + at, data + at + 1, *size - at - 1);
            *size -= 1;
            break;
        case 3:
            change_number(data, *size, at);
            break;
        default:
            splice(data, size);
            break;
        }
    }
    if (next_random(8) == 0)
        *size = next_random((uint32_t)*size + 1);
}

static const uint8_t *running;
static size_t running_size;

/* Keeps the input that made the target abort, to be run again. */
static void keep_input(int number)
{
    char path[] = "/tmp/fuzz-found-XXXXXX";
    int file = mkstemp(path);

    if (file >= 0 && write(file, running, running_size) == (ssize_t)running_size)
        dprintf(STDERR_FILENO, "the input is kept in %s\n", path);
    signal(number, SIG_DFL);
    raise(number);
}

static void run_exact(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size != 0 ? size : 1); /* so that a sanitizer sees the end */

    if (exact == NULL)
        exit(1);
    memcpy(exact, data, size);
    running = exact;
    running_size = size;
    signal(SIGABRT, keep_input);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int run_mutations(unsigned long count, uint64_t seed)
{
    uint8_t *data = malloc(fuzz_most);

    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    for (unsigned long i = 0; i < count && data != NULL; i++) {
        size_t size = fuzz_make_seed(next_random(fuzz_seeds), data);
        mutate(data, &size);
        run_exact(data, size);
    }
    free(data);
    printf("%lu mutations, seed %llu\n", count, (unsigned long long)seed);
    return 0;
}

static int write_seeds(const char *folder)
{
    uint8_t *data = malloc(fuzz_most);
    int result = data == NULL;

    for (unsigned i = 0; i < fuzz_seeds && result == 0; i++) {
        char path[512];
        size_t size = fuzz_make_seed(i, data);
        snprintf(path, sizeof(path), "%s/seed%u", folder, i);
        FILE *out = fopen(path, "wb");
        if (out == NULL || fwrite(data, 1, size, out) != size || fclose(out) != 0) {
            perror(path);
            result = 1;
        }
    }
    free(data);
    return result;
}

static int run_file(const char *path)
{
    uint8_t *data = malloc(fuzz_most);
    FILE *in = fopen(path, "rb");

    if (data == NULL || in == NULL) {
        perror(path);
        free(data);
        return 1;
    }
    size_t size = fread(data, 1, fuzz_most, in);
    fclose(in);
    run_exact(data, size);
    free(data);
    return 0;
}

/* A corpus that is not there has no inputs. */
static int run_corpus(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char name[4096];
    int failed = 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            failed |= run_file(name);
    }
    if (folder != NULL)
        closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    char *end = NULL;
    int failed = 0;

    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_seeds(argv[2]);
    if (argc == 2 && strcmp(argv[1], "--most") == 0)
        return printf("%zu\n", fuzz_most) < 0;
    if (argc > 2 && strcmp(argv[1], "--corpus") == 0) {
        failed = run_corpus(argv[2]);
        argc -= 2;
        argv += 2;
    }
    unsigned long count = argc > 1 ? strtoul(argv[1], &end, 10) : 20000;
    if (argc == 1 || *end == 0)
        return failed | run_mutations(count, argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    for (int i = 1; i < argc; i++)
        failed |= run_file(argv[i]);
    return failed;
}
