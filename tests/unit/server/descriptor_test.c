/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Descriptors that come over a socket: one a message, whatever else is sent along. */
#include "server_test.h"

#include <dirent.h>
#include <sys/socket.h>

#include "server/descriptor.h"

#define MANY 8

static unsigned count_open(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");

    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void send_many(int socket, int descriptor, size_t count)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MANY * sizeof(int))] = {0};
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
        .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)),
        .cmsg_level = SOL_SOCKET,
        .cmsg_type = SCM_RIGHTS};
    for (size_t i = 0; i < count; i++)
        memcpy(CMSG_DATA(head) + i * sizeof(int), &descriptor, sizeof(int));
    assert_int_equal(sendmsg(socket, &message, 0), 1);
}

static void only_one_is_kept(void **state)
{
    int ends[2];
    char byte = 0;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    const unsigned before = count_open();
    for (size_t count = 1; count <= MANY; count++) {
        send_many(ends[0], ends[0], count);
        const int got = descriptor_receive(ends[1], &byte, 1);
        assert_true(got >= 0);
        assert_true(fcntl(got, F_GETFD) & FD_CLOEXEC);
        close(got);
        assert_int_equal(count_open(), before);
    }
    close(ends[0]), close(ends[1]);
}

/* A message of another length is passed over, with what it brought. */
static void what_is_not_expected_is_closed(void **state)
{
    int ends[2];
    char bytes[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    const unsigned before = count_open();
    send_many(ends[0], ends[0], 3);
    assert_true(descriptor_send(ends[0], "ab", 2, ends[0]));
    const int got = descriptor_receive(ends[1], bytes, 2);
    assert_true(got >= 0);
    assert_memory_equal(bytes, "ab", 2);
    close(got);
    assert_int_equal(count_open(), before);
    close(ends[0]);
    assert_int_equal(descriptor_receive(ends[1], bytes, 2), -1);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_is_kept),
        cmocka_unit_test(what_is_not_expected_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
