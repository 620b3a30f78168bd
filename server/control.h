/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to a machine that is up, and what comes back: records (record.h) over a connection to
 * the socket `control` in the machine directory, one request a connection. The supervisor accepts,
 * looks at who is calling, answers what it knows itself and hands every other connection to the
 * machine's process.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "server/record.h"

#define CONTROL_VERSION 2

enum control_kind {
    CONTROL_TOOL,   /* text 2: the arguments of a tool, the verb first */
    CONTROL_IO,     /* text 2: the commands, as after -c */
    CONTROL_EXEC,   /* twice: before the fork; then number 3: a process that waits to become the
                       program, text 2: the program   and its arguments. Each is answered by a
                       RECORD_DRIVER with a status */
    CONTROL_CLIENT, /* number 3: SysServiceHash plus CHANNEL_REVISION, 5: the client's word size;
                       answered by a RECORD_DRIVER with a status, the machine's process and word
                       size, then the connection is the client's session (channel.h) */
    CONTROL_DOWN,
    CONTROL_LOG,  /* number 3: 1 to go on as lines come */
    CONTROL_KINDS,
};

/* Numbers of a RECORD_REQUEST. Text 0 is the folder file names are relative to; text 2 strings,
 * each with its end. */
enum {
    REQUEST_VERSION,
    REQUEST_KIND,
    REQUEST_FLAGS,
    REQUEST_NUMBER,
    REQUEST_TIMEOUT_MS,
    REQUEST_BITS
};

/* Numbers of the answer to a CONTROL_CLIENT, a RECORD_DRIVER; text 0: the machine's version. */
enum { ANSWER_STATUS, ANSWER_PROCESS, ANSWER_BITS };

#define CONTROL_BITS (8 * (uint32_t)sizeof(void *)) /* this program's word size */

#define REQUEST_AS_USER 1 /* act as an ordinary user */
#define REQUEST_COLOUR 2  /* standard output is a terminal that wants colours */
#define REQUEST_ATTENDED 4 /* somebody is there to answer questions */

struct control_request {
    enum control_kind kind;
    bool as_user, colour, attended;
    int64_t number;
    uint32_t timeout_ms;
    uint32_t bits; /* filled in when it is sent */
    const char *folder;
    size_t count;
    char **arguments; /* a NULL behind the last */
};

/* False: the other end is gone, or out of memory. */
bool control_send(int socket, const struct control_request *request);

/* NULL: the record is no request of this version, or out of memory. Freed with free, in one
 * block. */
struct control_request *control_parse(const struct record *record);

/* Answers a request of another version of dotsys, or none, so that whoever sent it can say so.
 * False: it is of this version. */
bool control_refuse_stranger(int socket, const struct record *record);

/* The process a connection comes from. False: it cannot be told. */
bool control_peer(int socket, pid_t *process, uid_t *user);

/* Connects to the machine of a directory. -1: errno says why; ENOENT and ECONNREFUSED: it is not
 * up. */
int control_connect(const char *directory);
/* The listening end; replaces what a supervisor that was killed left. The directory is locked by
 * the caller. */
int control_listen(const char *directory);
void control_remove(const char *directory);
