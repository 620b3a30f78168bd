/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who wants to be told of user sessions. This machine has one, which is there before drivers are
 * and changes in nothing, so that registrations are kept and no routine is called.
 * PnppContainerLock guards the list.
 */
#include "pnp/pnpp.h"

#define PNPP_SESSION_STATE 0 /* IoSessionStateNotification, IoSessionStateInformation */

/* IO_SESSION_STATE_NOTIFICATION */
typedef struct PNPP_SESSION_WANTED {
    ULONG Size;
    ULONG Flags;
    void *IoObject;
    ULONG EventMask;
    void *Context;
} PNPP_SESSION_WANTED;

/* IO_SESSION_STATE_INFORMATION */
typedef struct PNPP_SESSION_INFORMATION {
    ULONG SessionId;
    IO_SESSION_STATE SessionState;
    BOOLEAN LocalSession;
} PNPP_SESSION_INFORMATION;

typedef struct PNPP_CONTAINER {
    LIST_ENTRY Link;
    void *IoObject; /* referenced */
    void *Callback;
} PNPP_CONTAINER;

static KSPIN_LOCK PnppContainerLock;
static LIST_ENTRY PnppContainers;

void PnppInitializeContainers(void)
{
    PnppContainerLock = 0;
    InitializeListHead(&PnppContainers);
}

/* A file, a device or a driver. */
static BOOLEAN PnppReferenceIoObject(void *Object)
{
    OBJECT_TYPE *const Types[] = {IoiFileObjectType, IoiDeviceObjectType, IoiDriverObjectType};
    for (ULONG Index = 0; Object != NULL && Index < sizeof(Types) / sizeof(Types[0]); Index++) {
        if (NT_SUCCESS(ObReferenceObjectByPointer(Object, 0, Types[Index], KernelMode)))
            return TRUE;
    }
    return FALSE;
}

static BOOLEAN PnppGoodWanted(const PNPP_SESSION_WANTED *Wanted)
{
    return Wanted != NULL && Wanted->Size == sizeof(*Wanted) && Wanted->Flags == 0 &&
           Wanted->EventMask != 0 &&
           (Wanted->EventMask == IO_SESSION_STATE_ALL_EVENTS ||
               (Wanted->EventMask & ~(ULONG)IO_SESSION_STATE_VALID_EVENT_MASK) == 0);
}

static BOOLEAN PnppInsertContainer(PNPP_CONTAINER *Container)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&PnppContainerLock);
    for (LIST_ENTRY *Link = PnppContainers.Flink; Link != &PnppContainers && !Found;
         Link = Link->Flink) {
        const PNPP_CONTAINER *Other = CONTAINING_RECORD(Link, PNPP_CONTAINER, Link);
        Found = Other->IoObject == Container->IoObject && Other->Callback == Container->Callback;
    }
    if (!Found)
        InsertTailList(&PnppContainers, &Container->Link);
    KiReleaseLock(&PnppContainerLock, Old);
    return !Found;
}

/*
 * IoRegisterContainerNotification - be told when the state of user sessions changes that have to do
 * with an I/O object.
 *
 * NotificationClass: IoSessionStateNotification; NotificationInformation:
 * IO_SESSION_STATE_NOTIFICATION.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_1: another class; INVALID_PARAMETER_2: no routine (INF);
 *          INVALID_PARAMETER_3: what the structure says is wrong: its size, flags, events, or its
 *          object is no file, device or driver; INVALID_PARAMETER_4: the length; ALREADY_COMMITTED:
 *          that routine is registered for the object; INSUFFICIENT_RESOURCES.
 * Owner:   driver; IoUnregisterContainerNotification.
 * Source:  DOC wdm/IoRegisterContainerNotification;
 *          tests/kernel/pnp/IoRegisterContainerNotification.c
 */
NTSTATUS NTAPI IoRegisterContainerNotification(ULONG NotificationClass, void *CallbackFunction,
    void *NotificationInformation, ULONG NotificationInformationLength, void **CallbackRegistration)
{
    const PNPP_SESSION_WANTED *Wanted = NotificationInformation;
    if (NotificationClass != PNPP_SESSION_STATE)
        return STATUS_INVALID_PARAMETER_1;
    if (CallbackFunction == NULL)
        return STATUS_INVALID_PARAMETER_2;
    if (NotificationInformationLength != sizeof(*Wanted))
        return STATUS_INVALID_PARAMETER_4;
    if (!PnppGoodWanted(Wanted) || !PnppReferenceIoObject(Wanted->IoObject))
        return STATUS_INVALID_PARAMETER_3;
    PNPP_CONTAINER *Container =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Container), PNPP_TAG, EX_CALLER);
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    if (Container != NULL) {
        Container->IoObject = Wanted->IoObject;
        Container->Callback = CallbackFunction;
        Status = PnppInsertContainer(Container) ? STATUS_SUCCESS : STATUS_ALREADY_COMMITTED;
    }
    if (NT_SUCCESS(Status)) {
        *CallbackRegistration = Container;
        return Status;
    }
    if (Container != NULL)
        ExiFree(Container);
    ObfDereferenceObject(Wanted->IoObject);
    return Status;
}

/*
 * IoUnregisterContainerNotification - no more of that. IRQL: up to APC_LEVEL. Source: DOC wdm;
 * tests as above.
 */
void NTAPI IoUnregisterContainerNotification(void *CallbackRegistration)
{
    PNPP_CONTAINER *Container = CallbackRegistration;
    KIRQL Old = KiAcquireLock(&PnppContainerLock);
    RemoveEntryList(&Container->Link);
    KiReleaseLock(&PnppContainerLock, Old);
    ObfDereferenceObject(Container->IoObject);
    ExiFree(Container);
}

/*
 * IoGetContainerInformation - the state of the session whose object a notification routine was
 * given; none is ever given one.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: INVALID_PARAMETER_1: another class; INVALID_PARAMETER_4: the buffer is too small;
 *          INVALID_PARAMETER_2: no session's object.
 * Source:  DOC wdm/IoGetContainerInformation; tests as above.
 */
NTSTATUS NTAPI IoGetContainerInformation(
    ULONG InformationClass, void *ContainerObject, void *Buffer, ULONG BufferLength)
{
    (void)ContainerObject;
    if (InformationClass != PNPP_SESSION_STATE)
        return STATUS_INVALID_PARAMETER_1;
    if (Buffer == NULL || BufferLength < sizeof(PNPP_SESSION_INFORMATION))
        return STATUS_INVALID_PARAMETER_4;
    return STATUS_INVALID_PARAMETER_2;
}
