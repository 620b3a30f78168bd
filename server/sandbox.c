/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See sandbox.h. */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/host.h"
#include "ke/ke.h"
#include "mm/mm.h"
#include "server/descriptor.h"
#include "server/filter.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sandbox_possible = false;
#else
static const bool sandbox_possible = true;
#endif

/* it asks a program of its own for names, through descriptors nobody else knows */
#ifdef __SANITIZE_THREAD__
static const bool descriptors_stay = true;
#else
static const bool descriptors_stay = false;
#endif

#define MOST_DATA ((uint64_t)8 << 30) /* bytes of memory of its own, beside the machine's */

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define LANDLOCK_NETWORK 4 /* the version that knows of TCP */
#define NAMESPACES (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/* What a kernel's Landlock of a version knows; what is handled and not allowed by a rule is
 * denied. */
struct ruleset {
    uint64_t files, network;
};

static struct {
    bool entered, filtered, answered, landlocked;
    bool apart, isolated; /* namespaces: of the process, before it had threads; of the thread that
                             was confined last */
    enum filter_clients clients;
    bool capable; /* of looking into any process */
} state;

/* ---- Descriptors ----------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* A terminal is open for reading, too: who is at it types for others. A description of our own also
 * has flags of its own. */
static void keep_error_output(int null)
{
    const int flags = fcntl(STDERR_FILENO, F_GETFL);
    struct stat status;

    if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY || fstat(STDERR_FILENO, &status) != 0 ||
        S_ISSOCK(status.st_mode))
        return;
    int written = open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    if (written >= 0 || null >= 0)
        dup2(written >= 0 ? written : null, STDERR_FILENO);
}

/* Linux before 5.9 cannot close them all at once. */
static void close_range_of(unsigned from, unsigned last)
{
    if (syscall(SYS_close_range, from, last, 0) == 0)
        return;
    const long limit = sysconf(_SC_OPEN_MAX);
    for (unsigned descriptor = from; descriptor <= last && descriptor < (unsigned long)limit;
         descriptor++)
        close((int)descriptor);
}

void sandbox_close_descriptors(const int *kept, size_t count)
{
    int sorted[16], null = descriptors_stay ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
    unsigned from = STDERR_FILENO + 1;

    if (descriptors_stay)
        return;
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
    keep_error_output(null);
    memcpy(sorted, kept, count * sizeof(*kept));
    qsort(sorted, count, sizeof(*sorted), compare);
    for (size_t i = 0; i < count; i++) {
        if (sorted[i] < (int)from)
            continue;
        if (sorted[i] > (int)from)
            close_range_of(from, (unsigned)sorted[i] - 1);
        from = (unsigned)sorted[i] + 1;
    }
    close_range_of(from, ~0u);
}

void sandbox_hide_supervisor(void)
{
    if (sandbox_possible)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* ---- Namespaces ------------------------------------------------------------------------------ */

static bool write_own(const char *path, const char *text)
{
    const size_t size = strlen(text);
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0)
        return false;
    bool written = write(file, text, size) == (ssize_t)size;
    close(file);
    return written;
}

/* The numbers of a user and a group mean the same in a user namespace of our own; all others are
 * nobody's there. */
static void keep_name(uid_t user, gid_t group)
{
    char text[64];

    snprintf(text, sizeof(text), "%u %u 1", (unsigned)user, (unsigned)user);
    bool kept = write_own("/proc/self/uid_map", text);
    snprintf(text, sizeof(text), "%u %u 1", (unsigned)group, (unsigned)group);
    if (kept && write_own("/proc/self/setgroups", "deny"))
        write_own("/proc/self/gid_map", text);
}

void sandbox_isolate(void)
{
    const uid_t user = geteuid();
    const gid_t group = getegid();

    if (!sandbox_possible)
        return;
    state.apart = unshare(NAMESPACES) == 0;
    if (state.apart || user == 0 || unshare(CLONE_NEWUSER | NAMESPACES) != 0)
        return;
    state.apart = true;
    keep_name(user, group);
}

/* ---- A thread -------------------------------------------------------------------------------- */

/*
 * All capabilities go. With clients it may look into other processes as far as it could before:
 * what Linux compares is what the two processes are permitted, which therefore stays, and cannot be
 * taken into use again.
 */
static void drop_capabilities(bool clients)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &head, data) != 0)
        return;
    for (size_t i = 0; i < 2; i++) {
        data[i].inheritable = 0;
        data[i].effective &= clients && i == CAP_TO_INDEX(CAP_SYS_PTRACE)
            ? CAP_TO_MASK(CAP_SYS_PTRACE)
            : 0;
        data[i].permitted = clients ? data[i].permitted : 0;
    }
    state.capable = data[CAP_TO_INDEX(CAP_SYS_PTRACE)].effective != 0;
    syscall(SYS_capset, &head, data);
}

