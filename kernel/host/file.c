/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Files, random bytes and the last-resort message. */
#include "host/hostp.h"
#include "host/read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int host_read_all(int file, uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t count = read(file, data + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            return EIO; /* it shrank while we read */
        done += (size_t)count;
    }
    return 0;
}

int host_file_read(const char *path, size_t limit, void **data, size_t *size)
{
    struct stat status;
    int file = open(path, HOST_READ_FLAGS);
    if (file < 0)
        return errno;

    int error = 0;
    void *buffer = NULL;
    if (fstat(file, &status) != 0)
        error = errno;
    else if (S_ISDIR(status.st_mode))
        error = EISDIR;
    else if (!S_ISREG(status.st_mode))
        error = EINVAL;
    else if ((uint64_t)status.st_size > limit)
        error = EFBIG;
    if (error != 0)
        goto CloseFile;

    /* One byte more, so that an empty file has an address too. */
    buffer = host_private_allocate((size_t)status.st_size + 1);
    if (buffer == NULL) {
        error = ENOMEM;
        goto CloseFile;
    }
    error = host_read_all(file, buffer, (size_t)status.st_size);
    if (error != 0) {
        host_private_free(buffer, (size_t)status.st_size + 1);
        goto CloseFile;
    }
    *data = buffer;
    *size = (size_t)status.st_size;

CloseFile:
    close(file);
    return error;
}

void host_random(void *buffer, size_t size_bytes)
{
    uint8_t *at = buffer;
    if (host_turns_on) {
        host_turn_random(buffer, size_bytes);
        return;
    }
    while (size_bytes > 0) {
        ssize_t count = getrandom(at, size_bytes, 0);
        if (count <= 0)
            continue;
        at += count;
        size_bytes -= (size_t)count;
    }
}

void host_complain(const char *text)
{
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t count = write(STDERR_FILENO, text, length);
        if (count < 0 && errno != EINTR)
            return;
        if (count > 0) {
            text += count;
            length -= (size_t)count;
        }
    }
}
