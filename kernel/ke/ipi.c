/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Work on all processors at once. An interprocessor call has a thread for each processor but the
 * caller's, of its own, so that whoever holds a processor's DPC thread does not keep it from
 * coming; all begin together, as routines wait for one another. One call at a time, of either kind.
 * A processor whose thread cannot be made, for lack of memory, is served by the caller, afterwards.
 */
#include <stdatomic.h>

#include "ke/dpc.h"
#include "ke/ipi.h"
#include "ke/kep.h"
#include "ke/processor.h"

#define KI_IPI_PROCESSORS 64u

typedef struct KI_IPI {
    KI_SERVER Server;
    ULONG Number;
    _Atomic uint32_t Called; /* there is a call for it */
} KI_IPI;

static KI_IPI KiIpi[KI_IPI_PROCESSORS];
static KSPIN_LOCK KiIpiLock;
static KI_IPI_ROUTINE *KiIpiRoutine;
static ULONG_PTR KiIpiArgument;
static _Atomic uint32_t KiIpiMissing; /* processors that have not come yet */
static _Atomic uint32_t KiIpiRunning; /* processors that have not returned yet */

static ULONG_PTR KiCallIpiRoutine(KIRQL Irql)
{
    ULONG_PTR Result = KiIpiRoutine(KiIpiArgument);
    if (KiGetIrql() != Irql)
        KeBugCheckEx(IRQL_UNEXPECTED_VALUE, (ULONG_PTR)KiGetIrql() << 16 | (ULONG_PTR)Irql << 8,
            (ULONG_PTR)KiIpiRoutine, KiIpiArgument, 0);
    return Result;
}

static void KiAwaitZero(_Atomic uint32_t *Count)
{
    for (unsigned Turn = 0; *Count != 0;)
        KiSpin(&Turn);
}

static ULONG64 KiServeIpi(KI_SERVER *Server)
{
    KI_IPI *Ipi = CONTAINING_RECORD(Server, KI_IPI, Server);
    if (atomic_exchange(&Ipi->Called, 0) == 0)
        return ~(ULONG64)0;
    KiSetProcessor(KeGetPcr(), Ipi->Number);
    KIRQL Old = KfRaiseIrql(IPI_LEVEL);
    KiIpiMissing--;
    KiAwaitZero(&KiIpiMissing);
    KiCallIpiRoutine(IPI_LEVEL);
    KfLowerIrql(Old);
    KiIpiRunning--;
    return ~(ULONG64)0;
}

KI_SERVER *KiIpiServer(ULONG Number)
{
    return &KiIpi[Number].Server;
}

void KiResetIpis(void)
{
    for (ULONG Number = 0; Number < KI_IPI_PROCESSORS; Number++)
        KiIpi[Number] = (KI_IPI){.Server.Serve = KiServeIpi, .Number = Number};
    KiIpiLock = 0;
    KiIpiMissing = KiIpiRunning = 0;
}

/* Calls the other processors; a bit for each that cannot come. */
static KAFFINITY KiCallProcessors(ULONG Self)
{
    KAFFINITY Absent = 0;
    KiIpiMissing = KiIpiRunning = KiProcessorCount; /* the caller counts: nobody begins before it */
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        if (Number == Self)
            continue;
        KiIpi[Number].Called = 1;
        if (KiCallServer(&KiIpi[Number].Server))
            continue;
        Absent |= (KAFFINITY)1 << Number;
        KiIpiMissing--;
        KiIpiRunning--;
    }
    return Absent;
}

/*
 * KeIpiGenericCall - call a routine on all processors at the same time, at IPI_LEVEL.
 *
 * BroadcastFunction: must not wait, but for the others. Context: its argument.
 * IRQL:    below IPI_LEVEL.
 * Returns: what the caller's own call of it returned.
 * Source:  DOC wdm/KeIpiGenericCall; OBS tests/kernel/ke/KeIpiGenericCall.c
 */
