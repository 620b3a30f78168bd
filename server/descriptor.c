/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See descriptor.h. */
#include "server/descriptor.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

bool descriptor_send(int socket, const void *message, size_t bytes, int descriptor)
{
    union control control = {0};
    struct iovec part = {(void *)(uintptr_t)message, bytes};
    struct msghdr header = {.msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control)};
    ssize_t sent;

    control.head = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), &descriptor, sizeof(descriptor));
    do {
        sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes;
}

/* The first descriptor of a message; what came with it, in what is left of the buffer, is
 * closed. */
static void take(const struct cmsghdr *head, int *descriptor)
{
    if (head == NULL || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
        return;
    for (size_t at = CMSG_LEN(0); at + sizeof(int) <= head->cmsg_len; at += sizeof(int)) {
        int got;
        memcpy(&got, (const char *)head + at, sizeof(got));
        if (*descriptor < 0)
            *descriptor = got;
        else
            close(got);
    }
}

int descriptor_receive(int socket, void *message, size_t bytes)
{
    for (;;) {
        union control control;
        struct iovec part = {message, bytes};
        struct msghdr header = {.msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = &control,
            .msg_controllen = sizeof(control)};
        int descriptor = -1;
        ssize_t got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        take(CMSG_FIRSTHDR(&header), &descriptor);
        if (descriptor >= 0 && got == (ssize_t)bytes && (header.msg_flags & MSG_TRUNC) == 0)
            return descriptor;
        if (descriptor >= 0)
            close(descriptor);
    }
}
