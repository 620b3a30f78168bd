/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by broker.c, broker_open.c and broker_files.c: a call of Linux that waits for its answer,
 * which is 0, or an errno as a negative number. */
#pragma once

#include <limits.h>
#include <linux/seccomp.h>

#include "server/broker.h"

/* What is being answered. */
struct request {
    struct broker *broker;
    const struct seccomp_notif *notif;
    int descriptor;      /* to be handed over as the answer; -1: none */
    bool go_on;          /* Linux is to carry the call out as it is */
    bool refused;        /* not by Linux: it is told */
    bool narrow;         /* the process has 32 bits */
    char path[PATH_MAX]; /* the first name of the call, for what is told */
};

uint64_t request_argument(const struct request *request, unsigned number);
/* The answer to what the sandbox does not let, rather than Linux. */
int request_refuse(struct request *request, int error);
/* Memory of the machine's process; a string of it. */
int request_copy(const struct request *request, uint64_t address, void *data, size_t size);
int request_name(const struct request *request, uint64_t address, char name[PATH_MAX]);
/* The answer is a descriptor, opened by the call before; -1: errno says why there is none. */
int request_give(struct request *request, int opened);

bool broker_is_client(struct broker *broker, pid_t process);

/* Whether what a descriptor of ours means is in C:. */
bool broker_is_inside(const struct broker *broker, int descriptor);
/* What a descriptor of the other process means, without access, if it is in C:; to be closed. */
int broker_borrow(struct request *request, uint64_t number);
bool broker_is_one_name(const char *name);
/* What is behind the digits of a number that an int can have; NULL: there is none. */
const char *broker_take_number(const char *text, unsigned *number);
/* "/proc/self/fd/N", and nothing else. */
bool broker_take_descriptor(const char *path, unsigned *number);

/* One for each call: broker_open.c, */
int broker_openat(struct request *request);
/* and broker_files.c. */
int broker_mkdirat(struct request *request);
int broker_unlinkat(struct request *request);
int broker_renameat(struct request *request);
int broker_renameat2(struct request *request);
int broker_chmod(struct request *request);
int broker_utimensat_time64(struct request *request);
int broker_utimensat(struct request *request);
int broker_setxattr(struct request *request);
