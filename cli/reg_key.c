/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys reg': keys by path, and what is in them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reg.h"

static const struct {
    const char *brief, *name;
    HKEY root;
} roots[] = {
    {"HKLM", "HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE},
    {"HKCU", "HKEY_CURRENT_USER", HKEY_CURRENT_USER},
    {"HKCR", "HKEY_CLASSES_ROOT", HKEY_CLASSES_ROOT},
    {"HKU", "HKEY_USERS", HKEY_USERS},
    {"HKCC", "HKEY_CURRENT_CONFIG", HKEY_CURRENT_CONFIG},
};

/* Whether a root is called this, without case. */
static bool is_name(const WCHAR *text, size_t length, const char *name)
{
    if (strlen(name) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char one[2] = {(char)text[i], 0}, other[2] = {name[i], 0};
        if (text[i] > 0x7F || strcasecmp(one, other) != 0)
            return false;
    }
    return true;
}

const char *reg_key_from_wide(const WCHAR *text, size_t length, struct reg_key *key)
{
    size_t head = 0, index = 0;
    while (head < length && text[head] != '\\')
        head++;
    while (index < RTL_NUMBER_OF(roots) && !is_name(text, head, roots[index].brief) &&
           !is_name(text, head, roots[index].name))
        index++;
    if (index == RTL_NUMBER_OF(roots))
        return "a key begins with HKLM, HKCU, HKCR, HKU or HKCC, or one of their long names";
    key->root = roots[index].root;
    key->root_name = roots[index].name;
    while (head < length && text[head] == '\\')
        head++;
    while (length > head && text[length - 1] == '\\')
        length--;
    key->below = malloc((length - head + 1) * sizeof(WCHAR));
    if (key->below == NULL)
        return "out of memory";
    memcpy(key->below, text + head, (length - head) * sizeof(WCHAR));
    key->below[length - head] = 0;
    return NULL;
}

bool reg_key_parse(struct tool *tool, const char *text, struct reg_key *key)
{
    const char *wrong = "out of memory";
    WCHAR *wide = reg_wide(text);
    key->below = NULL;
    if (wide != NULL)
        wrong = strncmp(text, "\\\\", 2) == 0
            ? "registries of other machines cannot be reached; --machine DIR names this host's"
            : reg_key_from_wide(wide, reg_length(wide), key);
    free(wide);
    if (wrong != NULL)
        reg_usage(tool, "Invalid key name '%s': %s.", text, wrong);
    return wrong == NULL;
}

void reg_key_free(struct reg_key *key)
{
    free(key->below);
    key->below = NULL;
}

char *reg_key_name(const struct reg_key *key)
{
    return reg_path(key->root_name, key->below);
}

LSTATUS reg_key_open(const struct reg_key *key, REGSAM access, HKEY *handle)
{
    return RegOpenKeyExW(key->root, key->below, 0, access, handle);
}

/* ---- What is in a key ------------------------------------------------------------------------ */

void reg_contents_free(struct reg_contents *contents)
{
    for (DWORD i = 0; i < contents->key_count; i++)
        free(contents->keys[i]);
    for (DWORD i = 0; i < contents->value_count; i++) {
        free(contents->values[i].name);
        free(contents->values[i].data);
    }
    free(contents->keys);
    free(contents->values);
    *contents = (struct reg_contents){0};
}

static LSTATUS read_keys(HKEY key, DWORD count, DWORD longest, struct reg_contents *contents)
{
    contents->keys = calloc(count + 1u, sizeof(*contents->keys));
    if (contents->keys == NULL)
        return ERROR_OUTOFMEMORY;
    for (DWORD index = 0; index < count; index++) {
        DWORD room = longest + 1;
        WCHAR *name = malloc(room * sizeof(WCHAR));
        if (name == NULL)
            return ERROR_OUTOFMEMORY;
        LSTATUS error = RegEnumKeyExW(key, index, name, &room, NULL, NULL, NULL, NULL);
        if (error != ERROR_SUCCESS) {
            free(name);
            /* one has gone meanwhile */
            return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
        }
        contents->keys[contents->key_count++] = name;
    }
    return ERROR_SUCCESS;
}

static LSTATUS read_values(
    HKEY key, DWORD count, DWORD longest, DWORD largest, struct reg_contents *contents)
{
    contents->values = calloc(count + 1u, sizeof(*contents->values));
    if (contents->values == NULL)
        return ERROR_OUTOFMEMORY;
    for (DWORD index = 0; index < count; index++) {
        struct reg_value *value = &contents->values[index];
        DWORD room = longest + 1;
        value->bytes = largest;
        value->name = malloc(room * sizeof(WCHAR));
        value->data = calloc(1, largest + 2 * sizeof(WCHAR));
        contents->value_count++;
        if (value->name == NULL || value->data == NULL)
            return ERROR_OUTOFMEMORY;
        LSTATUS error = RegEnumValueW(
            key, index, value->name, &room, NULL, &value->type, value->data, &value->bytes);
        if (error == ERROR_SUCCESS)
            continue;
        contents->value_count--;
        free(value->name);
        free(value->data);
        return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
    }
    return ERROR_SUCCESS;
}

LSTATUS reg_read(HKEY key, struct reg_contents *contents)
{
    DWORD keys, longest_key, values, longest_name, largest;
    LSTATUS error;
    *contents = (struct reg_contents){0};
    do { /* ERROR_MORE_DATA: something grew in between */
        reg_contents_free(contents);
        error = RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, &longest_key, NULL, &values,
            &longest_name, &largest, NULL, NULL);
        if (error == ERROR_SUCCESS)
            error = read_keys(key, keys, longest_key, contents);
        if (error == ERROR_SUCCESS)
            error = read_values(key, values, longest_name, largest, contents);
    } while (error == ERROR_MORE_DATA);
    if (error != ERROR_SUCCESS)
        reg_contents_free(contents);
    return error;
}
