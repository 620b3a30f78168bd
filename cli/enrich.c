/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Looks through a report for places in drivers' images, has them named image by image, and writes the report again with
 * the names at the ends of the lines they stand in.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memmem */
#endif

#include "enrich.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "field.h"
#include "symbolize.h"

/* A place found in the report. */
struct found {
    const char *line, *line_end; /* the line; its end is where its name goes */
    uint64_t offset;      /* of the instruction meant */
    char image[PATH_MAX]; /* host path */
    bool own;             /* it is the dotsys program */
    struct symbol_place place;
    bool named;           /* it was asked about */
};

/* Length of the folder part of a path, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/*
 * The file an image's name stands for: a driver of this run, or one beside such a driver, which other drivers import
 * from. False: there is none.
 */
static bool find_image(const struct run_options *options, const char *name, size_t length, char *path, size_t size)
{
    for (size_t i = 0; i < options->driver_count; i++) {
        const char *driver = options->drivers[i].path;
        size_t folder = folder_length(driver);
        if (strlen(driver + folder) == length && strncasecmp(driver + folder, name, length) == 0) {
            snprintf(path, size, "%s", driver);
            return true;
        }
    }
    for (size_t i = 0; i < options->driver_count; i++) {
        const char *driver = options->drivers[i].path;
        snprintf(path, size, "%.*s%.*s", (int)folder_length(driver), driver, (int)length, name);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

/* The program's own file, when it has that name. */
static bool find_self(const char *name, size_t length, char *path, size_t size)
{
    ssize_t got = readlink("/proc/self/exe", path, size - 1);

    if (got <= 0)
        return false;
    path[got] = '\0';
    return strlen(path + folder_length(path)) == length && strncmp(path + folder_length(path), name, length) == 0;
}

/* Length of the file name that ends right before plus. */
static size_t name_length(const char *start, const char *plus)
{
    const char *name = plus;

    while (name > start && (isalnum((unsigned char)name[-1]) || strchr("._-", name[-1]) != NULL))
        name--;
    return (size_t)(plus - name);
}

/* Frames of a stack but the first are return addresses, which may already belong to the next line; all else is exact. */
static bool is_exact(const char *line)
{
    bool frame = strncmp(line, "  ", 2) == 0 && isdigit((unsigned char)line[2]) && isdigit((unsigned char)line[3]) && line[4] == ' ';

    return !frame || strncmp(line, "  00 ", 5) == 0;
}

/* The first place of a line; false: it has none. */
static bool find_in_line(const struct run_options *options, const char *line, const char *end, struct found *found)
{
    for (const char *plus = line; (plus = memmem(plus, (size_t)(end - plus), "+0x", 3)) != NULL; plus++) {
        size_t length = name_length(line, plus);
        if (length == 0)
            continue;
        found->own = find_self(plus - length, length, found->image, sizeof(found->image));
        if (found->own || find_image(options, plus - length, length, found->image, sizeof(found->image))) {
            found->offset = strtoull(plus + 3, NULL, 16);
            found->offset -= found->offset > 0 && !is_exact(line);
            found->line = line;
            found->line_end = end;
            return true;
        }
    }
    return false;
}

static size_t find_all(const struct run_options *options, const char *report, struct found *found)
{
    size_t count = 0;

    for (const char *line = report, *end; *line != '\0' && count < SYMBOLIZE_LIMIT; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        count += find_in_line(options, line, end, &found[count]);
    }
    return count;
}

/* Names the places that are in the same image as the one at first. */
static void name_image(struct found *found, size_t first, size_t count)
{
    struct symbol_place places[SYMBOLIZE_LIMIT];
    uint64_t offsets[SYMBOLIZE_LIMIT] = {0};
    size_t asked = 0;

    for (size_t i = first; i < count; i++) {
        if (strcmp(found[i].image, found[first].image) == 0)
            offsets[asked++] = found[i].offset;
    }
    bool known = symbolize(found[first].image, offsets, asked, places);
    asked = 0;
    for (size_t i = first; i < count; i++) {
        if (strcmp(found[i].image, found[first].image) == 0) {
            found[i].named = true;
            if (known)
                found[i].place = places[asked];
            asked++;
        }
    }
}

/* To the line that tells of a misaligned access, the field. */
static void write_field(FILE *stream, const struct found *found)
{
    char field[256];
    unsigned bytes;

    if (sscanf(found->line, " misaligned %*s of %u bytes", &bytes) == 1 &&
        field_at(found->image, found->offset, bytes, field, sizeof(field)))
        fprintf(stream, ", field %s", field);
}

static char *write_report(const char *report, const struct found *found, size_t count)
{
    char *result = NULL, name[800];
    size_t size;
    FILE *stream = open_memstream(&result, &size);

    if (stream == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        fwrite(report, 1, (size_t)(found[i].line_end - report), stream);
        report = found[i].line_end;
        struct symbol_place place = found[i].place;
        if (found[i].own)
            place.file[0] = '\0'; /* which line of the kernel it was is no help with a driver */
        symbol_format(&place, name, sizeof(name));
        if (name[0] != '\0')
            fprintf(stream, "  %s", name);
        write_field(stream, &found[i]);
    }
    fputs(report, stream);
    if (fclose(stream) != 0) {
        free(result);
        return NULL;
    }
    return result;
}

/* The host path of the driver a report is about; false: it names none. */
static bool find_driver(const char *report, char *path, size_t size)
{
    const char *line = strncmp(report, "DRIVER ", 7) == 0 ? report : strstr(report, "\nDRIVER ");
    const char *end = line != NULL ? strchr(line + 1, '\n') : NULL, *start = line != NULL ? strstr(line, "  ") : NULL;

    if (end == NULL || start == NULL || start >= end || (size_t)(end - start - 2) >= size)
        return false;
    snprintf(path, size, "%.*s", (int)(end - start - 2), start + 2);
    return true;
}

static char *enrich(const struct run_options *options, const char *report, size_t size)
{
    struct found *found = calloc(SYMBOLIZE_LIMIT, sizeof(*found));
    char *text = strndup(size > 0 ? report : "", size), *result = NULL;

    if (found != NULL && text != NULL) {
        size_t count = find_all(options, text, found);
        for (size_t i = 0; i < count; i++) {
            if (!found[i].named)
                name_image(found, i, count);
        }
        result = write_report(text, found, count);
    }
    free(found);
    free(text);
    return result;
}

char *enrich_report(const struct run_options *options, const char *report, size_t size)
{
    struct run_options known = *options;
    char path[PATH_MAX], *text = strndup(size > 0 ? report : "", size), *result = NULL;

    known.drivers = calloc(options->driver_count + 1, sizeof(*known.drivers));
    if (known.drivers != NULL && text != NULL) {
        for (size_t i = 0; i < options->driver_count; i++)
            known.drivers[i] = options->drivers[i];
        if (find_driver(text, path, sizeof(path)))
            known.drivers[known.driver_count++].path = path;
        result = enrich(&known, report, size);
    }
    free(known.drivers);
    free(text);
    return result;
}
