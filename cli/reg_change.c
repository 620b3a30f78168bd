/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys reg': add, delete, copy. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reg.h"

/* Asks unless /f says not to. question is a format with a name. */
static bool may(struct tool *tool, bool force, const char *before, const char *name,
    const char *after, int *status)
{
    char *question = NULL;
    bool yes;
    if (force)
        return true;
    if (asprintf(&question, "%s%s%s", before, name, after) < 0)
        question = NULL;
    yes = reg_confirm(tool, question != NULL ? question : before, status);
    free(question);
    return yes;
}

static int finish(struct tool *tool, LSTATUS error, const struct reg_key *key)
{
    char *path;
    int status;
    if (error == ERROR_SUCCESS)
        return reg_done(tool);
    path = reg_key_name(key);
    status = reg_fail_error(tool, error, path);
    free(path);
    return status;
}

/* ---- add ------------------------------------------------------------------------------------- */

struct addition {
    const char *name, *type, *data, *separator;
    bool default_value, force;
};

/* Whether a value is to be set, and of which type. False after complaining. */
static bool choose_type(struct tool *tool, const struct addition *addition, DWORD *type)
{
    *type = REG_SZ;
    if (addition->type == NULL || reg_type_parse(addition->type, type))
        return true;
    reg_usage(tool,
        "'%s' is no type; one is REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ, REG_DWORD, REG_QWORD, "
        "REG_BINARY, REG_NONE.",
        addition->type);
    return false;
}

static int add_value(
    struct tool *tool, const struct addition *addition, HKEY handle, const struct reg_key *key)
{
    const char *name = addition->name != NULL ? addition->name : "";
    DWORD type, bytes = 0;
    BYTE *data = NULL;
    int status = EXIT_COMMAND_FAILED;

    if (!choose_type(tool, addition, &type))
        return EXIT_USAGE;
    const char *text = addition->data != NULL    ? addition->data
        : type == REG_DWORD || type == REG_QWORD ? "0"
                                                 : "";
    const char *wrong = reg_parse_data(
        type, text, addition->separator != NULL ? addition->separator : "\\0", &data, &bytes);
    if (wrong != NULL)
        return reg_usage(tool, "/d '%s': %s.", text, wrong);
    WCHAR *wide = reg_wide(name);
    if (wide == NULL)
        status = reg_fail(tool, "out of memory");
    else if (RegQueryValueExW(handle, wide, NULL, NULL, NULL, NULL) != ERROR_SUCCESS ||
        may(tool, addition->force, "Value ", name[0] != 0 ? name : "(Default)",
            " exists, overwrite (Yes/No)?", &status))
        status = finish(tool, RegSetValueExW(handle, wide, 0, type, data, bytes), key);
    free(wide);
    free(data);
    return status;
}

int reg_add(struct tool *tool, int argc, char **argv)
{
    struct addition addition = {0};
    struct reg_key key;
    const char *word = NULL;
    HKEY handle;
    const struct reg_option options[] = {{"v", &addition.name, NULL}, {"t", &addition.type, NULL},
        {"d", &addition.data, NULL}, {"s", &addition.separator, NULL},
        {"ve", NULL, &addition.default_value}, {"f", NULL, &addition.force},
        {"reg:32", NULL, &(bool){false}}, {"reg:64", NULL, &(bool){false}}, {0}};

    int words = reg_options(tool, argc, argv, options, &word, 1);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0)
        return reg_usage(tool, "Which key to add is missing.");
    if (addition.name != NULL && addition.default_value)
        return reg_usage(tool, "/v and /ve exclude each other.");
    if (addition.separator != NULL && addition.separator[0] == 0)
        return reg_usage(tool, "/s wants at least one character.");
    if (!reg_key_parse(tool, word, &key))
        return EXIT_USAGE;
    const bool sets = addition.name != NULL || addition.default_value || addition.data != NULL ||
        addition.type != NULL;
    int status;
    LSTATUS error = RegCreateKeyExW(key.root, key.below, 0, NULL, 0,
        sets ? KEY_QUERY_VALUE | KEY_SET_VALUE : KEY_QUERY_VALUE, NULL, &handle, NULL);
    if (error != ERROR_SUCCESS) {
        status = finish(tool, error, &key);
    } else {
        status = sets ? add_value(tool, &addition, handle, &key) : reg_done(tool);
        RegCloseKey(handle);
    }
    reg_key_free(&key);
    return status;
}

/* ---- delete ---------------------------------------------------------------------------------- */

struct deletion {
    const char *name;
    bool default_value, all_values, force;
};

static LSTATUS delete_values(HKEY handle)
{
    struct reg_contents contents;
    LSTATUS error = reg_read(handle, &contents);
    for (DWORD i = 0; error == ERROR_SUCCESS && i < contents.value_count; i++)
        error = RegDeleteValueW(handle, contents.values[i].name);
    reg_contents_free(&contents);
    return error;
}

static LSTATUS delete_one(const struct reg_key *key, const char *name)
{
    WCHAR *wide = reg_wide(name);
    LSTATUS error = wide != NULL ? RegDeleteKeyValueW(key->root, key->below, wide)
                                 : ERROR_OUTOFMEMORY;
    free(wide);
    return error;
}

