/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What processes have used (accounting.c). */
#pragma once

#include "ps/ps.h"

void PspLeaveRunTime(ETHREAD *Thread); /* it ends; under PspLock, taken off its process's list */
ULONG64 PspRunTime(EPROCESS *Process); /* in 100 ns; IRQL: up to DISPATCH_LEVEL */

ULONG64 NTAPI PsQueryTotalCycleTimeProcess(EPROCESS *Process, ULONG64 *CycleTimeStamp);
BOOLEAN NTAPI PsIsDiskCountersEnabled(void);
void NTAPI PsUpdateDiskCounters(EPROCESS *Process, ULONG64 BytesRead, ULONG64 BytesWritten,
    ULONG ReadOperationCount, ULONG WriteOperationCount, ULONG FlushOperationCount);
