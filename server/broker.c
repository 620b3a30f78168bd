/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See broker.h. One function for each call of Linux; the answer is 0, a descriptor, or an errno as
 * a negative number. */
#include "server/brokerp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/host.h"
#include "server/descriptor.h"
#include "server/filter.h"

#define MOST_TOLD 32u /* refusals; who goes on trying is not told of any more */

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1ul
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
#endif

uint64_t request_argument(const struct request *request, unsigned number)
{
    return request->notif->data.args[number];
}

int request_refuse(struct request *request, int error)
{
    request->refused = true;
    return -error;
}

/* ---- The other process's memory and descriptors ---------------------------------------------- */

/* The number of a thread that has ended may be another's: what was read counts only if it still
 * waits for its answer. */
static bool still_asks(const struct request *request)
{
    const int listener = request->broker->listener;

    return listener < 0 ||
        ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request->notif->id) == 0 || errno == EINTR;
}

int request_copy(const struct request *request, uint64_t address, void *data, size_t size)
{
    int error = host_process_read(
        request->notif->pid, data, (const void *)(uintptr_t)address, size);

    return error == 0 && still_asks(request) ? 0 : -EFAULT;
}

/* A string, page by page: what is behind its end may not be there. */
int request_name(const struct request *request, uint64_t address, char name[PATH_MAX])
{
    size_t got = 0;

    while (got < PATH_MAX) {
        size_t part = HOST_PAGE_SIZE - (size_t)((address + got) & (HOST_PAGE_SIZE - 1));
        if (part > PATH_MAX - got)
            part = PATH_MAX - got;
        if (request_copy(request, address + got, name + got, part) != 0)
            break;
        if (memchr(name + got, '\0', part) != NULL)
            return 0;
        got += part;
    }
    name[0] = '\0';
    return got == PATH_MAX ? -ENAMETOOLONG : -EFAULT;
}

int request_give(struct request *request, int opened)
{
    if (opened < 0)
        return -errno;
    request->descriptor = opened;
    return 0;
}

/* ---- Clients --------------------------------------------------------------------------------- */

static bool has_ended(const struct broker_client *client)
{
    struct pollfd end = {client->pidfd, POLLIN, 0};

    return poll(&end, 1, 0) == 1;
}

/* Another process may have the number of one that has ended. */
bool broker_is_client(struct broker *broker, pid_t process)
{
    bool known = false;

    pthread_mutex_lock(&broker->lock);
    for (size_t i = 0; i < broker->client_count && !known; i++)
        known = broker->clients[i].process == process && !has_ended(&broker->clients[i]);
    pthread_mutex_unlock(&broker->lock);
    return known;
}

/* A child that is about to become another program may have a copy: closing alone does not end the
 * watch. */
static void forget(struct broker *broker, size_t index)
{
    epoll_ctl(broker->watch, EPOLL_CTL_DEL, broker->clients[index].pidfd, NULL);
    close(broker->clients[index].pidfd);
    broker->clients[index] = broker->clients[--broker->client_count];
}

/* With the lock held. */
static void forget_ended(struct broker *broker)
{
    for (size_t i = 0; i < broker->client_count;) {
        if (has_ended(&broker->clients[i]))
            forget(broker, i);
        else
            i++;
    }
}

/* For good: there is nobody who could reach them. */
static void forget_all(struct broker *broker)
{
    pthread_mutex_lock(&broker->lock);
    while (broker->client_count > 0)
        forget(broker, broker->client_count - 1);
    broker->deserted = true;
    pthread_mutex_unlock(&broker->lock);
}

/* ---- Processes ------------------------------------------------------------------------------- */

static int make_socket(struct request *request, uint64_t family, uint64_t protocol)
{
    if (family != AF_NETLINK || protocol != NETLINK_CONNECTOR)
        return request_refuse(request, EACCES);
    int error = host_process_connector(&request->descriptor);
    return error != 0 ? -error : 0;
}

static int do_socket(struct request *request)
{
    return make_socket(request, request_argument(request, 0), request_argument(request, 2));
}

/* How a C library of 32 bits calls it: the arguments are in memory. */
static int do_socketcall(struct request *request)
{
    uint32_t words[3];
    int answer = request_copy(request, request_argument(request, 1), words, sizeof(words));

    if (answer != 0 || request_argument(request, 0) != SYS_SOCKET)
        return answer != 0 ? answer : request_refuse(request, EACCES);
    return make_socket(request, words[0], words[2]);
}

