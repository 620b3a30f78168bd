/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What an INF file has written so far. Its registry text is imported later, so that flags as
 * FLG_ADDREG_NOCLOBBER and FLG_ADDREG_APPEND, which ask what is there, see no other values than
 * these.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inf_registry.h"

static void drop_texts(struct inf_known *known)
{
    for (size_t i = 0; i < known->count; i++)
        free(known->text[i]);
    free(known->text);
    known->text = NULL;
    known->count = 0;
}

struct inf_known *inf_find_known(
    const struct installer *installer, const char *key, const char *name)
{
    for (size_t i = 0; i < installer->known_count; i++) {
        if (strcasecmp(installer->known[i].key, key) == 0 &&
            strcasecmp(installer->known[i].name, name) == 0)
            return &installer->known[i];
    }
    return NULL;
}

bool inf_append(struct inf_known *known, char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t j = 0; j < known->count; j++)
            there |= strcasecmp(known->text[j], texts[i]) == 0;
        if (there)
            continue;
        char **moved = realloc(known->text, (known->count + 1) * sizeof(*moved)),
             *copy = strdup(texts[i]);
        if (moved != NULL)
            known->text = moved;
        if (moved == NULL || copy == NULL) {
            free(copy);
            return false;
        }
        known->text[known->count++] = copy;
    }
    return true;
}

bool inf_remember(struct installer *installer, const char *key, const char *name,
    char *const *texts, size_t count)
{
    struct inf_known *known = inf_find_known(installer, key, name);

    if (known != NULL) {
        drop_texts(known);
        return inf_append(known, texts, count);
    }
    struct inf_known *moved = realloc(
        installer->known, (installer->known_count + 1) * sizeof(*moved));
    if (moved == NULL)
        return false;
    installer->known = moved;
    known = &moved[installer->known_count];
    *known = (struct inf_known){.key = strdup(key), .name = strdup(name)};
    if (known->key == NULL || known->name == NULL) {
        free(known->key);
        free(known->name);
        return false;
    }
    installer->known_count++;
    return inf_append(known, texts, count);
}

void inf_remove_text(struct inf_known *known, const char *text)
{
    for (size_t i = 0; i < known->count; i++) {
        if (strcasecmp(known->text[i], text) != 0)
            continue;
        free(known->text[i]);
        memmove(
            known->text + i, known->text + i + 1, (known->count - i - 1) * sizeof(*known->text));
        known->count--;
        return;
    }
}

static void forget_one(struct inf_known *known)
{
    drop_texts(known);
    free(known->key);
    free(known->name);
}

/* name NULL: all of the key, and of those below it. */
void inf_forget_value(struct installer *installer, const char *key, const char *name)
{
    size_t length = strlen(key), kept = 0;

    for (size_t i = 0; i < installer->known_count; i++) {
        struct inf_known *known = &installer->known[i];
        bool inside = strncasecmp(known->key, key, length) == 0 &&
            (known->key[length] == '\0' || known->key[length] == '\\');
        bool exactly = inside && known->key[length] == '\0' && name != NULL &&
            strcasecmp(known->name, name) == 0;
        if (name == NULL ? inside : exactly)
            forget_one(known);
        else
            installer->known[kept++] = *known;
    }
    installer->known_count = kept;
}

void inf_forget_known(struct installer *installer)
{
    for (size_t i = 0; i < installer->known_count; i++)
        forget_one(&installer->known[i]);
    free(installer->known);
    installer->known = NULL;
    installer->known_count = 0;
}
