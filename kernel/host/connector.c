/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Linux's process connector: a netlink socket that tells of every fork, exec and exit. Only in the
 * first namespaces, and before Linux 6.6 only for who has CAP_NET_ADMIN: elsewhere Linux does not
 * answer. When the socket overflows, the table is compared with /proc.
 */
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/watchp.h"

#define HOST_CONNECTOR_BYTES (8u << 20)
#define HOST_KTHREADD 2u

/* The newer constants may be missing from the headers; the numbers are Linux's interface. */
#define HOST_EVENT_FORK 0x00000001u
#define HOST_EVENT_EXEC 0x00000002u
#define HOST_EVENT_EXIT 0x80000000u

static int host_connector_listen(int file)
{
    const uint32_t operation = PROC_CN_MCAST_LISTEN;
    struct nlmsghdr header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct cn_msg) + sizeof(operation)),
        .nlmsg_type = NLMSG_DONE};
    const struct cn_msg message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof(operation)};
    char request[NLMSG_LENGTH(sizeof(message) + sizeof(operation))];
    memcpy(request, &header, sizeof(header));
    memcpy(request + NLMSG_HDRLEN, &message, sizeof(message));
    memcpy(request + NLMSG_HDRLEN + sizeof(message), &operation, sizeof(operation));
    return send(file, request, sizeof(request), 0) == (ssize_t)sizeof(request) ? 0 : errno;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void host_connector_fork(struct host_process_watch *watch, const struct proc_event *event)
{
    uint32_t id = (uint32_t)event->event_data.fork.child_tgid,
             parent = (uint32_t)event->event_data.fork.parent_tgid;
    struct host_watched *entry = host_watch_find(watch, id);
    if (event->event_data.fork.child_pid != event->event_data.fork.child_tgid) {
        if (entry != NULL)
            entry->threads = true;
        return;
    }
    if (parent == HOST_KTHREADD || id == HOST_KTHREADD)
        return;
    if (entry == NULL)
        entry = host_watch_add(watch, id);
    if (entry == NULL || entry->reported) /* found by a comparison that came before this */
        return;
    /* One that was found in /proc before its event was read: it is new all the same. */
    const struct host_watched *from = host_watch_find(watch, parent);
    entry->process.parent = parent;
    entry->process.started = host_monotonic_to_utc(event->timestamp_ns);
    if (from != NULL && entry->process.name[0] == 0)
        memcpy(entry->process.name, from->process.name, sizeof(entry->process.name));
    host_watch_hold(watch, entry);
}

static void host_connector_exec(struct host_process_watch *watch, const struct proc_event *event)
{
    uint32_t id = (uint32_t)event->event_data.exec.process_tgid;
    struct host_watched *entry = host_watch_find(watch, id);
    struct host_stat stat;
    if (entry == NULL) {
        entry = host_watch_add(watch, id); /* of a helper of Linux itself, whose parent nobody knows
                                            */
        if (entry == NULL)
            return;
        host_watch_hold(watch, entry);
    }
    entry->threads = false; /* those it had before are gone */
    if (host_stat_read(id, &stat) == 0)
        host_watch_fill(entry, &stat);
    else
        host_names_find(watch, id, entry->process.name);
    if (entry->process.started == 0)
        entry->process.started = host_monotonic_to_utc(event->timestamp_ns);
    host_watch_rename(watch, entry, host_monotonic_to_utc(event->timestamp_ns));
}

/* The end of a thread, which is that of its process if none is left. */
static void host_connector_exit(struct host_process_watch *watch, const struct proc_event *event)
{
    uint32_t id = (uint32_t)event->event_data.exit.process_tgid;
    struct host_watched *entry = host_watch_find(watch, id);
    struct host_stat stat;
    if (entry == NULL)
        return;
    if (entry->threads) {
        if (host_stat_read(id, &stat) == 0 && !host_stat_ended(&stat))
            return;
    } else if (event->event_data.exit.process_pid != event->event_data.exit.process_tgid) {
        return;
    }
    host_watch_end(watch, entry, (int)event->event_data.exit.exit_code,
        host_monotonic_to_utc(event->timestamp_ns));
}

