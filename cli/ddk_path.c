/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Paths and files of dotsys build: Windows' spelling in, this system's files out. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ddk_text.h"
#include "plainfile.h"

const char *ddk_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

char *ddk_stem(const char *path)
{
    const char *name = ddk_name(path), *dot = strrchr(name, '.');

    return ddk_copy(name, dot != NULL ? (size_t)(dot - name) : strlen(name));
}

char *ddk_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? ddk_copy(".", 1)
        : slash == path  ? ddk_copy("/", 1)
                         : ddk_copy(path, (size_t)(slash - path));
}

char *ddk_absolute(const char *folder, const char *path)
{
    char *text = ddk_copy(path, strlen(path));
    struct ddk_list parts, kept = {0};

    for (char *letter = text; *letter != '\0'; letter++) {
        if (*letter == '\\')
            *letter = '/';
    }
    if (text[0] != '/')
        text = ddk_format("%s/%s", folder, text);
    parts = ddk_split(text, "/");
    for (size_t i = 0; i < parts.count; i++) {
        if (strcmp(parts.item[i], "..") == 0)
            kept.count -= kept.count > 0;
        else if (strcmp(parts.item[i], ".") != 0)
            ddk_add(&kept, parts.item[i]);
    }
    return ddk_format("/%s", ddk_join(&kept, "/"));
}

/* The entry of a folder that has this name in any case; NULL: none. */
static char *find_entry(const char *folder, const char *name)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char *found = NULL;

    if (entries == NULL)
        return NULL;
    while (found == NULL && (entry = readdir(entries)) != NULL) {
        if (strcasecmp(entry->d_name, name) == 0)
            found = ddk_format("%s/%s", strcmp(folder, "/") == 0 ? "" : folder, entry->d_name);
    }
    closedir(entries);
    return found;
}

char *ddk_resolve(const char *path)
{
    if (ddk_exists(path))
        return ddk_copy(path, strlen(path));
    if (strcmp(path, "/") == 0)
        return NULL;
    char *folder = ddk_resolve(ddk_folder(path));
    return folder != NULL ? find_entry(folder, ddk_name(path)) : NULL;
}

bool ddk_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool ddk_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

bool ddk_age(const char *path, struct timespec *age)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return false;
    *age = status.st_mtim;
    return true;
}

bool ddk_newer(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

char *ddk_read(const char *path, size_t *length)
{
    FILE *file = plainfile_stream(path);
    struct ddk_buffer content = {0};
    char piece[16384];
    size_t got;

    if (file == NULL)
        return NULL;
    ddk_append(&content, "", 0);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        ddk_append(&content, piece, got);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error != 0) {
        errno = error;
        return NULL;
    }
    if (length != NULL)
        *length = content.length;
    return content.text;
}

bool ddk_write(const char *path, const char *text, size_t length)
{
    size_t there;
    const char *now = ddk_read(path, &there);
    FILE *file;

    if (now != NULL && there == length && memcmp(now, text, length) == 0)
        return true;
    file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool written = fwrite(text, 1, length, file) == length;
    return fclose(file) == 0 && written;
}

bool ddk_make_folders(const char *path)
{
    if (ddk_is_folder(path))
        return true;
    if (strcmp(path, "/") != 0 && !ddk_make_folders(ddk_folder(path)))
        return false;
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}
