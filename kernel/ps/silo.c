/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Silos: there is the host's, whose pointer is NULL, and no other. Drivers that watch silos are
 * told of the host's if they ask for that, and keep what they would keep with a silo with it:
 * contexts, counted blocks of theirs in slots of a table.
 *
 * PspSiloLock, a spin lock, guards the table; callbacks of drivers are called without it.
 */
#include "ps/silo.h"

#define PSP_TAG_SILO 0x6F6C6953u /* 'Silo' */
#define PSP_SILO_SLOTS 32u
#define PSP_CONSOLE_SESSION 1u

typedef struct PSP_SILO_CONTEXT {
    LONG References;
    PS_SILO_CLEANUP *Cleanup; /* optional */
    __attribute__((aligned(16))) UCHAR Data[];
} PSP_SILO_CONTEXT;

typedef struct PSP_SILO_SLOT {
    BOOLEAN Taken;
    BOOLEAN Permanent;
    PSP_SILO_CONTEXT *Context; /* with a reference; NULL: none */
} PSP_SILO_SLOT;

struct PS_SILO_MONITOR {
    PS_SILO_MONITOR_REGISTRATION Registration;
    ULONG Slot;
    BOOLEAN Started;
};

static KSPIN_LOCK PspSiloLock;
static PSP_SILO_SLOT PspSiloSlot[PSP_SILO_SLOTS];

static PSP_SILO_CONTEXT *PspSiloContext(void *Data)
{
    return CONTAINING_RECORD(Data, PSP_SILO_CONTEXT, Data);
}

void PspResetSilos(void)
{
    PspSiloLock = 0;
    __builtin_memset(PspSiloSlot, 0, sizeof(PspSiloSlot));
}

/*
 * ---- which silo --------------------------------------------------------------------------------
 */

/*
 * PsGetHostSilo - the host's silo, which is NULL. IRQL: any. Source: DOC ntddk; OBS
 * tests/kernel/ps/PsSuspendProcess.c, as these.
 */
void *NTAPI PsGetHostSilo(void)
{
    return NULL;
}

/* PsIsHostSilo - TRUE for that. IRQL: any. Source: DOC ntddk; OBS as above. */
BOOLEAN NTAPI PsIsHostSilo(void *Silo)
{
    return Silo == NULL;
}

/*
 * PsGetCurrentSilo - the thread's: none. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS as
 * above.
 */
void *NTAPI PsGetCurrentSilo(void)
{
    return NULL;
}

/* PsGetCurrentServerSilo - none. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS as above. */
void *NTAPI PsGetCurrentServerSilo(void)
{
    return NULL;
}

/* PsGetThreadServerSilo - none. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS as above. */
void *NTAPI PsGetThreadServerSilo(ETHREAD *Thread)
{
    (void)Thread;
    return NULL;
}

/*
 * PsGetEffectiveServerSilo - the server silo around a silo: none. IRQL: any. Source: DOC ntddk; OBS
 * as above.
 */
void *NTAPI PsGetEffectiveServerSilo(void *Silo)
{
    (void)Silo;
    return NULL;
}

/* PsGetParentSilo - of a job: none. IRQL: PASSIVE_LEVEL. Source: DOC ntddk; OBS as above. */
void *NTAPI PsGetParentSilo(void *Job)
{
    (void)Job;
    return NULL;
}

/*
 * PsGetServerSiloActiveConsoleId - the console's session. IRQL: PASSIVE_LEVEL. Source: DOC ntddk;
 * OBS as above.
 */
ULONG NTAPI PsGetServerSiloActiveConsoleId(void *Silo)
{
    (void)Silo;
    return PSP_CONSOLE_SESSION;
}

/*
 * PsGetJobSilo - the silo a job is: no job is one.
 * IRQL: PASSIVE_LEVEL. Returns: NOT_FOUND. Source: DOC ntddk/PsGetJobSilo; INF the status; OBS
 *          tests/kernel/ps/PsGetJobSilo.c
 */
