/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Mutants: the same object as a mutex, but owning one does not disable kernel APCs, one may be
 * owned from the start, and one may be abandoned on behalf of its owner.
 */
#include "ke/kep.h"
#include "ke/mutant.h"

/*
 * KeInitializeMutant - prepares a mutant, owned by the calling thread with InitialOwner.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Source:  INF: undocumented; KeInitializeMutex is the documented special case
 */
void NTAPI KeInitializeMutant(KMUTANT *Mutant, BOOLEAN InitialOwner)
{
    KeInitializeMutex(Mutant, 0);
    Mutant->ApcDisable = 0;
    if (!InitialOwner)
        return;
    KTHREAD *Thread = KiCurrentThread();
    KIRQL Old = KiLockDispatcher();
    Mutant->Header.SignalState = 0;
    Mutant->OwnerThread = (PKTHREAD)Thread;
    InsertTailList(&Thread->MutantList, &Mutant->MutantListEntry);
    KiUnlockDispatcher(Old);
}

/*
 * KeReleaseMutant - gives back one level of ownership, or with Abandoned all of it, whoever owns
 * the mutant.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the state before: 1 less the levels owned.
 * Raises:  STATUS_MUTANT_NOT_OWNED, or STATUS_ABANDONED when it was abandoned, if the caller does
 *          not own it.
 * Source:  INF: undocumented; KeReleaseMutex is the documented special case
 */
LONG NTAPI KeReleaseMutant(KMUTANT *Mutant, KPRIORITY Increment, BOOLEAN Abandoned, BOOLEAN Wait)
{
    UNREFERENCED_PARAMETER(Increment);
    if (!Abandoned)
        return KeReleaseMutex(Mutant, Wait);
    KIRQL Old = KiLockDispatcher();
    LONG Previous = Mutant->Header.SignalState;
    if (Mutant->OwnerThread != NULL)
        KiReleaseMutantLocked(Mutant, (KTHREAD *)Mutant->OwnerThread, TRUE);
    KiEndSignal(Wait, Old);
    return Previous;
}

/* KeReadStateMutant - 1 when free. IRQL: any. Source: INF: as KeReadStateMutex. */
LONG NTAPI KeReadStateMutant(KMUTANT *Mutant)
{
    return KeReadStateMutex(Mutant);
}
