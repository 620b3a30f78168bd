/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory and strings of dotsys build: blocks in a list, freed together. */
#include "ddk_text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct block {
    struct block *next;
    max_align_t data[];
};

static struct block *blocks;
static jmp_buf *exhausted;

void ddk_memory_begin(jmp_buf *out_of_memory)
{
    exhausted = out_of_memory;
}

void ddk_memory_end(void)
{
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

void *ddk_alloc(size_t bytes)
{
    struct block *block = calloc(1, sizeof(*block) + bytes);

    if (block == NULL)
        longjmp(*exhausted, 1);
    block->next = blocks;
    blocks = block;
    return block->data;
}

char *ddk_copy(const char *text, size_t length)
{
    char *copy = ddk_alloc(length + 1);

    memcpy(copy, text, length);
    return copy;
}

char *ddk_format(const char *format, ...)
{
    va_list arguments;
    int length;
    char *text;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = ddk_alloc((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void ddk_add(struct ddk_list *list, const char *item)
{
    if (list->count == list->room) {
        size_t room = list->room != 0 ? list->room * 2 : 8;
        const char **items = ddk_alloc(room * sizeof(*items));
        if (list->count > 0)
            memcpy(items, list->item, list->count * sizeof(*items));
        list->item = items;
        list->room = room;
    }
    list->item[list->count++] = item;
}

void ddk_add_all(struct ddk_list *list, const struct ddk_list *more)
{
    for (size_t i = 0; i < more->count; i++)
        ddk_add(list, more->item[i]);
}

bool ddk_has(const struct ddk_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->item[i], item) == 0)
            return true;
    }
    return false;
}

void ddk_append(struct ddk_buffer *buffer, const char *text, size_t length)
{
    if (buffer->length + length + 1 > buffer->room) {
        size_t room = (buffer->length + length + 1) * 2;
        char *grown = ddk_alloc(room);
        if (buffer->length > 0)
            memcpy(grown, buffer->text, buffer->length);
        buffer->text = grown;
        buffer->room = room;
    }
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

char *ddk_join(const struct ddk_list *list, const char *separator)
{
    struct ddk_buffer joined = {0};

    ddk_append(&joined, "", 0);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            ddk_append(&joined, separator, strlen(separator));
        ddk_append(&joined, list->item[i], strlen(list->item[i]));
    }
    return joined.text;
}

struct ddk_list ddk_split(const char *text, const char *separators)
{
    struct ddk_list words = {0};

    while (*text != '\0') {
        struct ddk_buffer word = {0};
        bool quoted = false;
        text += strspn(text, separators);
        if (*text == '\0')
            break;
        for (; *text != '\0' && (quoted || strchr(separators, *text) == NULL); text++) {
            if (text[0] == '\\' && text[1] == '"')
                ddk_append(&word, ++text, 1);
            else if (*text == '"')
                quoted = !quoted;
            else
                ddk_append(&word, text, 1);
        }
        ddk_add(&words, word.text != NULL ? word.text : "");
    }
    return words;
}

struct ddk_list ddk_words(const char *text)
{
    return ddk_split(text, " \t\r\n");
}

bool ddk_starts(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

bool ddk_ends(const char *text, const char *with)
{
    size_t length = strlen(text), end = strlen(with);

    return length >= end && strcasecmp(text + length - end, with) == 0;
}

char *ddk_lower(const char *text)
{
    char *lower = ddk_copy(text, strlen(text));

    for (char *letter = lower; *letter != '\0'; letter++)
        *letter = (char)tolower((unsigned char)*letter);
    return lower;
}
