/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who has a machine directory. The file `lock` is locked through its open file, and holds the
 * owner's number as text. The number means something only while the lock is held: a killed owner
 * leaves it behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/ntstatus.h"
#include "server/directory.h"
#include "server/directory_lock.h"

/* -1: nobody has written there yet. Between locking and writing it is the one before. */
static pid_t directory_read_owner(int lock)
{
    char text[32];
    ssize_t got = pread(lock, text, sizeof(text) - 1, 0);
    if (got <= 0)
        return -1;
    text[got] = 0;
    long number = strtol(text, NULL, 10);
    return number > 0 && number <= INT_MAX ? (pid_t)number : -1;
}

int directory_lock(int folder, pid_t *owner)
{
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char text[32];
    int lock = openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return -1;
    int error = fcntl(lock, F_OFD_SETLK, &range) == 0 ? 0 : errno == EACCES ? EAGAIN : errno;
    if (error == EAGAIN)
        *owner = directory_read_owner(lock);
    int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
    if (error == 0 && (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length))
        error = errno;
    if (error == 0)
        return lock;
    close(lock);
    errno = error;
    return -1;
}

/* Also a child that has inherited it loses it: the machine is down. */
void directory_unlock(int lock)
{
    struct flock range = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    int emptied = ftruncate(lock, 0);
    (void)emptied; /* the number says nothing without the lock */
    fcntl(lock, F_OFD_SETLK, &range);
    close(lock);
}

int32_t directory_owner(const char *path, pid_t *owner)
{
    char name[PATH_MAX + 8], standard[PATH_MAX];
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (path == NULL && !directory_default_path(standard, sizeof(standard)))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (snprintf(name, sizeof(name), "%s/lock", path != NULL ? path : standard) >=
        (int)sizeof(name))
        return STATUS_NAME_TOO_LONG;
    int lock = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (lock < 0)
        return directory_status(errno);
    int32_t status = fcntl(lock, F_OFD_GETLK, &range) == 0 ? 0 : directory_status(errno);
    if (status == 0)
        *owner = range.l_type == F_UNLCK ? 0 : directory_read_owner(lock);
    close(lock);
    return status;
}

void directory_process_name(pid_t process, char *name, size_t name_bytes)
{
    char path[32];
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, name, name_bytes - 1) : 0;
    if (file >= 0)
        close(file);
    name[got > 0 ? got : 0] = 0;
    name[strcspn(name, "\n")] = 0;
}

int directory_is_empty(int folder)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
    if (stream == NULL) {
        if (copy >= 0)
            close(copy);
        return -1;
    }
    const struct dirent *entry;
    int empty = 1;
    while (empty == 1 && (entry = readdir(stream)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(stream);
    return empty;
}

bool directory_default_path(char *path, size_t path_bytes)
{
    const char *named = getenv("DOTSYS_MACHINE"), *data = getenv("XDG_DATA_HOME"),
               *home = getenv("HOME");
    int length = -1;
    if (named != NULL && named[0] != 0)
        length = snprintf(path, path_bytes, "%s", named);
    else if (data != NULL && data[0] == '/')
        length = snprintf(path, path_bytes, "%s/dotsys/default", data);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, path_bytes, "%s/.local/share/dotsys/default", home);
    else {
        const struct passwd *user = getpwuid(getuid());
        if (user != NULL && user->pw_dir != NULL && user->pw_dir[0] == '/')
            length = snprintf(path, path_bytes, "%s/.local/share/dotsys/default", user->pw_dir);
    }
    return length >= 0 && (size_t)length < path_bytes;
}
