/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Open files by descriptor: disk images, block devices, memory files; and libraries of the
 * embedder's. */
#include "host/host.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_SECTOR_BYTES 512u

int host_disk_memory(int *file)
{
    int made = memfd_create("dotsys-disk", MFD_CLOEXEC);
    if (made < 0)
        return errno;
    *file = made;
    return 0;
}

static int host_block_device_size(int file, uint64_t *size_bytes, uint32_t *sector_bytes)
{
    uint64_t size;
    int sector;
    if (ioctl(file, BLKGETSIZE64, &size) != 0 || ioctl(file, BLKSSZGET, &sector) != 0)
        return errno;
    *size_bytes = size;
    *sector_bytes = sector > 0 ? (uint32_t)sector : HOST_SECTOR_BYTES;
    return 0;
}

int host_disk_size(int file, uint64_t *size_bytes, uint32_t *sector_bytes)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return errno;
    if (S_ISBLK(status.st_mode))
        return host_block_device_size(file, size_bytes, sector_bytes);
    if (!S_ISREG(status.st_mode))
        return EINVAL;
    *size_bytes = (uint64_t)status.st_size;
    *sector_bytes = HOST_SECTOR_BYTES;
    return 0;
}

int host_disk_resize(int file, uint64_t size_bytes)
{
    return ftruncate(file, (off_t)size_bytes) == 0 ? 0 : errno;
}

int host_disk_read(int file, void *data, size_t size, uint64_t offset)
{
    uint8_t *at = data;
    while (size > 0) {
        ssize_t count = pread(file, at, size, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0 ? errno : EIO;
        at += count;
        offset += (uint64_t)count;
        size -= (size_t)count;
    }
    return 0;
}

int host_disk_write(int file, const void *data, size_t size, uint64_t offset)
{
    const uint8_t *at = data;
    int before = errno, error = 0;
    while (size > 0 && error == 0) {
        ssize_t count = pwrite(file, at, size, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            error = count < 0 ? errno : ENOSPC;
        } else {
            at += count;
            offset += (uint64_t)count;
            size -= (size_t)count;
        }
    }
    errno = before; /* what a signal handler interrupted may be about to look at it */
    return error;
}

int host_disk_flush(int file)
{
    return fdatasync(file) == 0 ? 0 : errno;
}

void host_disk_close(int file)
{
    close(file);
}

void *host_library_open(const char *path, char *error, size_t error_size)
{
    struct stat status;

    /* It would wait for the other end of a pipe. */
    if (strchr(path, '/') != NULL && stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        snprintf(error, error_size, "%s: it is not a regular file", path);
        return NULL;
    }
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        snprintf(error, error_size, "%s", dlerror());
    return library;
}

void *host_library_symbol(void *library, const char *name)
{
    return dlsym(library, name);
}

void host_library_close(void *library)
{
    dlclose(library);
}
