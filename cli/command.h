/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The commands of `dotsys run -c`, as text and as what they mean:
 *
 *     open NAME [access=rw] [share=rw] [overlapped] [as HANDLE]    close
 *     read N [at=OFF]      write DATA [at=OFF]      seek OFF
 *     ioctl CODE [in=DATA] [out=N] [method=buffered|in-direct|out-direct|neither]
 *     cancel   wait   sleep MS   start SERVICE   stop SERVICE   repeat N COMMAND
 *
 * `HANDLE: COMMAND` acts on the handle that `as` named; without it a command acts on the one opened without a name.
 * Commands are parsed in full before a machine is started.
 */
#pragma once

#include "data.h"

enum command_verb {
    COMMAND_OPEN,
    COMMAND_CLOSE,
    COMMAND_READ,
    COMMAND_WRITE,
    COMMAND_SEEK,
    COMMAND_IOCTL,
    COMMAND_CANCEL,
    COMMAND_WAIT,
    COMMAND_SLEEP,
    COMMAND_START,
    COMMAND_STOP,
    COMMAND_REPEAT,
};

/* Most calls one repeat makes: the time of each is kept. */
#define COMMAND_REPEAT_LIMIT 10000000u

struct command {
    enum command_verb verb;
    char *text;              /* as it was typed, without blanks around it */
    char *handle;            /* "": the one opened without a name */
    char *name;              /* open: the device; start, stop: the service */
    uint32_t access;         /* open: GENERIC_… */
    uint32_t share;          /* open: FILE_SHARE_… */
    bool overlapped;         /* open */
    struct data data;        /* write; ioctl: input */
    uint32_t length;         /* read; ioctl: bytes of output buffer */
    bool at;                 /* read, write: offset is given */
    uint64_t offset;         /* read, write, seek */
    uint32_t code;           /* ioctl */
    uint32_t milliseconds;   /* sleep */
    uint32_t times;          /* repeat */
    struct command *repeated; /* repeat */
};

/* NULL: error says why. Freed with command_free. */
struct command *command_parse(const char *text, struct parse_error *error);
void command_free(struct command *command);

/*
 * A control code: a number, or CTL_CODE(type,function,method,access) with numbers or the DDK's names, rights joined
 * by '|'.
 */
bool code_parse(const char *text, uint32_t *code, struct parse_error *error);
/* A transfer method by name or number. */
bool method_parse(const char *text, uint32_t *method, struct parse_error *error);
