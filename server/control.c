/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See control.h. A socket's address has room for some hundred bytes, so it is reached through its
 * folder's descriptor. */
#include "server/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "nt/ntstatus.h"

#define SOCKET_NAME "control"

bool control_send(int socket, const struct control_request *request)
{
    struct record record = {.type = RECORD_REQUEST, .text[0] = record_string(request->folder)};
    size_t size = 0;

    for (size_t i = 0; i < request->count; i++)
        size += strlen(request->arguments[i]) + 1;
    char *all = malloc(size + 1), *end = all;
    if (all == NULL)
        return false;
    for (size_t i = 0; i < request->count; i++)
        end = stpcpy(end, request->arguments[i]) + 1;
    record.number[REQUEST_VERSION] = CONTROL_VERSION;
    record.number[REQUEST_KIND] = request->kind;
    record.number[REQUEST_FLAGS] =
        (request->as_user ? REQUEST_AS_USER : 0) | (request->colour ? REQUEST_COLOUR : 0) |
        (request->attended ? REQUEST_ATTENDED : 0);
    record.number[REQUEST_NUMBER] = request->number;
    record.number[REQUEST_TIMEOUT_MS] = request->timeout_ms;
    record.number[REQUEST_BITS] = CONTROL_BITS;
    record.text[2] = (struct record_text){all, size};
    bool sent = record_send(socket, &record);
    free(all);
    return sent;
}

static bool plausible(const struct record *record)
{
    const struct record_text *folder = &record->text[0], *arguments = &record->text[2];

    return record->type == RECORD_REQUEST && record->number[REQUEST_VERSION] == CONTROL_VERSION &&
        record->number[REQUEST_KIND] >= 0 && record->number[REQUEST_KIND] < CONTROL_KINDS &&
        memchr(folder->bytes, '\0', folder->size) == NULL &&
        (arguments->size == 0 || arguments->bytes[arguments->size - 1] == '\0');
}

struct control_request *control_parse(const struct record *record)
{
    size_t count = 0;

    if (!plausible(record))
        return NULL;
    for (size_t i = 0; i < record->text[2].size; i++)
        count += record->text[2].bytes[i] == '\0';
    size_t head = sizeof(struct control_request) + (count + 1) * sizeof(char *);
    struct control_request *request = calloc(
        1, head + record->text[2].size + record->text[0].size + 1);
    if (request == NULL)
        return NULL;
    char *next = (char *)request + head;
    request->kind = (enum control_kind)record->number[REQUEST_KIND];
    request->as_user = (record->number[REQUEST_FLAGS] & REQUEST_AS_USER) != 0;
    request->colour = (record->number[REQUEST_FLAGS] & REQUEST_COLOUR) != 0;
    request->attended = (record->number[REQUEST_FLAGS] & REQUEST_ATTENDED) != 0;
    request->number = record->number[REQUEST_NUMBER];
    request->timeout_ms = (uint32_t)record->number[REQUEST_TIMEOUT_MS];
    request->bits = (uint32_t)record->number[REQUEST_BITS];
    request->count = count;
    request->arguments = (char **)(request + 1);
    memcpy(next, record->text[2].bytes, record->text[2].size);
    for (size_t i = 0; i < count; i++, next += strlen(next) + 1)
        request->arguments[i] = next;
    memcpy(next, record->text[0].bytes, record->text[0].size);
    request->folder = next;
    return request;
}

/* The places of version and kind, and these two answers, are what every version has. */
bool control_refuse_stranger(int socket, const struct record *record)
{
    static const char why[] =
        "the machine that is up runs another version of dotsys, " DOTSYS_VERSION
        ": bring it down with its own 'dotsys down', and up again";
    const int64_t kind = record->number[REQUEST_KIND];

    if (record->type != RECORD_REQUEST || record->number[REQUEST_VERSION] == CONTROL_VERSION)
        return record->type != RECORD_REQUEST;
    if (kind == CONTROL_CLIENT || kind == CONTROL_EXEC) {
        record_send(socket,
            &(struct record){.type = RECORD_DRIVER,
                .number = {[ANSWER_STATUS] = STATUS_REVISION_MISMATCH,
                    [ANSWER_PROCESS] = getpid(),
                    [ANSWER_BITS] = CONTROL_BITS},
                .text[0] = record_string(DOTSYS_VERSION)});
    } else {
        record_send(socket, &(struct record){.type = RECORD_NOTE, .text[0] = record_string(why)});
        record_send(socket, &(struct record){.type = RECORD_EXIT, .number = {EXIT_FAILURE}});
    }
    return true;
}

bool control_peer(int socket, pid_t *process, uid_t *user)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    *process = peer.pid;
    *user = peer.uid;
    return true;
}

/* The address of the socket in a directory, and the descriptor it goes through; -1: errno says
 * why. */
static int socket_address(const char *directory, struct sockaddr_un *address)
{
    int folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/" SOCKET_NAME, folder);
    return folder;
}

/* Makes a socket and has it act on the address. */
static int socket_at(const char *directory, int (*act)(int, const struct sockaddr *, socklen_t))
{
    struct sockaddr_un address;
    int folder = socket_address(directory, &address);

    if (folder < 0)
        return -1;
    int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (made >= 0 && act(made, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(made);
        errno = error;
        made = -1;
    }
    close(folder);
    return made;
}

static int do_connect(int socket, const struct sockaddr *address, socklen_t size)
{
    return connect(socket, address, size);
}

static int do_listen(int socket, const struct sockaddr *address, socklen_t size)
{
    unlink(((const struct sockaddr_un *)(const void *)address)->sun_path);
    if (bind(socket, address, size) != 0)
        return -1;
    /* Whom the directory lets in may ask; what each may do the machine decides. */
    chmod(((const struct sockaddr_un *)(const void *)address)->sun_path, 0666);
    return listen(socket, SOMAXCONN);
}

int control_connect(const char *directory)
{
    return socket_at(directory, do_connect);
}

int control_listen(const char *directory)
{
    return socket_at(directory, do_listen);
}

void control_remove(const char *directory)
{
    struct sockaddr_un address;
    int folder = socket_address(directory, &address);

    if (folder < 0)
        return;
    unlink(address.sun_path);
    close(folder);
}
