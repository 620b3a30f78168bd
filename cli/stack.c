/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See stack.h. The frames are gathered first: a symboliser takes its time to read an image and
 * answers many questions at once. */
#include "stack.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "symbolize.h"

struct frame {
    const char *end;      /* of its line, where its name goes */
    uint64_t offset;
    char image[PATH_MAX]; /* host path; "": unknown */
    struct symbol_place place;
};

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* The file of an image: a driver of this run, or one beside such a driver, which other drivers
 * import from. "": there is none. */
static void find_image(
    const struct run_options *options, const char *name, size_t length, char path[PATH_MAX])
{
    for (size_t i = 0; i < options->driver_count; i++) {
        const char *driver = options->drivers[i].path;
        size_t folder = folder_length(driver);
        if (strlen(driver + folder) == length && strncasecmp(driver + folder, name, length) == 0) {
            snprintf(path, PATH_MAX, "%s", driver);
            return;
        }
    }
    for (size_t i = 0; i < options->driver_count; i++) {
        const char *driver = options->drivers[i].path;
        snprintf(path, PATH_MAX, "%.*s%.*s", (int)folder_length(driver), driver, (int)length, name);
        if (access(path, R_OK) == 0)
            return;
    }
    path[0] = '\0';
}

/* Whether a line is one of a stack. */
static bool read_frame(
    const struct run_options *options, const char *line, const char *end, struct frame *frame)
{
    const char *plus = memchr(line, '+', (size_t)(end - line));

    if (end - line < 8 || strncmp(line, "  ", 2) != 0 || !isdigit((unsigned char)line[2]) ||
        !isdigit((unsigned char)line[3]) || line[4] != ' ' || plus == NULL ||
        strncmp(plus, "+0x", 3) != 0)
        return false;
    *frame = (struct frame){.end = end, .offset = strtoull(plus + 3, NULL, 16)};
    if (strncmp(line, "  00 ", 5) != 0)
        frame->offset--; /* a return address: the call is before it */
    find_image(options, line + 5, (size_t)(plus - line - 5), frame->image);
    return true;
}

/* Names the frames of the image that the one at first is in, unless an earlier one was. */
static void name_image(struct frame *frames, size_t first, size_t count)
{
    struct symbol_place places[SYMBOLIZE_LIMIT];
    uint64_t offsets[SYMBOLIZE_LIMIT];
    size_t which[SYMBOLIZE_LIMIT], asked = 0;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(frames[i].image, frames[first].image) != 0)
            continue;
        if (i < first)
            return;
        offsets[asked] = frames[i].offset;
        which[asked++] = i;
    }
    if (frames[first].image[0] != '\0' && symbolize(frames[first].image, offsets, asked, places)) {
        for (size_t i = 0; i < asked; i++)
            frames[which[i]].place = places[i];
    }
}

static char *write_named(const char *text, const struct frame *frames, size_t count)
{
    char *result = NULL, name[800];
    size_t size;
    FILE *stream = open_memstream(&result, &size);

    if (stream == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        fwrite(text, 1, (size_t)(frames[i].end - text), stream);
        text = frames[i].end;
        symbol_format(&frames[i].place, name, sizeof(name));
        if (name[0] != '\0')
            fprintf(stream, "  %s", name);
    }
    fputs(text, stream);
    if (fclose(stream) == 0)
        return result;
    free(result);
    return NULL;
}

char *stack_name_frames(const struct run_options *options, const char *text, size_t size)
{
    struct frame *frames = calloc(SYMBOLIZE_LIMIT, sizeof(*frames));
    char *copy = strndup(size > 0 ? text : "", size), *result = NULL;
    size_t count = 0;

    if (frames != NULL && copy != NULL) {
        for (const char *line = copy, *end; *line != '\0' && count < SYMBOLIZE_LIMIT;
             line = end + (*end == '\n')) {
            end = line + strcspn(line, "\n");
            count += read_frame(options, line, end, &frames[count]);
        }
        for (size_t i = 0; i < count; i++)
            name_image(frames, i, count);
        result = write_named(copy, frames, count);
    }
    free(frames);
    free(copy);
    return result;
}
