/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Runs the symboliser once for all places of an image. For each it answers with the address and
 * then, from the inside out, two lines for each function that was inlined there, and for the one it
 * is: the function, then file:line. It is the last that counts: where in a driver's own source a
 * line of a header has gone. Images are asked about by their preferred addresses, which is what
 * both programs expect.
 */
#include "symbolize.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "plainfile.h"

/* ---- The image's preferred base -------------------------------------------------------------- */

static uint64_t little_endian(const unsigned char *bytes, unsigned size)
{
    uint64_t value = 0;

    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

bool symbol_base(const char *image, uint64_t *base)
{
    unsigned char head[0x40], header[0x38];
    int file = plainfile_open(image);
    bool done = false;

    if (file < 0)
        return false;
    if (pread(file, head, sizeof(head), 0) != (ssize_t)sizeof(head)) {
        done = false;
    } else if (memcmp(head, "\177ELF", 4) == 0) {
        *base = 0;
        done = true;
    } else if (pread(file, header, sizeof(header), (off_t)little_endian(head + 0x3C, 4)) ==
            (ssize_t)sizeof(header) &&
        memcmp(header, "PE\0\0", 4) == 0) {
        bool wide = little_endian(header + 0x18, 2) == 0x20B;
        *base = wide ? little_endian(header + 0x30, 8) : little_endian(header + 0x34, 4);
        done = true;
    }
    close(file);
    return done;
}

/* ---- The program ----------------------------------------------------------------------------- */

struct question {
    const char *image;
    char **addresses;
    size_t count;
};

/* In the child: becomes the first symboliser there is. argv has room before its addresses for each
 * one's options. */
static void become_symbolizer(const void *context)
{
    const struct question *question = context;
    const char *image = question->image;
    static const char *const programs[] = {
        "llvm-symbolizer",
        "llvm-symbolizer-19",
        "llvm-symbolizer-16",
        "llvm-symbolizer-15",
        "llvm-symbolizer-14",
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
        argv[next++] = llvm ? (char *)(uintptr_t)"--inlining" : (char *)(uintptr_t)image;
        argv[next++] = (char *)(uintptr_t)"-a";
        if (!llvm)
            argv[next++] = (char *)(uintptr_t)"-i";
        for (size_t j = 0; j < question->count; j++)
            argv[next++] = question->addresses[j];
        argv[next] = NULL;
        execvp(programs[i], argv);
    }
}

/* ---- Its answer ------------------------------------------------------------------------------ */

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

    for (size_t i = 0; i < count && strncmp(text, "0x", 2) == 0; i++) {
        char *function, *where = next_line(&text);
        while (where != NULL && *text != '\0' && strncmp(text, "0x", 2) != 0) {
            function = next_line(&text);
            where = function != NULL ? next_line(&text) : NULL;
            if (where == NULL)
                break;
            places[i] = (struct symbol_place){.line = 0};
            parse_place(function, where, &places[i]);
        }
        known |= places[i].function[0] != '\0' || places[i].file[0] != '\0';
    }
    return known;
}

bool symbolize(
    const char *image, const uint64_t *offsets, size_t count, struct symbol_place *places)
{
    char address[SYMBOLIZE_LIMIT][24], *addresses[SYMBOLIZE_LIMIT];
    static char text[SYMBOLIZE_LIMIT * 1024];
    uint64_t base;

    memset(places, 0, count * sizeof(*places));
    if (count == 0 || count > SYMBOLIZE_LIMIT || !symbol_base(image, &base))
        return false;
    for (size_t i = 0; i < count; i++) {
        snprintf(address[i], sizeof(address[i]), "0x%llx", (unsigned long long)(base + offsets[i]));
        addresses[i] = address[i];
    }
    const struct question question = {image, addresses, count};
    return capture_output(become_symbolizer, &question, text, sizeof(text)) > 0 &&
        parse_answer(text, count, places);
}

/* A file as the user would name it: without detours, and relative to the current directory when it
 * is below that. */
static const char *friendly_name(const char *file, char *real)
{
    char here[PATH_MAX];
    const char *name = realpath(file, real) != NULL ? real : file;
    size_t length = getcwd(here, sizeof(here)) != NULL ? strlen(here) : 0;

    return length > 1 && strncmp(name, here, length) == 0 && name[length] == '/' ? name + length + 1
                                                                                 : name;
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
