/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waiting on handles: the objects of waitable types are or contain a dispatcher object; the wait
 * itself is ke's. A handle must grant SYNCHRONIZE.
 */
#include "ob/obp.h"

static NTSTATUS ObpReferenceWaitable(HANDLE Handle, void **Object, void **Dispatcher)
{
    NTSTATUS Status = ObpReferenceFor(Handle, SYNCHRONIZE, NULL, Object);
    if (!NT_SUCCESS(Status))
        return Status;
    const OBJECT_TYPE *Type = ObiGetType(*Object);
    if (!Type->Waitable) {
        ObfDereferenceObject(*Object);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    *Dispatcher = (UCHAR *)*Object + Type->WaitOffset;
    return STATUS_SUCCESS;
}

/* *Timeout: NULL stays NULL, otherwise it is made to point at Copy. */
static NTSTATUS ObpCaptureTimeout(LARGE_INTEGER **Timeout, LARGE_INTEGER *Copy)
{
    if (*Timeout == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = ObiReadCaller(Copy, *Timeout, sizeof(*Copy), KiPreviousMode());
    *Timeout = Copy;
    return Status;
}

/*
 * NtWaitForSingleObject - waits until an object is signalled.
 *
 * Timeout: optional; 100 ns units, negative relative, positive absolute, zero polls.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, TIMEOUT, ALERTED, USER_APC, ABANDONED_WAIT_0; INVALID_HANDLE, ACCESS_DENIED,
 *          OBJECT_TYPE_MISMATCH: nothing to wait on.
 * Source:  DOC ntifs/ZwWaitForSingleObject
 */
NTSTATUS NTAPI NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    LARGE_INTEGER Copy;
    void *Object, *Dispatcher;

    NTSTATUS Status = ObpCaptureTimeout(&Timeout, &Copy);
    if (NT_SUCCESS(Status))
        Status = ObpReferenceWaitable(Handle, &Object, &Dispatcher);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = KeWaitForSingleObject(Dispatcher, UserRequest, KiPreviousMode(), Alertable, Timeout);
    ObfDereferenceObject(Object);
    return Status;
}

static NTSTATUS ObpReferenceAll(ULONG Count, const HANDLE *Handle, WAIT_TYPE WaitType,
    void **Object, void **Dispatcher, ULONG *Referenced)
{
    for (*Referenced = 0; *Referenced < Count; ++*Referenced) {
        ULONG Index = *Referenced;
        NTSTATUS Status = ObpReferenceWaitable(Handle[Index], &Object[Index], &Dispatcher[Index]);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    /* One object cannot be taken twice at the same moment. */
    for (ULONG First = 0; WaitType == WaitAll && First < Count; First++) {
        for (ULONG Second = First + 1; Second < Count; Second++) {
            if (Object[First] == Object[Second])
                return STATUS_INVALID_PARAMETER_MIX;
        }
    }
    return STATUS_SUCCESS;
}

/*
 * NtWaitForMultipleObjects - waits until one or all of up to 64 objects are signalled.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: index of the object (WaitAny), SUCCESS (WaitAll), ABANDONED_WAIT_0 + index, TIMEOUT,
 *          ALERTED, USER_APC; INVALID_PARAMETER_1: Count; INVALID_PARAMETER_3: WaitType;
 *          INVALID_PARAMETER_MIX: WaitAll with an object twice; INVALID_HANDLE, ACCESS_DENIED,
 *          OBJECT_TYPE_MISMATCH.
 * Source:  DOC ntifs/ZwWaitForMultipleObjects; statuses INF: WaitForMultipleObjects' errors
 */
NTSTATUS NTAPI NtWaitForMultipleObjects(
    ULONG Count, HANDLE *Handles, WAIT_TYPE WaitType, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    HANDLE Handle[MAXIMUM_WAIT_OBJECTS];
    void *Object[MAXIMUM_WAIT_OBJECTS], *Dispatcher[MAXIMUM_WAIT_OBJECTS];
    KWAIT_BLOCK Block[MAXIMUM_WAIT_OBJECTS];
    KPROCESSOR_MODE Mode = KiPreviousMode();
    LARGE_INTEGER Copy;
    ULONG Referenced;

    if (Count == 0 || Count > MAXIMUM_WAIT_OBJECTS)
        return STATUS_INVALID_PARAMETER_1;
    if (WaitType != WaitAll && WaitType != WaitAny)
        return STATUS_INVALID_PARAMETER_3;
    NTSTATUS Status = ObpCaptureTimeout(&Timeout, &Copy);
    if (NT_SUCCESS(Status))
        Status = ObiReadCaller(Handle, Handles, Count * sizeof(HANDLE), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpReferenceAll(Count, Handle, WaitType, Object, Dispatcher, &Referenced);
    if (NT_SUCCESS(Status))
        Status = KeWaitForMultipleObjects(
            Count, Dispatcher, WaitType, UserRequest, Mode, Alertable, Timeout, Block);
    while (Referenced != 0)
        ObfDereferenceObject(Object[--Referenced]);
    return Status;
}

/* ---- querying -------------------------------------------------------------------------------- */

NTSTATUS ObpBeginQuery(HANDLE Handle, ULONG Class, ULONG Length, ULONG Wanted, ACCESS_MASK Access,
    OBJECT_TYPE *Type, void **Object)
{
    if (Class != 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Wanted)
        return STATUS_INFO_LENGTH_MISMATCH;
    return ObpReferenceFor(Handle, Access, Type, Object);
}

NTSTATUS ObpEndQuery(
    void *Object, void *Information, const void *Answer, ULONG Bytes, ULONG *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ObfDereferenceObject(Object);
    NTSTATUS Status = ObiWriteCaller(Information, Answer, Bytes, Mode);
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    return Status;
}

/* ---- signal and wait ------------------------------------------------------------------------- */

/* Sets an event, gives back a mutant, adds one to a semaphore, by handle; access is asked for as by
 * the services for that. */
static NTSTATUS ObpSignal(HANDLE Handle)
{
    void *Object;
    NTSTATUS Status = ObpReferenceFor(Handle, 0, NULL, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    const OBJECT_TYPE *Type = ObiGetType(Object);
    ObfDereferenceObject(Object);
    if (Type == ExEventObjectType)
        return NtSetEvent(Handle, NULL);
    if (Type == ExMutantObjectType)
        return NtReleaseMutant(Handle, NULL);
    return Type == ExSemaphoreObjectType ? NtReleaseSemaphore(Handle, 1, NULL)
                                         : STATUS_OBJECT_TYPE_MISMATCH;
}

/*
 * NtSignalAndWaitForSingleObject - signals one object and waits for another. Others may run between
 * the two.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtWaitForSingleObject; as NtSetEvent, NtReleaseMutant, NtReleaseSemaphore: nothing is
 *          waited for then. OBJECT_TYPE_MISMATCH: no event, mutant or semaphore to signal.
 * Source:  DOC SignalObjectAndWait, which is built on it
 */
NTSTATUS NTAPI NtSignalAndWaitForSingleObject(
    HANDLE ObjectToSignal, HANDLE ObjectToWaitOn, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    LARGE_INTEGER Copy;
    void *Object, *Dispatcher;

    NTSTATUS Status = ObpCaptureTimeout(&Timeout, &Copy);
    if (NT_SUCCESS(Status))
        Status = ObpReferenceWaitable(ObjectToWaitOn, &Object, &Dispatcher);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpSignal(ObjectToSignal);
    if (NT_SUCCESS(Status))
        Status = KeWaitForSingleObject(
            Dispatcher, UserRequest, KiPreviousMode(), Alertable, Timeout);
    ObfDereferenceObject(Object);
    return Status;
}

/*
 * NtDelayExecution - suspends the thread for a time.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, ALERTED, USER_APC; ACCESS_VIOLATION.
 * Source:  INF: undocumented; SleepEx is built on it
 */
NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, LARGE_INTEGER *Interval)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    LARGE_INTEGER Copy;
    NTSTATUS Status = ObiReadCaller(&Copy, Interval, sizeof(Copy), Mode);
    return NT_SUCCESS(Status) ? KeDelayExecutionThread(Mode, Alertable, &Copy) : Status;
}
