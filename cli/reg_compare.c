/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys reg compare': what one key has and another has not. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reg.h"

struct comparison {
    struct tool *tool;
    const struct reg_key *key; /* both */
    const char *name;          /* /v; NULL: all values */
    bool default_value, below, different;
};

static void show_difference(struct comparison *comparison, char sign, int side, const WCHAR *below,
    const struct reg_value *value)
{
    FILE *out = comparison->tool->out;
    char number[24], *path = reg_path(comparison->key[side].root_name, below);
    comparison->different = true;
    if (value == NULL) {
        fprintf(out, "%c Key:  %s\n", sign, path != NULL ? path : "");
    } else {
        char *name = reg_narrow(value->name), *data = reg_show_data(value, "\\0");
        fprintf(out, "%c Value:  %s  %s  %s  %s\n", sign, path != NULL ? path : "",
            name != NULL && name[0] != 0 ? name : "(Default)", reg_type_name(value->type, number),
            data != NULL ? data : "");
        free(name);
        free(data);
    }
    free(path);
}

static bool same_text(const WCHAR *first, const WCHAR *second)
{
    char *a = reg_narrow(first), *b = reg_narrow(second);
    bool same = a != NULL && b != NULL && strcasecmp(a, b) == 0;
    free(a);
    free(b);
    return same;
}

static const struct reg_value *find_value(const struct reg_contents *contents, const WCHAR *name)
{
    for (DWORD i = 0; i < contents->value_count; i++) {
        if (same_text(contents->values[i].name, name))
            return &contents->values[i];
    }
    return NULL;
}

static bool is_compared(const struct comparison *comparison, const struct reg_value *value)
{
    if (comparison->name == NULL)
        return !comparison->default_value || value->name[0] == 0;
    char *name = reg_narrow(value->name);
    bool yes = name != NULL && strcasecmp(name, comparison->name) == 0;
    free(name);
    return yes;
}

static void compare_values(struct comparison *comparison, const struct reg_contents contents[2],
    const WCHAR *const below[2])
{
    for (int side = 0; side < 2; side++) {
        for (DWORD i = 0; i < contents[side].value_count; i++) {
            const struct reg_value *value = &contents[side].values[i];
            const struct reg_value *other = find_value(&contents[!side], value->name);
            const bool same = other != NULL && other->type == value->type &&
                other->bytes == value->bytes && memcmp(other->data, value->data, value->bytes) == 0;
            if (!same && is_compared(comparison, value))
                show_difference(comparison, side == 0 ? '<' : '>', side, below[side], value);
        }
    }
}

static LSTATUS compare_level(struct comparison *comparison, const WCHAR *const below[2]);

/* Keys both have are compared, others are shown. */
static LSTATUS compare_keys(struct comparison *comparison, const struct reg_contents contents[2],
    const WCHAR *const below[2], int side)
{
    LSTATUS error = ERROR_SUCCESS;
    for (DWORD i = 0; i < contents[side].key_count && error == ERROR_SUCCESS; i++) {
        const WCHAR *name = contents[side].keys[i];
        bool both = false;
        for (DWORD j = 0; j < contents[!side].key_count; j++)
            both |= same_text(contents[!side].keys[j], name);
        if (both && side != 0)
            continue;
        WCHAR *child[2] = {reg_join(below[0], name), reg_join(below[1], name)};
        if (child[0] == NULL || child[1] == NULL)
            error = ERROR_OUTOFMEMORY;
        else if (both)
            error = compare_level(comparison, (const WCHAR *const *)child);
        else
            show_difference(comparison, side == 0 ? '<' : '>', side, child[side], NULL);
        free(child[0]);
        free(child[1]);
    }
    return error;
}

static LSTATUS compare_level(struct comparison *comparison, const WCHAR *const below[2])
{
    struct reg_contents contents[2] = {{0}, {0}};
    LSTATUS error = ERROR_SUCCESS;
    for (int side = 0; side < 2 && error == ERROR_SUCCESS; side++) {
        HKEY handle;
        error = RegOpenKeyExW(comparison->key[side].root, below[side], 0, KEY_READ, &handle);
        if (error == ERROR_SUCCESS) {
            error = reg_read(handle, &contents[side]);
            RegCloseKey(handle);
        }
    }
    if (error == ERROR_SUCCESS)
        compare_values(comparison, contents, below);
    for (int side = 0; side < 2 && error == ERROR_SUCCESS && comparison->below; side++)
        error = compare_keys(comparison, contents, below, side);
    reg_contents_free(&contents[0]);
    reg_contents_free(&contents[1]);
    return error;
}

int reg_compare_keys(struct tool *tool, int argc, char **argv)
{
    struct reg_key key[2];
    struct comparison comparison = {.tool = tool, .key = key};
    const struct reg_option options[] = {{"v", &comparison.name, NULL},
        {"ve", NULL, &comparison.default_value}, {"s", NULL, &comparison.below},
        {"od", NULL, &(bool){false}}, {0}};
    if (!reg_two_keys(tool, argc, argv, options, key))
        return EXIT_USAGE;
    const WCHAR *const below[2] = {key[0].below, key[1].below};
    LSTATUS error = compare_level(&comparison, below);
    int status = error != ERROR_SUCCESS ? reg_fail_error(tool, error, "comparing")
                 : comparison.different ? EXIT_COMMAND_FAILED
                                        : EXIT_FINE;
    if (error == ERROR_SUCCESS)
        fprintf(
            tool->out, "Result Compared: %s\n", comparison.different ? "Different" : "Identical");
    reg_key_free(&key[0]);
    reg_key_free(&key[1]);
    return status;
}
