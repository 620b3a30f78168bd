/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by served.c and served_context.c. */
#pragma once

#include <stdbool.h>

#include "client.h"
#include "server/channel.h"

/* A thread of this process that calls services of a machine elsewhere. */
struct served_thread {
    struct channel *channel;
    ULONG64 teb; /* its environment block */
    host_thread host;
    volatile bool busy;                 /* it uses the channel: an interrupt has to wait */
    CONTEXT *interrupted;               /* by a signal; NULL: it is not */
    CONTEXT context;                    /* what it is to go on with when a service has returned */
    struct served_thread *next, **link; /* of all threads', under ServedLock */
};
extern _Thread_local struct served_thread *ServedThis;

/* False: the machine is gone. */
bool ServedPassAndWait(struct channel *Channel, uint32_t Service);
/* Before a service's answer: errands, one after the other, until that is there. */
bool ServedRunErrands(struct channel *Channel);
/* A driver wants to meet the thread: a service without effect. It is not busy. */
void ServedCome(struct served_thread *Thread);
/* Has threads that are wanted come, wherever they are. Any thread; the list is locked. */
void ServedInterruptWanted(const struct served_thread *Threads);
