/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* For targets that need files: a folder of their own, which is empty again for each input. */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int folder_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind;
    return where->level != 0 ? remove(path) : 0;
}

static inline void folder_clear(void)
{
    nftw(folder, folder_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void folder_drop(void)
{
    folder_clear();
    rmdir(folder);
}

/* Once; it goes when the program ends. */
static inline void folder_make(void)
{
    /* In memory, where to synchronise costs nothing. */
    snprintf(folder, sizeof(folder), "%s/dotsys-fuzz-XXXXXX",
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL || atexit(folder_drop) != 0)
        exit(1);
}

/* The path of a name in it: one at a time. */
static inline const char *folder_path(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static inline void folder_write(const char *name, const void *bytes, size_t size)
{
    const int file = open(folder_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        exit(1);
    close(file);
}

/* Up to most bytes of a file. */
static inline size_t folder_read(const char *name, void *bytes, size_t most)
{
    const int file = open(folder_path(name), O_RDONLY | O_CLOEXEC);
    const ssize_t size = file >= 0 ? read(file, bytes, most) : 0;

    if (file >= 0)
        close(file);
    return size > 0 ? (size_t)size : 0;
}
