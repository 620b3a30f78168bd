/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Making and opening machine directories. Everything is done under the lock, which belongs to an
 * open file: a child that inherits it keeps the directory until it is gone as well, so nobody comes
 * in while a killed owner's machine still writes. The lock ends with directory_close, or with the
 * last process that has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/ntstatus.h"
#include "server/directory.h"
#include "server/directory_lock.h"
#include "server/store.h"

struct directory {
    int folder, lock, disk, cmos; /* -1: not open */
    struct store *store;
    char *message; /* the caller's, while it is being opened */
    char path[PATH_MAX], drive_c[PATH_MAX + 16];
};

static const char *const directory_folders[] = {
    "drive_c", "drive_c/Windows", "drive_c/Windows/System32", "drive_c/Windows/System32/drivers",
    "drive_c/Windows/SysWOW64", "drive_c/Windows/SysWOW64/drivers", "drive_c/Windows/Temp",
    "drive_c/Program Files", "drive_c/Program Files (x86)", "drive_c/Users", "crash",
};

/* ---- failures -------------------------------------------------------------------------------- */

static int32_t __attribute__((format(printf, 3, 4))) directory_fail(
    const struct directory *directory, int32_t status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(directory->message, DIRECTORY_MESSAGE_BYTES, format, arguments);
    va_end(arguments);
    return status;
}

/* name: of what is in the directory, "" for itself. */
static int32_t directory_fail_at(
    const struct directory *directory, const char *name, const char *what)
{
    int error = errno;
    const char *advice = "";
    if (error == EACCES || error == EPERM)
        advice = ": the machine directory must be yours to write";
    else if (error == EROFS)
        advice = ": a machine directory must be on a file system that can be written";
    return directory_fail(directory, directory_status(error), "%.300s%s%s: %s: %s%s",
        directory->path, name[0] != 0 ? "/" : "", name, what, strerror(error), advice);
}

/* ---- the folder itself ----------------------------------------------------------------------- */

/* One folder, which survives loss of power. One that is there is as good. */
static bool directory_make_one(const char *path)
{
    char parent[PATH_MAX + 4];
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST;
    snprintf(parent, sizeof(parent), "%s/..", path);
    int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    return true;
}

/* Makes path and what is missing above it, for the user alone. It is changed on the way, and
 * back. */
static bool directory_make_path(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = 0;
        /* One above that cannot be made may be there; the last call tells. */
        bool made = directory_make_one(path) || errno == EACCES || errno == EPERM || errno == EROFS;
        *slash = '/';
        if (!made)
            return false;
    }
    return directory_make_one(path);
}

static int32_t directory_find(struct directory *directory, const char *path, unsigned flags)
{
    char found[PATH_MAX];
    if (path == NULL && !directory_default_path(directory->path, sizeof(directory->path)))
        return directory_fail(directory, STATUS_OBJECT_PATH_INVALID,
            "there is no default machine directory: set HOME or XDG_DATA_HOME, or name a "
            "directory");
    if (path != NULL) {
        if (path[0] == 0 || strlen(path) >= sizeof(directory->path))
            return directory_fail(directory, STATUS_OBJECT_PATH_INVALID,
                "the machine directory's path is %s", path[0] == 0 ? "empty" : "too long");
        memcpy(directory->path, path, strlen(path) + 1);
    }
    struct stat stat_of;
    bool missing = stat(directory->path, &stat_of) != 0 && errno == ENOENT;
    if (missing && (flags & DIRECTORY_EXISTING))
        return directory_fail(directory, STATUS_OBJECT_NAME_NOT_FOUND,
            "%.300s: there is no such machine directory", directory->path);
    if (missing && !directory_make_path(directory->path))
        return directory_fail_at(directory, "", "the machine directory cannot be made");
    directory->folder = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->folder < 0)
        return directory_fail_at(directory, "", "the machine directory cannot be opened");
    if (realpath(directory->path, found) == NULL)
        return directory_fail_at(directory, "", "the machine directory cannot be found");
    memcpy(directory->path, found, strlen(found) + 1);
    snprintf(directory->drive_c, sizeof(directory->drive_c), "%s/drive_c", directory->path);
    return 0;
}

