/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Where a thread is, and how it came there. */
#pragma once

#include "ke/ke.h"

/* The registers of the caller. */
void KiCaptureContext(CONTEXT *Context);
/* Return addresses from Context outwards, drivers' and our own; how many. Any IRQL; the stack may
 * be ruined. */
ULONG KiWalkStack(const CONTEXT *Context, ULONG_PTR *Frame, ULONG Limit);
