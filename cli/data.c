/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Parses DATA (see data.h) into one growing buffer. Everything is checked before the machine is
 * started: a command that starts has bytes that are complete and in memory.
 */
#include "data.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plainfile.h"

struct builder {
    struct data_handle *handles;
    uint8_t *bytes;
    size_t size, room;
};

bool parse_fail(struct parse_error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return false;
}

/* Makes room for count more bytes; NULL: error is set. The bytes are the caller's to fill. */
static uint8_t *builder_extend(struct builder *builder, uint64_t count, struct parse_error *error)
{
    if (count > DATA_LIMIT || builder->size + count > DATA_LIMIT) {
        parse_fail(error, "more than 1 GiB of data");
        return NULL;
    }
    size_t needed = builder->size + (size_t)count;
    if (needed > builder->room || builder->bytes == NULL) {
        size_t room = needed < 64 ? 64 : needed + needed / 2;
        uint8_t *moved = realloc(builder->bytes, room);
        if (moved == NULL) {
            parse_fail(error, "no memory for %zu bytes of data", needed);
            return NULL;
        }
        builder->bytes = moved;
        builder->room = room;
    }
    uint8_t *place = builder->bytes + builder->size;
    builder->size = needed;
    return place;
}

static int digit_value(char c, unsigned base)
{
    int value = isdigit((unsigned char)c) ? c - '0'
        : isxdigit((unsigned char)c)      ? tolower((unsigned char)c) - 'a' + 10
                                          : -1;
    return value >= 0 && (unsigned)value < base ? value : -1;
}

bool number_parse(const char *text, size_t length, uint64_t limit, bool negative, const char *what,
    uint64_t *number, struct parse_error *error)
{
    const char *end = text + length, *next = text;
    bool minus = negative && next < end && *next == '-';
    unsigned base = 10;
    uint64_t value = 0;

    next += minus;
    if (end - next > 2 && next[0] == '0' && (next[1] == 'x' || next[1] == 'X')) {
        base = 16;
        next += 2;
    }
    if (next == end)
        return parse_fail(error, "%s is missing", what);
    for (; next < end; next++) {
        int digit = digit_value(*next, base);
        if (digit < 0)
            return parse_fail(
                error, "%s '%.*s' is not a decimal or 0x number", what, (int)length, text);
        if (value > (UINT64_MAX - (uint64_t)digit) / base)
            return parse_fail(error, "%s %.*s is too large", what, (int)length, text);
        value = value * base + (uint64_t)digit;
    }
    if (minus ? value > limit / 2 + 1 : value > limit)
        return parse_fail(error, "%s %.*s is too large: the limit is %s%llu", what, (int)length,
            text, minus ? "-" : "", (unsigned long long)(minus ? limit / 2 + 1 : limit));
    *number = minus ? (0 - value) & limit : value;
    return true;
}

/* text starts after the opening quote; returns what follows the closing one. */
static const char *parse_text(const char *text, struct builder *builder, struct parse_error *error)
{
    for (; *text != '"'; text++) {
        if (text[0] == '\\' && (text[1] == '"' || text[1] == '\\'))
            text++;
        if (*text == '\0') {
            parse_fail(error, "the text has no closing quote");
            return NULL;
        }
        uint8_t *place = builder_extend(builder, 1, error);
        if (place == NULL)
            return NULL;
        *place = (uint8_t)*text;
    }
    return text + 1;
}

