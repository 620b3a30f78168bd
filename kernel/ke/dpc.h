/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Deferred procedure calls. Each virtual processor has a queue and, from its first DPC on, a thread
 * that runs them one after the other at DISPATCH_LEVEL; threaded ones at PASSIVE_LEVEL, when no
 * other is waiting.
 */
#pragma once

#include "ke/server.h"

KI_SERVER *KiDpcServer(ULONG Number);
void KiInitializeDpcs(void);

/*
 * Queues a DPC without waking anybody: the caller calls KiCallDpcServer with what *Queue was set to
 * when it holds no lock any more.
 * FALSE: it was in a queue already.
 */
struct KI_DPC_QUEUE;
BOOLEAN KiInsertDpc(
    KDPC *Dpc, void *SystemArgument1, void *SystemArgument2, struct KI_DPC_QUEUE **Queue);
void KiCallDpcServer(struct KI_DPC_QUEUE *Queue);
/* Runs what is queued for processors that got no thread. On the timers' server. */
void KiServeOrphans(void);

/* Takes a DPC that lies in, or whose routine lies in, that memory out of its queue. FALSE: there is
 * none. */
BOOLEAN KeTakeDpc(ULONG_PTR Start, SIZE_T SizeBytes, KDPC **Dpc, ULONG_PTR *Routine);

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI KeInitializeDpc(KDPC *Dpc, PKDEFERRED_ROUTINE DeferredRoutine, void *DeferredContext);
void NTAPI KeInitializeThreadedDpc(
    KDPC *Dpc, PKDEFERRED_ROUTINE DeferredRoutine, void *DeferredContext);
BOOLEAN NTAPI KeInsertQueueDpc(KDPC *Dpc, void *SystemArgument1, void *SystemArgument2);
BOOLEAN NTAPI KeRemoveQueueDpc(KDPC *Dpc);
void NTAPI KeFlushQueuedDpcs(void);
void NTAPI KeSetImportanceDpc(KDPC *Dpc, KDPC_IMPORTANCE Importance);
void NTAPI KeSetTargetProcessorDpc(KDPC *Dpc, CCHAR Number);
NTSTATUS NTAPI KeSetTargetProcessorDpcEx(KDPC *Dpc, PROCESSOR_NUMBER *ProcNumber);
LOGICAL NTAPI KeIsExecutingDpc(void);
