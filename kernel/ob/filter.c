/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Routines of drivers that are called before and after a handle to a process or thread is made or
 * duplicated. A registration has an altitude, a decimal number of its own; before the handle is
 * made the highest comes first, afterwards the lowest. ObpFilterLock guards the list; routines are
 * called without it, and taking a registration back waits until none of its routines runs.
 */
#include "ob/filter.h"
#include "ob/obp.h"

#define OBP_TAG_FILTER 0x6c46624fu /* 'ObFl' */
#define OBP_MOST_FILTERS 32u       /* operations of all registrations together */
#define OBP_VALID_OPERATIONS (OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE)

typedef struct OBP_FILTER_OPERATION {
    OBJECT_TYPE *Type;
    OB_OPERATION Operations;
    POB_PRE_OPERATION_CALLBACK Pre;
    POB_POST_OPERATION_CALLBACK Post;
} OBP_FILTER_OPERATION;

typedef struct OBP_FILTER {
    LIST_ENTRY Link; /* by falling altitude */
    UNICODE_STRING Altitude;
    void *Context;
    ULONG Busy;      /* handles being made that it is told of */
    BOOLEAN Gone;
    KEVENT *Leave;   /* set when Busy has come down to 0 */
    ULONG Count;
    OBP_FILTER_OPERATION Operation[];
} OBP_FILTER;

/* One call before and one after. */
typedef struct OBP_FILTER_CALL {
    OBP_FILTER *Filter;
    const OBP_FILTER_OPERATION *Operation;
    void *CallContext;
} OBP_FILTER_CALL;

typedef struct OBP_FILTER_CALLS {
    OBP_FILTER_CALL Call[OBP_MOST_FILTERS];
    ULONG Count;
} OBP_FILTER_CALLS;

static KSPIN_LOCK ObpFilterLock;
static LIST_ENTRY ObpFilters = {&ObpFilters, &ObpFilters};
static ULONG ObpFilterOperations; /* of all */

OBJECT_TYPE *(*ObFilteredType)(ULONG Index);
BOOLEAN (*ObImageHasIntegrity)(ULONG_PTR Address);

void ObpResetFilters(void)
{
    ObpFilterLock = 0;
    ObpFilterOperations = 0;
    ObFilteredType = NULL;
    ObImageHasIntegrity = NULL;
    InitializeListHead(&ObpFilters);
}

/* ---- altitudes ------------------------------------------------------------------------------- */

/* Digits, and a fraction if there is one: "328010", "328010.5". */
static BOOLEAN ObpValidAltitude(const UNICODE_STRING *Altitude)
{
    const ULONG Length = Altitude->Length / sizeof(WCHAR);
    ULONG Points = 0;
    for (ULONG Index = 0; Index < Length; Index++) {
        const WCHAR Character = Altitude->Buffer[Index];
        if (Character == '.')
            Points++;
        else if (Character < '0' || Character > '9')
            return FALSE;
    }
    return Length != 0 && Altitude->Buffer[0] != '.' && Points <= 1;
}

static ULONG ObpWholeDigits(const UNICODE_STRING *Altitude, ULONG From)
{
    ULONG Index = From;
    while (Index < Altitude->Length / sizeof(WCHAR) && Altitude->Buffer[Index] != '.')
        Index++;
    return Index - From;
}

static ULONG ObpLeadingZeros(const UNICODE_STRING *Altitude)
{
    ULONG Index = 0;
    while (Index < Altitude->Length / sizeof(WCHAR) && Altitude->Buffer[Index] == '0')
        Index++;
    return Index;
}

/* The character there; behind the end a zero, as a fraction goes on. */
static WCHAR ObpDigitAt(const UNICODE_STRING *Altitude, ULONG Index)
{
    return Index < Altitude->Length / sizeof(WCHAR) ? Altitude->Buffer[Index] : u'0';
}

/* As numbers of any length. */
static LONG ObpCompareAltitudes(const UNICODE_STRING *First, const UNICODE_STRING *Second)
{
    ULONG At[2] = {ObpLeadingZeros(First), ObpLeadingZeros(Second)};
    const ULONG Whole[2] = {ObpWholeDigits(First, At[0]), ObpWholeDigits(Second, At[1])};
    if (Whole[0] != Whole[1])
        return Whole[0] < Whole[1] ? -1 : 1;
    const ULONG Length = (First->Length > Second->Length ? First->Length : Second->Length) /
            sizeof(WCHAR) +
        1;
    for (ULONG Index = 0; Index < Length; Index++) {
        /* Where the fraction begins in both, or in one, which the other has as zeros. */
        if (Index == Whole[0]) {
            At[0] += ObpDigitAt(First, At[0] + Index) == '.';
            At[1] += ObpDigitAt(Second, At[1] + Index) == '.';
        }
        const LONG Difference = (LONG)ObpDigitAt(First, At[0] + Index) -
            (LONG)ObpDigitAt(Second, At[1] + Index);
        if (Difference != 0)
            return Difference;
    }
    return 0;
}

