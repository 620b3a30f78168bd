/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ps only. */
#pragma once

#include "ps/ps.h"

extern KSPIN_LOCK PspLock; /* every process's thread list */

void PspDeleteThread(void *Object);

/* What ke makes its own threads with: see KePrepareThread and KeStartThread. */
KTHREAD *PspPrepareThread(void);
NTSTATUS PspStartThread(KTHREAD *Thread, PKSTART_ROUTINE Routine, void *Context);