static int do_perf_event_open(struct request *request)
{
    int error = host_process_names((unsigned)request_argument(request, 2), &request->descriptor);

    return error != 0 ? -error : 0;
}

static int do_process_vm(struct request *request)
{
    const pid_t process = (pid_t)request_argument(request, 0);

    if (broker_is_client(request->broker, process)) {
        request->go_on = true;
        return 0;
    }
    /* One that has just ended may have been a client. */
    struct pollfd end = {pidfd_open(process, 0), POLLIN, 0};
    bool ended = end.fd < 0 || poll(&end, 1, 0) == 1;
    if (end.fd >= 0)
        close(end.fd);
    return ended ? -ESRCH : request_refuse(request, EPERM);
}

/* ---- Requests -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*answer)(struct request *request);
} calls[] = {
    {"openat", broker_openat},
    {"process_vm_readv", do_process_vm},
    {"process_vm_writev", do_process_vm},
    {"mkdirat", broker_mkdirat},
    {"unlinkat", broker_unlinkat},
    {"renameat", broker_renameat},
    {"renameat2", broker_renameat2},
    {"chmod", broker_chmod},
    {"utimensat", broker_utimensat},
    {"utimensat_time64", broker_utimensat_time64},
    {"setxattr", broker_setxattr},
    {"socket", do_socket},
    {"socketcall", do_socketcall},
    {"perf_event_open", do_perf_event_open},
};

static bool is_narrow(const struct seccomp_notif *notif)
{
    return notif->data.arch == filter_i386.architecture;
}

static const char *call_name(const struct seccomp_notif *notif)
{
    const char *name = filter_name(is_narrow(notif) ? &filter_i386 : &filter_amd64, notif->data.nr);

    return name != NULL ? name : "a system call";
}

static int answer_call(struct request *request)
{
    const char *name = call_name(request->notif);

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (strcmp(calls[i].name, name) == 0)
            return calls[i].answer(request);
    }
    return request_refuse(request, EPERM);
}

/* Says what was tried; where from is of use to who has the symbols. */
static void tell(struct request *request)
{
    struct broker *broker = request->broker;
    char text[PATH_MAX + 160];

    if (broker->told >= MOST_TOLD || broker->refused == NULL)
        return;
    broker->told++;
    snprintf(text, sizeof(text),
        "the sandbox refused a call of Linux: %s (%d)%s%s, by thread %d at 0x%llx%s",
        call_name(request->notif), request->notif->data.nr, request->path[0] != '\0' ? " of " : "",
        request->path, (int)request->notif->pid,
        (unsigned long long)request->notif->data.instruction_pointer,
        broker->told == MOST_TOLD ? "; what comes after this one is not told" : "");
    broker->refused(broker->context, text);
}

/* Also when a signal comes meanwhile: who asks waits for as long as there is no answer. */
static long give(const struct broker *broker, unsigned long what, void *answer)
{
    long outcome;

    do {
        outcome = ioctl(broker->listener, what, answer);
    } while (outcome < 0 && errno == EINTR);
    return outcome;
}

