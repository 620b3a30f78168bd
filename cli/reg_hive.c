/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hives, Windows' registry files, by libhivex. One is walked twice: to see that all of it can be
 * read, and to put it into the registry. hivex reads files only, so it gets one in memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reg.h"

#include <hivex.h>

#define DEPTH_LIMIT 500u
#define NAME_LIMIT  255u /* characters of a key's name */
/* a key takes at least as many: the bound that a damaged hive's circles meet */
#define NODE_BYTES  76u

struct hive {
    hive_h *handle;
    size_t keys_left;
    const char *wrong; /* NULL: nothing */
    LSTATUS error;     /* of the registry */
    bool apply;
};

static bool damaged(struct hive *hive, const char *wrong)
{
    if (hive->wrong == NULL)
        hive->wrong = wrong;
    return false;
}

static bool refused(struct hive *hive, LSTATUS error)
{
    hive->error = error;
    return error == ERROR_SUCCESS;
}

/* ---- Walking --------------------------------------------------------------------------------- */

static bool take_value(struct hive *hive, hive_value_h value, HKEY key)
{
    hive_type type = 0;
    size_t bytes = 0;
    char *name = hivex_value_key(hive->handle, value);
    char *data = name != NULL ? hivex_value_value(hive->handle, value, &type, &bytes) : NULL;
    bool good = data != NULL && bytes <= UINT32_MAX;
    if (!good)
        damaged(hive, "a value cannot be read");
    if (good && hive->apply) {
        WCHAR *wide = reg_wide(name);
        good = refused(hive,
            wide != NULL
                ? RegSetValueExW(key, wide, 0, (DWORD)type, (const BYTE *)data, (DWORD)bytes)
                : ERROR_OUTOFMEMORY);
        free(wide);
    }
    free(data);
    free(name);
    return good;
}

static bool take_values(struct hive *hive, hive_node_h node, HKEY key)
{
    hive_value_h *values = hivex_node_values(hive->handle, node);
    bool good = values != NULL || damaged(hive, "the values of a key cannot be read");
    for (size_t i = 0; good && values[i] != 0; i++)
        good = take_value(hive, values[i], key);
    free(values);
    return good;
}

static bool take_contents(struct hive *hive, hive_node_h node, HKEY key, unsigned depth);

static bool take_key(struct hive *hive, hive_node_h node, HKEY parent, unsigned depth)
{
    HKEY key = NULL;
    if (hive->keys_left-- == 0 || depth > DEPTH_LIMIT)
        return damaged(hive, "its keys go round in circles");
    char *name = hivex_node_name(hive->handle, node);
    WCHAR *wide = name != NULL ? reg_wide(name) : NULL;
    bool good = wide != NULL && wide[0] != 0 && reg_length(wide) <= NAME_LIMIT &&
        strchr(name, '\\') == NULL;
    if (!good)
        damaged(hive, "a key's name cannot be read");
    if (good && hive->apply)
        good = refused(hive,
            RegCreateKeyExW(
                parent, wide, 0, NULL, 0, KEY_SET_VALUE | KEY_CREATE_SUB_KEY, NULL, &key, NULL));
    if (good)
        good = take_contents(hive, node, key, depth);
    if (key != NULL)
        RegCloseKey(key);
    free(wide);
    free(name);
    return good;
}

static bool take_contents(struct hive *hive, hive_node_h node, HKEY key, unsigned depth)
{
    if (!take_values(hive, node, key))
        return false;
    hive_node_h *children = hivex_node_children(hive->handle, node);
    bool good = children != NULL || damaged(hive, "the keys in a key cannot be read");
    for (size_t i = 0; good && children[i] != 0; i++)
        good = take_key(hive, children[i], key, depth + 1);
    free(children);
    return good;
}

static bool take_all(struct hive *hive, size_t bytes, HKEY key)
{
    hive_node_h root = hivex_root(hive->handle);
    hive->keys_left = bytes / NODE_BYTES;
    return root != 0 ? take_contents(hive, root, key, 0) : damaged(hive, "it has no root");
}

/* ---- The file -------------------------------------------------------------------------------- */

static hive_h *open_bytes(const char *data, size_t bytes)
{
    char path[64];
    hive_h *handle = NULL;
    int file = memfd_create("hive", MFD_CLOEXEC);
    if (file < 0)
        return NULL;
    size_t done = 0;
    while (done < bytes) {
        ssize_t count = write(file, data + done, bytes - done);
        if (count <= 0)
            break;
        done += (size_t)count;
    }
    if (done == bytes) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
        handle = hivex_open(path, 0);
    }
    int error = errno;
    close(file);
    errno = error;
    return handle;
}

/* The key it goes to. Returns a Win32 error. */
static LSTATUS make_place(const struct reg_key *key, enum reg_hive_mode mode, HKEY *handle)
{
    DWORD disposition;
    LSTATUS error = RegCreateKeyExW(
        key->root, key->below, 0, NULL, 0, KEY_READ | KEY_WRITE, NULL, handle, &disposition);
    if (error != ERROR_SUCCESS)
        return error;
    if (mode == REG_HIVE_NEW && disposition == REG_OPENED_EXISTING_KEY)
        error = ERROR_ALREADY_EXISTS;
    if (mode == REG_HIVE_REPLACE)
        error = RegDeleteTreeW(*handle, NULL);
    if (error != ERROR_SUCCESS)
        RegCloseKey(*handle);
    return error;
}

static int load(struct tool *tool, struct hive *hive, size_t bytes, const struct reg_key *key,
    enum reg_hive_mode mode)
{
    HKEY handle;
    char *path = reg_key_name(key);
    LSTATUS error = make_place(key, mode, &handle);
    hive->apply = true;
    if (error == ERROR_SUCCESS) {
        take_all(hive, bytes, handle);
        RegCloseKey(handle);
        error = hive->error;
    }
    int status = error != ERROR_SUCCESS ? reg_fail_error(tool, error, path) : reg_done(tool);
    free(path);
    return status;
}

int reg_hive_load(struct tool *tool, const char *name, const char *data, size_t bytes,
    const struct reg_key *key, enum reg_hive_mode mode)
{
    struct hive hive = {.handle = open_bytes(data, bytes)};
    int status;
    if (hive.handle == NULL)
        return reg_fail(tool, "%s is damaged or no hive (%s). Nothing has been changed.", name,
            strerror(errno));
    if (take_all(&hive, bytes, NULL))
        status = load(tool, &hive, bytes, key, mode);
    else
        status = reg_fail(tool, "%s is damaged: %s. Nothing has been changed.", name, hive.wrong);
    hivex_close(hive.handle);
    return status;
}
