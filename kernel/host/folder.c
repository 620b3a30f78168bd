/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Folders and files, each reached from the descriptor of the folder it is in, by one name and never
 * through a symbolic link: that is what keeps a machine in its folder. Raw system calls only, no
 * allocation and no lock of the C library, as a thread may be taken out of here when the machine
 * stops.
 */
#define _FILE_OFFSET_BITS 64 /* i386: files larger than 2 GiB */
#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HOST_MARK "user.dotsys.attrs"
#define HOST_EPOCH_1970 116444736000000000LL /* 1970 since 1601, in 100 ns */

/* The value of the extended attribute. */
struct host_mark {
    uint32_t attributes;
    uint32_t reserved;
    uint64_t created; /* 0: when the file was made */
};

static bool host_is_name(const char *name)
{
    return name[0] != 0 && strchr(name, '/') == NULL && strcmp(name, "..") != 0;
}

/* ---- status ---------------------------------------------------------------------------------- */

static uint64_t host_time_from_statx(struct statx_timestamp time)
{
    int64_t value = time.tv_sec * 10000000LL + time.tv_nsec / 100 + HOST_EPOCH_1970;
    return value > 0 ? (uint64_t)value : 0;
}

static int host_query(int at, const char *name, struct host_file_status *status)
{
    struct statx found;
    if (statx(at, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (name[0] == 0 ? AT_EMPTY_PATH : 0),
            STATX_BASIC_STATS | STATX_BTIME, &found) != 0)
        return errno;
    *status = (struct host_file_status){
        .kind = S_ISREG(found.stx_mode) ? HOST_FILE_REGULAR
            : S_ISDIR(found.stx_mode)   ? HOST_FILE_FOLDER
                                        : HOST_FILE_OTHER,
        .read_only = S_ISREG(found.stx_mode) &&
            (found.stx_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0,
        .links = found.stx_nlink,
        .device = (uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor,
        .inode = found.stx_ino,
        .size_bytes = S_ISREG(found.stx_mode) ? found.stx_size : 0,
        .allocated_bytes = S_ISREG(found.stx_mode) ? found.stx_blocks * 512 : 0,
        .accessed = host_time_from_statx(found.stx_atime),
        .written = host_time_from_statx(found.stx_mtime),
        .changed = host_time_from_statx(found.stx_ctime),
    };
    status->created = (found.stx_mask & STATX_BTIME) ? host_time_from_statx(found.stx_btime)
                                                     : status->written;
    return 0;
}

static void host_apply_mark(
    ssize_t size_bytes, const struct host_mark *mark, struct host_file_status *status)
{
    if (size_bytes != (ssize_t)sizeof(*mark))
        return;
    status->attributes = mark->attributes;
    if (mark->created != 0)
        status->created = mark->created;
}

int host_folder_status(int folder, const char *name, struct host_file_status *status)
{
    char path[NAME_MAX + 40];
    struct host_mark mark;
    if (!host_is_name(name))
        return EINVAL;
    int error = host_query(folder, name, status);
    if (error != 0 || status->kind == HOST_FILE_OTHER)
        return error;
    if ((size_t)snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", folder, name) < sizeof(path))
        host_apply_mark(lgetxattr(path, HOST_MARK, &mark, sizeof(mark)), &mark, status);
    return 0;
}

/* The path by which a descriptor without access can be reached. */
static const char *host_path_of(int file, char path[32])
{
    snprintf(path, 32, "/proc/self/fd/%d", file);
    return path;
}

int host_file_query(int file, struct host_file_status *status)
{
    char path[32];
    struct host_mark mark;
    int error = host_query(file, "", status);
    if (error == 0)
        host_apply_mark(
            getxattr(host_path_of(file, path), HOST_MARK, &mark, sizeof(mark)), &mark, status);
    return error;
}

/* ---- folders --------------------------------------------------------------------------------- */

int host_folder_open(int folder, const char *name, int *opened)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (folder >= 0 && !host_is_name(name))
        return EINVAL;
    *opened = folder >= 0 ? openat(folder, name, flags | O_NOFOLLOW) : open(name, flags);
    return *opened >= 0 ? 0 : errno;
}

int host_path_exists(const char *path)
{
    return faccessat(AT_FDCWD, path, F_OK, 0) == 0 ? 0 : errno;
}

int host_folder_create(int folder, const char *name)
{
    if (!host_is_name(name))
        return EINVAL;
    return mkdirat(folder, name, 0777) == 0 ? 0 : errno;
}

int host_folder_remove(int folder, const char *name, bool is_folder)
{
    if (!host_is_name(name))
        return EINVAL;
    return unlinkat(folder, name, is_folder ? AT_REMOVEDIR : 0) == 0 ? 0 : errno;
}

int host_folder_rename(int from, const char *name, int to, const char *new_name, bool replace)
{
    if (!host_is_name(name) || !host_is_name(new_name))
        return EINVAL;
    if (renameat2(from, name, to, new_name, replace ? 0 : RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL || replace)
        return errno;
    /*
     * A file system that cannot refuse to replace: the look before leaves a gap, which only the
     * host's own programs see.
     */
    struct host_file_status status;
    if (host_query(to, new_name, &status) == 0)
        return EEXIST;
    return renameat(from, name, to, new_name) == 0 ? 0 : errno;
}

struct host_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size_bytes;
    unsigned char kind;
    char name[];
};

int host_folder_list(int folder, bool (*visit)(void *context, const char *name), void *context)
{
    _Alignas(struct host_entry) char buffer[4096];
    int list = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool more = true;
    if (list < 0)
        return errno;
    long count = 0;
    while (more && (count = syscall(SYS_getdents64, list, buffer, sizeof(buffer))) > 0) {
        for (long at = 0; more && at < count;) {
            const struct host_entry *entry = (const struct host_entry *)(const void *)(buffer + at);
            at += entry->size_bytes;
            if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
                more = visit(context, entry->name);
        }
    }
    int error = count < 0 ? errno : 0;
    close(list);
    return error;
}

/* ---- files ----------------------------------------------------------------------------------- */

static int host_open_flags(unsigned flags)
{
    int result = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    if (flags & HOST_FILE_TREE)
        result |= O_DIRECTORY;
    if (flags & HOST_FILE_NEW)
        result |= O_CREAT | O_EXCL;
    return result | ((flags & HOST_FILE_WRITE) ? O_RDWR : O_RDONLY);
}

int host_file_open(int folder, const char *name, unsigned flags, int *file)
{
    if (!host_is_name(name))
        return EINVAL;
    int opened = openat(folder, name, host_open_flags(flags), 0666);
    if (opened < 0 && errno == EACCES && (flags & HOST_FILE_WRITE) && !(flags & HOST_FILE_READ))
        opened = openat(folder, name, (host_open_flags(flags) & ~O_ACCMODE) | O_WRONLY, 0666);
    if (opened < 0 && errno == EACCES && flags == 0)
        opened = openat(folder, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0)
        return errno;
    *file = opened;
    return 0;
}

void host_file_close(int file)
{
    close(file);
}

int host_file_read_at(int file, void *buffer, size_t size_bytes, uint64_t offset, size_t *done)
{
    *done = 0;
    while (*done < size_bytes) {
        ssize_t count = pread(
            file, (char *)buffer + *done, size_bytes - *done, (off_t)(offset + *done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            break;
        *done += (size_t)count;
    }
    return 0;
}

int host_file_write_at(
    int file, const void *buffer, size_t size_bytes, uint64_t offset, size_t *done)
{
    *done = 0;
    while (*done < size_bytes) {
        ssize_t count = pwrite(
            file, (const char *)buffer + *done, size_bytes - *done, (off_t)(offset + *done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        *done += (size_t)count;
    }
    return 0;
}

int host_file_resize(int file, uint64_t size_bytes)
{
    return ftruncate(file, (off_t)size_bytes) == 0 ? 0 : errno;
}

int host_file_flush(int file)
{
    return fsync(file) == 0 ? 0 : errno;
}

static struct timespec host_timespec(uint64_t time)
{
    int64_t value = (int64_t)time - HOST_EPOCH_1970, seconds = value / 10000000,
            rest = value % 10000000;
    if (time == 0)
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    if (rest < 0) {
        rest += 10000000;
        seconds--;
    }
    return (struct timespec){.tv_sec = seconds, .tv_nsec = rest * 100};
}

int host_file_set_times(int file, uint64_t accessed, uint64_t written)
{
    char path[32];
    const struct timespec times[2] = {host_timespec(accessed), host_timespec(written)};
    return utimensat(AT_FDCWD, host_path_of(file, path), times, 0) == 0 ? 0 : errno;
}

int host_file_set_read_only(int file, bool read_only)
{
    char path[32];
    struct stat status;
    if (fstat(file, &status) != 0)
        return errno;
    mode_t mode = status.st_mode & 07777;
    mode = read_only ? mode & ~(mode_t)0222 : mode | S_IWUSR | ((mode & S_IRGRP) ? S_IWGRP : 0);
    if (!read_only && (status.st_mode & 0222) != 0)
        return 0;
    return chmod(host_path_of(file, path), mode) == 0 ? 0 : errno;
}

int host_file_set_mark(int file, uint32_t attributes, uint64_t created)
{
    char path[32];
    struct host_mark mark = {0};
    host_path_of(file, path);
    ssize_t found = getxattr(path, HOST_MARK, &mark, sizeof(mark));
    if (found != (ssize_t)sizeof(mark)) {
        if (attributes == 0 && created == 0)
            return 0;
        mark = (struct host_mark){0};
    }
    mark.attributes = attributes;
    if (created != 0)
        mark.created = created;
    return setxattr(path, HOST_MARK, &mark, sizeof(mark), 0) == 0 ? 0 : errno;
}

int host_file_volume(int file, uint64_t *total_bytes, uint64_t *free_bytes)
{
    struct statvfs volume;
    if (fstatvfs(file, &volume) != 0)
        return errno;
    *total_bytes = (uint64_t)volume.f_blocks * volume.f_frsize;
    *free_bytes = (uint64_t)volume.f_bavail * volume.f_frsize;
    return 0;
}