NTSTATUS NTAPI PsGetJobSilo(void *Job, void **Silo)
{
    (void)Job;
    *Silo = NULL;
    return STATUS_NOT_FOUND;
}

/*
 * PsGetJobServerSilo - the server silo a job is in: the host's. Returns: SUCCESS. Otherwise as
 * above.
 */
NTSTATUS NTAPI PsGetJobServerSilo(void *Job, void **ServerSilo)
{
    (void)Job;
    *ServerSilo = NULL;
    return STATUS_SUCCESS;
}

/*
 * PsGetSiloContainerId - of a silo's container: the host has none. NULL. IRQL: PASSIVE_LEVEL.
 * Source: DOC ntddk; OBS PsGetJobSilo.c
 */
GUID *NTAPI PsGetSiloContainerId(void *Silo)
{
    (void)Silo;
    return NULL;
}

/*
 * PsAttachSiloToCurrentThread - the thread acts for a silo: for the host's, as it does anyway.
 * Returns what it acted for, for PsDetachSiloFromCurrentThread. IRQL: up to APC_LEVEL. Source: DOC
 * ntddk; OBS tests/kernel/ps/PsGetJobSilo.c
 */
void *NTAPI PsAttachSiloToCurrentThread(void *Silo)
{
    (void)Silo;
    return NULL;
}

/* PsDetachSiloFromCurrentThread - the reverse. Otherwise as above. */
void NTAPI PsDetachSiloFromCurrentThread(void *PreviousSilo)
{
    (void)PreviousSilo;
}

/*
 * PsTerminateServerSilo - end a server silo: the host's does not. IRQL: up to APC_LEVEL. Source:
 * DOC ntddk; OBS as above.
 */
void NTAPI PsTerminateServerSilo(void *ServerSilo, NTSTATUS ExitStatus)
{
    (void)ServerSilo, (void)ExitStatus;
}

/*
 * ---- contexts ----------------------------------------------------------------------------------
 */

/*
 * PsAllocSiloContextSlot - a slot for contexts of a driver.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES: all 32 are taken; INVALID_PARAMETER: Reserved is not 0.
 * Owner:   caller; PsFreeSiloContextSlot.
 * Source:  DOC ntddk/PsAllocSiloContextSlot; INF INVALID_PARAMETER; OBS
 *          tests/kernel/ps/PsInsertSiloContext.c
 */
NTSTATUS NTAPI PsAllocSiloContextSlot(ULONG_PTR Reserved, ULONG *ReturnedContextSlot)
{
    ULONG Slot = 0;
    if (Reserved != 0)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&PspSiloLock);
    while (Slot < PSP_SILO_SLOTS && PspSiloSlot[Slot].Taken)
        Slot++;
    if (Slot < PSP_SILO_SLOTS)
        PspSiloSlot[Slot].Taken = TRUE;
    KiReleaseLock(&PspSiloLock, Old);
    if (Slot == PSP_SILO_SLOTS)
        return STATUS_INSUFFICIENT_RESOURCES;
    *ReturnedContextSlot = Slot;
    return STATUS_SUCCESS;
}

/* Puts Context in and gives what was there; STATUS_INVALID_PARAMETER: no such slot. */
static NTSTATUS PspExchangeContext(ULONG Slot, PSP_SILO_CONTEXT *Context, BOOLEAN OnlyEmpty,
    BOOLEAN Permanent, PSP_SILO_CONTEXT **Before)
{
    NTSTATUS Status = STATUS_INVALID_PARAMETER;
    *Before = NULL;
    KIRQL Old = KiAcquireLock(&PspSiloLock);
    PSP_SILO_SLOT *At = Slot < PSP_SILO_SLOTS && PspSiloSlot[Slot].Taken ? &PspSiloSlot[Slot]
                                                                         : NULL;
    if (At != NULL && At->Context != NULL && (OnlyEmpty || At->Permanent)) {
        Status = OnlyEmpty ? STATUS_OBJECT_NAME_COLLISION : STATUS_NOT_SUPPORTED;
    } else if (At != NULL) {
        *Before = At->Context;
        At->Context = Context;
        At->Permanent = Permanent;
        Status = STATUS_SUCCESS;
    }
    KiReleaseLock(&PspSiloLock, Old);
    return Status;
}