/* ---- registering ----------------------------------------------------------------------------- */

static BOOLEAN ObpMayBeFiltered(const OBJECT_TYPE *Type)
{
    for (ULONG Index = 0; ObFilteredType != NULL && ObFilteredType(Index) != NULL; Index++) {
        if (ObFilteredType(Index) == Type)
            return TRUE;
    }
    return FALSE;
}

static NTSTATUS ObpTakeOperation(const OB_OPERATION_REGISTRATION *From, OBP_FILTER_OPERATION *To)
{
    if (From->ObjectType == NULL || !ObpMayBeFiltered(*From->ObjectType) || From->Operations == 0 ||
        (From->Operations & ~(OB_OPERATION)OBP_VALID_OPERATIONS) ||
        (From->PreOperation == NULL && From->PostOperation == NULL))
        return STATUS_INVALID_PARAMETER;
    if (ObImageHasIntegrity != NULL &&
        ((From->PreOperation != NULL && !ObImageHasIntegrity((ULONG_PTR)From->PreOperation)) ||
            (From->PostOperation != NULL && !ObImageHasIntegrity((ULONG_PTR)From->PostOperation))))
        return STATUS_ACCESS_DENIED;
    *To = (OBP_FILTER_OPERATION){
        *From->ObjectType, From->Operations, From->PreOperation, From->PostOperation};
    return STATUS_SUCCESS;
}

static NTSTATUS ObpMakeFilter(
    const OB_CALLBACK_REGISTRATION *From, ULONG_PTR Site, OBP_FILTER **Result)
{
    const SIZE_T Fixed = sizeof(OBP_FILTER) +
        From->OperationRegistrationCount * sizeof(OBP_FILTER_OPERATION);
    OBP_FILTER *Filter = ExiAllocateZero(
        NonPagedPoolNx, Fixed + From->Altitude.Length, OBP_TAG_FILTER, Site);
    if (Filter == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Filter->Context = From->RegistrationContext;
    Filter->Altitude = (UNICODE_STRING){
        From->Altitude.Length, From->Altitude.Length, (WCHAR *)(void *)((UCHAR *)Filter + Fixed)};
    __builtin_memcpy(Filter->Altitude.Buffer, From->Altitude.Buffer, From->Altitude.Length);
    NTSTATUS Status = STATUS_SUCCESS;
    for (; Filter->Count < From->OperationRegistrationCount && NT_SUCCESS(Status); Filter->Count++)
        Status = ObpTakeOperation(
            &From->OperationRegistration[Filter->Count], &Filter->Operation[Filter->Count]);
    if (NT_SUCCESS(Status))
        *Result = Filter;
    else
        ExiFree(Filter);
    return Status;
}

static void ObpCountFilter(const OBP_FILTER *Filter, LONG Change)
{
    ObpFilterOperations += Filter->Count * (ULONG)Change;
    for (ULONG Index = 0; Index < Filter->Count; Index++)
        Filter->Operation[Index].Type->FilterCount += (ULONG)Change;
}

static NTSTATUS ObpInsertFilter(OBP_FILTER *Filter)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&ObpFilterLock);
    LIST_ENTRY *Before = &ObpFilters;
    if (ObpFilterOperations + Filter->Count > OBP_MOST_FILTERS)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    for (LIST_ENTRY *Link = ObpFilters.Flink; Link != &ObpFilters && NT_SUCCESS(Status);
         Link = Link->Flink) {
        const OBP_FILTER *Other = CONTAINING_RECORD(Link, OBP_FILTER, Link);
        const LONG Order = ObpCompareAltitudes(&Filter->Altitude, &Other->Altitude);
        if (Order == 0 && !Other->Gone)
            Status = STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
        if (Order < 0)
            Before = Link;
    }
    if (NT_SUCCESS(Status)) {
        InsertHeadList(Before, &Filter->Link);
        ObpCountFilter(Filter, 1);
    }
    KiReleaseLock(&ObpFilterLock, Old);
    return Status;
}

