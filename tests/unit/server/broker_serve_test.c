/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A process under the sandbox's filter, and a supervisor's broker that answers its calls: what it
 * may have is handed over, what it may not is refused and told, up to a number of times.
 */
#include "server_test.h"

#include <errno.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "server/broker.h"
#include "server/descriptor.h"
#include "server/filter.h"

#define MANY 40 /* refusals: more than are told */

static int drive, outside;
static unsigned told;
static char last_told[PATH_MAX + 160];

static void keep_told(void *context, const char *text)
{
    assert_ptr_equal(context, &told);
    told++;
    snprintf(last_told, sizeof(last_told), "%s", text);
}

static bool enter_filter(int broker_end)
{
    static struct sock_filter program[FILTER_LIMIT];
    const struct filter_options options = {.driver_base = 0x680000000000,
        .driver_bytes = (uint64_t)1 << 40, .process = (uint32_t)getpid(), .answered = true};
    const struct sock_fprog filter = {
        (unsigned short)filter_make(&filter_amd64, &options, program), program};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    const int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    return listener >= 0 && descriptor_send(broker_end, "", 1, listener) && close(listener) == 0;
}

static bool fails(int error, long outcome)
{
    return outcome == -1 && errno == error;
}

/* 0, or the number of what did not go as it should. */
static int act_under_filter(void)
{
    char bytes[4];
    struct iovec here = {bytes, 4}, there = {bytes, 4};
    const long file = syscall(SYS_openat, drive, "file", O_RDONLY, 0);

    if (file < 0 || read((int)file, bytes, 4) != 4 || memcmp(bytes, "file", 4) != 0)
        return 1;
    if (!fails(EXDEV, syscall(SYS_openat, drive, "../outside/secret", O_RDONLY, 0)))
        return 2;
    if (syscall(SYS_mkdirat, drive, "made", 0700) != 0)
        return 3;
    if (!fails(EPERM, syscall(SYS_execve, "/bin/true", NULL, NULL)) ||
        !fails(EPERM, syscall(SYS_fork)))
        return 4;
    if (!fails(EACCES, syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)))
        return 5;
    if (!fails(EPERM, syscall(SYS_process_vm_readv, getppid(), &here, 1, &there, 1, 0)))
        return 6;
    for (unsigned i = 0; i < MANY; i++) {
        if (!fails(EACCES, syscall(SYS_mkdirat, outside, "new", 0700)))
            return 7;
    }
    return 0;
}

static void a_process_is_served(void **state)
{
    struct broker served;
    struct stat status;

    (void)state;
    assert_int_equal(mkdir(in_scratch("c"), 0700), 0);
    assert_int_equal(mkdir(in_scratch("outside"), 0700), 0);
    write_all(in_scratch("outside/secret"), "secret", 6);
    write_all(in_scratch("c/file"), "file", 4);
    drive = open(in_scratch("c"), O_DIRECTORY | O_CLOEXEC);
    outside = open(in_scratch("outside"), O_DIRECTORY | O_CLOEXEC);
    assert_true(drive >= 0 && outside >= 0);
    assert_true(broker_open(&served));
    served.drive_c = in_scratch("c");
    served.refused = keep_told;
    served.context = &told;
    const pid_t child = fork();
    if (child == 0)
        syscall(SYS_exit_group, enter_filter(broker_in_child(&served)) ? act_under_filter() : 77);
    broker_start(&served, child);
    const int outcome = wait_for(child);
    broker_finish(&served);
    if (outcome == 77)
        skip(); /* a filter cannot have a listener here */
    assert_int_equal(outcome, 0);
    assert_int_equal(stat(in_scratch("c/made"), &status), 0);
    assert_int_not_equal(stat(in_scratch("outside/new"), &status), 0);
    close(drive), close(outside);
    assert_int_equal(told, 32);
    assert_non_null(strstr(last_told, "mkdirat"));
    assert_non_null(strstr(last_told, "of new"));
    assert_non_null(strstr(last_told, "is not told"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_process_is_served, make_scratch, remove_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
