/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Event objects: a KEVENT with a header, so that a driver that references one by handle may use it
 * as its own. Also the creation of the dispatcher object types.
 */
#include "ke/mutant.h"
#include "ke/zw.h"
#include "ob/obp.h"

#define OBP_TAG_EVENT 0x6e657645u /* 'Even' */
#define OBP_TAG_SEMAPHORE 0x616d6553u /* 'Sema' */
#define OBP_TAG_MUTANT 0x6174754du /* 'Muta' */

#define OBP_EVENT_INCREMENT 1

OBJECT_TYPE *ExEventObjectType, *ExSemaphoreObjectType, *ExMutantObjectType;

static void ObpDeleteMutant(void *Object)
{
    KMUTANT *Mutant = Object;
    /* Its owner never released it; it must not stay in that thread's list. */
    if (Mutant->OwnerThread != NULL)
        KeReleaseMutant(Mutant, 0, TRUE, FALSE);
}

NTSTATUS ObpCreateDispatcherTypes(void)
{
    static const OBJECT_TYPE Event = {
        .GenericMapping = {STANDARD_RIGHTS_READ | EVENT_QUERY_STATE,
            STANDARD_RIGHTS_WRITE | EVENT_MODIFY_STATE, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            EVENT_ALL_ACCESS},
        .ValidAccess = EVENT_ALL_ACCESS,
        .PoolTag = OBP_TAG_EVENT,
        .Waitable = TRUE,
    };
    static const OBJECT_TYPE Semaphore = {
        .GenericMapping = {STANDARD_RIGHTS_READ | SEMAPHORE_QUERY_STATE,
            STANDARD_RIGHTS_WRITE | SEMAPHORE_MODIFY_STATE, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            SEMAPHORE_ALL_ACCESS},
        .ValidAccess = SEMAPHORE_ALL_ACCESS,
        .PoolTag = OBP_TAG_SEMAPHORE,
        .Waitable = TRUE,
    };
    static const OBJECT_TYPE Mutant = {
        .Procedures = {.Delete = ObpDeleteMutant},
        .GenericMapping = {STANDARD_RIGHTS_READ | MUTANT_QUERY_STATE, STANDARD_RIGHTS_WRITE,
            STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, MUTANT_ALL_ACCESS},
        .ValidAccess = MUTANT_ALL_ACCESS,
        .PoolTag = OBP_TAG_MUTANT,
        .Waitable = TRUE,
    };
    NTSTATUS Status = ObiCreateType("Event", &Event, &ExEventObjectType);
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("Semaphore", &Semaphore, &ExSemaphoreObjectType);
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("Mutant", &Mutant, &ExMutantObjectType);
    return NT_SUCCESS(Status) ? ObpCreateTimerType() : Status;
}

static NTSTATUS ObpCreateEvent(HANDLE *EventHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, EVENT_TYPE EventType, BOOLEAN InitialState, ULONG_PTR Site)
{
    OB_NAME Name;
    void *Object;

    if (EventType != NotificationEvent && EventType != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObpBeginCreate(
        EventHandle, ObjectAttributes, ExEventObjectType, sizeof(KEVENT), Site, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KeInitializeEvent(Object, EventType, InitialState);
    return ObpEndCreate(EventHandle, DesiredAccess, &Name, Object);
}

/*
 * NtCreateEvent - creates an event, or opens one of that name with OBJ_OPENIF.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER: EventType; OBJECT_NAME_COLLISION
 *          and the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  DOC ntifs/ZwCreateEvent
 */
NTSTATUS NTAPI NtCreateEvent(HANDLE *EventHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, EVENT_TYPE EventType, BOOLEAN InitialState)
{
    return ObpCreateEvent(
        EventHandle, DesiredAccess, ObjectAttributes, EventType, InitialState, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateEvent(HANDLE *EventHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, EVENT_TYPE EventType, BOOLEAN InitialState)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(ObpCreateEvent(
        EventHandle, DesiredAccess, ObjectAttributes, EventType, InitialState, Site));
}

/*
 * NtOpenEvent - opens an event by name.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, OBJECT_TYPE_MISMATCH and the statuses of a bad path;
 * ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  DOC wdm/ZwOpenEvent
 */
NTSTATUS NTAPI NtOpenEvent(
    HANDLE *EventHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(EventHandle, DesiredAccess, ObjectAttributes, ExEventObjectType);
}

/* Changes an event through a handle; PreviousState is checked before anything happens. */
static NTSTATUS ObpChangeEvent(HANDLE Handle, LONG *PreviousState, LONG (*Change)(KEVENT *Event))
{
    NTSTATUS Status = STATUS_SUCCESS;
    void *Event;

    if (PreviousState != NULL)
        Status = ObiProbeOutput(PreviousState, sizeof(LONG), __alignof__(LONG), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(Handle, EVENT_MODIFY_STATE, ExEventObjectType, &Event);
    if (!NT_SUCCESS(Status))
        return Status;
    LONG Previous = Change(Event);
    ObfDereferenceObject(Event);
    return ObpReturnLong(PreviousState, Previous);
}

static LONG ObpSet(KEVENT *Event)
{
    return KeSetEvent(Event, OBP_EVENT_INCREMENT, FALSE);
}

static LONG ObpReset(KEVENT *Event)
{
    return KeResetEvent(Event);
}

static LONG ObpPulse(KEVENT *Event)
{
    return KePulseEvent(Event, OBP_EVENT_INCREMENT, FALSE);
}

/*
 * NtSetEvent - signals an event.
 *
 * PreviousState: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no EVENT_MODIFY_STATE.
 * Source:  DOC ntifs/ZwSetEvent
 */
NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ObpChangeEvent(EventHandle, PreviousState, ObpSet);
}

/*
 * NtResetEvent - clears an event and reports what it was. NtClearEvent does not report.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtSetEvent.
 * Source:  INF: undocumented; ResetEvent is built on it
 */
NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ObpChangeEvent(EventHandle, PreviousState, ObpReset);
}

NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle)
{
    return ObpChangeEvent(EventHandle, NULL, ObpReset);
}

/*
 * NtPulseEvent - releases those that wait now and leaves the event clear.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtSetEvent.
 * Source:  INF: undocumented; PulseEvent is built on it
 */
NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ObpChangeEvent(EventHandle, PreviousState, ObpPulse);
}

