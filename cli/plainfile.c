/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See plainfile.h. It is looked at before it is opened, which alone can do something to a device,
 * and again afterwards. */
#include "plainfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/ntimage.h"

static int check(int outcome, const struct stat *status)
{
    if (outcome != 0)
        return errno;
    if (S_ISREG(status->st_mode))
        return 0;
    return S_ISDIR(status->st_mode) ? EISDIR : EINVAL;
}

int plainfile_open(const char *path)
{
    struct stat status;
    int error = check(stat(path, &status), &status);
    int file = error == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;

    if (error == 0)
        error = file < 0 ? errno : check(fstat(file, &status), &status);
    if (error == 0)
        return file;
    if (file >= 0)
        close(file);
    errno = error;
    return -1;
}

FILE *plainfile_stream(const char *path)
{
    int file = plainfile_open(path);
    FILE *stream = file >= 0 ? fdopen(file, "rb") : NULL;

    if (stream == NULL && file >= 0)
        close(file);
    return stream;
}

const char *plainfile_error(int error)
{
    return error == EINVAL ? "it is not a regular file"
        : error == EISDIR  ? "it is a folder"
                           : strerror(error);
}

bool plainfile_is_x86(const char *path)
{
    IMAGE_DOS_HEADER head;
    IMAGE_NT_HEADERS32 headers;
    int file = plainfile_open(path);

    if (file < 0)
        return false;
    ssize_t got = pread(file, &head, sizeof(head), 0);
    bool image = got == (ssize_t)sizeof(head) && head.e_magic == IMAGE_DOS_SIGNATURE &&
        head.e_lfanew > 0 &&
        pread(file, &headers, sizeof(headers), head.e_lfanew) == (ssize_t)sizeof(headers);
    close(file);
    return image && headers.Signature == IMAGE_NT_SIGNATURE &&
        headers.FileHeader.Machine == IMAGE_FILE_MACHINE_I386;
}
