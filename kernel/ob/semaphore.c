/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Semaphore objects: ke's semaphore behind handles and names. */
#include "ob/obp.h"

/*
 * NtCreateSemaphore - creates a semaphore, or opens one of that name with OBJ_OPENIF.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER: not 0 <= Count <= Limit, or
 *          Limit not positive; OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; CreateSemaphore is built on it
 */
NTSTATUS NTAPI NtCreateSemaphore(HANDLE *SemaphoreHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LONG Count, LONG Limit)
{
    OB_NAME Name;
    void *Object;

    if (Limit <= 0 || Count < 0 || Count > Limit)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObpBeginCreate(SemaphoreHandle, ObjectAttributes, ExSemaphoreObjectType,
        sizeof(KSEMAPHORE), EX_CALLER, &Name, &Object);
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

/* KeReleaseSemaphore raises what a service returns. It does so with its lock dropped, so a guard
 * may catch it. */
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
 * Returns: SUCCESS; SEMAPHORE_LIMIT_EXCEEDED: the count is unchanged; INVALID_PARAMETER:
 *          ReleaseCount not positive; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          SEMAPHORE_MODIFY_STATE.
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
        Status = ObpReferenceFor(
            SemaphoreHandle, SEMAPHORE_MODIFY_STATE, ExSemaphoreObjectType, &Semaphore);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpReleaseSemaphore(Semaphore, ReleaseCount, &Previous);
    ObfDereferenceObject(Semaphore);
    return NT_SUCCESS(Status) ? ObpReturnLong(PreviousCount, Previous) : Status;
}

/*
 * NtQuerySemaphore - count and limit of a semaphore (class 0, SemaphoreBasicInformation).
 *
 * ReturnLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 * ACCESS_DENIED.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI NtQuerySemaphore(
    HANDLE SemaphoreHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    LONG Answer[2];
    void *Object;

    NTSTATUS Status = ObpBeginQuery(SemaphoreHandle, Class, Length, sizeof(Answer),
        SEMAPHORE_QUERY_STATE, ExSemaphoreObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Answer[0] = KeReadStateSemaphore(Object);
    Answer[1] = ((const KSEMAPHORE *)Object)->Limit;
    return ObpEndQuery(Object, Information, Answer, sizeof(Answer), ReturnLength);
}