/* What the options say to delete, after asking. Returns an exit status. */
static int delete_it(
    struct tool *tool, const struct deletion *deletion, const struct reg_key *key, const char *path)
{
    LSTATUS error;
    HKEY handle;
    int status;
    if (deletion->name != NULL || deletion->default_value) {
        const char *name = deletion->name != NULL ? deletion->name : "";
        if (!may(tool, deletion->force, "Delete the registry value ",
                name[0] != 0 ? name : "(Default)", " (Yes/No)?", &status))
            return status;
        return finish(tool, delete_one(key, name), key);
    }
    if (!may(tool, deletion->force,
            deletion->all_values ? "Delete all values under the registry key "
                                 : "Permanently delete the registry key ",
            path, " (Yes/No)?", &status))
        return status;
    if (!deletion->all_values)
        return finish(tool, RegDeleteTreeW(key->root, key->below), key);
    error = reg_key_open(key, KEY_READ | KEY_SET_VALUE, &handle);
    if (error == ERROR_SUCCESS) {
        error = delete_values(handle);
        RegCloseKey(handle);
    }
    return finish(tool, error, key);
}

int reg_delete(struct tool *tool, int argc, char **argv)
{
    struct deletion deletion = {0};
    struct reg_key key;
    const char *word = NULL;
    const struct reg_option options[] = {{"v", &deletion.name, NULL},
        {"ve", NULL, &deletion.default_value}, {"va", NULL, &deletion.all_values},
        {"f", NULL, &deletion.force}, {"reg:32", NULL, &(bool){false}},
        {"reg:64", NULL, &(bool){false}}, {0}};

    int words = reg_options(tool, argc, argv, options, &word, 1);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0)
        return reg_usage(tool, "Which key to delete is missing.");
    if ((deletion.name != NULL) + deletion.default_value + deletion.all_values > 1)
        return reg_usage(tool, "/v, /ve and /va exclude each other.");
    if (!reg_key_parse(tool, word, &key))
        return EXIT_USAGE;
    int status;
    char *path = reg_key_name(&key);
    if (path == NULL)
        status = reg_fail(tool, "out of memory");
    else if (key.below[0] == 0 && deletion.name == NULL && !deletion.default_value &&
        !deletion.all_values)
        status = reg_usage(tool, "%s itself cannot be deleted.", path);
    else
        status = delete_it(tool, &deletion, &key, path);
    free(path);
    reg_key_free(&key);
    return status;
}

/* ---- copy ------------------------------------------------------------------------------------ */

bool reg_two_keys(struct tool *tool, int argc, char **argv, const struct reg_option *options,
    struct reg_key key[2])
{
    const char *word[2];
    int words = reg_options(tool, argc, argv, options, word, 2);
    if (words >= 0 && words < 2)
        reg_usage(tool, "'reg %s' wants two keys.", argv[0]);
    if (words < 2 || !reg_key_parse(tool, word[0], &key[0]))
        return false;
    if (reg_key_parse(tool, word[1], &key[1]))
        return true;
    reg_key_free(&key[0]);
    return false;
}

/* Whether the second is the first or below it. */
static bool holds(const struct reg_key key[2])
{
    char *outer = reg_key_name(&key[0]), *inner = reg_key_name(&key[1]);
    size_t length = outer != NULL ? strlen(outer) : 0;
    bool yes = outer == NULL || inner == NULL ||
        (strncasecmp(outer, inner, length) == 0 && (inner[length] == 0 || inner[length] == '\\'));
    free(outer);
    free(inner);
    return yes;
}

/* Values of one key into another. */
static LSTATUS copy_values(HKEY from, HKEY to)
{
    struct reg_contents contents;
    LSTATUS error = reg_read(from, &contents);
    for (DWORD i = 0; error == ERROR_SUCCESS && i < contents.value_count; i++) {
        const struct reg_value *value = &contents.values[i];
        error = RegSetValueExW(to, value->name, 0, value->type, value->data, value->bytes);
    }
    reg_contents_free(&contents);
    return error;
}

static int copy_key(
    struct tool *tool, HKEY from, const struct reg_key *target, bool below, bool force)
{
    DWORD disposition = 0;
    int status;
    HKEY to;
    LSTATUS error = RegCreateKeyExW(
        target->root, target->below, 0, NULL, 0, KEY_READ | KEY_WRITE, NULL, &to, &disposition);
    if (error != ERROR_SUCCESS)
        return finish(tool, error, target);
    char *path = reg_key_name(target);
    if (disposition == REG_CREATED_NEW_KEY ||
        may(tool, force, "Key ", path != NULL ? path : "",
            " exists, overwrite what is in it (Yes/No)?", &status))
        status = finish(tool, below ? RegCopyTreeW(from, NULL, to) : copy_values(from, to), target);
    free(path);
    RegCloseKey(to);
    return status;
}

int reg_copy(struct tool *tool, int argc, char **argv)
{
    bool below = false, force = false;
    const struct reg_option options[] = {{"s", NULL, &below}, {"f", NULL, &force},
        {"reg:32", NULL, &(bool){false}}, {"reg:64", NULL, &(bool){false}}, {0}};
    struct reg_key key[2];
    HKEY from;
    int status;

    if (!reg_two_keys(tool, argc, argv, options, key))
        return EXIT_USAGE;
    LSTATUS error = reg_key_open(&key[0], KEY_READ, &from);
    if (error != ERROR_SUCCESS) {
        status = finish(tool, error, &key[0]);
    } else {
        status = holds(key) ? reg_usage(tool, "A key cannot be copied into itself.")
                            : copy_key(tool, from, &key[1], below, force);
        RegCloseKey(from);
    }
    reg_key_free(&key[0]);
    reg_key_free(&key[1]);
    return status;
}
