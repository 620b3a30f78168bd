/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Semaphore and mutant objects: ke's semaphore and mutex behind handles and names. */
#include "ke/mutant.h"
#include "ob/obp.h"

/* ---- semaphores ------------------------------------------------------------------------------ */

/*
 * NtCreateSemaphore - creates a semaphore, or opens one of that name with OBJ_OPENIF.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER: not 0 <= Count <= Limit, or Limit not positive;
 *          OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; CreateSemaphore is built on it
 */
NTSTATUS NTAPI NtCreateSemaphore(
    HANDLE *SemaphoreHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes, LONG Count, LONG Limit)
{
    OB_NAME Name;
    void *Object;

    if (Limit <= 0 || Count < 0 || Count > Limit)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObpBeginCreate(
        SemaphoreHandle, ObjectAttributes, ExSemaphoreObjectType, sizeof(KSEMAPHORE), EX_CALLER, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeSemaphore(Object, Count, Limit);
    return ObpEndCreate(SemaphoreHandle, DesiredAccess, &Name, Object);
}

/*
 * NtOpenSemaphore - opens a semaphore by name. IRQL, Returns, Owner: as NtOpenEvent.
 * Source:  INF: undocumented; OpenSemaphore is built on it
 */
NTSTATUS NTAPI NtOpenSemaphore(
    HANDLE *SemaphoreHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(SemaphoreHandle, DesiredAccess, ObjectAttributes, ExSemaphoreObjectType);
}

/* KeReleaseSemaphore raises what a service returns. It does so with its lock dropped, so a guard may catch it. */
static NTSTATUS ObpReleaseSemaphore(KSEMAPHORE *Semaphore, LONG Adjustment, LONG *Previous)
{
    KE_GUARD Guard;
    NTSTATUS Status = KE_TRY(&Guard);
    if (NT_SUCCESS(Status)) {
        *Previous = KeReleaseSemaphore(Semaphore, 1, Adjustment, FALSE);
        KeEndTry(&Guard);
    }
    return Status;
}

/*
 * NtReleaseSemaphore - adds ReleaseCount to a semaphore's count.
 *
 * PreviousCount: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SEMAPHORE_LIMIT_EXCEEDED: the count is unchanged; INVALID_PARAMETER: ReleaseCount not positive;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no SEMAPHORE_MODIFY_STATE.
 * Source:  INF: undocumented; ReleaseSemaphore is built on it
 */
NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount, LONG *PreviousCount)
{
    NTSTATUS Status = STATUS_SUCCESS;
    LONG Previous = 0;
    void *Semaphore;

    if (ReleaseCount <= 0)
        return STATUS_INVALID_PARAMETER;
    if (PreviousCount != NULL)
        Status = ObiProbeOutput(PreviousCount, sizeof(LONG), __alignof__(LONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(SemaphoreHandle, SEMAPHORE_MODIFY_STATE, ExSemaphoreObjectType, &Semaphore);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpReleaseSemaphore(Semaphore, ReleaseCount, &Previous);
    ObfDereferenceObject(Semaphore);
    return NT_SUCCESS(Status) ? ObpReturnLong(PreviousCount, Previous) : Status;
}

/* ---- mutants --------------------------------------------------------------------------------- */

/*
 * NtCreateMutant - creates a mutant (the mutex of user mode), or opens one of that name with OBJ_OPENIF.
 *
 * InitialOwner: the calling thread owns a new one.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened, and not owned whatever InitialOwner says; OBJECT_NAME_COLLISION and
 *          the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; CreateMutex is built on it
 */
NTSTATUS NTAPI NtCreateMutant(
    HANDLE *MutantHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN InitialOwner)
{
    OB_NAME Name;
    void *Object;

    NTSTATUS Status = ObpBeginCreate(
        MutantHandle, ObjectAttributes, ExMutantObjectType, sizeof(KMUTANT), EX_CALLER, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeMutant(Object, InitialOwner);
    return ObpEndCreate(MutantHandle, DesiredAccess, &Name, Object);
}

/*
 * NtOpenMutant - opens a mutant by name. IRQL, Returns, Owner: as NtOpenEvent.
 * Source:  INF: undocumented; OpenMutex is built on it
 */
NTSTATUS NTAPI NtOpenMutant(HANDLE *MutantHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
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
 * NtReleaseMutant - gives back one level of a mutant's ownership. No access is asked for: only the owner can.
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
