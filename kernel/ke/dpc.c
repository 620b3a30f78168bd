/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DPC queues and the threads that serve them. A queue's lock guards its lists; KDPC.DpcData tells
 * which queue a DPC is in and is taken by exchange, so that two processors cannot queue it both. A
 * DPC is out of its queue before its routine is called: the routine may queue it again, and its
 * memory is not touched afterwards.
 */
#include "ke/dpc.h"

#include "ke/kep.h"
#include "ke/processor.h"
#include "ke/timer.h"
#include "ke/turns.h"

#define KI_PROCESSORS 64u
#define KI_DPC_TARGETED 0x800u /* added to KDPC.Number: the processor was chosen */

enum { KI_DPC_ORDINARY, KI_DPC_THREADED, KI_DPC_LISTS };

typedef struct KI_DPC_LIST {
    SINGLE_LIST_ENTRY *First, *Last;
} KI_DPC_LIST;

typedef struct KI_DPC_QUEUE {
    KI_SERVER Server;
    ULONG Number;
    KSPIN_LOCK Lock;
    KI_DPC_LIST List[KI_DPC_LISTS];
} KI_DPC_QUEUE;

typedef struct KI_DPC_CALL {
    KDPC *Dpc;
    PKDEFERRED_ROUTINE Routine;
    void *Context, *Argument1, *Argument2;
} KI_DPC_CALL;

static KI_DPC_QUEUE KiDpcQueue[KI_PROCESSORS];
static _Atomic uint32_t KiDpcOrphans; /* queues whose thread could not be made */

