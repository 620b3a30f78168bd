/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which files are opened for a machine's process: those in the folder that is C:, and for reading
 * what keeps no secrets elsewhere. What a name says only chooses the rule; what counts is what was
 * found by it, which is opened without access, looked at, and only then opened by way of that
 * descriptor. So neither a spelling ("//proc", "/dev/fd/3") nor a link put there meanwhile leads
 * further.
 */
#include "server/brokerp.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "host/read.h"

#define OPEN_FLAGS \
    (O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY | O_NOFOLLOW | O_PATH)

#ifndef CONFIGFS_MAGIC
#define CONFIGFS_MAGIC 0x62656570
#endif

/* ---- Finding --------------------------------------------------------------------------------- */

/* Linux has openat2 wherever a filter's calls can be answered; a container's own filter may refuse
 * it all the same. */
static bool is_missing(int error)
{
    return error == ENOSYS || error == EPERM;
}

/* Beneath a folder, by no link. Where openat2 is missing by one name, which needs none of it. */
static int open_beneath(
    struct broker *broker, int folder, const char *name, uint64_t flags, uint64_t mode)
{
    const struct open_how how = {.flags = flags,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

    if (!broker->one_name) {
        int opened = (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
        if (opened >= 0 || !is_missing(errno))
            return opened;
        broker->one_name = errno == ENOSYS;
    }
    if (name[0] != '\0' && strcmp(name, ".") != 0 && !broker_is_one_name(name)) {
        errno = EXDEV;
        return -1;
    }
    return openat(folder, name, (int)flags | O_NOFOLLOW, (mode_t)mode);
}

/* By any name, without access. Where openat2 is missing by the name that has no links in it; then
 * links of /proc are names, too. */
static int find_anywhere(struct broker *broker, const char *name)
{
    const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};

    if (!broker->one_name) {
        int found = (int)syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof(how));
        if (found >= 0 || !is_missing(errno))
            return found;
    }
    char *plain = realpath(name, NULL);
    int found = plain != NULL ? open(plain, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
    int error = errno;
    free(plain);
    errno = error;
    return found;
}

/* Files that Linux makes up as they are read: by the rules of /proc and /sys alone. */
static bool is_made_up(int found)
{
    static const uint32_t magic[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC,
        SECURITYFS_MAGIC, SELINUX_MAGIC, SMACK_MAGIC, AAFS_MAGIC, CGROUP_SUPER_MAGIC,
        CGROUP2_SUPER_MAGIC, CONFIGFS_MAGIC, PSTOREFS_MAGIC, EFIVARFS_MAGIC, BPF_FS_MAGIC,
        BINFMTFS_MAGIC, NSFS_MAGIC, XENFS_SUPER_MAGIC, RDTGROUP_SUPER_MAGIC, DEVPTS_SUPER_MAGIC};
    struct statfs system;

    if (fstatfs(found, &system) != 0)
        return true;
    for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++) {
        if ((uint32_t)system.f_type == magic[i])
            return true;
    }
    return false;
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* Files and folders are opened; what else is in C: somebody has put there, and opening it may do
 * things. */
static int look_inside(struct request *request, int folder)
{
    int found = open_beneath(request->broker, folder, request->path, O_PATH | O_CLOEXEC, 0);
    struct stat state;

    if (found < 0)
        return 0; /* whoever opens it will be told */
    bool known = fstat(found, &state) == 0;
    close(found);
    if (known && (S_ISREG(state.st_mode) || S_ISDIR(state.st_mode)))
        return 0;
    return known && S_ISLNK(state.st_mode) ? -ELOOP : request_refuse(request, EINVAL);
}

static int open_inside(struct request *request, int folder)
{
    const uint64_t flags = request_argument(request, 2) & OPEN_FLAGS,
                   mode = request_argument(request, 3);
    int answer = look_inside(request, folder);

    if (answer != 0)
        return answer;
    return request_give(request,
        open_beneath(request->broker, folder, request->path,
            flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
            flags & O_CREAT ? mode & 0777 : 0));
}

/* What Windows loads has the mark, and behind it that of its newer part. */
static bool is_pe(int file, const uint8_t head[64])
{
    uint32_t place;
    char mark[4];

    memcpy(&place, head + 60, sizeof(place));
    return memcmp(head, "MZ", 2) == 0 && pread(file, mark, sizeof(mark), place) == sizeof(mark) &&
        memcmp(mark, "PE\0", 4) == 0;
}

/* Programs and libraries: a core file is one of ELF, too, and has the memory of a process in it. */
static bool is_elf(const uint8_t head[64])
{
    uint16_t type;

    memcpy(&type, head + offsetof(Elf64_Ehdr, e_type), sizeof(type));
    return memcmp(head, ELFMAG, SELFMAG) == 0 &&
        (type == ET_REL || type == ET_EXEC || type == ET_DYN);
}

/* Of which nobody keeps secrets in them: images of PE and ELF, time zones. */
static bool is_public(int file)
{
    uint8_t head[64] = {0};

    return pread(file, head, sizeof(head), 0) >= 4 &&
        (is_pe(file, head) || is_elf(head) || memcmp(head, "TZif", 4) == 0);
}

/* Opens a regular file that was found without access, and nothing else: opening a device can do
 * things. */
static int open_found(struct request *request, int found)
{
    char path[32];
    struct stat state;

    if (is_made_up(found))
        return request_refuse(request, EACCES);
    if (fstat(found, &state) != 0 || !S_ISREG(state.st_mode))
        return S_ISDIR(state.st_mode) ? -EISDIR : request_refuse(request, EINVAL);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
    int file = open(path, HOST_READ_FLAGS);
    if (file < 0)
        return -errno;
    if (broker_is_inside(request->broker, file) || is_public(file))
        return request_give(request, file);
    close(file);
    return request_refuse(request, ENOEXEC);
}

static int open_image(struct request *request)
{
    int found = find_anywhere(request->broker, request->path);

    if (found < 0)
        return errno == ELOOP ? request_refuse(request, ELOOP) : -errno;
    int answer = open_found(request, found);
    close(found);
    return answer;
}

/* ---- /proc and /sys -------------------------------------------------------------------------- */

/* "/proc/self/…" or "/proc/N/…": the process, and what comes behind it; NULL: neither. "self" is
 * the machine's process. */
static const char *take_process(const struct broker *broker, const char *path, pid_t *process)
{
    unsigned number;

    if (strncmp(path, "/proc/", 6) != 0)
        return NULL;
    path += 6;
    if (strncmp(path, "self/", 5) == 0) {
        *process = broker->process;
        return path + 5;
    }
    path = broker_take_number(path, &number);
    *process = (pid_t)number;
    return path != NULL && number > 0 && *path == '/' ? path + 1 : NULL;
}

/* What may be read of a process: by everybody what drivers that watch processes are told, of one's
 * own what is where in it. */
static int open_of_process(struct request *request, pid_t process, const char *name)
{
    static const char *const public[] = {"stat", "status", "cmdline", "exe", "comm"};
    struct broker *broker = request->broker;
    const bool own = strcmp(name, "maps") == 0;
    bool known = own && (process == broker->process || broker_is_client(broker, process));
    char path[64];

    for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++)
        known |= strcmp(name, public[i]) == 0;
    if (!known)
        return request_refuse(request, EACCES);
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    int answer = request_give(request, open(path, O_RDONLY | O_CLOEXEC));
    if (answer != 0 || !own || process == broker->process || broker_is_client(broker, process))
        return answer;
    close(request->descriptor); /* it has ended, and the number may have been another's */
    request->descriptor = -1;
    return -ENOENT;
}