/*
 * ObRegisterCallbacks - has routines called around the making of handles to processes and threads.
 *
 * CallbackRegistration: altitude and operations; copied. *RegistrationHandle: for
 * ObUnRegisterCallbacks.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another version, no operations, no routine or a type that
 *          has no such operations; FLT_INSTANCE_ALTITUDE_COLLISION: somebody has that altitude;
 *          ACCESS_DENIED: a routine lies in no image that was linked with /INTEGRITYCHECK;
 *          INSUFFICIENT_RESOURCES.
 * Owner:   driver; unregisters before it unloads.
 * Source:  DOC wdm/ObRegisterCallbacks; OBS tests/kernel/ob/ObRegisterCallbacks.c
 */
NTSTATUS NTAPI ObRegisterCallbacks(
    OB_CALLBACK_REGISTRATION *CallbackRegistration, void **RegistrationHandle)
{
    OBP_FILTER *Filter;
    if ((CallbackRegistration->Version & 0xFF00) != (OB_FLT_REGISTRATION_VERSION & 0xFF00) ||
        CallbackRegistration->OperationRegistrationCount == 0 ||
        CallbackRegistration->OperationRegistrationCount > OBP_MOST_FILTERS ||
        !ObpValidAltitude(&CallbackRegistration->Altitude))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObpMakeFilter(CallbackRegistration, EX_CALLER, &Filter);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpInsertFilter(Filter);
    if (NT_SUCCESS(Status))
        *RegistrationHandle = Filter;
    else
        ExiFree(Filter);
    return Status;
}

static void ObpRemoveFilter(OBP_FILTER *Filter)
{
    KEVENT Left;
    KeInitializeEvent(&Left, NotificationEvent, FALSE);
    KIRQL Old = KiAcquireLock(&ObpFilterLock);
    Filter->Gone = TRUE;
    ObpCountFilter(Filter, -1);
    const BOOLEAN Busy = Filter->Busy != 0;
    if (Busy)
        Filter->Leave = &Left;
    else
        RemoveEntryList(&Filter->Link);
    KiReleaseLock(&ObpFilterLock, Old);
    if (Busy)
        KeWaitForSingleObject(&Left, Executive, KernelMode, FALSE, NULL);
    ExiFree(Filter);
}

/*
 * ObUnRegisterCallbacks - takes a registration back; returns when none of its routines runs any
 * more.
 *
 * IRQL:    up to APC_LEVEL; not from one of the routines.
 * Source:  DOC wdm/ObUnRegisterCallbacks; OBS tests/kernel/ob/ObRegisterCallbacks.c
 */
void NTAPI ObUnRegisterCallbacks(void *RegistrationHandle)
{
    ObpRemoveFilter(RegistrationHandle);
}

/* ObGetFilterVersion - OB_FLT_REGISTRATION_VERSION. IRQL: any. Source: DOC
 * wdm/ObGetFilterVersion. */
USHORT NTAPI ObGetFilterVersion(void)
{
    return OB_FLT_REGISTRATION_VERSION;
}

BOOLEAN ObTakeFilter(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    OBP_FILTER *Found = NULL;
    KIRQL Old = KiAcquireLock(&ObpFilterLock);
    for (LIST_ENTRY *Link = ObpFilters.Flink; Link != &ObpFilters && Found == NULL;
         Link = Link->Flink) {
        OBP_FILTER *Filter = CONTAINING_RECORD(Link, OBP_FILTER, Link);
        for (ULONG Index = 0; Index < Filter->Count && Found == NULL && !Filter->Gone; Index++) {
            const OBP_FILTER_OPERATION *Operation = &Filter->Operation[Index];
            *Routine = Operation->Pre != NULL ? (ULONG_PTR)Operation->Pre
                                              : (ULONG_PTR)Operation->Post;
            if (*Routine - Start < SizeBytes)
                Found = Filter;
        }
    }
    KiReleaseLock(&ObpFilterLock, Old);
    if (Found != NULL)
        ObpRemoveFilter(Found);
    return Found != NULL;
}

/* ---- calling --------------------------------------------------------------------------------- */

