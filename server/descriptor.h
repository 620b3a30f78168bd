/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A descriptor sent to another process, with a message of fixed size. Over sockets that keep
 * message boundaries. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* False: the other end is gone. The descriptor stays the caller's. */
bool descriptor_send(int socket, const void *message, size_t bytes, int descriptor);

/* The next message of that size that brings one; others are passed over. -1: there will be no
 * more. */
int descriptor_receive(int socket, void *message, size_t bytes);
