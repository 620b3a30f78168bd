/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * 'dotsys reg import' and restore: .reg files and hives. A file is read and checked whole before
 * anything is changed; the parser is the kernel's (kernel/cm/regtext.h), which calls nobody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cm/regtext.h"
#include "plainfile.h"
#include "reg.h"

#define FILE_LIMIT (512u << 20)

/* ---- Files ----------------------------------------------------------------------------------- */

char *reg_file_path(struct tool *tool, const char *name)
{
    char *path = NULL;
    if (name[0] == '/' || tool->folder == NULL)
        return strdup(name);
    return asprintf(&path, "%s/%s", tool->folder, name) < 0 ? NULL : path;
}

static bool read_stream(FILE *file, char **data, size_t *bytes)
{
    struct stat facts;
    errno = 0;
    if (fstat(fileno(file), &facts) != 0)
        return false;
    errno = facts.st_size > FILE_LIMIT ? EFBIG : 0;
    if (errno != 0)
        return false;
    *bytes = (size_t)facts.st_size;
    *data = malloc(*bytes + 1);
    if (*data != NULL && fread(*data, 1, *bytes, file) == *bytes)
        return true;
    free(*data);
    if (errno == 0)
        errno = EIO;
    return false;
}

FILE *reg_file_open(struct tool *tool, const char *path, bool write)
{
    return tool->open != NULL ? tool->open(tool, path, write)
           : write            ? fopen(path, "wb")
                              : plainfile_stream(path);
}

bool reg_file_read(struct tool *tool, const char *name, char **data, size_t *bytes)
{
    char *path = reg_file_path(tool, name);
    FILE *file = path != NULL ? reg_file_open(tool, path, false) : NULL;
    bool good = file != NULL && read_stream(file, data, bytes);
    if (!good)
        reg_fail(tool, "%s cannot be read: %s", name, plainfile_error(errno));
    if (file != NULL)
        fclose(file);
    free(path);
    return good;
}

bool reg_is_hive(const char *data, size_t bytes)
{
    return bytes >= 4 && memcmp(data, "regf", 4) == 0;
}

/* ---- .reg files ------------------------------------------------------------------------------ */

struct import {
    const char *wrong; /* with a key; NULL: nothing */
    LSTATUS error;     /* of the registry */
};

static int32_t check_entry(void *context, const struct cm_reg_entry *entry)
{
    struct import *import = context;
    struct reg_key key = {.below = NULL};
    import->wrong = reg_key_from_wide((const WCHAR *)entry->key, entry->key_length, &key);
    if (import->wrong == NULL && entry->action == CM_REG_DELETE_KEY && key.below[0] == 0)
        import->wrong = "a root itself cannot be deleted";
    reg_key_free(&key);
    return import->wrong == NULL ? 0 : CM_REG_MALFORMED;
}

static LSTATUS create_key(const struct reg_key *key)
{
    HKEY handle;
    LSTATUS error = RegCreateKeyExW(
        key->root, key->below, 0, NULL, 0, KEY_QUERY_VALUE, NULL, &handle, NULL);
    if (error == ERROR_SUCCESS)
        RegCloseKey(handle);
    return error;
}