static void host_connector_event(struct host_process_watch *watch, const struct proc_event *event)
{
    switch ((uint32_t)event->what) {
    case HOST_EVENT_FORK:
        host_connector_fork(watch, event);
        break;
    case HOST_EVENT_EXEC:
        host_connector_exec(watch, event);
        break;
    case HOST_EVENT_EXIT:
        host_connector_exit(watch, event);
        break;
    default:
        break;
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

/* One datagram. Its event, NULL: it has none, or is not from Linux. -1 with errno: there is no
 * datagram. */
static int host_connector_receive(int file, char *buffer, size_t size, struct proc_event *event)
{
    struct sockaddr_nl from;
    socklen_t from_size = sizeof(from);
    const size_t before = NLMSG_LENGTH(sizeof(struct cn_msg));
    struct cn_msg message;
    ssize_t count = recvfrom(
        file, buffer, size, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size);
    if (count < 0)
        return -1;
    if (from.nl_pid != 0 || (size_t)count < before)
        return 0;
    memcpy(&message, buffer + NLMSG_HDRLEN, sizeof(message));
    if (message.id.idx != CN_IDX_PROC || message.id.val != CN_VAL_PROC)
        return 0;
    size_t bytes = (size_t)count - before;
    memset(event, 0, sizeof(*event));
    memcpy(event, buffer + before, bytes < sizeof(*event) ? bytes : sizeof(*event));
    return 1;
}

static bool host_connector_learn(struct host_process_watch *watch)
{
    char buffer[1024] __attribute__((aligned(8)));
    struct proc_event event;
    int got = host_connector_receive(watch->input, buffer, sizeof(buffer), &event);
    if (got > 0)
        host_connector_event(watch, &event);
    if (got >= 0)
        return true;
    if (errno == ENOBUFS) {
        watch->resync = true;
        return true;
    }
    return errno == EINTR;
}

static uint64_t host_connector_until(struct host_process_watch *watch)
{
    (void)watch;
    return HOST_FOREVER;
}

/* Linux answers within the call that asks, or not at all; unless there was no room for the
 * answer. */
static int host_connector_confirm(struct host_process_watch *watch, int file)
{
    char buffer[1024] __attribute__((aligned(8)));
    struct proc_event event;
    for (;;) {
        int got = host_connector_receive(file, buffer, sizeof(buffer), &event);
        if (got < 0 && errno == ENOBUFS) {
            watch->overflowed = true;
            return 0;
        }
        if (got < 0 && errno != EINTR)
            return EPERM;
        if (got > 0 && (uint32_t)event.what == 0)
            return (int)event.event_data.ack.err;
    }
}

static int host_connector_socket(void)
{
    return socket(PF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
}

static int host_connector_prepare(int file, int bytes)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    if (setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0)
        setsockopt(file, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    return bind(file, (struct sockaddr *)&address, sizeof(address)) != 0
        ? errno
        : host_connector_listen(file);
}

int host_process_connector(int *made)
{
    int file = host_connector_socket();
    if (file < 0)
        return errno;
    int error = host_connector_prepare(file, HOST_CONNECTOR_BYTES);
    if (error != 0)
        close(file);
    else
        *made = file;
    return error;
}

/* In a sandbox, the supervisor has prepared the socket. */
static bool host_connector_is_prepared(int file)
{
    struct sockaddr_nl address = {0};
    socklen_t size = sizeof(address);
    return getsockname(file, (struct sockaddr *)&address, &size) == 0 &&
        address.nl_groups == CN_IDX_PROC;
}

int host_connector_open(struct host_process_watch *watch, size_t receive_bytes)
{
    int error = 0, file = host_connector_socket();
    if (file < 0)
        return errno;
    if (!host_connector_is_prepared(file))
        error = host_connector_prepare(
            file, (int)(receive_bytes != 0 ? receive_bytes : HOST_CONNECTOR_BYTES));
    if (error == 0)
        error = host_connector_confirm(watch, file);
    if (error != 0) {
        close(file);
        return error;
    }
    watch->input = file;
    watch->source = "proc connector";
    watch->learn = host_connector_learn;
    watch->until = host_connector_until;
    host_names_open(watch);
    return 0;
}
