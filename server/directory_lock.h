/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The lock of a machine directory, and small things about folders and processes that go with it. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Takes the lock for this process: a descriptor, or -1 with errno. EAGAIN: *owner has it, -1 if
 * that is not known. */
int directory_lock(int folder, pid_t *owner);
void directory_unlock(int lock); /* and closes it */

void directory_process_name(pid_t process, char *name, size_t name_bytes); /* "" if there is none */
/* -1: errno says why it cannot be told */
int directory_is_empty(int folder);
/* an errno as a status */
int32_t directory_status(int error);