static void ObpEnterFilters(OBJECT_TYPE *Type, OB_OPERATION Operation, OBP_FILTER_CALLS *Calls)
{
    Calls->Count = 0;
    KIRQL Old = KiAcquireLock(&ObpFilterLock);
    for (LIST_ENTRY *Link = ObpFilters.Flink; Link != &ObpFilters; Link = Link->Flink) {
        OBP_FILTER *Filter = CONTAINING_RECORD(Link, OBP_FILTER, Link);
        for (ULONG Index = 0; Index < Filter->Count && !Filter->Gone; Index++) {
            if (Filter->Operation[Index].Type != Type ||
                !(Filter->Operation[Index].Operations & Operation))
                continue;
            Filter->Busy++;
            Calls->Call[Calls->Count++] = (OBP_FILTER_CALL){
                Filter, &Filter->Operation[Index], NULL};
        }
    }
    KiReleaseLock(&ObpFilterLock, Old);
}

static void ObpLeaveFilters(const OBP_FILTER_CALLS *Calls)
{
    KIRQL Old = KiAcquireLock(&ObpFilterLock);
    for (ULONG Index = 0; Index < Calls->Count; Index++) {
        OBP_FILTER *Filter = Calls->Call[Index].Filter;
        if (--Filter->Busy != 0 || !Filter->Gone)
            continue;
        RemoveEntryList(&Filter->Link);
        KeSetEvent(Filter->Leave, IO_NO_INCREMENT, FALSE);
    }
    KiReleaseLock(&ObpFilterLock, Old);
}

/* Rights can be taken away, not added; in both structures the rights come first. */
static void ObpCallBefore(
    OBP_FILTER_CALLS *Calls, const OBP_FILTERED *Filtered, OB_PRE_OPERATION_PARAMETERS *Parameters)
{
    OB_PRE_CREATE_HANDLE_INFORMATION *Access = &Parameters->CreateHandleInformation;
    for (ULONG Index = 0; Index < Calls->Count; Index++) {
        OBP_FILTER_CALL *Call = &Calls->Call[Index];
        const ACCESS_MASK Before = Access->DesiredAccess;
        OB_PRE_OPERATION_INFORMATION Information = {
            .Operation = Filtered->Operation,
            .KernelHandle = Filtered->KernelHandle,
            .Object = Filtered->Object,
            .ObjectType = ObiGetType(Filtered->Object),
            .Parameters = Parameters,
        };
        if (Call->Operation->Pre == NULL)
            continue;
        Call->Operation->Pre(Call->Filter->Context, &Information);
        Call->CallContext = Information.CallContext;
        Access->DesiredAccess &= Before;
    }
}

static void ObpCallAfter(const OBP_FILTER_CALLS *Calls, const OBP_FILTERED *Filtered,
    NTSTATUS Status, ACCESS_MASK Granted)
{
    for (ULONG Index = Calls->Count; Index-- != 0;) {
        const OBP_FILTER_CALL *Call = &Calls->Call[Index];
        OB_POST_OPERATION_PARAMETERS Parameters = {
            .CreateHandleInformation.GrantedAccess = NT_SUCCESS(Status) ? Granted : 0};
        OB_POST_OPERATION_INFORMATION Information = {
            .Operation = Filtered->Operation,
            .KernelHandle = Filtered->KernelHandle,
            .Object = Filtered->Object,
            .ObjectType = ObiGetType(Filtered->Object),
            .CallContext = Call->CallContext,
            .ReturnStatus = Status,
            .Parameters = &Parameters,
        };
        if (Call->Operation->Post != NULL)
            Call->Operation->Post(Call->Filter->Context, &Information);
    }
}

NTSTATUS ObpInsertFiltered(const OBP_FILTERED *Filtered, OB_HANDLE_TABLE *Table,
    ACCESS_MASK Granted, ULONG Attributes, HANDLE *Handle)
{
    OB_PRE_OPERATION_PARAMETERS Parameters = {
        .DuplicateHandleInformation = {Granted, Granted, NULL, NULL}};
    OBP_FILTER_CALLS Calls;
    if (Filtered->Operation == OB_OPERATION_HANDLE_DUPLICATE) {
        Parameters.DuplicateHandleInformation.SourceProcess = Filtered->SourceProcess;
        Parameters.DuplicateHandleInformation.TargetProcess = Filtered->TargetProcess;
    }
    ObpEnterFilters(ObiGetType(Filtered->Object), Filtered->Operation, &Calls);
    ObpCallBefore(&Calls, Filtered, &Parameters);
    Granted = Parameters.CreateHandleInformation.DesiredAccess;
    NTSTATUS Status = ObpInsertHandle(Table, Filtered->Object, Granted, Attributes, Handle);
    ObpCallAfter(&Calls, Filtered, Status, Granted);
    ObpLeaveFilters(&Calls);
    return Status;
}
