/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What keeps a machine awake: states that are registered, power requests. A machine does not sleep
 * by itself, so that all of it is only kept account of. PopStateLock guards the list and what is in
 * it.
 */
#include "po/po.h"
#include "po/pop.h"

typedef struct POP_STATE {
    LIST_ENTRY Link;
    ULONG Magic;
    EXECUTION_STATE Flags;             /* of a registered state */
    ULONG Count[PowerRequestExecutionRequired + 1]; /* of a power request: how often each is set */
    DEVICE_OBJECT *Device;             /* of a power request; referenced */
} POP_STATE;

#define POP_STATE_MAGIC 0x74537250u
#define POP_REQUEST_MAGIC 0x71527250u

static KSPIN_LOCK PopStateLock;
static LIST_ENTRY PopStates;

void PoInitialize(void)
{
    PopStateLock = 0;
    InitializeListHead(&PopStates);
    PopResetPolicies();
    PopResetIdle();
    PopResetFx();
}

static POP_STATE *PopNewState(ULONG Magic, ULONG_PTR Site)
{
    POP_STATE *State = ExiAllocateZero(NonPagedPoolNx, sizeof(*State), POP_TAG, Site);
    if (State == NULL)
        return NULL;
    State->Magic = Magic;
    KIRQL Old = KiAcquireLock(&PopStateLock);
    InsertTailList(&PopStates, &State->Link);
    KiReleaseLock(&PopStateLock, Old);
    return State;
}

static void PopFreeState(POP_STATE *State)
{
    KIRQL Old = KiAcquireLock(&PopStateLock);
    RemoveEntryList(&State->Link);
    KiReleaseLock(&PopStateLock, Old);
    State->Magic = 0;
    ExiFree(State);
}

EXECUTION_STATE PopExecutionState(void)
{
    EXECUTION_STATE All = 0;
    KIRQL Old = KiAcquireLock(&PopStateLock);
    for (LIST_ENTRY *Entry = PopStates.Flink; Entry != &PopStates; Entry = Entry->Flink) {
        const POP_STATE *State = CONTAINING_RECORD(Entry, POP_STATE, Link);
        All |= State->Flags & ~ES_CONTINUOUS;
        All |= State->Count[PowerRequestSystemRequired] != 0 ? ES_SYSTEM_REQUIRED : 0;
        All |= State->Count[PowerRequestDisplayRequired] != 0 ? ES_DISPLAY_REQUIRED : 0;
    }
    KiReleaseLock(&PopStateLock, Old);
    return All;
}

/*
 * PoRegisterSystemState - say that the system is busy, until that is taken back.
 *
 * StateHandle: NULL, or what an earlier call returned, whose flags change. Flags: ES_CONTINUOUS
 * with what is required.
 * IRQL:    up to APC_LEVEL. Returns a handle; NULL: out of memory.
 * Owner:   driver; PoUnregisterSystemState.
 * Source:  DOC wdm/PoRegisterSystemState; tests/kernel/pnp/PoRegisterSystemState.c
 */
void *NTAPI PoRegisterSystemState(void *StateHandle, EXECUTION_STATE Flags)
{
    POP_STATE *State = StateHandle != NULL ? StateHandle : PopNewState(POP_STATE_MAGIC, EX_CALLER);
    if (State != NULL && State->Magic == POP_STATE_MAGIC && (Flags & ES_CONTINUOUS))
        State->Flags = Flags;
    return State;
}

/* PoUnregisterSystemState - take it back. IRQL: up to APC_LEVEL. Source: DOC wdm;
 * tests/kernel/pnp/PoRegisterSystemState.c */
void NTAPI PoUnregisterSystemState(void *StateHandle)
{
    POP_STATE *State = StateHandle;
    if (State->Magic == POP_STATE_MAGIC)
        PopFreeState(State);
}

/*
 * PoSetSystemState - say that the system is busy at this moment: the timer to its sleep starts
 * anew, and there is none.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/PoSetSystemState;
 * tests/kernel/pnp/PoRegisterSystemState.c
 */
void NTAPI PoSetSystemState(EXECUTION_STATE Flags)
{
    (void)Flags;
}

/* ---- power requests -------------------------------------------------------------------------- */

/*
 * PoCreatePowerRequest - make a power request, of which nothing is set yet.
 *
 * DeviceObject: the driver's. Context: why, for people; must be there.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no device, or a context of another version (INF);
 *          INSUFFICIENT_RESOURCES: *PowerRequest is untouched.
 * Owner:   driver; PoDeletePowerRequest.
 * Source:  DOC ntifs/PoCreatePowerRequest; tests/kernel/pnp/PoCreatePowerRequest.c
 */
NTSTATUS NTAPI PoCreatePowerRequest(
    void **PowerRequest, DEVICE_OBJECT *DeviceObject, COUNTED_REASON_CONTEXT *Context)
{
    if (DeviceObject == NULL ||
        (Context != NULL && Context->Version != POWER_REQUEST_CONTEXT_VERSION))
        return STATUS_INVALID_PARAMETER;
    POP_STATE *State = PopNewState(POP_REQUEST_MAGIC, EX_CALLER);
    if (State == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ObfReferenceObject(DeviceObject);
    State->Device = DeviceObject;
    *PowerRequest = State;
    return STATUS_SUCCESS;
}

static NTSTATUS PopCount(POP_STATE *State, POWER_REQUEST_TYPE Type, LONG By)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (State == NULL || State->Magic != POP_REQUEST_MAGIC ||
        (ULONG)Type > PowerRequestExecutionRequired)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&PopStateLock);
    if (By < 0 && State->Count[Type] == 0)
        Status = STATUS_UNSUCCESSFUL;
    else
        State->Count[Type] += (ULONG)By;
    KiReleaseLock(&PopStateLock, Old);
    return Status;
}

/*
 * PoSetPowerRequest, PoClearPowerRequest - require something of the power manager, and no more;
 * each Set wants a Clear.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no request or no such type; UNSUCCESSFUL: it is not set
 * (INF).
 * Source:  DOC ntifs/PoSetPowerRequest; tests/kernel/pnp/PoCreatePowerRequest.c
 */
NTSTATUS NTAPI PoSetPowerRequest(void *PowerRequest, POWER_REQUEST_TYPE Type)
{
    return PopCount(PowerRequest, Type, 1);
}

NTSTATUS NTAPI PoClearPowerRequest(void *PowerRequest, POWER_REQUEST_TYPE Type)
{
    return PopCount(PowerRequest, Type, -1);
}

/* PoDeletePowerRequest - the end of one. IRQL: up to APC_LEVEL. Source: DOC ntifs;
 * tests/kernel/pnp/PoCreatePowerRequest.c */
void NTAPI PoDeletePowerRequest(void *PowerRequest)
{
    POP_STATE *State = PowerRequest;
    if (State == NULL || State->Magic != POP_REQUEST_MAGIC)
        return;
    ObfDereferenceObject(State->Device);
    PopFreeState(State);
}
