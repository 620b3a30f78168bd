/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See visible.h. */
#include "visible.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the character there, which is *code; 0: it is not UTF-8. Longer forms than needed are
 * decoded as what they mean. */
static size_t decode(const unsigned char *at, size_t size, uint32_t *code)
{
    const size_t length = at[0] < 0x80 ? 1
        : at[0] < 0xC2                 ? 0
        : at[0] < 0xE0                 ? 2
        : at[0] < 0xF0                 ? 3
        : at[0] < 0xF5                 ? 4
                                       : 0;

    if (length == 0 || length > size)
        return 0;
    *code = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (at[i] & 0x3F);
    }
    return length;
}

static bool is_obeyed(uint32_t code)
{
    if (code < 0x20)
        return code != '\n' && code != '\t';
    return (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0x200E || code == 0x200F ||
        code == 0x2028 || code == 0x2029 || (code >= 0x202A && code <= 0x202E) ||
        (code >= 0x2066 && code <= 0x2069);
}

/* Bytes of "\033[…m" there; 0: it is none. */
static size_t colour_length(const char *at, size_t size)
{
    size_t length = 2;

    if (size < 3 || memcmp(at, "\033[", 2) != 0)
        return 0;
    while (length < size && (at[length] == ';' || (at[length] >= '0' && at[length] <= '9')))
        length++;
    return length < size && at[length] == 'm' ? length + 1 : 0;
}

static void make_visible(char *text, size_t size, bool colours)
{
    for (size_t at = 0; at < size;) {
        uint32_t code = 0;
        size_t length = colours ? colour_length(text + at, size - at) : 0;
        if (length == 0) {
            length = decode((const unsigned char *)text + at, size - at, &code);
            if (length == 0 || is_obeyed(code)) {
                length += length == 0;
                memset(text + at, '.', length);
            }
        }
        at += length;
    }
}

void visible_text(char *text, size_t size)
{
    make_visible(text, size, false);
}

void visible_colours(char *text, size_t size)
{
    make_visible(text, size, true);
}

/* Whole characters that fit into so many bytes. */
static size_t whole(const char *text, size_t size, size_t room)
{
    if (size <= room)
        return size;
    for (size_t back = 0; back < 4; back++) {
        if (((unsigned char)text[room - back] & 0xC0) != 0x80)
            return room - back;
    }
    return room;
}

void visible_print(FILE *file, const char *text, size_t size)
{
    char part[512];

    for (size_t count; size > 0; text += count, size -= count) {
        count = whole(text, size, sizeof(part));
        memcpy(part, text, count);
        visible_text(part, count);
        fwrite(part, 1, count, file);
    }
}
