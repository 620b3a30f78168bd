/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Callback objects. A registration is a pool block of the driver that made it and holds the object.
 * The object's lock guards its list and the counts in it; routines are called without it, at the
 * caller's IRQL, and a registration that is in a call stays until the call has returned.
 */
#include "ob/callback.h"

#include "ob/obp.h"

#define OBP_TAG_CALLBACK 0x6C6C6143u     /* 'Call' */
#define OBP_TAG_REGISTRATION 0x72626C43u /* 'Clbr' */
#define OBP_CALLBACK_MODIFY_STATE 1u
#define OBP_CALLBACK_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | OBP_CALLBACK_MODIFY_STATE)

struct _CALLBACK_OBJECT {
    KSPIN_LOCK Lock;
    LIST_ENTRY Registrations;
    BOOLEAN AllowMultiple;
};

typedef struct OBP_REGISTRATION {
    LIST_ENTRY Link;
    CALLBACK_OBJECT *Object; /* referenced */
    PCALLBACK_FUNCTION Function;
    void *Context;
    ULONG Busy;     /* calls under way */
    KEVENT *Leave;  /* set when Busy has come down to 0; not NULL: no more calls */
} OBP_REGISTRATION;

static OBJECT_TYPE *ObpCallbackObjectType;

/* ---- objects --------------------------------------------------------------------------------- */

