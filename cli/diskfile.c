/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See diskfile.h. What is neither a file nor a block device is not opened: a pipe would make us
 * wait, and none has a size.
 */
#include "diskfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SECTOR_BYTES 512

static int fail(const char *path, bool writable, char *why, size_t why_size)
{
    snprintf(why, why_size, "the disk %s cannot be opened for %s: %s", path,
        writable ? "writing" : "reading", strerror(errno));
    return -1;
}

int diskfile_open(const char *path, bool writable, char *why, size_t why_size)
{
    struct stat stat_of;

    if (stat(path, &stat_of) != 0)
        return fail(path, writable, why, why_size);
    if (!S_ISREG(stat_of.st_mode) && !S_ISBLK(stat_of.st_mode)) {
        snprintf(why, why_size, "the disk %s is neither a file nor a block device", path);
        return -1;
    }
    if (S_ISREG(stat_of.st_mode) && stat_of.st_size < SECTOR_BYTES &&
        (!writable || stat_of.st_size != 0)) {
        snprintf(why, why_size,
            "the disk %s is smaller than a sector of %d bytes; an empty file becomes a small disk "
            "with --disk-writable",
            path, SECTOR_BYTES);
        return -1;
    }
    int exclusive = writable && S_ISBLK(stat_of.st_mode) ? O_EXCL : 0;
    int disk = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | exclusive);
    return disk >= 0 ? disk : fail(path, writable, why, why_size);
}
