/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Machines whose threads take turns, so that what a schedule made of a driver's errors it makes of
 * them again. */
#pragma once

#include "nt/ntdef.h"

/*
 * Before a machine starts, by the thread that starts it: from here on threads take turns.
 * INVALID_PARAMETER: Schedule (schedule.h) is none; INSUFFICIENT_RESOURCES.
 */
NTSTATUS VfExplore(const char *Schedule);
/* The machine is closed, by the same thread. */
void VfEndExploring(void);
/* What choices the run had, for who explores: see schedule.h; *Count bytes. */
const UCHAR *VfGetTrace(ULONG *Count);