static bool landlock(void)
{
    const long version = syscall(
        SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset ruleset = {.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    const bool network = version >= LANDLOCK_NETWORK;

    if (version < 1)
        return false;
    if (version >= 2)
        ruleset.files = (ruleset.files << 1) | 1; /* moving between folders */
    if (version >= 3)
        ruleset.files = (ruleset.files << 1) | 1; /* making files shorter */
    ruleset.network = network ? 3 : 0;            /* binding and connecting */
    int rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset,
        network ? sizeof(ruleset) : sizeof(ruleset.files), 0);
    if (rules < 0)
        return false;
    bool restricted = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return restricted;
}

static void confine(const struct sandbox_options *options)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    state.isolated = state.apart || unshare(NAMESPACES) == 0;
    drop_capabilities(options->clients);
    if (!options->clients)
        state.landlocked = landlock();
}

static _Atomic uint32_t threads_expected;

void sandbox_expect_thread(void)
{
    threads_expected++;
}

void sandbox_confine_thread(const struct sandbox_options *options)
{
    if (sandbox_possible)
        confine(options);
}

void sandbox_let_go(void)
{
    threads_expected--;
    host_wake(&threads_expected, 1);
}

/* ---- The process ----------------------------------------------------------------------------- */

static void limit(int resource, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(resource, &now) != 0)
        return;
    if (now.rlim_max > most)
        now.rlim_max = most;
    if (now.rlim_cur > now.rlim_max)
        now.rlim_cur = now.rlim_max;
    setrlimit(resource, &now);
}

static void set_limits(void)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MEMLOCK, 0);
    limit(RLIMIT_RTPRIO, 0);
    limit(RLIMIT_MSGQUEUE, 0);
    if (sizeof(void *) > 4)
        limit(RLIMIT_DATA, (rlim_t)MOST_DATA);
}

/* Memory files count for nobody's limits: when there is no memory left in the computer, it is this
 * process that goes. */
static void go_first(void)
{
    write_own("/proc/self/oom_score_adj", "1000");
}

/* True: Linux lets a process see another's memory only when that has named it, as clients do. */
static bool clients_name_the_machine(void)
{
    char scope = '0';
    int file = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return false;
    bool known = read(file, &scope, 1) == 1;
    close(file);
    return known && scope != '0' && !state.capable;
}

/* The listener of the filter, which every thread has then; -1: errno says why. */
static int install(const struct sock_fprog *program, unsigned long flags)
{
    flags |= SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

static int install_answered(const struct sock_fprog *program)
{
    const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
    int listener = install(program, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);

    return listener >= 0 || errno != EINVAL ? listener : install(program, flags);
}

static void install_filter(const struct sandbox_options *options)
{
    struct sock_filter *instructions = malloc(FILTER_LIMIT * sizeof(*instructions));
    struct filter_options filter = {.driver_base = MM_SYSTEM_BASE, .driver_bytes = MM_SYSTEM_BYTES,
        .process = (uint32_t)getpid(), .clients = state.clients, .answered = true};
    struct sock_fprog program = {.filter = instructions};
    int listener = -1;

    if (instructions == NULL)
        return;
    if (options->broker >= 0) {
        program.len = (unsigned short)filter_make(&FILTER_OURS, &filter, instructions);
        listener = install_answered(&program);
    }
    if (listener >= 0) {
        state.answered = state.filtered = descriptor_send(options->broker, "", 1, listener);
        close(listener);
    } else {
        filter.answered = false;
        program.len = (unsigned short)filter_make(&FILTER_OURS, &filter, instructions);
        state.filtered = install(&program, 0) == 0;
    }
    free(instructions);
}

static const char *call_name(int number)
{
    return filter_name(&FILTER_OURS, number);
}

void sandbox_enter(const struct sandbox_options *options)
{
    if (!sandbox_possible)
        return;
    KeSystemCallName = call_name;
    for (uint32_t expected; (expected = threads_expected) != 0;)
        host_wait(&threads_expected, expected, HOST_FOREVER);
    go_first();
    confine(options);
    set_limits();
    state.clients = !options->clients               ? FILTER_NO_CLIENTS
                    : clients_name_the_machine() ? FILTER_CLIENTS_FREE
                                                 : FILTER_CLIENTS_ASKED;
    install_filter(options);
    if (options->broker >= 0)
        close(options->broker);
    state.entered = true;
}

void sandbox_describe(char *text, size_t size)
{
    if (!state.entered) {
        snprintf(text, size, sandbox_possible ? "none" : "none (this build has a sanitizer in it)");
        return;
    }
    snprintf(text, size, "%s, files %s%s%s, memory %s",
        state.filtered ? "seccomp" : "no seccomp (Linux refuses it)",
        !state.filtered ? "free"
            : state.answered
            ? "by the supervisor"
            : "free to all but drivers' own calls (Linux has no listeners of filters)",
        state.landlocked ? ", Landlock" : "", state.isolated ? ", namespaces" : "",
        state.clients == FILTER_NO_CLIENTS         ? "its own"
            : state.clients == FILTER_CLIENTS_FREE ? "of clients, by Linux (Yama)"
            : state.answered                       ? "of clients, by the supervisor"
                                                   : "of every process of its user");
}
