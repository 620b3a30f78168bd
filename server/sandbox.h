/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the process of a machine that is not embedded gives up before the first instruction of a
 * driver runs: all calls of Linux but those a machine needs (filter.h), new privileges,
 * capabilities, most descriptors, and, when no client's memory is to be reached, with Landlock
 * every file once more; its network, IPC and host name are empty ones of its own (namespaces).
 * Files, and what else needs rights, its supervisor does for it (broker.h). What this Linux does
 * not have is left out, and sandbox_describe says so. docs/security.md, docs/decisions/023.md.
 *
 * With a sanitizer nothing is given up: its library needs more than a machine does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct sandbox_options {
    int broker; /* a socket to the supervisor, which gets the listener of the filter; -1: it answers
                   nothing. Closed */
    bool clients; /* other processes' memory is to be reached */
};

/*
 * In a child just made by fork: descriptors it is not to have are closed, and standard input and
 * output lead nowhere; standard error stays. kept: those it needs, -1 for none.
 */
void sandbox_close_descriptors(const int *kept, size_t count);

/* Of a supervisor, once it has forked: its memory and descriptors are nobody else's, though they be
 * of the same user. */
void sandbox_hide_supervisor(void);

/*
 * For a process without other threads, clients and code that is to reach the network: takes the
 * namespaces at once, where an ordinary user may, too. Otherwise each thread takes them where the
 * sandbox is entered, which root alone may.
 */
void sandbox_isolate(void);

/*
 * For a thread that will be there already when another enters: it says so before it makes that one,
 * which waits until it has let go. What it gives up is what a thread has of its own: namespaces,
 * capabilities and, with Landlock, files.
 */
void sandbox_expect_thread(void);
void sandbox_confine_thread(const struct sandbox_options *options);
void sandbox_let_go(void);

/* Of the process; threads made from now on are like the calling one. */
void sandbox_enter(const struct sandbox_options *options);

/* What has been given up, and what not, for a person: "seccomp, files by the supervisor, …". */
void sandbox_describe(char *text, size_t size);