static bool directory_has_machine(const struct directory *directory)
{
    return faccessat(directory->folder, "lock", F_OK, 0) == 0 ||
        faccessat(directory->folder, "registry.db", F_OK, 0) == 0;
}

/* A folder with other things in it and no sign of a machine is somebody's own: nothing is put into
 * that. */
static int32_t directory_check_other(const struct directory *directory, unsigned flags)
{
    if (directory_has_machine(directory))
        return 0;
    int empty = directory_is_empty(directory->folder);
    if (empty < 0)
        return directory_fail_at(directory, "", "it cannot be read");
    /* Another process may just have begun to make it: the lock comes first. */
    if ((empty == 1 && !(flags & DIRECTORY_EXISTING)) || directory_has_machine(directory))
        return 0;
    return directory_fail(directory,
        empty == 1 ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_DIRECTORY_NOT_EMPTY,
        empty == 1 ? "%.300s: this is no machine directory"
                   : "%.300s: this is no machine directory, and there are files in it: name an "
                     "empty or a new one",
        directory->path);
}

/* ---- what is in it --------------------------------------------------------------------------- */

static int32_t directory_fail_owned(const struct directory *directory, pid_t owner)
{
    const int32_t status = STATUS_SHARING_VIOLATION;
    char name[32];
    if (owner == getpid())
        return directory_fail(directory, status,
            "%.300s: this process has the machine open already", directory->path);
    if (owner <= 0)
        return directory_fail(directory, status,
            "%.300s: the machine is in use by another process: try again, or name another "
            "directory",
            directory->path);
    if (kill(owner, 0) != 0 && errno == ESRCH)
        return directory_fail(directory, status,
            "%.300s: process %d, which had the machine, is gone, but a child of it is not yet: try "
            "again",
            directory->path, (int)owner);
    directory_process_name(owner, name, sizeof(name));
    return directory_fail(directory, status,
        "%.300s: the machine is in use by process %d%s%s%s: use it there, end that process, or "
        "name another "
        "directory",
        directory->path, (int)owner, name[0] != 0 ? " (" : "", name, name[0] != 0 ? ")" : "");
}

static int32_t directory_take(struct directory *directory)
{
    pid_t owner;
    directory->lock = directory_lock(directory->folder, &owner);
    if (directory->lock >= 0)
        return 0;
    if (errno != EAGAIN)
        return directory_fail_at(directory, "lock", "the machine directory cannot be locked");
    return directory_fail_owned(directory, owner);
}

static int32_t directory_make_folders(const struct directory *directory)
{
    struct stat stat_of;
    for (size_t index = 0; index < sizeof(directory_folders) / sizeof(directory_folders[0]);
         index++) {
        const char *name = directory_folders[index];
        if (mkdirat(directory->folder, name, 0700) != 0 && errno != EEXIST)
            return directory_fail_at(directory, name, "it cannot be made");
        if (fstatat(directory->folder, name, &stat_of, 0) != 0 || !S_ISDIR(stat_of.st_mode)) {
            errno = ENOTDIR;
            return directory_fail_at(directory, name, "it is needed as a folder");
        }
    }
    return 0;
}

