/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The parser of INF files; see inf.h. Lines are joined where they end with a backslash, comments
 * begin with a semicolon outside quotes, values stand between commas. Tokens are replaced when all
 * is read, as [Strings] is mostly last.
 */
#include "inf.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_LIMIT  (4u << 20)
#define LINE_LIMIT  8192u
#define VALUE_LIMIT 512u

struct parser {
    const char *at, *end;
    unsigned line;
    struct inf *inf;
    struct inf_section *section; /* NULL: before the first */
    struct inf_error *error;
    char text[LINE_LIMIT]; /* a line, joined, without its comment */
};

static bool fail(struct inf_error *error, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool fail(struct inf_error *error, unsigned line, const char *format, ...)
{
    va_list arguments;

    error->line = line;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return false;
}

/* ---- encodings ------------------------------------------------------------------------------- */

static size_t put_utf8(char *to, uint32_t character)
{
    if (character < 0x80) {
        to[0] = (char)character;
        return 1;
    }
    size_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
    to[0] = (char)(first[more] | character >> 6 * more);
    for (size_t i = 1; i <= more; i++)
        to[i] = (char)(0x80 | (character >> 6 * (more - i) & 0x3F));
    return more + 1;
}

static size_t from_utf16(const unsigned char *text, size_t size, char *to)
{
    size_t length = 0;

    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t unit = text[i] | (uint32_t)text[i + 1] << 8;
        if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < size) {
            uint32_t low = text[i + 2] | (uint32_t)text[i + 3] << 8;
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        length += put_utf8(to + length, unit);
    }
    return length;
}

static bool is_utf8(const unsigned char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t more = text[i] < 0x80            ? 0
            : text[i] >= 0xC2 && text[i] < 0xE0 ? 1
            : text[i] >= 0xE0 && text[i] < 0xF0 ? 2
            : text[i] >= 0xF0 && text[i] < 0xF5 ? 3
                                                : size;
        if (more >= size - i)
            return false;
        for (size_t at = 1; at <= more; at++) {
            if ((text[i + at] & 0xC0) != 0x80)
                return false;
        }
        i += more + 1;
    }
    return true;
}

/* UTF-8 in malloc's memory. */
static char *to_utf8(const unsigned char *text, size_t size, size_t *length)
{
    char *result = malloc(2 * size + 4);

    if (result == NULL)
        return NULL;
    if (size >= 2 && text[0] == 0xFF && text[1] == 0xFE) {
        *length = from_utf16(text + 2, size - 2, result);
    } else if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        memcpy(result, text + 3, size - 3);
        *length = size - 3;
    } else if (is_utf8(text, size)) {
        memcpy(result, text, size);
        *length = size;
    } else {
        *length = 0;
        for (size_t i = 0; i < size; i++)
            *length += put_utf8(result + *length, text[i]);
    }
    return result;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The next line as the file has it, up to its comment. False: it has a character no text has. */
static bool take_physical(struct parser *parser, size_t *length, bool *quoted)
{
    bool comment = false;

    for (; parser->at < parser->end && *parser->at != '\n'; parser->at++) {
        char character = *parser->at;
        if (character == '"' && !comment)
            *quoted = !*quoted;
        comment |= character == ';' && !*quoted;
        if (comment || character == '\r')
            continue;
        if (character == '\0' || *length + 1 >= LINE_LIMIT)
            return fail(parser->error, parser->line,
                character == '\0' ? "there is a null in the text" : "the line is too long");
        parser->text[(*length)++] = character;
    }
    if (parser->at < parser->end)
        parser->at++;
    while (*length > 0 && isspace((unsigned char)parser->text[*length - 1]))
        --*length;
    return true;
}

/* A line with those it goes on in. *first: where it began. */
static bool take_line(struct parser *parser, unsigned *first)
{
    size_t length = 0;
    bool quoted = false;

    *first = parser->line;
    for (;;) {
        if (!take_physical(parser, &length, &quoted))
            return false;
        parser->line++;
        if (length == 0 || parser->text[length - 1] != '\\' || quoted || parser->at == parser->end)
            break;
        length--;
    }
    parser->text[length] = '\0';
    return !quoted || fail(parser->error, *first, "a quote is not closed");
}

static void *grow(void *list, size_t count, size_t size)
{
    /* Powers of two. */
    return (count & (count - 1)) != 0 || count == 0 ? (count == 0 ? malloc(size) : list)
                                                    : realloc(list, 2 * count * size);
}

