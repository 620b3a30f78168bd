/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Calls with names of files: those in the folder that is C:, reached from a descriptor of the machine's process by one name, and what
 * may be read elsewhere. A descriptor is what Linux says it is now; a name is followed by Linux, told to stay beneath.
 */
#include "server/brokerp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host/read.h"

#define ATTRIBUTE_BYTES 4096u /* of an extended attribute */
#define OPEN_FLAGS (O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY | O_NOFOLLOW | O_PATH)

static bool is_beneath(const char *path, const char *folder)
{
    const size_t length = folder != NULL ? strlen(folder) : 0;

    return length > 0 && strncmp(path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* Whether what a descriptor of ours means is in C:. */
static bool is_inside(const struct broker *broker, int descriptor)
{
    char link[32], path[PATH_MAX];

    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    return is_beneath(path, broker->drive_c);
}

/* What a descriptor of the other process means, without access, if it is in C:. */
static int borrow(struct request *request, uint64_t number)
{
    char path[48];

    snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)request->broker->process, (int)number);
    int descriptor = open(path, O_PATH | O_CLOEXEC);
    if (descriptor < 0)
        return -EBADF;
    if (is_inside(request->broker, descriptor))
        return descriptor;
    close(descriptor);
    return request_refuse(request, EACCES);
}

