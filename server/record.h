/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the process that holds the machine tells its supervisor and those who asked it something,
 * over a socket that keeps message boundaries. A record is sent by one system call without a lock
 * or an allocation: a thread that is thrown out of the kernel in the middle of a driver's print
 * leaves nothing behind. Fields have fixed widths, so the two processes may differ in word size.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In an order both sides must know; record_protocol is made of it. */
#define RECORD_TYPES(R)                                                                            \
    R(BEGIN)    /* text 0: what is being done now, for the report if it is never finished */       \
    R(RESULT)   /* number: see below; text 0: command, 1: note, 2: bytes that came back */         \
    R(LOG)      /* number 0: time, 2: the machine's start, 0: not told; text 0: source, 1: line */ \
    R(FINDING)  /* number 0: kind, 1: site; text 0: driver, 1: image, 2: text */                   \
    R(DRIVER)   /* number 0: status, 1: enum driver_step; text 0: driver, 1: why it failed */      \
    R(STOPPED)  /* number 0: bugcheck code, 1-4: parameters; all that is known has come as CRASH   \
                   before */                                                                       \
    R(SKIPPED)  /* number 0: commands not run; text 0: why */                                      \
    R(NOTE)     /* text 0: something to know */                                                    \
    R(FAILED)   /* number 0: status; text 0: what failed: the machine itself */                    \
    R(END)      /* all is said; what follows is only the end of the process */                     \
    R(MORE)     /* text 2: continues the text 2 of the record before */                            \
    R(REQUEST)  /* to a machine that is up: see control.h */                                       \
    R(OUTPUT)   /* number 0: 1 standard output, 2 standard error; text 2: bytes */                 \
    R(QUESTION) /* text 0: one of yes or no, for who is at the terminal; a RECORD_ANSWER must come \
                   back */                                                                         \
    R(ANSWER)   /* number 0: 1 yes; to CRASH: the machine's memory is no longer needed */          \
    R(EXIT)     /* number 0: exit status; the last of a connection */                              \
    R(READY)    /* the drivers run, and clients are taken */                                       \
    R(TRACE)  /* text 2: the choices of a machine whose threads took turns (kernel/vf/schedule.h)  \
               */                                                                                  \
    R(CRASH)  /* a part of what is known (kd/crash.h): number 0: its offset, 1: size of all, 2: 1: \
                 an ANSWER must come; text 2 */                                                    \
    R(LOGGED) /* a request of a device that was logged: number 0: when this is told, 1: 1: the     \
                 device's first; text 0: driver, 1: device, 2: KD_LOGGED_REQUEST */                                                                           \
    R(OPEN)   /* text 0: a file the request named, for who asked to open; number 0: 1 to write it  \
                 anew. A message of an int32_t, 0   or an errno, must come with a descriptor, of the                                                \
                 file or any */

enum record_type {
#define RECORD_ENUMERATE(Name) RECORD_##Name,
    RECORD_TYPES(RECORD_ENUMERATE)
#undef RECORD_ENUMERATE
    RECORD_HELLO = 0x0D075001, /* number 0: record_protocol, text 0: the version; the first record
                                  of a machine's process */
};

/* Numbers of a RECORD_RESULT. */
enum {
    RESULT_STATUS,
    RESULT_BYTES,
    RESULT_CALLS,  /* 0: no repeat; the next four are then meaningless */
    RESULT_FAILED,
    RESULT_MEAN,   /* ns */
    RESULT_MEDIAN, /* ns */
    RESULT_P99,    /* ns */
    RESULT_FLAGS,
};

#define RESULT_HAS_BYTES 1   /* the byte count means something */
#define RESULT_LOAD_FAILED 2 /* the command was to start a driver, which did not load */

enum driver_step { DRIVER_START, DRIVER_STOP };

#define RECORD_NUMBERS 8
#define RECORD_TEXTS 3

struct record {
    enum record_type type;
    int64_t number[RECORD_NUMBERS];
    struct record_text {
        const char *bytes;
        size_t size;
    } text[RECORD_TEXTS];
};

/* What two processes must agree on to understand one another's records: a hash of types, numbers
 * and layout. */
uint32_t record_protocol(void);
/* Whether a record is the hello of a process that does. What the process says its version is, or
 * "", goes to version. */
bool record_check_hello(const struct record *record, char version[32]);
bool record_send_hello(int socket);

/* Text of a C string; NULL is empty. */
struct record_text record_string(const char *text);

/*
 * Sends a record. Text 2 may have any size (then no other thread may send a long one at the same
 * time); the others are cut at 4 KiB. False: the supervisor is gone, or
 * Linux has no memory for it. Then nothing follows it either: what comes to the other end has no
 * gaps.
 */
bool record_send(int socket, const struct record *record);

struct record_reader {
    int socket;
    char *packet;        /* the last packet received */
    bool begun;          /* whole is: more of it is to come */
    struct record whole; /* a record that comes in several packets; its texts are in the two blocks
                            below */
    char *head;          /* texts 0 and 1 of it */
    char *tail;          /* text 2 of it, so far */
    size_t tail_size, tail_room;
};

/* False: out of memory. */
bool record_reader_open(struct record_reader *reader, int socket);
void record_reader_close(struct record_reader *reader);

enum record_answer {
    RECORD_GOT,
    RECORD_CLOSED,
    RECORD_GARBLED, /* what came is no record */
    RECORD_LOST,    /* the other end is there, and could not send one */
};

/* Of a process that holds a machine, for a finding. */
#define RECORD_GARBLED_TEXT \
    "something wrote to the supervisor what the machine does not say: its process is ended"
#define RECORD_LOST_TEXT "something the machine said was lost: Linux could not send it"
#define RECORD_LOST_END RECORD_LOST_TEXT "; its process is ended"

/* The next whole record; its texts are valid until the next call. Signals do not end the wait. */
enum record_answer record_receive(struct record_reader *reader, struct record *record);

/* The type and numbers of the next record, which stays where it is. False: the other end is closed,
 * or what came is no record. */
bool record_peek(int socket, struct record *record);
