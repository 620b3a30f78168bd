/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* fsrtl: waits on behalf of a request (wait.c), and work that needs another stack (overflow.c). */
#pragma once

#include "fsrtl/fsrtl.h"

void FsrtlpBeginWaiters(void);

/* ---- Exports --------------------------------------------------------------------------------- */

NTSTATUS NTAPI FsRtlCancellableWaitForSingleObject(PVOID Object, LARGE_INTEGER *Timeout, IRP *Irp);
NTSTATUS NTAPI FsRtlCancellableWaitForMultipleObjects(ULONG Count, PVOID ObjectArray[],
    WAIT_TYPE WaitType, LARGE_INTEGER *Timeout, KWAIT_BLOCK *WaitBlockArray, IRP *Irp);

typedef void NTAPI FSRTL_OVERFLOW_ROUTINE(PVOID Context, KEVENT *Event);
void NTAPI FsRtlPostStackOverflow(
    PVOID Context, KEVENT *Event, FSRTL_OVERFLOW_ROUTINE *StackOverflowRoutine);
void NTAPI FsRtlPostPagingFileStackOverflow(
    PVOID Context, KEVENT *Event, FSRTL_OVERFLOW_ROUTINE *StackOverflowRoutine);