KI_SERVER *KiDpcServer(ULONG Number)
{
    return &KiDpcQueue[Number].Server;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static KI_DPC_LIST *KiListOfDpc(KI_DPC_QUEUE *Queue, const KDPC *Dpc)
{
    return &Queue->List[Dpc->Type == ThreadedDpcObject ? KI_DPC_THREADED : KI_DPC_ORDINARY];
}

static void KiAppendDpc(KI_DPC_LIST *List, KDPC *Dpc)
{
    SINGLE_LIST_ENTRY *Entry = &Dpc->DpcListEntry;
    Entry->Next = NULL;
    if (List->First == NULL)
        List->First = Entry;
    else
        List->Last->Next = Entry;
    List->Last = Entry;
}

static void KiPrependDpc(KI_DPC_LIST *List, KDPC *Dpc)
{
    SINGLE_LIST_ENTRY *Entry = &Dpc->DpcListEntry;
    Entry->Next = List->First;
    if (List->First == NULL)
        List->Last = Entry;
    List->First = Entry;
}

static KDPC *KiPopDpc(KI_DPC_LIST *List)
{
    SINGLE_LIST_ENTRY *Entry = List->First;
    if (Entry == NULL)
        return NULL;
    List->First = Entry->Next;
    return CONTAINING_RECORD(Entry, KDPC, DpcListEntry);
}

static void KiUnlinkDpc(KI_DPC_LIST *List, KDPC *Dpc)
{
    SINGLE_LIST_ENTRY *Before = NULL, *Entry = List->First;
    while (Entry != NULL && Entry != &Dpc->DpcListEntry) {
        Before = Entry;
        Entry = Entry->Next;
    }
    if (Entry == NULL)
        return;
    if (Before == NULL)
        List->First = Entry->Next;
    else
        Before->Next = Entry->Next;
    if (List->Last == Entry)
        List->Last = Before;
}

/* ---- running --------------------------------------------------------------------------------- */

/* The next DPC of that list, already out of it; the IRQL is its routine's. FALSE: there is none,
 * the IRQL is PASSIVE_LEVEL. */
static BOOLEAN KiTakeNextDpc(KI_DPC_QUEUE *Queue, ULONG Which, KI_DPC_CALL *Call)
{
    KIRQL Old = KiAcquireLock(&Queue->Lock);
    KDPC *Dpc = KiPopDpc(&Queue->List[Which]);
    if (Dpc != NULL) {
        *Call = (KI_DPC_CALL){Dpc, Dpc->DeferredRoutine, Dpc->DeferredContext, Dpc->SystemArgument1,
            Dpc->SystemArgument2};
        KiOrderAfter(Dpc, NULL);
        __atomic_store_n(&Dpc->DpcData, NULL, __ATOMIC_RELEASE);
        if (Which == KI_DPC_ORDINARY)
            Old = DISPATCH_LEVEL;
    }
    KiReleaseLock(&Queue->Lock, Old);
    return Dpc != NULL;
}

static void KiCallDpc(const KI_DPC_CALL *Call, KIRQL Irql)
{
    KTHREAD *Thread = KiHostThread;
    Thread->ExecutingDpc = Irql == DISPATCH_LEVEL;
    Thread->DpcCalls++;
    Call->Routine(Call->Dpc, Call->Context, Call->Argument1, Call->Argument2);
    Thread->ExecutingDpc = FALSE;
    if (KiGetIrql() != Irql) {
        KeBlame((ULONG_PTR)Call->Routine);
        KeBugCheckEx(IRQL_UNEXPECTED_VALUE, (ULONG_PTR)KiGetIrql() << 16 | (ULONG_PTR)Irql << 8,
            (ULONG_PTR)Call->Routine, (ULONG_PTR)Call->Dpc, 0);
    }
    KiSetIrql(PASSIVE_LEVEL);
    if (KiStopped)
        KeLeaveKernel(STATUS_HOST_DOWN);
}

static void KiServeQueue(KI_DPC_QUEUE *Queue)
{
    KI_DPC_CALL Call;
    for (;;) {
        if (KiTakeNextDpc(Queue, KI_DPC_ORDINARY, &Call))
            KiCallDpc(&Call, DISPATCH_LEVEL);
        else if (KiTakeNextDpc(Queue, KI_DPC_THREADED, &Call))
            KiCallDpc(&Call, PASSIVE_LEVEL);
        else
            return;
    }
}

static ULONG64 KiServeDpcs(KI_SERVER *Server)
{
    KI_DPC_QUEUE *Queue = CONTAINING_RECORD(Server, KI_DPC_QUEUE, Server);
    KiSetProcessor(KeGetPcr(), Queue->Number);
    KiServeQueue(Queue);
    return KI_NEVER;
}

void KiServeOrphans(void)
{
    if (KiDpcOrphans == 0)
        return;
    for (ULONG Number = 0; Number < KI_PROCESSORS; Number++) {
        if (KiDpcQueue[Number].Server.State == KI_SERVER_HOPELESS)
            KiServeQueue(&KiDpcQueue[Number]);
    }
}

void KiCallDpcServer(KI_DPC_QUEUE *Queue)
{
    if (KiCallServer(&Queue->Server))
        return;
    KiDpcOrphans = 1;
    KiCallServer(&KiTimerServer);
}

void KiInitializeDpcs(void)
{
    for (ULONG Number = 0; Number < KI_PROCESSORS; Number++) {
        KiDpcQueue[Number] = (KI_DPC_QUEUE){.Number = Number};
        KiDpcQueue[Number].Server.Serve = KiServeDpcs;
    }
    KiDpcOrphans = 0;
}

/* ---- queueing -------------------------------------------------------------------------------- */

static KI_DPC_QUEUE *KiQueueForDpc(const KDPC *Dpc)
{
    ULONG Number = Dpc->Number;
    if (Number >= KI_DPC_TARGETED && Number - KI_DPC_TARGETED < KiProcessorCount)
        return &KiDpcQueue[Number - KI_DPC_TARGETED];
    return &KiDpcQueue[KeGetCurrentProcessorNumber() % KI_PROCESSORS];
}

BOOLEAN KiInsertDpc(KDPC *Dpc, void *SystemArgument1, void *SystemArgument2, KI_DPC_QUEUE **Result)
{
    KI_DPC_QUEUE *Queue = KiQueueForDpc(Dpc);
    void *Free = NULL;
    KIRQL Old = KiAcquireLock(&Queue->Lock);
    BOOLEAN Inserted = __atomic_compare_exchange_n(
        &Dpc->DpcData, &Free, Queue, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (Inserted) {
        KiOrderBefore(Dpc);
        Dpc->SystemArgument1 = SystemArgument1;
        Dpc->SystemArgument2 = SystemArgument2;
        if (Dpc->Importance == HighImportance)
            KiPrependDpc(KiListOfDpc(Queue, Dpc), Dpc);
        else
            KiAppendDpc(KiListOfDpc(Queue, Dpc), Dpc);
        *Result = Queue;
    }
    KiReleaseLock(&Queue->Lock, Old);
    return Inserted;
}

static void KiPrepareDpc(KDPC *Dpc, KOBJECTS Type, PKDEFERRED_ROUTINE Routine, void *Context)
{
    Dpc->TargetInfoAsUlong = 0;
    Dpc->Type = (UCHAR)Type;
    Dpc->Importance = MediumImportance;
    Dpc->DeferredRoutine = Routine;
    Dpc->DeferredContext = Context;
    Dpc->DpcData = NULL;
}

/*
 * KeInitializeDpc - prepare a DPC in the caller's non-paged memory: of medium importance, for no
 * processor in particular.
 * IRQL: any. Source: DOC wdm/KeInitializeDpc; OBS tests/kernel/ke/KeInitializeDpc.c
 */
void NTAPI KeInitializeDpc(KDPC *Dpc, PKDEFERRED_ROUTINE DeferredRoutine, void *DeferredContext)
{
    KiPrepareDpc(Dpc, DpcObject, DeferredRoutine, DeferredContext);
}

/*
 * KeInitializeThreadedDpc - the same for a routine that runs at PASSIVE_LEVEL, behind ordinary
 * DPCs, and must not wait.
 * IRQL: any. Source: DOC wdm/KeInitializeThreadedDpc; OBS tests/kernel/ke/KeInitializeThreadedDpc.c
 */
void NTAPI KeInitializeThreadedDpc(
    KDPC *Dpc, PKDEFERRED_ROUTINE DeferredRoutine, void *DeferredContext)
{
    KiPrepareDpc(Dpc, ThreadedDpcObject, DeferredRoutine, DeferredContext);
}

/*
 * KeInsertQueueDpc - have the DPC's routine called on its processor, or on the current one if none
 * was chosen: behind the DPCs there, with HighImportance before them. It may run before this
 * returns, on another thread, whatever the caller's IRQL.
 *
 * IRQL:    any
 * Returns: FALSE: it is in a queue already; the arguments are not taken.
 * Bugcheck IRQL_UNEXPECTED_VALUE (0xC8): the routine came back at another IRQL.
 * Source:  DOC wdm/KeInsertQueueDpc; OBS tests/kernel/ke/KeInsertQueueDpc.c; INF the bugcheck
 */
BOOLEAN NTAPI KeInsertQueueDpc(KDPC *Dpc, void *SystemArgument1, void *SystemArgument2)
{
    KI_DPC_QUEUE *Queue;
    if (!KiInsertDpc(Dpc, SystemArgument1, SystemArgument2, &Queue))
        return FALSE;
    KiCallDpcServer(Queue);
    return TRUE;
}

/*
 * KeRemoveQueueDpc - take a DPC back whose routine has not been called yet. A routine that runs
 * goes on running.
 * IRQL: any. Returns: FALSE: it was in no queue. Source: DOC wdm/KeRemoveQueueDpc; OBS
 * tests/kernel/ke/KeRemoveQueueDpc.c
 */
BOOLEAN NTAPI KeRemoveQueueDpc(KDPC *Dpc)
{
    KI_DPC_QUEUE *Queue;
    while ((Queue = __atomic_load_n(&Dpc->DpcData, __ATOMIC_ACQUIRE)) != NULL) {
        KIRQL Old = KiAcquireLock(&Queue->Lock);
        BOOLEAN Removed = __atomic_load_n(&Dpc->DpcData, __ATOMIC_RELAXED) == Queue;
        if (Removed) {
            KiUnlinkDpc(KiListOfDpc(Queue, Dpc), Dpc);
            __atomic_store_n(&Dpc->DpcData, NULL, __ATOMIC_RELEASE);
        }
        KiReleaseLock(&Queue->Lock, Old);
        if (Removed)
            return TRUE;
    }
    return FALSE;
}

/*
 * KeSetImportanceDpc - where it is put in a queue from now on. Only HighImportance makes a
 * difference here.
 * IRQL: any. Source: DOC wdm/KeSetImportanceDpc; OBS tests/kernel/ke/KeSetImportanceDpc.c
 */
void NTAPI KeSetImportanceDpc(KDPC *Dpc, KDPC_IMPORTANCE Importance)
{
    Dpc->Importance = (UCHAR)Importance;
}

/*
 * KeSetTargetProcessorDpc - the processor it runs on from the next time it is queued. A number
 * there is no processor for counts as no choice. IRQL: any. Source: DOC
 * wdm/KeSetTargetProcessorDpc; OBS tests/kernel/ke/KeSetTargetProcessorDpc.c; INF bad numbers
 */
void NTAPI KeSetTargetProcessorDpc(KDPC *Dpc, CCHAR Number)
{
    Dpc->Number = (USHORT)(KI_DPC_TARGETED + (UCHAR)Number);
}

/*
 * KeSetTargetProcessorDpcEx - the same by group and number; there is one group.
 * IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: no such processor. Source: DOC
 * wdm/KeSetTargetProcessorDpcEx; OBS tests/kernel/ke/KeSetTargetProcessorDpcEx.c
 */
NTSTATUS NTAPI KeSetTargetProcessorDpcEx(KDPC *Dpc, PROCESSOR_NUMBER *ProcNumber)
{
    if (ProcNumber->Group != 0 || ProcNumber->Reserved != 0 ||
        ProcNumber->Number >= KiProcessorCount)
        return STATUS_INVALID_PARAMETER;
    Dpc->Number = (USHORT)(KI_DPC_TARGETED + ProcNumber->Number);
    return STATUS_SUCCESS;
}

/* KeIsExecutingDpc - nonzero in a DPC routine at DISPATCH_LEVEL. IRQL: up to DISPATCH_LEVEL.
 * Source: INF from its name. */
LOGICAL NTAPI KeIsExecutingDpc(void)
{
    return KiHostThread->ExecutingDpc;
}

/* ---- waiting for them, and taking them away -------------------------------------------------- */

static void NTAPI KiPassBarrier(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    KeSetEvent(Context, 0, FALSE);
}

/* A DPC at the end of the queue; once it has run, those before it have. */
static void KiFlushQueue(KI_DPC_QUEUE *Queue, KOBJECTS Type)
{
    KDPC Barrier;
    KEVENT Passed;
    KeInitializeEvent(&Passed, NotificationEvent, FALSE);
    KiPrepareDpc(&Barrier, Type, KiPassBarrier, &Passed);
    Barrier.Number = (USHORT)(KI_DPC_TARGETED + Queue->Number);
    KeInsertQueueDpc(&Barrier, NULL, NULL);
    KeWaitForSingleObject(&Passed, Executive, KernelMode, FALSE, NULL);
}

/*
 * KeFlushQueuedDpcs - wait until all DPCs that are in a queue now, on any processor, have run and
 * returned.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/KeFlushQueuedDpcs; OBS tests/kernel/ke/KeFlushQueuedDpcs.c
 */
void NTAPI KeFlushQueuedDpcs(void)
{
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        KI_DPC_QUEUE *Queue = &KiDpcQueue[Number];
        KIRQL Old = KiAcquireLock(&Queue->Lock);
        BOOLEAN Unused = Queue->Server.State == KI_SERVER_NONE &&
            Queue->List[KI_DPC_ORDINARY].First == NULL &&
            Queue->List[KI_DPC_THREADED].First == NULL;
        KiReleaseLock(&Queue->Lock, Old);
        if (Unused)
            continue;
        KiFlushQueue(Queue, DpcObject);
        KiFlushQueue(Queue, ThreadedDpcObject);
    }
}

static BOOLEAN KiTakeDpcFrom(
    KI_DPC_QUEUE *Queue, ULONG_PTR Start, SIZE_T SizeBytes, KDPC **Found, ULONG_PTR *Routine)
{
    KDPC *Dpc = NULL;
    KIRQL Old = KiAcquireLock(&Queue->Lock);
    for (ULONG Which = 0; Which < KI_DPC_LISTS && Dpc == NULL; Which++) {
        for (SINGLE_LIST_ENTRY *Entry = Queue->List[Which].First; Entry != NULL && Dpc == NULL;
             Entry = Entry->Next) {
            Dpc = CONTAINING_RECORD(Entry, KDPC, DpcListEntry);
            if ((ULONG_PTR)Dpc - Start >= SizeBytes &&
                (ULONG_PTR)Dpc->DeferredRoutine - Start >= SizeBytes)
                Dpc = NULL;
        }
    }
    if (Dpc != NULL) {
        *Found = Dpc;
        *Routine = (ULONG_PTR)Dpc->DeferredRoutine;
        KiUnlinkDpc(KiListOfDpc(Queue, Dpc), Dpc);
        __atomic_store_n(&Dpc->DpcData, NULL, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&Queue->Lock, Old);
    return Dpc != NULL;
}

BOOLEAN KeTakeDpc(ULONG_PTR Start, SIZE_T SizeBytes, KDPC **Dpc, ULONG_PTR *Routine)
{
    for (ULONG Number = 0; Number < KI_PROCESSORS; Number++) {
        if (KiTakeDpcFrom(&KiDpcQueue[Number], Start, SizeBytes, Dpc, Routine))
            return TRUE;
    }
    return FALSE;
}
