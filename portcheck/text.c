/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory and text. Nothing here returns NULL for want of memory: the program ends. */
#include "portcheck.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *block)
{
    if (block == NULL) {
        fputs("dotsys portcheck: out of memory\n", stderr);
        exit(1);
    }
    return block;
}

void *pc_allocate(size_t bytes)
{
    return must(calloc(1, bytes > 0 ? bytes : 1));
}

void *pc_resize(void *block, size_t bytes)
{
    return must(realloc(block, bytes > 0 ? bytes : 1));
}

char *pc_copy(const char *text, size_t length)
{
    return must(strndup(text, length));
}

char *pc_take(CXString string)
{
    const char *text = clang_getCString(string);
    char *copy = must(strdup(text != NULL ? text : ""));

    clang_disposeString(string);
    return copy;
}

void *pc_grow(void *items, size_t count, size_t item_bytes)
{
    /* Powers of two are when it is full. */
    if ((count & (count - 1)) != 0)
        return items;
    return pc_resize(items, (count > 0 ? 2 * count : 1) * item_bytes);
}

static char *format_list(const char *format, va_list arguments)
{
    char *text;

    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    return must(text);
}

char *pc_format(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = format_list(format, arguments);
    va_end(arguments);
    return text;
}

void pc_add(struct pc_text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *more = format_list(format, arguments);
    va_end(arguments);
    size_t length = strlen(more);
    text->bytes = pc_resize(text->bytes, text->length + length + 1);
    memcpy(text->bytes + text->length, more, length + 1);
    text->length += length;
    free(more);
}