static LSTATUS apply(const struct cm_reg_entry *entry, const struct reg_key *key, const WCHAR *name)
{
    LSTATUS error;
    switch (entry->action) {
    case CM_REG_KEY:
        return create_key(key);
    case CM_REG_DELETE_KEY:
        error = RegDeleteTreeW(key->root, key->below);
        break;
    case CM_REG_DELETE_VALUE:
        error = RegDeleteKeyValueW(key->root, key->below, name);
        break;
    default:
        return RegSetKeyValueW(
            key->root, key->below, name, entry->type, entry->data, (DWORD)entry->data_bytes);
    }
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static int32_t apply_entry(void *context, const struct cm_reg_entry *entry)
{
    struct import *import = context;
    struct reg_key key = {.below = NULL};
    WCHAR *name = malloc((entry->name_length + 1) * sizeof(WCHAR));
    import->wrong = "out of memory";
    if (name != NULL)
        import->wrong = reg_key_from_wide((const WCHAR *)entry->key, entry->key_length, &key);
    if (import->wrong == NULL) {
        if (entry->name_length != 0)
            memcpy(name, entry->name, entry->name_length * sizeof(WCHAR));
        name[entry->name_length] = 0;
        import->error = apply(entry, &key, name);
    }
    free(name);
    reg_key_free(&key);
    return import->wrong == NULL && import->error == ERROR_SUCCESS ? 0 : CM_REG_MALFORMED;
}

static int import_text(struct tool *tool, const char *name, const char *data, size_t bytes)
{
    struct import import = {NULL, ERROR_SUCCESS};
    const char *reason;
    unsigned line;
    void *work = malloc(cm_reg_work_bytes(bytes));
    if (work == NULL)
        return reg_fail(tool, "out of memory");
    int32_t result = cm_reg_parse(data, bytes, work, check_entry, &import, &line, &reason);
    if (result != 0) {
        free(work);
        return reg_fail(tool, "%s, line %u: %s. Nothing has been changed.", name, line,
            reason != NULL ? reason : import.wrong);
    }
    result = cm_reg_parse(data, bytes, work, apply_entry, &import, &line, &reason);
    free(work);
    if (result == 0)
        return reg_done(tool);
    char *where = NULL;
    if (asprintf(&where, "%s, line %u (what stands before it has been imported)", name, line) < 0)
        where = NULL;
    int status = import.error != ERROR_SUCCESS ? reg_fail_error(tool, import.error, where)
                                               : reg_fail(tool, "%s: %s", name, import.wrong);
    free(where);
    return status;
}

/* ---- Verbs ----------------------------------------------------------------------------------- */

int reg_import(struct tool *tool, int argc, char **argv)
{
    const char *word[2] = {NULL, NULL};
    const struct reg_option options[] = {
        {"reg:32", NULL, &(bool){false}}, {"reg:64", NULL, &(bool){false}}, {0}};
    int words = reg_options(tool, argc, argv, options, word, 2), status;
    struct reg_key key;
    size_t bytes;
    char *data;
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0)
        return reg_usage(tool, "Which file to import is missing.");
    if (!reg_file_read(tool, word[0], &data, &bytes))
        return EXIT_COMMAND_FAILED;
    if (!reg_is_hive(data, bytes)) {
        status = words == 1
            ? import_text(tool, word[0], data, bytes)
            : reg_usage(
                  tool, "%s is no hive: a .reg file says itself which keys it is about.", word[0]);
    } else if (words == 1) {
        status = reg_usage(tool,
            "%s is a hive: say below which key to put it, as in 'reg import FILE HKLM\\KEY'.",
            word[0]);
    } else if (!reg_key_parse(tool, word[1], &key)) {
        status = EXIT_USAGE;
    } else {
        status = reg_hive_load(tool, word[0], data, bytes, &key, REG_HIVE_MERGE);
        reg_key_free(&key);
    }
    free(data);
    return status;
}

int reg_restore(struct tool *tool, int argc, char **argv)
{
    const char *word[2] = {NULL, NULL};
    const struct reg_option options[] = {
        {"reg:32", NULL, &(bool){false}}, {"reg:64", NULL, &(bool){false}}, {0}};
    int words = reg_options(tool, argc, argv, options, word, 2), status;
    struct reg_key key;
    size_t bytes;
    char *data;
    if (words < 0)
        return EXIT_USAGE;
    if (words < 2)
        return reg_usage(tool, "'reg %s' wants a key and a hive file.", argv[0]);
    if (!reg_key_parse(tool, word[0], &key))
        return EXIT_USAGE;
    if (!reg_file_read(tool, word[1], &data, &bytes)) {
        reg_key_free(&key);
        return EXIT_COMMAND_FAILED;
    }
    if (reg_is_hive(data, bytes))
        status = reg_hive_load(tool, word[1], data, bytes, &key,
            strcasecmp(argv[0], "load") == 0 ? REG_HIVE_NEW : REG_HIVE_REPLACE);
    else
        status = reg_fail(tool,
            "%s is no hive: it does not begin with 'regf'. .reg files are for 'reg import'.",
            word[1]);
    free(data);
    reg_key_free(&key);
    return status;
}