static bool begin_section(struct parser *parser, unsigned line)
{
    char *end = strchr(parser->text, ']');
    struct inf *inf = parser->inf;

    if (end == NULL || end == parser->text + 1 || end[1] != '\0')
        return fail(parser->error, line, "a section's name stands in brackets, alone in its line");
    *end = '\0';
    for (size_t i = 0; i < inf->count; i++) {
        if (strcasecmp(inf->sections[i].name, parser->text + 1) == 0) {
            parser->section = &inf->sections[i];
            return true;
        }
    }
    struct inf_section *moved = grow(inf->sections, inf->count, sizeof(*moved));
    char *name = strdup(parser->text + 1);
    if (moved != NULL)
        inf->sections = moved;
    if (moved == NULL || name == NULL) {
        free(name);
        return fail(parser->error, line, "out of memory");
    }
    parser->section = &inf->sections[inf->count++];
    *parser->section = (struct inf_section){.name = name, .line = line};
    return true;
}

static char *skip_space(char *at)
{
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

/* One value, unquoted, in place; at is behind its comma, or at the end. *stop: what ended it. */
static char *take_value(char **at, char *stop)
{
    char *from = skip_space(*at), *to = from, *start = from, *kept = from;
    bool quoted = false;

    for (; *from != '\0'; from++) {
        if (*from == '"') {
            if (quoted && from[1] == '"')
                *to++ = *from++;
            else
                quoted = !quoted;
            kept = to;
            continue;
        }
        if (!quoted && (*from == ',' || *from == '='))
            break;
        *to++ = *from;
        if (quoted || !isspace((unsigned char)*from))
            kept = to;
    }
    *stop = *from;
    *at = *from != '\0' ? from + 1 : from;
    *kept = '\0';
    return start;
}

static bool add_value(struct parser *parser, struct inf_line *line, const char *text)
{
    if (line->count == VALUE_LIMIT)
        return fail(parser->error, line->line, "there are more than %u values", VALUE_LIMIT);
    char **moved = grow(line->value, line->count, sizeof(*moved)), *copy = strdup(text);
    if (moved != NULL)
        line->value = moved;
    if (moved == NULL || copy == NULL) {
        free(copy);
        return fail(parser->error, line->line, "out of memory");
    }
    line->value[line->count++] = copy;
    return true;
}

static bool take_values(struct parser *parser, struct inf_line *line)
{
    char *at = parser->text, stop, *text = take_value(&at, &stop);

    if (stop == '=') {
        line->key = strdup(text);
        if (line->key == NULL)
            return fail(parser->error, line->line, "out of memory");
        text = take_value(&at, &stop);
    }
    for (;;) {
        /* '=' means something the first time only. */
        if (!add_value(parser, line, text))
            return false;
        if (stop == '\0')
            return true;
        text = take_value(&at, &stop);
    }
}

static bool add_line(struct parser *parser, unsigned number)
{
    struct inf_section *section = parser->section;

    if (section == NULL)
        return fail(parser->error, number, "there is a line before the first section");
    struct inf_line *moved = grow(section->lines, section->count, sizeof(*moved));
    if (moved == NULL)
        return fail(parser->error, number, "out of memory");
    section->lines = moved;
    moved[section->count] = (struct inf_line){.line = number};
    return take_values(parser, &moved[section->count++]);
}

static bool parse_all(struct parser *parser)
{
    unsigned first;

    while (parser->at < parser->end) {
        if (!take_line(parser, &first))
            return false;
        char *start = skip_space(parser->text);
        memmove(parser->text, start, strlen(start) + 1);
        if (parser->text[0] == '\0')
            continue;
        if (!(parser->text[0] == '[' ? begin_section : add_line)(parser, first))
            return false;
    }
    return parser->inf->count != 0 || fail(parser->error, 0, "there is no section in it");
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static const char *find_string(const struct inf *inf, const char *name, size_t length)
{
    static const char *const sections[] = {"Strings.0409", "Strings"}; /* in English first */

    for (size_t s = 0; s < 2; s++) {
        const struct inf_section *strings = inf_section(inf, sections[s]);
        for (size_t i = 0; strings != NULL && i < strings->count; i++) {
            const char *key = strings->lines[i].key;
            if (key != NULL && strlen(key) == length && strncasecmp(key, name, length) == 0)
                return inf_value(&strings->lines[i], 0);
        }
    }
    return NULL;
}

/* Folders, %12% and the like, stay for who knows what they are. */
static char *replace_tokens(const struct inf *inf, const char *text)
{
    size_t room = strlen(text) + 1, length = 0;
    char *result = malloc(room);

    while (result != NULL && *text != '\0') {
        const char *end = *text == '%' ? strchr(text + 1, '%') : NULL, *with = text;
        size_t take = 1, used = 1;
        if (end == text + 1) {
            used = 2; /* %% is one */
        } else if (end != NULL &&
            (with = find_string(inf, text + 1, (size_t)(end - text - 1))) != NULL) {
            take = strlen(with);
            used = (size_t)(end - text) + 1;
        } else {
            with = text;
        }
        if (length + take + strlen(text + used) + 1 > room) {
            room = length + take + strlen(text + used) + 1;
            char *moved = room < 16 * LINE_LIMIT ? realloc(result, room) : NULL;
            if (moved == NULL) {
                free(result);
                return NULL;
            }
            result = moved;
        }
        memcpy(result + length, with, take);
        length += take;
        text += used;
    }
    if (result != NULL)
        result[length] = '\0';
    return result;
}

static bool replace_in(const struct inf *inf, char **text)
{
    if (*text == NULL || strchr(*text, '%') == NULL)
        return true;
    char *replaced = replace_tokens(inf, *text);
    if (replaced == NULL)
        return false;
    free(*text);
    *text = replaced;
    return true;
}

static bool replace_all(struct inf *inf, struct inf_error *error)
{
    for (size_t s = 0; s < inf->count; s++) {
        struct inf_section *section = &inf->sections[s];
        if (strncasecmp(section->name, "Strings", 7) == 0 &&
            (section->name[7] == '\0' || section->name[7] == '.'))
            continue;
        for (size_t i = 0; i < section->count; i++) {
            bool good = replace_in(inf, &section->lines[i].key);
            for (size_t v = 0; good && v < section->lines[i].count; v++)
                good = replace_in(inf, &section->lines[i].value[v]);
            if (!good)
                return fail(error, section->lines[i].line,
                    "the line is too long when its strings are put in");
        }
    }
    return true;
}

/* ---- the interface --------------------------------------------------------------------------- */

struct inf *inf_parse(const void *text, size_t size, struct inf_error *error)
{
    struct parser *parser = calloc(1, sizeof(*parser));
    size_t length = 0;
    char *utf8 = size <= FILE_LIMIT ? to_utf8(text, size, &length) : NULL;
    struct inf *inf = calloc(1, sizeof(*inf));

    error->line = 0;
    error->text[0] = '\0';
    if (parser == NULL || utf8 == NULL || inf == NULL) {
        fail(
            error, 0, size > FILE_LIMIT ? "the file is larger than any INF file" : "out of memory");
        inf_free(inf);
        inf = NULL;
    } else {
        parser->at = utf8;
        parser->end = utf8 + length;
        parser->line = 1;
        parser->inf = inf;
        parser->error = error;
        if (!parse_all(parser) || !replace_all(inf, error)) {
            inf_free(inf);
            inf = NULL;
        }
    }
    free(utf8);
    free(parser);
    return inf;
}

void inf_free(struct inf *inf)
{
    if (inf == NULL)
        return;
    for (size_t s = 0; s < inf->count; s++) {
        for (size_t i = 0; i < inf->sections[s].count; i++) {
            struct inf_line *line = &inf->sections[s].lines[i];
            for (size_t v = 0; v < line->count; v++)
                free(line->value[v]);
            free(line->value);
            free(line->key);
        }
        free(inf->sections[s].lines);
        free(inf->sections[s].name);
    }
    free(inf->sections);
    free(inf);
}

const struct inf_section *inf_section(const struct inf *inf, const char *name)
{
    for (size_t i = 0; i < inf->count; i++) {
        if (strcasecmp(inf->sections[i].name, name) == 0)
            return &inf->sections[i];
    }
    return NULL;
}

const struct inf_line *inf_line(const struct inf_section *section, const char *key)
{
    for (size_t i = 0; section != NULL && i < section->count; i++) {
        if (section->lines[i].key != NULL && strcasecmp(section->lines[i].key, key) == 0)
            return &section->lines[i];
    }
    return NULL;
}

const char *inf_value(const struct inf_line *line, size_t index)
{
    return line != NULL && index < line->count ? line->value[index] : "";
}