static bool parse_hex(
    const char *text, size_t length, struct builder *builder, struct parse_error *error)
{
    if (length % 2 != 0)
        return parse_fail(error, "hex: has an odd number of digits");
    uint8_t *place = builder_extend(builder, length / 2, error);
    if (place == NULL)
        return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = digit_value(text[i], 16), low = digit_value(text[i + 1], 16);
        if (high < 0 || low < 0)
            return parse_fail(error, "'%.2s' is not a hex byte", text + i);
        place[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool parse_integer(const char *text, size_t length, unsigned size, struct builder *builder,
    struct parse_error *error)
{
    uint64_t limit = size == 8 ? UINT64_MAX : ((uint64_t)1 << size * 8) - 1, value;
    char what[8];

    snprintf(what, sizeof(what), "u%u:", size * 8);
    if (!number_parse(text, length, limit, true, what, &value, error))
        return false;
    uint8_t *place = builder_extend(builder, size, error);
    if (place == NULL)
        return false;
    for (unsigned i = 0; i < size; i++)
        place[i] = (uint8_t)(value >> i * 8);
    return true;
}

static bool parse_zero(
    const char *text, size_t length, struct builder *builder, struct parse_error *error)
{
    uint64_t count;

    if (!number_parse(text, length, DATA_LIMIT, false, "zero:", &count, error))
        return false;
    uint8_t *place = builder_extend(builder, count, error);
    if (place == NULL)
        return false;
    memset(place, 0, (size_t)count);
    return true;
}

static bool read_all(
    FILE *file, const char *path, struct builder *builder, struct parse_error *error)
{
    char block[16384];
    size_t got;

    while ((got = fread(block, 1, sizeof(block), file)) > 0) {
        uint8_t *place = builder_extend(builder, got, error);
        if (place == NULL)
            return false;
        memcpy(place, block, got);
    }
    return ferror(file) ? parse_fail(error, "cannot read %s: %s", path, strerror(errno)) : true;
}

_Thread_local const struct data_files *data_files;

static bool parse_file(
    const char *text, size_t length, struct builder *builder, struct parse_error *error)
{
    char *path = strndup(text, length);
    if (path == NULL)
        return parse_fail(error, "out of memory");
    FILE *file = data_files != NULL ? data_files->open(data_files->context, path)
                                    : plainfile_stream(path);
    bool done = file != NULL
        ? read_all(file, path, builder, error)
        : parse_fail(error, "cannot open %s: %s", path, plainfile_error(errno));
    if (file != NULL)
        fclose(file);
    free(path);
    return done;
}

static bool parse_handle(
    const char *text, size_t length, struct builder *builder, struct parse_error *error)
{
    struct data_handle *handle = length > 0 ? malloc(sizeof(*handle)) : NULL;
    char *name = strndup(text, length);

    if (handle == NULL || name == NULL) {
        free(handle);
        free(name);
        return parse_fail(error, length > 0 ? "out of memory" : "handle: wants a name");
    }
    *handle = (struct data_handle){builder->size, name, builder->handles};
    builder->handles = handle;
    uint8_t *place = builder_extend(builder, DATA_HANDLE_BYTES, error);
    if (place == NULL)
        return false;
    memset(place, 0, DATA_HANDLE_BYTES);
    return true;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* One item; returns what follows it, NULL: error is set. */
static const char *parse_item(const char *text, struct builder *builder, struct parse_error *error)
{
    if (*text == '"')
        return parse_text(text + 1, builder, error);
    if (starts_with(text, "file:\"")) {
        const char *path = text + 6, *quote = strchr(path, '"');
        if (quote == NULL) {
            parse_fail(error, "the file name has no closing quote");
            return NULL;
        }
        return parse_file(path, (size_t)(quote - path), builder, error) ? quote + 1 : NULL;
    }

    const char *colon = strchr(text, ':'), *end = text + strcspn(text, ",");
    const char *value = colon != NULL && colon < end ? colon + 1 : end;
    size_t length = (size_t)(end - value);
    bool done;
    if (starts_with(text, "hex:"))
        done = parse_hex(value, length, builder, error);
    else if (starts_with(text, "u16:"))
        done = parse_integer(value, length, 2, builder, error);
    else if (starts_with(text, "u32:"))
        done = parse_integer(value, length, 4, builder, error);
    else if (starts_with(text, "u64:"))
        done = parse_integer(value, length, 8, builder, error);
    else if (starts_with(text, "zero:"))
        done = parse_zero(value, length, builder, error);
    else if (starts_with(text, "handle:"))
        done = parse_handle(value, length, builder, error);
    else if (starts_with(text, "file:"))
        done = parse_file(value, length, builder, error);
    else
        done = parse_fail(error,
            "'%.*s' is not data: write \"text\", hex:…, u16:…, u32:…, u64:…, zero:N, handle:H or "
            "file:PATH",
            (int)(end - text), text);
    return done ? end : NULL;
}

void data_free(struct data *data)
{
    for (struct data_handle *handle = data->handles, *next; handle != NULL; handle = next) {
        next = handle->next;
        free(handle->name);
        free(handle);
    }
    free(data->bytes);
    *data = (struct data){0};
}

bool data_parse(const char *text, struct data *data, struct parse_error *error)
{
    struct builder builder = {0};

    for (const char *next = text;; next++) {
        next = parse_item(next, &builder, error);
        if (next == NULL)
            break;
        if (*next == '\0') {
            if (builder.size == 0) {
                free(builder.bytes);
                builder.bytes = NULL;
            }
            *data = (struct data){builder.bytes, builder.size, builder.handles};
            return true;
        }
        if (*next != ',') {
            parse_fail(error, "'%s' follows an item of data: join items with commas", next);
            break;
        }
    }
    data_free(&(struct data){builder.bytes, builder.size, builder.handles});
    return false;
}