/* Hands a descriptor over, as the answer; in two steps where Linux has no single one. */
static void send_descriptor(const struct broker *broker, uint64_t id, int descriptor)
{
    struct seccomp_notif_addfd handed = {.id = id,
        .flags = SECCOMP_ADDFD_FLAG_SEND,
        .srcfd = (uint32_t)descriptor,
        .newfd_flags = O_CLOEXEC};
    struct seccomp_notif_resp answer = {.id = id};

    if (give(broker, SECCOMP_IOCTL_NOTIF_ADDFD, &handed) >= 0)
        return;
    handed.flags = 0;
    answer.val = errno == EINVAL ? give(broker, SECCOMP_IOCTL_NOTIF_ADDFD, &handed) : -1;
    if (answer.val < 0)
        answer = (struct seccomp_notif_resp){.id = id, .error = -EMFILE};
    give(broker, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

static void serve(struct broker *broker, const struct seccomp_notif *notif)
{
    struct request request = {
        .broker = broker, .notif = notif, .descriptor = -1, .narrow = is_narrow(notif)};
    int outcome = answer_call(&request);
    struct seccomp_notif_resp answer = {.id = notif->id,
        .val = outcome > 0 ? outcome : 0,
        .error = outcome < 0 ? outcome : 0,
        .flags = request.go_on ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0};

    if (request.refused)
        tell(&request);
    if (request.descriptor >= 0) {
        send_descriptor(broker, notif->id, request.descriptor);
        close(request.descriptor);
        return;
    }
    give(broker, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

static bool watch(struct broker *broker, int descriptor)
{
    return epoll_ctl(broker->watch, EPOLL_CTL_ADD, descriptor,
               &(struct epoll_event){.events = EPOLLIN, .data.fd = descriptor}) == 0;
}

/* False: there will be none. */
static bool take_listener(struct broker *broker)
{
    char byte;

    broker->listener = descriptor_receive(broker->ends[0], &byte, 1);
    if (broker->listener < 0 ||
        epoll_ctl(broker->watch, EPOLL_CTL_DEL, broker->ends[0], NULL) != 0)
        return false;
    /* Where Linux can, the one that waits goes to the other's processor at once. */
    ioctl(broker->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    return watch(broker, broker->listener);
}

/* False: nobody is left that could ask. */
static bool take_call(struct broker *broker, uint32_t events)
{
    struct seccomp_notif notif = {0};

    if (events & EPOLLHUP)
        return false;
    if (ioctl(broker->listener, SECCOMP_IOCTL_NOTIF_RECV, &notif) == 0)
        serve(broker, &notif);
    return true;
}

static bool take_event(struct broker *broker, const struct epoll_event *event)
{
    if (event->data.fd == broker->ends[0])
        return take_listener(broker);
    if (event->data.fd == broker->listener)
        return take_call(broker, event->events);
    pthread_mutex_lock(&broker->lock);
    forget_ended(broker);
    pthread_mutex_unlock(&broker->lock);
    return true;
}

/* Whoever waits for an answer gets ENOSYS from Linux, as does who asks from now on: also when its
 * listener is still on its way. */
static void answer_no_more(struct broker *broker)
{
    if (broker->listener >= 0)
        close(broker->listener);
    close(broker->ends[0]);
    broker->ends[0] = -1;
    forget_all(broker);
}

static void *broker_thread(void *argument)
{
    struct broker *broker = argument;
    struct epoll_event event;
    int count;

    while ((count = epoll_wait(broker->watch, &event, 1, -1)) > 0 || errno == EINTR) {
        if (count > 0 && !take_event(broker, &event))
            break;
    }
    answer_no_more(broker);
    return NULL;
}

/* ---- The broker ------------------------------------------------------------------------------ */

bool broker_open(struct broker *broker)
{
    *broker = (struct broker){.listener = -1, .ends = {-1, -1}};
    broker->clients = calloc(BROKER_CLIENTS, sizeof(*broker->clients));
    broker->watch = epoll_create1(EPOLL_CLOEXEC);
    if (broker->clients != NULL && broker->watch >= 0 &&
        pthread_mutex_init(&broker->lock, NULL) == 0 &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, broker->ends) == 0)
        return true;
    int error = errno;
    if (broker->watch >= 0)
        close(broker->watch);
    free(broker->clients);
    errno = error;
    return false;
}

int broker_in_child(struct broker *broker)
{
    close(broker->watch);
    close(broker->ends[0]);
    return broker->ends[1];
}

void broker_start(struct broker *broker, pid_t process)
{
    close(broker->ends[1]);
    broker->ends[1] = -1;
    broker->process = process;
    broker->running = process > 0 && watch(broker, broker->ends[0]) &&
        pthread_create(&broker->thread, NULL, broker_thread, broker) == 0;
    if (!broker->running)
        answer_no_more(broker);
}

void broker_add_client(struct broker *broker, pid_t process)
{
    int pidfd = pidfd_open(process, 0);
    bool known = pidfd < 0 || broker_is_client(broker, process);

    pthread_mutex_lock(&broker->lock);
    if (broker->client_count == BROKER_CLIENTS)
        forget_ended(broker);
    if (!known && !broker->deserted && broker->client_count < BROKER_CLIENTS &&
        watch(broker, pidfd)) {
        broker->clients[broker->client_count++] = (struct broker_client){process, pidfd};
        pidfd = -1;
    }
    pthread_mutex_unlock(&broker->lock);
    if (pidfd >= 0)
        close(pidfd);
}

void broker_finish(struct broker *broker)
{
    if (broker->running)
        pthread_join(broker->thread, NULL);
    close(broker->watch);
    if (broker->ends[0] >= 0)
        close(broker->ends[0]);
    if (broker->ends[1] >= 0)
        close(broker->ends[1]); /* there has been no process */
    free(broker->clients);
    pthread_mutex_destroy(&broker->lock);
}
