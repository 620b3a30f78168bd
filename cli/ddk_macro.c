/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * nmake's macros. A value is expanded when it is used, but for its own name, which is put in when
 * it is set; a macro that comes back to itself by way of another is empty there. Few lines can
 * stand for more than any memory holds: an expansion ends somewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "ddk.h"

enum {
    MOST_EXPANDED = 10000, /* macros in one expansion */
    MOST_TEXT = 1 << 18,   /* characters of a value */
    MOST_OF_ALL = 1 << 26  /* and of all there have been */
};

/* Whether a text has become too long, or all are together. */
static bool too_long(struct ddk_macros *macros, const struct ddk_buffer *text)
{
    macros->endless |= text->length > MOST_TEXT || macros->characters > MOST_OF_ALL;
    return macros->endless;
}

static char *keep(struct ddk_macros *macros, const struct ddk_buffer *text)
{
    macros->characters += text->length;
    return text->text;
}

static struct ddk_macro *find(struct ddk_macros *macros, const char *name, size_t length)
{
    for (struct ddk_macro *macro = macros->first; macro != NULL; macro = macro->next) {
        if (strncmp(macro->name, name, length) == 0 && macro->name[length] == '\0')
            return macro;
    }
    return NULL;
}

/* "$(NAME" of $(NAME) or $(NAME:old=new): how long the name is, and where the closing parenthesis.
   NULL: no reference. */
static const char *reference(const char *dollar, size_t *name)
{
    if (dollar[0] != '$' || dollar[1] != '(')
        return NULL;
    *name = strcspn(dollar + 2, ":)");
    return strchr(dollar + 2, ')');
}

/* The value with references to name replaced by what the name stood for until now. */
static char *put_old_value_in(struct ddk_macros *macros, const char *name, const char *value)
{
    struct ddk_macro *old = find(macros, name, strlen(name));
    const char *before = old != NULL ? old->value : getenv(name);
    struct ddk_buffer text = {0};

    ddk_append(&text, "", 0);
    while (*value != '\0' && !too_long(macros, &text)) {
        size_t length = 0;
        const char *end = reference(value, &length);
        if (end != NULL && length == strlen(name) && strncmp(value + 2, name, length) == 0 &&
            value[2 + length] == ')') {
            if (before != NULL)
                ddk_append(&text, before, strlen(before));
            value = end + 1;
        } else {
            ddk_append(&text, value++, 1);
        }
    }
    return keep(macros, &text);
}

void ddk_set(struct ddk_macros *macros, const char *name, const char *value)
{
    char *text = put_old_value_in(macros, name, value);
    struct ddk_macro *macro = find(macros, name, strlen(name));

    if (macro == NULL) {
        macro = ddk_alloc(sizeof(*macro));
        macro->name = ddk_copy(name, strlen(name));
        macro->next = macros->first;
        macros->first = macro;
    }
    macro->value = text;
}

void ddk_unset(struct ddk_macros *macros, const char *name)
{
    for (struct ddk_macro **macro = &macros->first; *macro != NULL; macro = &(*macro)->next) {
        if (strcmp((*macro)->name, name) == 0) {
            *macro = (*macro)->next;
            return;
        }
    }
}

bool ddk_defined(struct ddk_macros *macros, const char *name)
{
    return find(macros, name, strlen(name)) != NULL || getenv(name) != NULL;
}

static char *replaced(
    const char *text, const char *old, size_t old_length, const char *new, size_t new_length)
{
    struct ddk_buffer changed = {0};

    ddk_append(&changed, "", 0);
    while (*text != '\0') {
        bool same = old_length > 0 && strncmp(text, old, old_length) == 0;
        ddk_append(&changed, same ? new : text, same ? new_length : 1);
        text += same ? old_length : 1;
    }
    return changed.text;
}

static const char *value_of(struct ddk_macros *macros, const char *name, size_t length)
{
    struct ddk_macro *macro = find(macros, name, length);
    const char *value;

    if (macro == NULL) {
        value = getenv(ddk_copy(name, length));
        return value != NULL ? value : "";
    }
    macros->expanded = macros->depth == 0 ? 0 : macros->expanded + 1;
    macros->endless |= macros->expanded > MOST_EXPANDED;
    if (macro->expanding || macros->expanded > MOST_EXPANDED)
        return "";
    macro->expanding = true;
    macros->depth++;
    value = ddk_expand(macros, macro->value);
    macros->depth--;
    macro->expanding = false;
    return value;
}

char *ddk_expand(struct ddk_macros *macros, const char *text)
{
    struct ddk_buffer expanded = {0};

    ddk_append(&expanded, "", 0);
    while (*text != '\0' && !too_long(macros, &expanded)) {
        size_t length = 0;
        const char *end = reference(text, &length);
        if (end != NULL) {
            const char *value = value_of(macros, text + 2, length), *change = text + 2 + length;
            const char *equals = *change == ':' ? memchr(change, '=', (size_t)(end - change))
                                                : NULL;
            if (equals != NULL)
                value = replaced(value, change + 1, (size_t)(equals - change - 1), equals + 1,
                    (size_t)(end - equals - 1));
            ddk_append(&expanded, value, strlen(value));
            text = end + 1;
        } else if (text[0] == '$' && text[1] == '$') {
            ddk_append(&expanded, "$", 1);
            text += 2;
        } else {
            ddk_append(&expanded, text++, 1);
        }
    }
    return keep(macros, &expanded);
}

char *ddk_value(struct ddk_macros *macros, const char *name)
{
    const char *text = value_of(macros, name, strlen(name));
    size_t length;

    text += strspn(text, " \t");
    length = strlen(text);
    while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
        length--;
    return ddk_copy(text, length);
}
