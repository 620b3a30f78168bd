/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which calls of Linux a machine's process may make once drivers run: tables, one for each word
 * size, and the program for seccomp made of one. Calls in the manner of another word size (int
 * 0x80, x32) are nobody's.
 *
 * A call whose instruction lies in the system range is a driver's own, and a trap (SIGSYS) but for
 * the few that do nothing to anybody. What the table leaves to the supervisor, and all that it does
 * not know, waits for the supervisor's answer (broker.h); without a supervisor that can answer it
 * is EPERM, and what the machine cannot do without is let through.
 */
#pragma once

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_LIMIT 1024u /* instructions */

enum filter_verdict {
    FREE,     /* to drivers, too: it does nothing to anybody */
    OURS,     /* to anything but drivers */
    ASKED,    /* of the supervisor; without one it is let through */
    CLIENTS,  /* by what there is of clients */
    MISSING,  /* as if Linux did not have it: there is another way */
    REFUSED,  /* named, for what is told of an attempt */
};

enum filter_test {
    ALWAYS,
    IS,       /* the argument's low word is the value */
    HAS_BITS, /* of the value */
    IS_NULL,  /* a pointer */
    IS_SELF,  /* this process's number */
};

struct filter_row {
    const char *name;
    uint16_t number;
    uint8_t verdict, test, argument;
    uint32_t value;
};

struct filter_table {
    uint32_t architecture; /* as seccomp says it */
    unsigned bits;         /* of the process's words */
    const struct filter_row *rows;
    size_t count;
};

extern const struct filter_table filter_amd64, filter_i386;
#if defined(__i386__)
#define FILTER_OURS filter_i386
#else
#define FILTER_OURS filter_amd64
#endif

enum filter_clients {
    FILTER_NO_CLIENTS,    /* no other process's memory */
    FILTER_CLIENTS_ASKED, /* the supervisor looks whose it is */
    FILTER_CLIENTS_FREE,  /* Linux lets this process see its clients alone */
};

struct filter_options {
    uint64_t driver_base; /* of the system range; with 64 bits a multiple of 4 GiB, as is its size
                           */
    uint64_t driver_bytes;
    uint32_t process;      /* this one */
    enum filter_clients clients;
    bool answered;         /* by a supervisor */
};

/* Returns the number of instructions. */
size_t filter_make(const struct filter_table *table, const struct filter_options *options,
    struct sock_filter program[FILTER_LIMIT]);

/* "openat", or NULL: the table does not have it. */
const char *filter_name(const struct filter_table *table, int number);