static int open_made_up(struct request *request)
{
    static const char *const of_host[] = {"/proc/loadavg", "/proc/stat", "/proc/meminfo",
        "/proc/cpuinfo", "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/possible",
        "/proc/sys/vm/overcommit_memory"};
    pid_t process;

    for (size_t i = 0; i < sizeof(of_host) / sizeof(of_host[0]); i++) {
        if (strcmp(request->path, of_host[i]) == 0)
            return request_give(request, open(of_host[i], O_RDONLY | O_CLOEXEC));
    }
    if (strcmp(request->path, "/proc") == 0)
        return request_give(request, open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const char *name = take_process(request->broker, request->path, &process);
    return name != NULL ? open_of_process(request, process, name) : request_refuse(request, EACCES);
}

/*
 * A descriptor of its own once more, for reading, if it is one of memory. What is looked at is what
 * is opened: by then its number may mean something else there.
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
    int answer = memory ? request_give(request, open(path, O_RDONLY | O_CLOEXEC))
                        : request_refuse(request, EACCES);
    close(found);
    return answer;
}

/* ---- Any of them ----------------------------------------------------------------------------- */

/* By its whole name, for reading. */
static int open_elsewhere(struct request *request)
{
    const struct broker *broker = request->broker;
    unsigned number;

    if (broker->drive_c != NULL && strcmp(request->path, broker->drive_c) == 0)
        return request_give(
            request, open(broker->drive_c, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (broker_take_descriptor(request->path, &number))
        return open_memory(request, number);
    if (strncmp(request->path, "/proc", 5) == 0 || strncmp(request->path, "/sys/", 5) == 0)
        return open_made_up(request);
    return open_image(request);
}

/*
 * The loader's names come from whoever makes services: what cannot be opened for it is an error of
 * theirs, and is not told. A driver that opens as the loader does gets no more than the loader: it
 * is refused all the same.
 */
int broker_openat(struct request *request)
{
    const int at = (int)request_argument(request, 0);
    const uint64_t flags = request_argument(request, 2);
    int answer = request_name(request, request_argument(request, 1), request->path);

    if (answer != 0)
        return answer;
    if (at != AT_FDCWD && request->path[0] != '/') {
        int folder = broker_borrow(request, request_argument(request, 0));
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
