/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Mutant objects, the mutexes of user mode: ke's mutant behind handles and names. A thread that
 * ends abandons those it owns. */
#include "ke/mutant.h"
#include "ob/obp.h"

/*
 * NtCreateMutant - creates a mutant (the mutex of user mode), or opens one of that name with
 * OBJ_OPENIF.
 *
 * InitialOwner: the calling thread owns a new one.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened, and not owned whatever InitialOwner says;
 *          OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; CreateMutex is built on it
 */
NTSTATUS NTAPI NtCreateMutant(HANDLE *MutantHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN InitialOwner)
{
    OB_NAME Name;
    void *Object;

    NTSTATUS Status = ObpBeginCreate(MutantHandle, ObjectAttributes, ExMutantObjectType,
        sizeof(KMUTANT), EX_CALLER, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeMutant(Object, InitialOwner);
    return ObpEndCreate(MutantHandle, DesiredAccess, &Name, Object);
}

/*
 * NtOpenMutant - opens a mutant by name. IRQL, Returns, Owner: as NtOpenEvent.
 * Source:  INF: undocumented; OpenMutex is built on it
 */
NTSTATUS NTAPI NtOpenMutant(
    HANDLE *MutantHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(MutantHandle, DesiredAccess, ObjectAttributes, ExMutantObjectType);
}

static NTSTATUS ObpReleaseMutant(KMUTANT *Mutant, LONG *Previous)
{
    KE_GUARD Guard;
    NTSTATUS Status = KE_TRY(&Guard);
    if (NT_SUCCESS(Status)) {
        *Previous = KeReleaseMutant(Mutant, 1, FALSE, FALSE);
        KeEndTry(&Guard);
    }
    return Status;
}

/*
 * NtReleaseMutant - gives back one level of a mutant's ownership. No access is asked for: only the
 * owner can.
 *
 * PreviousCount: optional; 1 less the levels owned before.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; MUTANT_NOT_OWNED; INVALID_HANDLE, OBJECT_TYPE_MISMATCH.
 * Source:  INF: undocumented; ReleaseMutex is built on it
 */
NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, LONG *PreviousCount)
{
    NTSTATUS Status = STATUS_SUCCESS;
    LONG Previous = 0;
    void *Mutant;

    if (PreviousCount != NULL)
        Status = ObiProbeOutput(PreviousCount, sizeof(LONG), __alignof__(LONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(MutantHandle, 0, ExMutantObjectType, &Mutant);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpReleaseMutant(Mutant, &Previous);
    ObfDereferenceObject(Mutant);
    return NT_SUCCESS(Status) ? ObpReturnLong(PreviousCount, Previous) : Status;
}

/*
 * NtQueryMutant - the state of a mutant (class 0, MutantBasicInformation): its count, whether the
 * calling thread owns it and whether its last owner abandoned it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQuerySemaphore.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI NtQueryMutant(
    HANDLE MutantHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    struct {
        LONG CurrentCount;
        BOOLEAN OwnedByCaller;
        BOOLEAN AbandonedState;
    } Answer = {0};
    void *Object;

    NTSTATUS Status = ObpBeginQuery(MutantHandle, Class, Length, sizeof(Answer), MUTANT_QUERY_STATE,
        ExMutantObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    const KMUTANT *Mutant = Object;
    Answer.CurrentCount = KeReadStateMutant(Object);
    Answer.OwnedByCaller = Mutant->OwnerThread == (PKTHREAD)KiCurrentThread();
    Answer.AbandonedState = Mutant->Abandoned;
    return ObpEndQuery(Object, Information, &Answer, sizeof(Answer), ReturnLength);
}
