/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Runs the symboliser once for all places of an image and reads two lines for each: the function, then file:line. Images
 * are asked about by their preferred addresses, which is what both programs expect.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* pipe2 */
#endif

#include "symbolize.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000

/* ---- The image's preferred base --------------------------------------------------------------------------------------- */

static uint64_t little_endian(const unsigned char *bytes, unsigned size)
{
    uint64_t value = 0;

    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

/* The address an image's code expects to be at: the base a PE header names; ELF libraries and programs expect 0. */
static bool read_base(const char *image, uint64_t *base)
{
    unsigned char head[0x40], header[0x38];
    int file = open(image, O_RDONLY | O_CLOEXEC);
    bool done = false;

    if (file < 0)
        return false;
    if (pread(file, head, sizeof(head), 0) != (ssize_t)sizeof(head)) {
        done = false;
    } else if (memcmp(head, "\177ELF", 4) == 0) {
        *base = 0;
        done = true;
    } else if (pread(file, header, sizeof(header), (off_t)little_endian(head + 0x3C, 4)) == (ssize_t)sizeof(header) &&
        memcmp(header, "PE\0\0", 4) == 0) {
        bool wide = little_endian(header + 0x18, 2) == 0x20B;
        *base = wide ? little_endian(header + 0x30, 8) : little_endian(header + 0x34, 4);
        done = true;
    }
    close(file);
    return done;
}

/* ---- The program ------------------------------------------------------------------------------------------------------ */

/* In the child: becomes the first symboliser there is. argv has room before its addresses for each one's options. */
static void become_symbolizer(const char *image, char **addresses, size_t count)
{
    static const char *const programs[] = {
        "llvm-symbolizer", "llvm-symbolizer-19", "llvm-symbolizer-16", "llvm-symbolizer-15", "llvm-symbolizer-14",
        "addr2line",
    };
    char *argv[SYMBOLIZE_LIMIT + 8], object[1100];

    snprintf(object, sizeof(object), "--obj=%s", image);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        bool llvm = strncmp(programs[i], "llvm", 4) == 0;
        size_t next = 0;
        argv[next++] = (char *)(uintptr_t)programs[i];
        argv[next++] = llvm ? object : (char *)(uintptr_t)"-f";
        argv[next++] = (char *)(uintptr_t)(llvm ? "--output-style=GNU" : "-e");
        argv[next++] = llvm ? (char *)(uintptr_t)"--inlining=false" : (char *)(uintptr_t)image;
        for (size_t j = 0; j < count; j++)
            argv[next++] = addresses[j];
        argv[next] = NULL;
        execvp(programs[i], argv);
    }
    _exit(127);
}

/* Starts the program with its output in *output; -1: it could not start. */
static pid_t start_program(const char *image, char **addresses, size_t count, int *output)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nothing, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        become_symbolizer(image, addresses, count);
    }
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    *output = ends[0];
    return child;
}

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads all the program prints, for as long as there is patience. Returns the bytes read; text ends with a null. */
static size_t read_output(int output, char *text, size_t size)
{
    int64_t deadline = now_ms() + PATIENCE_MS;
    size_t length = 0;

    while (length < size - 1) {
        struct pollfd poll_output = {.fd = output, .events = POLLIN};
        int64_t left = deadline - now_ms();
        int ready = left > 0 ? poll(&poll_output, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t got = ready > 0 ? read(output, text + length, size - 1 - length) : 0;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    return length;
}

/* ---- Its answer ------------------------------------------------------------------------------------------------------- */

/* Cuts the next line off *text; NULL: there is none. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');

    if (end == NULL)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return line;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);

    memcpy(to, from, length);
    to[length] = '\0';
}

static void parse_place(const char *function, char *where, struct symbol_place *place)
{
    char *colon = strrchr(where, ':');

    if (strcmp(function, "??") != 0)
        copy_text(place->function, sizeof(place->function), function);
    if (colon == NULL || strncmp(where, "??", 2) == 0)
        return;
    *colon = '\0';
    place->line = (unsigned)strtoul(colon + 1, NULL, 10);
    if (place->line != 0)
        copy_text(place->file, sizeof(place->file), where);
}

static bool parse_answer(char *text, size_t count, struct symbol_place *places)
{
    bool known = false;

    for (size_t i = 0; i < count; i++) {
        char *function = next_line(&text), *where = function != NULL ? next_line(&text) : NULL;
        if (where == NULL)
            break;
        parse_place(function, where, &places[i]);
        known |= places[i].function[0] != '\0' || places[i].file[0] != '\0';
    }
    return known;
}

bool symbolize(const char *image, const uint64_t *offsets, size_t count, struct symbol_place *places)
{
    char address[SYMBOLIZE_LIMIT][24], *addresses[SYMBOLIZE_LIMIT];
    static char text[SYMBOLIZE_LIMIT * 1024];
    uint64_t base;
    int output;

    memset(places, 0, count * sizeof(*places));
    if (count == 0 || count > SYMBOLIZE_LIMIT || !read_base(image, &base))
        return false;
    for (size_t i = 0; i < count; i++) {
        snprintf(address[i], sizeof(address[i]), "0x%llx", (unsigned long long)(base + offsets[i]));
        addresses[i] = address[i];
    }
    pid_t child = start_program(image, addresses, count, &output);
    if (child < 0)
        return false;
    size_t length = read_output(output, text, sizeof(text));
    close(output);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return length > 0 && parse_answer(text, count, places);
}

/* A file as the user would name it: without detours, and relative to the current directory when it is below that. */
static const char *friendly_name(const char *file, char *real)
{
    char here[PATH_MAX];
    const char *name = realpath(file, real) != NULL ? real : file;
    size_t length = getcwd(here, sizeof(here)) != NULL ? strlen(here) : 0;

    return length > 1 && strncmp(name, here, length) == 0 && name[length] == '/' ? name + length + 1 : name;
}

void symbol_format(const struct symbol_place *place, char *text, size_t size)
{
    char real[PATH_MAX];
    const char *file = place->file[0] != '\0' ? friendly_name(place->file, real) : "";

    if (place->function[0] != '\0' && file[0] != '\0')
        snprintf(text, size, "%s (%s:%u)", place->function, file, place->line);
    else if (file[0] != '\0')
        snprintf(text, size, "%s:%u", file, place->line);
    else
        snprintf(text, size, "%s", place->function);
}
