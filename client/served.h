/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The other transport: a machine in another process. */
#pragma once

#include <stdbool.h>

#include "services.h"

/*
 * Connects this process to the machine of a directory (NULL: the default one) that is up; SysX
 * calls go there from then on. False: there is none that can be reached; *refused says that one is
 * there and does not take us, and why has been printed.
 */
bool served_connect(const char *directory, bool *refused);

/* A service of the machine connected to. Its process is as wide as this one, or Slot is in its
 * layouts (wide.h). */
NTSTATUS served_call(ULONG Number, const ULONG64 *Slot, ULONG Count);
