/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A client in another process, in the machine's: a process object, and a thread for each of its
 * threads that calls. */
#pragma once

#include "services.h"

/*
 * Serves the client behind a session until it is gone, then cancels what its threads wait for,
 * waits for them, and returns. process is the client's; its space is set here. On a thread that is
 * nobody's.
 */
void session_serve(int session, EPROCESS *process, ULONG host_process);
