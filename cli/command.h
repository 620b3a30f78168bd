/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The commands of `dotsys run -c`, as text and as what they mean:
 *
 *     open NAME [access=rw] [share=rw] [overlapped] [as HANDLE]    close
 *     read N [at=OFF]      write DATA [at=OFF]      seek OFF
 *     ioctl CODE [in=DATA] [out=N] [method=buffered|in-direct|out-direct|neither] [in-at=ADDRESS]
 *     [out-at=ADDRESS]
 *     cancel   wait   sleep MS   start SERVICE   stop SERVICE   repeat N COMMAND
 *     event as HANDLE   process start NAME [as PROCESS]   process exit PROCESS
 *
 * `HANDLE: COMMAND` acts on the handle that `as` named; without it a command acts on the one opened
 * without a name.
 * `@THREAD COMMAND` runs on a thread of that name, beside those of other names; a command without
 * one waits for them all. Commands are parsed in full before a machine is started.
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
    COMMAND_POWER,
    COMMAND_START,
    COMMAND_STOP,
    COMMAND_REPEAT,
    COMMAND_PROCESS,
    COMMAND_EVENT,
};

/* Most calls one repeat makes: the time of each is kept. */
#define COMMAND_REPEAT_LIMIT 10000000u

struct command {
    enum command_verb verb;
    char *text;   /* as it was typed, without blanks around it */
    char *thread; /* "": none, it waits for those there are */
    char *handle; /* "": the one opened without a name. process: what it is called here */
    char *name;   /* open: the device; start, stop: the service; process start: its image; NULL: it
                     exits */
    uint32_t access;         /* open: GENERIC_… */
    uint32_t share;          /* open: FILE_SHARE_… */
    bool overlapped;         /* open */
    struct data data;        /* write; ioctl: input */
    uint32_t length;         /* read; ioctl: bytes of output buffer */
    bool at;                 /* read, write: offset is given */
    uint64_t offset;         /* read, write, seek */
    uint32_t code;           /* ioctl */
    bool data_at, buffer_at; /* ioctl: the driver is given these addresses for its buffers, whatever
                                is there */
    uint64_t data_address, buffer_address;
    uint32_t data_ahead, buffer_ahead; /* ioctl: so many bytes lie before each buffer, which itself
                                          is aligned */
    uint32_t milliseconds;             /* sleep */
    uint32_t state;                    /* power: 1 to 4, S1 to S4 */
    uint32_t times;                    /* repeat */
    struct command *repeated;          /* repeat */
};

/* NULL: error says why. Freed with command_free. */
struct command *command_parse(const char *text, struct parse_error *error);
void command_free(struct command *command);

/*
 * A control code: a number, or CTL_CODE(type,function,method,access) with numbers or the DDK's
 * names, rights joined by '|'.
 */
bool code_parse(const char *text, uint32_t *code, struct parse_error *error);
/* A transfer method by name or number. */
bool method_parse(const char *text, uint32_t *method, struct parse_error *error);