static bool is_one_name(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int result(long outcome)
{
    return outcome >= 0 ? (int)outcome : -errno;
}

/* ---- Files ------------------------------------------------------------------------------------------------------------ */

static int open_inside(struct request *request, int folder)
{
    const uint64_t flags = request_argument(request, 2), mode = request_argument(request, 3);
    const struct open_how how = {.flags = (flags & OPEN_FLAGS) | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
        .mode = flags & O_CREAT ? mode & 0777 : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

    return request_give(request, (int)syscall(SYS_openat2, folder, request->path, &how, sizeof(how)));
}

/* Of which nobody keeps secrets in them: images of PE and ELF, time zones. */
static bool is_public(int file)
{
    static const char *const marks[] = {"MZ", "\177ELF", "TZif"};
    char head[4] = "";

    if (pread(file, head, sizeof(head), 0) < 2)
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (memcmp(head, marks[i], strlen(marks[i])) == 0)
            return true;
    }
    return false;
}

/* Opens a regular file that was found without access, and nothing else: opening a device can do things. */
static int open_found(struct request *request, int found)
{
    char path[32];
    struct stat state;

    if (fstat(found, &state) != 0 || !S_ISREG(state.st_mode))
        return S_ISDIR(state.st_mode) ? -EISDIR : request_refuse(request, EINVAL);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
    int file = open(path, HOST_READ_FLAGS);
    if (file < 0)
        return -errno;
    if (is_inside(request->broker, file) || is_public(file))
        return request_give(request, file);
    close(file);
    return request_refuse(request, ENOEXEC);
}

static int open_image(struct request *request)
{
    int found = open(request->path, O_PATH | O_CLOEXEC);

    if (found < 0)
        return -errno;
    int answer = open_found(request, found);
    close(found);
    return answer;
}

/* What of /proc may be read; "self" is the machine's process. */
static int open_proc(struct request *request)
{
    static const char *const of_process[] = {"stat", "status", "cmdline", "exe", "comm"};
    static const char *const of_host[] = {"/proc/loadavg", "/proc/stat", "/proc/meminfo", "/proc/cpuinfo",
        "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible", "/proc/sys/vm/overcommit_memory"};
    struct broker *broker = request->broker;
    char name[16] = "", path[64];
    pid_t process = broker->process;
    int end = 0;

    for (size_t i = 0; i < sizeof(of_host) / sizeof(of_host[0]); i++) {
        if (strcmp(request->path, of_host[i]) == 0)
            return request_give(request, open(of_host[i], O_RDONLY | O_CLOEXEC));
    }
    if (strcmp(request->path, "/proc") == 0)
        return request_give(request, open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (sscanf(request->path, "/proc/self/%15[a-z]%n", name, &end) != 1 &&
        sscanf(request->path, "/proc/%d/%15[a-z]%n", &process, name, &end) != 2)
        return request_refuse(request, EACCES);
    bool known = strcmp(name, "maps") == 0 && (process == broker->process || broker_is_client(broker, process));
    for (size_t i = 0; i < sizeof(of_process) / sizeof(of_process[0]); i++)
        known |= strcmp(name, of_process[i]) == 0;
    if (!known || process <= 0 || request->path[end] != '\0')
        return request_refuse(request, EACCES);
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    return request_give(request, open(path, O_RDONLY | O_CLOEXEC));
}

/*
 * A descriptor of its own once more, for reading, if it is one of memory. What is looked at is what is opened: by then its number may
 * mean something else there.
 */
static int open_memory(struct request *request, unsigned number)
{
    char path[48], target[16];

    snprintf(path, sizeof(path), "/proc/%d/fd/%u", (int)request->broker->process, number);
    int found = open(path, O_PATH | O_CLOEXEC);
    if (found < 0)
        return request_refuse(request, EACCES);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
    bool memory = readlink(path, target, sizeof(target)) >= 7 && memcmp(target, "/memfd:", 7) == 0;
    int answer = memory ? request_give(request, open(path, O_RDONLY | O_CLOEXEC)) : request_refuse(request, EACCES);
    close(found);
    return answer;
}

/* By its whole name, for reading. */
static int open_elsewhere(struct request *request)
{
    const struct broker *broker = request->broker;
    unsigned number;

    if (broker->drive_c != NULL && strcmp(request->path, broker->drive_c) == 0)
        return request_give(request, open(broker->drive_c, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (sscanf(request->path, "/proc/self/fd/%u", &number) == 1)
        return open_memory(request, number);
    if (strncmp(request->path, "/proc", 5) == 0 || strncmp(request->path, "/sys/", 5) == 0)
        return open_proc(request);
    return open_image(request);
}

/*
 * The loader's names come from whoever makes services: what cannot be opened for it is an error of theirs, and is not told. A driver
 * that opens as the loader does gets no more than the loader: it is refused all the same.
 */
int broker_openat(struct request *request)
{
    const int at = (int)request_argument(request, 0);
    const uint64_t flags = request_argument(request, 2);
    int answer = request_name(request, request_argument(request, 1), request->path);

    if (answer != 0)
        return answer;
    if (at != AT_FDCWD && request->path[0] != '/') {
        int folder = borrow(request, request_argument(request, 0));
        if (folder < 0)
            return folder;
        answer = open_inside(request, folder);
        close(folder);
        return answer;
    }
    if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC | O_PATH)) != O_RDONLY)
        return request_refuse(request, EACCES);
    answer = open_elsewhere(request);
    if ((flags & HOST_READ_FLAGS) == HOST_READ_FLAGS)
        request->refused = false;
    return answer;
}

/* Makes or removes one name in a folder of C:. */
static int in_folder(struct request *request, int (*act)(int folder, const char *name, int detail))
{
    int answer = request_name(request, request_argument(request, 1), request->path);
    int folder = answer == 0 ? borrow(request, request_argument(request, 0)) : answer;

    if (folder < 0)
        return folder;
    answer = is_one_name(request->path) ? result(act(folder, request->path, (int)request_argument(request, 2)))
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
        from = borrow(request, request_argument(request, 0));
    if (from < 0)
        return from;
    to = is_one_name(request->path) && is_one_name(new_name) ? borrow(request, request_argument(request, 2)) : request_refuse(request, EACCES);
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

    return flags & ~RENAME_NOREPLACE ? request_refuse(request, EINVAL) : rename_with(request, flags);
}

/* ---- What is reached by a descriptor's path ------------------------------------------------------------------------------ */

/* A path of ours for what "/proc/self/fd/N" means there, if it is in C:; the descriptor is to be closed. */
static int borrow_by_path(struct request *request, unsigned name, char path[32])
{
    unsigned number;
    int end = 0, answer = request_name(request, request_argument(request, name), request->path);

    if (answer != 0)
        return answer;
    if (sscanf(request->path, "/proc/self/fd/%u%n", &number, &end) != 1 || request->path[end] != '\0')
        return request_refuse(request, EACCES);
    int descriptor = borrow(request, number);
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
        answer = result(setxattr(path, name, value, (size_t)size, (int)request_argument(request, 4)));
    close(file);
    return answer;
}