/*
 * NtQueryEvent - type and state of an event (class 0, EventBasicInformation).
 *
 * ReturnLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 * ACCESS_DENIED.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI NtQueryEvent(
    HANDLE EventHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    struct {
        LONG EventType;
        LONG EventState;
    } Answer;
    void *Object;

    NTSTATUS Status = ObpBeginQuery(
        EventHandle, Class, Length, sizeof(Answer), EVENT_QUERY_STATE, ExEventObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KEVENT *Event = Object;
    Answer.EventType =
        Event->Header.Type == EventNotificationObject ? NotificationEvent : SynchronizationEvent;
    Answer.EventState = KeReadStateEvent(Event);
    return ObpEndQuery(Object, Information, &Answer, sizeof(Answer), ReturnLength);
}

/*
 * The caller gets a pointer without a reference: it is good as long as the handle is open. The name
 * is found again by every driver that asks for it, whatever the process it is called in: hence a
 * kernel handle.
 */
static KEVENT *ObpCreateNamedEvent(
    UNICODE_STRING *EventName, HANDLE *EventHandle, EVENT_TYPE Type, ULONG_PTR Site)
{
    OBJECT_ATTRIBUTES Attributes;
    void *Event;

    InitializeObjectAttributes(&Attributes, EventName, OBJ_OPENIF | OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status =
        ZW_RUN(ObpCreateEvent(EventHandle, EVENT_ALL_ACCESS, &Attributes, Type, TRUE, Site));
    if (!NT_SUCCESS(Status))
        return NULL;
    Status = ObiReferenceByHandle(*EventHandle, ExEventObjectType, KernelMode, &Event, NULL);
    if (!NT_SUCCESS(Status)) {
        ZwClose(*EventHandle);
        return NULL;
    }
    ObfDereferenceObject(Event);
    return Event;
}

/*
 * IoCreateNotificationEvent - creates or opens a named notification event; a new one is signalled.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: the event, NULL: no such path, another type of that name, or out of memory.
 * Owner:   caller; ZwClose(*EventHandle) also ends the pointer.
 * Source:  DOC wdm/IoCreateNotificationEvent
 */
KEVENT *NTAPI IoCreateNotificationEvent(UNICODE_STRING *EventName, HANDLE *EventHandle)
{
    return ObpCreateNamedEvent(EventName, EventHandle, NotificationEvent, EX_CALLER);
}

/*
 * IoCreateSynchronizationEvent - the same with a synchronization event.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as IoCreateNotificationEvent.
 * Owner:   caller; ZwClose(*EventHandle) also ends the pointer.
 * Source:  DOC wdm/IoCreateSynchronizationEvent
 */
KEVENT *NTAPI IoCreateSynchronizationEvent(UNICODE_STRING *EventName, HANDLE *EventHandle)
{
    return ObpCreateNamedEvent(EventName, EventHandle, SynchronizationEvent, EX_CALLER);
}
