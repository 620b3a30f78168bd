/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Callbacks that stand for a device with WMI, as drivers register that are traced by WPP and are
 * for Windows XP: instead of a device they give a structure of theirs, which begins with the
 * routine. Only sessions of tracing would call it, and there are none. The list is under WmipLock.
 */
#include "dotsys/dotsys.h"
#include "kd/kd.h"
#include "ke/ke.h"
#include "wmi/wmip.h"

typedef struct WMIP_CALLBACK {
    LIST_ENTRY Link;
    const void *Registration; /* the driver's structure */
    ULONG_PTR Routine;        /* as it began when it was registered */
} WMIP_CALLBACK;

static LIST_ENTRY WmipCallbacks;

void WmipResetCallbacks(void)
{
    InitializeListHead(&WmipCallbacks);
}

/* Under the lock. */
static WMIP_CALLBACK *WmipFindCallback(const void *Registration)
{
    for (LIST_ENTRY *Link = WmipCallbacks.Flink; Link != &WmipCallbacks; Link = Link->Flink) {
        WMIP_CALLBACK *Callback = CONTAINING_RECORD(Link, WMIP_CALLBACK, Link);
        if (Callback->Registration == Registration)
            return Callback;
    }
    return NULL;
}

static NTSTATUS WmipAddCallback(const void *Registration)
{
    WMIP_CALLBACK *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), WMIP_TAG, EX_KERNEL_SITE);
    NTSTATUS Status = STATUS_OBJECT_NAME_EXISTS;
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Registration = Registration;
    New->Routine = *(const ULONG_PTR *)Registration;
    KIRQL Old = KiAcquireLock(&WmipLock);
    if (WmipFindCallback(Registration) == NULL) {
        InsertTailList(&WmipCallbacks, &New->Link);
        Status = STATUS_SUCCESS;
    }
    KiReleaseLock(&WmipLock, Old);
    if (!NT_SUCCESS(Status))
        ExiFree(New);
    return Status;
}

/* Remove FALSE: only whether it is there. */
static NTSTATUS WmipLookForCallback(const void *Registration, BOOLEAN Remove)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    WMIP_CALLBACK *Callback = WmipFindCallback(Registration);
    if (Callback != NULL && Remove)
        RemoveEntryList(&Callback->Link);
    KiReleaseLock(&WmipLock, Old);
    if (Callback != NULL && Remove)
        ExiFree(Callback);
    return Callback != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS WmipControlCallback(const void *Registration, ULONG Action)
{
    switch (Action) {
    case WMIREG_ACTION_REGISTER: return WmipAddCallback(Registration);
    case WMIREG_ACTION_DEREGISTER: return WmipLookForCallback(Registration, TRUE);
    case WMIREG_ACTION_REREGISTER:
    case WMIREG_ACTION_UPDATE_GUIDS:
    case WMIREG_ACTION_BLOCK_IRPS: return WmipLookForCallback(Registration, FALSE);
    default: return STATUS_INVALID_PARAMETER;
    }
}

ULONG_PTR WmiCallbackOf(const void *Registration)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    const WMIP_CALLBACK *Callback = WmipFindCallback(Registration);
    const ULONG_PTR Routine = Callback != NULL ? Callback->Routine : 0;
    KiReleaseLock(&WmipLock, Old);
    return Routine;
}

/* Takes one of the driver's off the list; 0: there is none. */
static ULONG_PTR WmipDropCallback(const DRIVER_OBJECT *Driver)
{
    WMIP_CALLBACK *Found = NULL;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipCallbacks.Flink; Link != &WmipCallbacks && Found == NULL;
         Link = Link->Flink) {
        WMIP_CALLBACK *Callback = CONTAINING_RECORD(Link, WMIP_CALLBACK, Link);
        if (Callback->Routine - (ULONG_PTR)Driver->DriverStart < Driver->DriverSize)
            Found = Callback;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    KiReleaseLock(&WmipLock, Old);
    const ULONG_PTR Routine = Found != NULL ? Found->Routine : 0;
    if (Found != NULL)
        ExiFree(Found);
    return Routine;
}

void WmipForgetCallbacks(const DRIVER_OBJECT *Driver)
{
    for (ULONG_PTR Routine = WmipDropCallback(Driver); Routine != 0;
         Routine = WmipDropCallback(Driver))
        KdFinding(DOTSYS_FINDING_OTHER, Routine + 1,
            "a callback is still registered with WMI: call "
            "IoWMIRegistrationControl(WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK) "
            "in DriverUnload");
}