static NTSTATUS ObpMakeCallback(BOOLEAN AllowMultiple, ULONG_PTR Site, CALLBACK_OBJECT **Result)
{
    void *Object;
    NTSTATUS Status = ObiCreateObject(
        ObpCallbackObjectType, sizeof(CALLBACK_OBJECT), Site, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    *Result = Object;
    (*Result)->AllowMultiple = AllowMultiple;
    InitializeListHead(&(*Result)->Registrations);
    return STATUS_SUCCESS;
}

NTSTATUS ObpCreateCallbacks(void)
{
    static const OBJECT_TYPE Template = {
        .GenericMapping = {STANDARD_RIGHTS_READ, STANDARD_RIGHTS_WRITE | OBP_CALLBACK_MODIFY_STATE,
            STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, OBP_CALLBACK_ALL_ACCESS},
        .ValidAccess = OBP_CALLBACK_ALL_ACCESS,
        .PoolTag = OBP_TAG_CALLBACK,
    };
    static const UNICODE_STRING Path[] = {RTL_STRING(u"\\Callback\\SetSystemTime"),
        RTL_STRING(u"\\Callback\\PowerState"), RTL_STRING(u"\\Callback\\ProcessorAdd")};
    NTSTATUS Status = ObiCreateType("Callback", &Template, &ObpCallbackObjectType);
    for (unsigned Index = 0; NT_SUCCESS(Status) && Index < RTL_NUMBER_OF(Path); Index++) {
        CALLBACK_OBJECT *Object;
        Status = ObpMakeCallback(TRUE, EX_KERNEL_SITE, &Object);
        if (!NT_SUCCESS(Status))
            break;
        Status = ObiInsertName(Object, NULL, &Path[Index], OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
        ObfDereferenceObject(Object);
    }
    return Status;
}

/* A reference for a handle, which is closed. */
static NTSTATUS ObpTakeHandle(HANDLE Handle, void **Object)
{
    NTSTATUS Status = ObiReferenceByHandle(Handle, ObpCallbackObjectType, KernelMode, Object, NULL);
    ObCloseHandle(Handle, KernelMode);
    return Status;
}

static NTSTATUS ObpNewCallback(const OBJECT_ATTRIBUTES *Attributes, BOOLEAN AllowMultiple,
    ULONG_PTR Site, CALLBACK_OBJECT **Result)
{
    CALLBACK_OBJECT *Made;
    OB_NAME Name;
    HANDLE Handle;
    void *Object;
    NTSTATUS Status = ObiCaptureName(Attributes, KernelMode, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Name.Attributes |= OBJ_KERNEL_HANDLE;
    /* A permanent one is made to outlive its driver. */
    Status = ObpMakeCallback(
        AllowMultiple, Name.Attributes & OBJ_PERMANENT ? EX_KERNEL_SITE : Site, &Made);
    if (NT_SUCCESS(Status))
        Status = ObiInsertObject(Made, &Name, OBP_CALLBACK_ALL_ACCESS, KernelMode, &Handle);
    ObiReleaseName(&Name);
    if (NT_SUCCESS(Status))
        Status = ObpTakeHandle(Handle, &Object);
    if (NT_SUCCESS(Status))
        *Result = Object;
    return Status;
}

/*
 * ExCreateCallback - open a callback object by name, or create it.
 *
 * ObjectAttributes: its name, NULL for one without (then Create). Without OBJ_PERMANENT the name of
 *          a new one is gone when this returns. Create: if there is none. AllowMultipleCallbacks:
 *          of a new one: several routines may be registered.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND and the statuses of a bad path; OBJECT_TYPE_MISMATCH;
 *          UNSUCCESSFUL: neither a name nor Create; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ObDereferenceObject.
 * Source:  DOC wdm/ExCreateCallback; OBS tests/kernel/ex/ExCreateCallback.c; INF the lifetime of
 *          names
 */
NTSTATUS NTAPI ExCreateCallback(CALLBACK_OBJECT **CallbackObject,
    OBJECT_ATTRIBUTES *ObjectAttributes, BOOLEAN Create, BOOLEAN AllowMultipleCallbacks)
{
    ULONG_PTR Site = EX_CALLER;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    OBJECT_ATTRIBUTES Attributes = ObjectAttributes != NULL
        ? *ObjectAttributes
        : (OBJECT_ATTRIBUTES){.Length = sizeof(Attributes)};
    HANDLE Handle;
    void *Object;
    Attributes.Attributes |= OBJ_KERNEL_HANDLE;
    if (Attributes.ObjectName != NULL) {
        Status = ObiOpenByName(&Attributes, ObpCallbackObjectType, KernelMode, 0, NULL, &Handle);
        if (NT_SUCCESS(Status)) {
            Status = ObpTakeHandle(Handle, &Object);
            if (NT_SUCCESS(Status))
                *CallbackObject = Object;
            return Status;
        }
    }
    return Create ? ObpNewCallback(&Attributes, AllowMultipleCallbacks, Site, CallbackObject)
                  : Status;
}

/* ---- registrations --------------------------------------------------------------------------- */

/*
 * ExRegisterCallback - have a routine called by every ExNotifyCallback.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: NULL: no memory, or the object takes one routine only and has it.
 * Owner:   driver; ExUnregisterCallback, before it unloads.
 * Source:  DOC wdm/ExRegisterCallback; OBS tests/kernel/ex/ExRegisterCallback.c
 */
void *NTAPI ExRegisterCallback(
    CALLBACK_OBJECT *CallbackObject, PCALLBACK_FUNCTION CallbackFunction, void *CallbackContext)
{
    OBP_REGISTRATION *Made = ExiAllocateZero(
        NonPagedPool, sizeof(*Made), OBP_TAG_REGISTRATION, EX_CALLER);
    if (Made == NULL)
        return NULL;
    Made->Object = CallbackObject;
    Made->Function = CallbackFunction;
    Made->Context = CallbackContext;
    KIRQL Old = KiAcquireLock(&CallbackObject->Lock);
    BOOLEAN Allowed = CallbackObject->AllowMultiple || IsListEmpty(&CallbackObject->Registrations);
    if (Allowed) {
        ObiReference(CallbackObject);
        InsertTailList(&CallbackObject->Registrations, &Made->Link);
    }
    KiReleaseLock(&CallbackObject->Lock, Old);
    if (Allowed)
        return Made;
    ExiFree(Made);
    return NULL;
}

/*
 * ExUnregisterCallback - have it not called any more. Waits until calls that are under way have
 * returned: not for the routine itself.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExUnregisterCallback; OBS
 * tests/kernel/ex/ExUnregisterCallback.c
 */
void NTAPI ExUnregisterCallback(void *CallbackRegistration)
{
    OBP_REGISTRATION *Registration = CallbackRegistration;
    CALLBACK_OBJECT *Object = Registration->Object;
    KEVENT Left;
    KeInitializeEvent(&Left, NotificationEvent, FALSE);
    KIRQL Old = KiAcquireLock(&Object->Lock);
    Registration->Leave = &Left;
    BOOLEAN Busy = Registration->Busy != 0;
    if (!Busy)
        RemoveEntryList(&Registration->Link);
    KiReleaseLock(&Object->Lock, Old);
    if (Busy) {
        KeWaitForSingleObject(&Left, Executive, KernelMode, FALSE, NULL);
        Old = KiAcquireLock(&Object->Lock);
        RemoveEntryList(&Registration->Link);
        KiReleaseLock(&Object->Lock, Old);
    }
    ExiFree(Registration);
    ObfDereferenceObject(Object);
}

/*
 * ExNotifyCallback - call all routines, in the order they were registered, at the caller's IRQL.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/ExNotifyCallback; OBS
 * tests/kernel/ex/ExNotifyCallback.c
 */
void NTAPI ExNotifyCallback(void *CallbackObject, void *Argument1, void *Argument2)
{
    CALLBACK_OBJECT *Object = CallbackObject;
    if (Object == NULL)
        return;
    KIRQL Old = KiAcquireLock(&Object->Lock);
    for (LIST_ENTRY *Entry = Object->Registrations.Flink, *Next; Entry != &Object->Registrations;
         Entry = Next) {
        OBP_REGISTRATION *Registration = CONTAINING_RECORD(Entry, OBP_REGISTRATION, Link);
        if (Registration->Leave != NULL) {
            Next = Entry->Flink;
            continue;
        }
        Registration->Busy++;
        KiReleaseLock(&Object->Lock, Old);
        Registration->Function(Registration->Context, Argument1, Argument2);
        Old = KiAcquireLock(&Object->Lock);
        Next = Entry->Flink;
        if (--Registration->Busy == 0 && Registration->Leave != NULL)
            KeSetEvent(Registration->Leave, 0, FALSE);
    }
    KiReleaseLock(&Object->Lock, Old);
}

/* ---- what a driver left ---------------------------------------------------------------------- */

typedef struct OBP_CALLBACK_SEARCH {
    ULONG_PTR Start;
    SIZE_T SizeBytes;
    OBP_REGISTRATION *Found;
} OBP_CALLBACK_SEARCH;

static BOOLEAN ObpSearchCallback(OBJECT_HEADER *Header, void *Context)
{
    OBP_CALLBACK_SEARCH *Search = Context;
    if (Header->Type != ObpCallbackObjectType)
        return TRUE;
    CALLBACK_OBJECT *Object = (CALLBACK_OBJECT *)(void *)Header->Body;
    KIRQL Old = KiAcquireLock(&Object->Lock);
    for (LIST_ENTRY *Entry = Object->Registrations.Flink; Entry != &Object->Registrations;
         Entry = Entry->Flink) {
        OBP_REGISTRATION *Registration = CONTAINING_RECORD(Entry, OBP_REGISTRATION, Link);
        if ((ULONG_PTR)Registration->Function - Search->Start < Search->SizeBytes)
            Search->Found = Registration;
    }
    KiReleaseLock(&Object->Lock, Old);
    return Search->Found == NULL;
}

BOOLEAN ObTakeCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    OBP_CALLBACK_SEARCH Search = {Start, SizeBytes, NULL};
    ObEnumerateObjects(ObpSearchCallback, &Search);
    if (Search.Found == NULL)
        return FALSE;
    *Routine = (ULONG_PTR)Search.Found->Function;
    ExUnregisterCallback(Search.Found);
    return TRUE;
}
