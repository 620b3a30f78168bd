/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A registry kept by another process. The machine's process has one end of a stream socket and a
 * cm_storage over it, which needs libc only and works in a 32-bit process; the supervisor has the
 * other end and the storage itself.
 *
 * Each process closes the ends it has no use for, or else the death of one goes unnoticed by the
 * other.
 */
#pragma once

#include <stdbool.h>

#include "cm/storage.h"

/* ---- in the machine's process ---------------------------------------------------------------- */

struct store_remote;

/*
 * Says hello. socket is the caller's, and is not to be used otherwise before store_remote_close.
 * INSUFFICIENT_RESOURCES, REVISION_MISMATCH: the supervisor is another version, HOST_DOWN: it is
 * gone.
 */
int32_t store_remote_open(int socket, struct store_remote **remote);
void store_remote_close(struct store_remote *remote);
/*
 * Its procedures fail as those of the supervisor's storage do, and with HOST_DOWN when the
 * supervisor is gone: then for good.
 */
const struct cm_storage *store_remote_storage(struct store_remote *remote);

/* ---- in the supervisor ----------------------------------------------------------------------- */

struct store_server;

/* NULL: no memory. socket and storage are the caller's. */
struct store_server *store_server_open(int socket, const struct cm_storage *storage);
void store_server_close(struct store_server *server);
/*
 * Waits for one request, carries it out and answers, whatever is in it: what makes no sense is
 * answered with a status. False: the machine's process is gone, or what it sent is no message; then
 * nothing more can come. A process that is stopped halfway through a request holds the caller up.
 */
bool store_server_answer(struct store_server *server);
/* A request has been received with another one: answer it before waiting for the socket to become
 * readable. */
bool store_server_pending(const struct store_server *server);

/* Answers until the machine's process is gone. INSUFFICIENT_RESOURCES, or 0. */
int32_t store_serve(int socket, const struct cm_storage *storage);
