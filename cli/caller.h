/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Those who call a machine from other processes, as the machine sees them: process objects. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "server/control.h"

#include "services.h"

/* A process object for a caller, wow64: a 32-bit one of a 64-bit machine; NULL: out of memory, or
 * the machine has stopped. Called by threads that are nobody's yet. */
EPROCESS *caller_create(pid_t process, bool administrator, bool wow64);
void caller_end(EPROCESS *process);

/* A process is about to fork one it will ask for, or has asked. */
NTSTATUS caller_expect_exec(pid_t parent, bool expected);

/* What the drivers that watch processes say to one that is about to become another program. */
NTSTATUS caller_ask_exec(const struct control_request *request, pid_t parent);