static int32_t directory_open_file(const struct directory *directory, const char *name, int *file)
{
    struct stat stat_of;
    *file = openat(directory->folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    if (*file < 0 || fstat(*file, &stat_of) != 0)
        return directory_fail_at(directory, name, "it cannot be opened");
    if (S_ISREG(stat_of.st_mode) || S_ISBLK(stat_of.st_mode))
        return 0;
    return directory_fail(
        directory, STATUS_FILE_INVALID, "%.300s/%s: this is no file", directory->path, name);
}

/*
 * Whole or not at all: what an earlier attempt left is dropped, the new file gets its name when it
 * is complete and written.
 */
static int32_t directory_make_registry(const struct directory *directory, const char *path)
{
    static const char *const leftovers[] = {
        "registry.new", "registry.new-journal", "registry.new-wal", "registry.new-shm"};
    char temporary[PATH_MAX + 16], message[STORE_MESSAGE_BYTES];
    if (faccessat(directory->folder, "registry.db-wal", F_OK, 0) == 0)
        return directory_fail(directory, STATUS_REGISTRY_CORRUPT,
            "%.300s is missing, but registry.db-wal, which belongs to it, is there: bring it back, "
            "or move that "
            "file away too to begin with an empty registry",
            path);
    for (size_t index = 0; index < sizeof(leftovers) / sizeof(leftovers[0]); index++)
        unlinkat(directory->folder, leftovers[index], 0);
    snprintf(temporary, sizeof(temporary), "%s/registry.new", directory->path);
    int32_t status = store_create(temporary, message);
    if (status != 0)
        return directory_fail(directory, status, "%s", message);
    if (renameat(directory->folder, "registry.new", directory->folder, "registry.db") != 0 ||
        fsync(directory->folder) != 0)
        return directory_fail_at(directory, "registry.db", "it cannot be made");
    return 0;
}

static int32_t directory_open_registry(struct directory *directory)
{
    char path[PATH_MAX + 16], message[STORE_MESSAGE_BYTES];
    snprintf(path, sizeof(path), "%s/registry.db", directory->path);
    int32_t status = store_open(path, &directory->store, message);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND) {
        status = directory_make_registry(directory, path);
        if (status != 0)
            return status;
        status = store_open(path, &directory->store, message);
    }
    if (status == 0)
        return 0;
    const char *advice = status == STATUS_REGISTRY_CORRUPT
        ? "; nothing has been changed. Put a copy you have in its place (and no registry.db-wal), "
          "or move both "
          "files away to begin with an empty registry"
        : status == STATUS_REVISION_MISMATCH ? ": use that dotsys, or another directory"
        : status == STATUS_SHARING_VIOLATION ? ": another program has it open"
                                             : "";
    return directory_fail(directory, status, "%.400s%s", message, advice);
}

/* ---- opening and closing --------------------------------------------------------------------- */

int32_t directory_open(const char *path, unsigned flags, struct directory **opened,
    char message[DIRECTORY_MESSAGE_BYTES])
{
    struct directory *directory = malloc(sizeof(*directory));
    if (directory == NULL) {
        snprintf(message, DIRECTORY_MESSAGE_BYTES, "out of memory");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *directory = (struct directory){
        .folder = -1, .lock = -1, .disk = -1, .cmos = -1, .message = message};
    int32_t status = directory_find(directory, path, flags);
    if (status == 0)
        status = directory_check_other(directory, flags);
    if (status == 0)
        status = directory_take(directory);
    if (status == 0)
        status = directory_make_folders(directory);
    if (status == 0)
        status = directory_open_file(directory, "disk0.img", &directory->disk);
    if (status == 0)
        status = directory_open_file(directory, "cmos.bin", &directory->cmos);
    if (status == 0)
        status = directory_open_registry(directory);
    if (status != 0) {
        directory_close(directory);
        return status;
    }
    directory->message = NULL;
    *opened = directory;
    return 0;
}

void directory_close(struct directory *directory)
{
    if (directory == NULL)
        return;
    store_close(directory->store);
    if (directory->disk >= 0)
        close(directory->disk);
    if (directory->cmos >= 0)
        close(directory->cmos);
    if (directory->lock >= 0)
        directory_unlock(directory->lock);
    if (directory->folder >= 0)
        close(directory->folder);
    free(directory);
}

const char *directory_path(const struct directory *directory)
{
    return directory->path;
}

const char *directory_drive_c(const struct directory *directory)
{
    return directory->drive_c;
}

int directory_descriptor(const struct directory *directory)
{
    return directory->folder;
}

int directory_disk(const struct directory *directory)
{
    return directory->disk;
}

int directory_cmos(const struct directory *directory)
{
    return directory->cmos;
}

const struct cm_storage *directory_storage(const struct directory *directory)
{
    return store_storage(directory->store);
}

const char *directory_storage_message(const struct directory *directory)
{
    return store_message(directory->store);
}
