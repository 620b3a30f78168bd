/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Calls that change what is in the folder that is C:, reached from a descriptor of the machine's
 * process by one name. A descriptor is what Linux says it is now. Opening: broker_open.c.
 */
#include "server/brokerp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ATTRIBUTE_BYTES 4096u /* of an extended attribute */

static bool is_beneath(const char *path, const char *folder)
{
    const size_t length = folder != NULL ? strlen(folder) : 0;

    return length > 0 && strncmp(path, folder, length) == 0 &&
        (path[length] == '\0' || path[length] == '/');
}

bool broker_is_inside(const struct broker *broker, int descriptor)
{
    char link[32], path[PATH_MAX];

    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    return is_beneath(path, broker->drive_c);
}

int broker_borrow(struct request *request, uint64_t number)
{
    char path[48];

    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)request->broker->process, (int)number);
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0)
        return -EBADF;
    if (broker_is_inside(request->broker, descriptor))
        return descriptor;
    close(descriptor);
    return request_refuse(request, EACCES);
}

bool broker_is_one_name(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
        strcmp(name, "..") != 0;
}

const char *broker_take_number(const char *text, unsigned *number)
{
    uint64_t value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9' && value <= INT_MAX; at++)
        value = value * 10 + (unsigned)(*at - '0');
    *number = (unsigned)value;
    return at > text && value <= INT_MAX ? at : NULL;
}

bool broker_take_descriptor(const char *path, unsigned *number)
{
    static const char own[] = "/proc/self/fd/";

    if (strncmp(path, own, sizeof(own) - 1) != 0)
        return false;
    const char *end = broker_take_number(path + sizeof(own) - 1, number);
    return end != NULL && *end == '\0';
}

static int result(long outcome)
{
    return outcome >= 0 ? (int)outcome : -errno;
}

/* Makes or removes one name in a folder of C:. */
static int in_folder(struct request *request, int (*act)(int folder, const char *name, int detail))
{
    int answer = request_name(request, request_argument(request, 1), request->path);
    int folder = answer == 0 ? broker_borrow(request, request_argument(request, 0)) : answer;

    if (folder < 0)
        return folder;
    answer = broker_is_one_name(request->path)
        ? result(act(folder, request->path, (int)request_argument(request, 2)))
        : request_refuse(request, EACCES);
    close(folder);
    return answer;
}

static int make_folder(int folder, const char *name, int mode)
{
    return mkdirat(folder, name, (mode_t)mode & 0777);
}

static int remove_name(int folder, const char *name, int flags)
{
    return unlinkat(folder, name, flags);
}

int broker_mkdirat(struct request *request)
{
    return in_folder(request, make_folder);
}

int broker_unlinkat(struct request *request)
{
    return in_folder(request, remove_name);
}

static int rename_with(struct request *request, unsigned flags)
{
    char new_name[PATH_MAX];
    int from = request_name(request, request_argument(request, 1), request->path), to;

    if (from == 0)
        from = request_name(request, request_argument(request, 3), new_name);
    if (from == 0)
        from = broker_borrow(request, request_argument(request, 0));
    if (from < 0)
        return from;
    const bool names = broker_is_one_name(request->path) && broker_is_one_name(new_name);
    to = names ? broker_borrow(request, request_argument(request, 2))
               : request_refuse(request, EACCES);
    int answer = to < 0 ? to : result(renameat2(from, request->path, to, new_name, flags));
    if (to >= 0)
        close(to);
    close(from);
    return answer;
}

int broker_renameat(struct request *request)
{
    return rename_with(request, 0);
}

int broker_renameat2(struct request *request)
{
    const unsigned flags = (unsigned)request_argument(request, 4);

    return flags & ~RENAME_NOREPLACE ? request_refuse(request, EINVAL)
                                     : rename_with(request, flags);
}

/* ---- What is reached by a descriptor's path -------------------------------------------------- */

/* A path of ours for what "/proc/self/fd/N" means there, if it is in C:; the descriptor is to be
 * closed. */
static int borrow_by_path(struct request *request, unsigned name, char path[32])
{
    unsigned number;
    int answer = request_name(request, request_argument(request, name), request->path);

    if (answer != 0)
        return answer;
    if (!broker_take_descriptor(request->path, &number))
        return request_refuse(request, EACCES);
    int descriptor = broker_borrow(request, number);
    snprintf(path, 32, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

int broker_chmod(struct request *request)
{
    char path[32];
    int file = borrow_by_path(request, 0, path);

    if (file < 0)
        return file;
    int answer = result(chmod(path, (mode_t)request_argument(request, 1) & 0777));
    close(file);
    return answer;
}

static int set_times(struct request *request, const struct timespec times[2])
{
    char path[32];
    int file = borrow_by_path(request, 1, path);

    if (file < 0)
        return file;
    int answer = result(utimensat(AT_FDCWD, path, times, 0));
    close(file);
    return answer;
}

int broker_utimensat_time64(struct request *request)
{
    struct timespec times[2];
    int answer = request_copy(request, request_argument(request, 2), times, sizeof(times));

    for (size_t i = 0; i < 2 && request->narrow; i++)
        times[i].tv_nsec = (uint32_t)times[i].tv_nsec; /* the rest is padding there */
    return answer != 0 ? answer : set_times(request, times);
}

int broker_utimensat(struct request *request)
{
    int32_t words[4];

    if (!request->narrow)
        return broker_utimensat_time64(request);
    int answer = request_copy(request, request_argument(request, 2), words, sizeof(words));
    if (answer != 0)
        return answer;
    const struct timespec times[2] = {{words[0], words[1]}, {words[2], words[3]}};
    return set_times(request, times);
}

int broker_setxattr(struct request *request)
{
    char path[32], name[PATH_MAX], value[ATTRIBUTE_BYTES];
    const uint64_t size = request_argument(request, 3);
    int answer = request_name(request, request_argument(request, 1), name);

    if (answer != 0 || size > sizeof(value) || strncmp(name, "user.dotsys.", 12) != 0)
        return answer != 0 ? answer : request_refuse(request, EACCES);
    int file = borrow_by_path(request, 0, path);
    if (file < 0)
        return file;
    answer = request_copy(request, request_argument(request, 2), value, (size_t)size);
    if (answer == 0)
        answer = result(
            setxattr(path, name, value, (size_t)size, (int)request_argument(request, 4)));
    close(file);
    return answer;
}