ULONG_PTR NTAPI KeIpiGenericCall(KI_IPI_ROUTINE *BroadcastFunction, ULONG_PTR Context)
{
    const ULONG Self = KeGetCurrentProcessorNumber();
    KIRQL Old = KfRaiseIrql(IPI_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&KiIpiLock);
    KiIpiRoutine = BroadcastFunction;
    KiIpiArgument = Context;
    KAFFINITY Absent = KiCallProcessors(Self);
    KiIpiMissing--;
    KiAwaitZero(&KiIpiMissing);
    const ULONG_PTR Result = KiCallIpiRoutine(IPI_LEVEL);
    KiIpiRunning--;
    KiAwaitZero(&KiIpiRunning);
    for (; Absent != 0; Absent &= Absent - 1) {
        KiSetProcessor(KeGetPcr(), (ULONG)__builtin_ctzll(Absent));
        KiCallIpiRoutine(IPI_LEVEL);
        KiSetProcessor(KeGetPcr(), Self);
    }
    KeReleaseSpinLockFromDpcLevel(&KiIpiLock);
    KfLowerIrql(Old);
    return Result;
}

/* ---- generic DPCs ---------------------------------------------------------------------------- */

/* Where processors wait for one another; any number of times. */
typedef struct KI_BARRIER {
    _Atomic uint32_t Arrived, Round;
} KI_BARRIER;

static KDPC KiGenericDpc[KI_IPI_PROCESSORS];
static KSPIN_LOCK KiGenericDpcLock;

/*
 * KeGenericCallDpc - have a DPC routine called on all processors, and wait until each has said that
 * it is done.
 *
 * Routine: gets Context, and two arguments for KeSignalCallDpcDone, which it must call, and
 * KeSignalCallDpcSynchronize.
 * IRQL:    up to APC_LEVEL.
 * Source:  INF ntifs.h, undocumented; OBS tests/kernel/ke/KeGenericCallDpc.c
 */
void NTAPI KeGenericCallDpc(PKDEFERRED_ROUTINE Routine, void *Context)
{
    _Atomic uint32_t Left = KiProcessorCount;
    KI_BARRIER Barrier = {0};
    unsigned Turn = 0;
    while (__atomic_exchange_n(&KiGenericDpcLock, 1, __ATOMIC_ACQUIRE) != 0)
        KiSpin(&Turn);
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        KeInitializeDpc(&KiGenericDpc[Number], Routine, Context);
        KeSetImportanceDpc(&KiGenericDpc[Number], HighImportance);
        KeSetTargetProcessorDpc(&KiGenericDpc[Number], (CCHAR)Number);
        KeInsertQueueDpc(&KiGenericDpc[Number], &Left, &Barrier);
    }
    KiAwaitZero(&Left);
    __atomic_store_n(&KiGenericDpcLock, 0, __ATOMIC_RELEASE);
}

/* KeSignalCallDpcDone - this processor is done with the routine. IRQL: DISPATCH_LEVEL. Source: INF
 * ntifs.h; OBS. */
void NTAPI KeSignalCallDpcDone(void *SystemArgument1)
{
    atomic_fetch_sub((_Atomic uint32_t *)SystemArgument1, 1);
}

/*
 * KeSignalCallDpcSynchronize - wait until all processors have come here. TRUE on one of them.
 * IRQL: DISPATCH_LEVEL. Source: INF ntifs.h; OBS tests/kernel/ke/KeGenericCallDpc.c
 */
LOGICAL NTAPI KeSignalCallDpcSynchronize(void *SystemArgument2)
{
    KI_BARRIER *Barrier = SystemArgument2;
    const uint32_t Round = Barrier->Round;
    if (atomic_fetch_add(&Barrier->Arrived, 1) + 1 == KiProcessorCount) {
        Barrier->Arrived = 0;
        Barrier->Round = Round + 1;
        return TRUE;
    }
    for (unsigned Turn = 0; Barrier->Round == Round;)
        KiSpin(&Turn);
    return FALSE;
}