/*
 * PsFreeSiloContextSlot - the reverse; a context that is there goes. IRQL: up to APC_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER.
 */
NTSTATUS NTAPI PsFreeSiloContextSlot(ULONG ContextSlot)
{
    PSP_SILO_CONTEXT *Context = NULL;
    KIRQL Old = KiAcquireLock(&PspSiloLock);
    BOOLEAN Taken = ContextSlot < PSP_SILO_SLOTS && PspSiloSlot[ContextSlot].Taken;
    if (Taken) {
        Context = PspSiloSlot[ContextSlot].Context;
        PspSiloSlot[ContextSlot] = (PSP_SILO_SLOT){0};
    }
    KiReleaseLock(&PspSiloLock, Old);
    if (Context != NULL)
        PsDereferenceSiloContext(Context->Data);
    return Taken ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/*
 * PsCreateSiloContext - a block of a driver's to keep with a silo, zeroed and with one reference.
 *
 * PoolType: paged or not. ContextCleanupCallback: optional; called with the block before it is
 *          freed.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; PsDereferenceSiloContext.
 * Source:  DOC ntddk/PsCreateSiloContext; OBS tests/kernel/ps/PsInsertSiloContext.c
 */
NTSTATUS NTAPI PsCreateSiloContext(void *Silo, ULONG Size, POOL_TYPE PoolType,
    PS_SILO_CLEANUP *ContextCleanupCallback, void **ReturnedSiloContext)
{
    (void)Silo;
    PSP_SILO_CONTEXT *New = ExiAllocateZero(
        PoolType, sizeof(*New) + (SIZE_T)Size, PSP_TAG_SILO, EX_CALLER);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->References = 1;
    New->Cleanup = ContextCleanupCallback;
    *ReturnedSiloContext = New->Data;
    return STATUS_SUCCESS;
}

/*
 * PsReferenceSiloContext - one more reference. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS
 * as above.
 */
void NTAPI PsReferenceSiloContext(void *SiloContext)
{
    __atomic_add_fetch(&PspSiloContext(SiloContext)->References, 1, __ATOMIC_ACQ_REL);
}

/*
 * PsDereferenceSiloContext - one less; the last one frees it. IRQL: up to APC_LEVEL. Source: DOC
 * ntddk; OBS as above.
 */
void NTAPI PsDereferenceSiloContext(void *SiloContext)
{
    PSP_SILO_CONTEXT *Context = PspSiloContext(SiloContext);
    if (__atomic_sub_fetch(&Context->References, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    if (Context->Cleanup != NULL)
        Context->Cleanup(SiloContext);
    ExiFree(Context);
}

static NTSTATUS PspInsertContext(ULONG Slot, void *Data, BOOLEAN Permanent)
{
    PSP_SILO_CONTEXT *Before;
    PsReferenceSiloContext(Data);
    NTSTATUS Status = PspExchangeContext(Slot, PspSiloContext(Data), TRUE, Permanent, &Before);
    if (!NT_SUCCESS(Status))
        PsDereferenceSiloContext(Data);
    return Status;
}

/*
 * PsInsertSiloContext - keep a context with a silo, which takes a reference.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_COLLISION: there is one in the slot; INVALID_PARAMETER: no such
 *          slot.
 * Source:  DOC ntddk/PsInsertSiloContext; INF the statuses; OBS
 *          tests/kernel/ps/PsInsertSiloContext.c
 */
NTSTATUS NTAPI PsInsertSiloContext(void *Silo, ULONG ContextSlot, void *SiloContext)
{
    (void)Silo;
    return PspInsertContext(ContextSlot, SiloContext, FALSE);
}

/* PsInsertPermanentSiloContext - the same, to stay as long as the silo. Otherwise as above. */
NTSTATUS NTAPI PsInsertPermanentSiloContext(void *Silo, ULONG ContextSlot, void *SiloContext)
{
    (void)Silo;
    return PspInsertContext(ContextSlot, SiloContext, TRUE);
}

/*
 * PsMakeSiloContextPermanent - the one there stays as long as the silo. Returns: SUCCESS;
 * NOT_FOUND: there is none.
 */
NTSTATUS NTAPI PsMakeSiloContextPermanent(void *Silo, ULONG ContextSlot)
{
    BOOLEAN Found = FALSE;
    (void)Silo;
    KIRQL Old = KiAcquireLock(&PspSiloLock);
    if (ContextSlot < PSP_SILO_SLOTS && PspSiloSlot[ContextSlot].Context != NULL)
        Found = PspSiloSlot[ContextSlot].Permanent = TRUE;
    KiReleaseLock(&PspSiloLock, Old);
    return Found ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

static NTSTATUS PspGetContext(ULONG Slot, BOOLEAN Permanent, void **Data)
{
    NTSTATUS Status = STATUS_NOT_FOUND;
    KIRQL Old = KiAcquireLock(&PspSiloLock);
    const PSP_SILO_SLOT *At = Slot < PSP_SILO_SLOTS && PspSiloSlot[Slot].Taken ? &PspSiloSlot[Slot]
                                                                               : NULL;
    if (At == NULL) {
        Status = STATUS_INVALID_PARAMETER;
    } else if (At->Context != NULL && (!Permanent || At->Permanent)) {
        *Data = At->Context->Data;
        if (!Permanent)
            PsReferenceSiloContext(*Data);
        Status = STATUS_SUCCESS;
    }
    KiReleaseLock(&PspSiloLock, Old);
    return Status;
}

/*
 * PsGetSiloContext - what is in a slot, referenced.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; NOT_FOUND: nothing; INVALID_PARAMETER: no such slot.
 * Owner:   caller; PsDereferenceSiloContext.
 * Source:  DOC ntddk/PsGetSiloContext; INF INVALID_PARAMETER; OBS
 *          tests/kernel/ps/PsInsertSiloContext.c
 */
NTSTATUS NTAPI PsGetSiloContext(void *Silo, ULONG ContextSlot, void **ReturnedSiloContext)
{
    (void)Silo;
    return PspGetContext(ContextSlot, FALSE, ReturnedSiloContext);
}

/*
 * PsGetPermanentSiloContext - the same of a permanent one, which needs no reference and gets none.
 */
NTSTATUS NTAPI PsGetPermanentSiloContext(void *Silo, ULONG ContextSlot, void **ReturnedSiloContext)
{
    (void)Silo;
    return PspGetContext(ContextSlot, TRUE, ReturnedSiloContext);
}

/*
 * PsReplaceSiloContext - put another context into a slot. OldSiloContext: what was there, with its
 * reference; NULL: nothing.
 * Returns: SUCCESS; NOT_SUPPORTED: that is permanent; INVALID_PARAMETER: no such slot. Otherwise as
 *          PsInsertSiloContext.
 */
NTSTATUS NTAPI PsReplaceSiloContext(
    void *Silo, ULONG ContextSlot, void *NewSiloContext, void **OldSiloContext)
{
    PSP_SILO_CONTEXT *Before;
    (void)Silo;
    PsReferenceSiloContext(NewSiloContext);
    NTSTATUS Status = PspExchangeContext(
        ContextSlot, PspSiloContext(NewSiloContext), FALSE, FALSE, &Before);
    if (!NT_SUCCESS(Status)) {
        PsDereferenceSiloContext(NewSiloContext);
        return Status;
    }
    if (OldSiloContext != NULL)
        *OldSiloContext = Before != NULL ? Before->Data : NULL;
    else if (Before != NULL)
        PsDereferenceSiloContext(Before->Data);
    return STATUS_SUCCESS;
}

/*
 * PsRemoveSiloContext - take a context out. RemovedSiloContext: optional; it, with its reference.
 * Returns: SUCCESS; NOT_FOUND: there is none; NOT_SUPPORTED: it is permanent; INVALID_PARAMETER: no
 *          such slot.
 */
NTSTATUS NTAPI PsRemoveSiloContext(void *Silo, ULONG ContextSlot, void **RemovedSiloContext)
{
    PSP_SILO_CONTEXT *Before;
    (void)Silo;
    NTSTATUS Status = PspExchangeContext(ContextSlot, NULL, FALSE, FALSE, &Before);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Before == NULL)
        return STATUS_NOT_FOUND;
    if (RemovedSiloContext != NULL)
        *RemovedSiloContext = Before->Data;
    else
        PsDereferenceSiloContext(Before->Data);
    return STATUS_SUCCESS;
}

/*
 * ---- monitors ----------------------------------------------------------------------------------
 */

/*
 * PsRegisterSiloMonitor - a driver wants to know of server silos. It gets a slot for its contexts.
 *
 * Registration: Version 1; MonitorHost: the host's counts.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the version, or no routine; INSUFFICIENT_RESOURCES.
 * Owner:   caller; PsUnregisterSiloMonitor.
 * Source:  DOC ntddk/PsRegisterSiloMonitor; INF INVALID_PARAMETER; OBS
 *          tests/kernel/ps/PsRegisterSiloMonitor.c
 */
NTSTATUS NTAPI PsRegisterSiloMonitor(
    const PS_SILO_MONITOR_REGISTRATION *Registration, PS_SILO_MONITOR **ReturnedMonitor)
{
    ULONG_PTR Site = EX_CALLER;
    if (Registration->Version != PS_SILO_MONITOR_VERSION ||
        (Registration->CreateCallback == NULL && Registration->TerminateCallback == NULL))
        return STATUS_INVALID_PARAMETER;
    PS_SILO_MONITOR *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), PSP_TAG_SILO, Site);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = PsAllocSiloContextSlot(0, &New->Slot);
    if (!NT_SUCCESS(Status)) {
        ExiFree(New);
        return Status;
    }
    New->Registration = *Registration;
    *ReturnedMonitor = New;
    return STATUS_SUCCESS;
}

/*
 * PsStartSiloMonitor - the driver is told from now on: at once of the host's silo, if it wants
 * that.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; what the driver's routine says of the host's.
 * Source:  DOC ntddk/PsStartSiloMonitor; OBS tests/kernel/ps/PsRegisterSiloMonitor.c
 */
NTSTATUS NTAPI PsStartSiloMonitor(PS_SILO_MONITOR *Monitor)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Monitor->Registration.MonitorHost && Monitor->Registration.CreateCallback != NULL)
        Status = Monitor->Registration.CreateCallback(NULL);
    Monitor->Started = NT_SUCCESS(Status);
    return Status;
}

/*
 * PsGetSiloMonitorContextSlot - the slot a monitor has. IRQL: PASSIVE_LEVEL. Source: DOC ntddk; OBS
 * as above.
 */
ULONG NTAPI PsGetSiloMonitorContextSlot(PS_SILO_MONITOR *Monitor)
{
    return Monitor->Slot;
}

/*
 * PsUnregisterSiloMonitor - the driver is told of the host's end, if it was of its silo, and of
 * nothing any more. Source: DOC ntddk.
 */
void NTAPI PsUnregisterSiloMonitor(PS_SILO_MONITOR *Monitor)
{
    if (Monitor->Started && Monitor->Registration.MonitorHost &&
        Monitor->Registration.TerminateCallback != NULL)
        Monitor->Registration.TerminateCallback(NULL);
    (void)PsFreeSiloContextSlot(Monitor->Slot);
    ExiFree(Monitor);
}
