/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What processes have used: time on processors, which is that of their threads, and what file
 * systems charge them for. Threads that have ended leave theirs in the process, under PspLock.
 */
#include "ke/runtime.h"
#include "ps/accounting.h"
#include "ps/psp.h"

void PspLeaveRunTime(ETHREAD *Thread)
{
    Thread->Owner->RunTime100ns += KiRunTime(&Thread->Tcb);
}

ULONG64 PspRunTime(EPROCESS *Process)
{
    KIRQL Old = KiAcquireLock(&PspLock);
    ULONG64 Total = Process->RunTime100ns;
    for (LIST_ENTRY *At = Process->ThreadList.Flink; At != &Process->ThreadList; At = At->Flink)
        Total += KiRunTime(&CONTAINING_RECORD(At, ETHREAD, ProcessLink)->Tcb);
    KiReleaseLock(&PspLock, Old);
    return Total;
}

/*
 * PsQueryTotalCycleTimeProcess - the cycles a process's threads have run for, those that have ended
 * among them, and the cycle counter at the time of the answer.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk/PsQueryTotalCycleTimeProcess; OBS
 * tests/kernel/ps/PsQueryTotalCycleTimeProcess.c
 */
ULONG64 NTAPI PsQueryTotalCycleTimeProcess(EPROCESS *Process, ULONG64 *CycleTimeStamp)
{
    const ULONG64 Cycles = KiCyclesOf(PspRunTime(Process));
    *CycleTimeStamp = host_counter();
    return Cycles;
}

/* PsIsDiskCountersEnabled - FALSE: nobody counts. IRQL: any. Source: DOC ntddk; OBS tests. */
BOOLEAN NTAPI PsIsDiskCountersEnabled(void)
{
    return FALSE;
}

/*
 * PsUpdateDiskCounters - charges a process for what was read and written for it. As on a Windows
 * where PsIsDiskCountersEnabled says that nobody counts, it changes nothing.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/PsUpdateDiskCounters; OBS
 * tests/kernel/ps/PsQueryTotalCycleTimeProcess.c
 */
void NTAPI PsUpdateDiskCounters(EPROCESS *Process, ULONG64 BytesRead, ULONG64 BytesWritten,
    ULONG ReadOperationCount, ULONG WriteOperationCount, ULONG FlushOperationCount)
{
    (void)Process, (void)BytesRead, (void)BytesWritten;
    (void)ReadOperationCount, (void)WriteOperationCount, (void)FlushOperationCount;
}
