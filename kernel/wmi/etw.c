/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Providers of events. They register, and no session ever enables one: an enable callback is not
 * called, nothing is enabled, and what is written is gone, as on a Windows where nobody traces. A
 * handle has the number of an entry of a table and how often that was used, so that it is looked at
 * without a lock, at any IRQL. EtwpLock guards registering.
 */
#include <string.h>

#include "dotsys/dotsys.h"
#include "ex/misc.h"
#include "kd/kd.h"
#include "wmi/wmip.h"

#define ETWP_PROVIDERS 1024u

typedef struct ETWP_PROVIDER {
    _Atomic ULONG Use; /* odd: registered; goes up by one each time */
    GUID Guid;
    PETWENABLECALLBACK Callback;
    void *Context;
    ULONG_PTR Site; /* who registered it */
} ETWP_PROVIDER;

static KSPIN_LOCK EtwpLock;
static ETWP_PROVIDER EtwpProviders[ETWP_PROVIDERS];

void EtwpInitialize(void)
{
    EtwpLock = 0;
    memset(EtwpProviders, 0, sizeof(EtwpProviders));
}

static ETWP_PROVIDER *EtwpFind(REGHANDLE Handle)
{
    ULONG Index = (ULONG)(Handle & 0xFFFFFFFFu) - 1;
    if (Index >= ETWP_PROVIDERS)
        return NULL;
    ULONG Use = EtwpProviders[Index].Use;
    return (Use & 1) != 0 && Use == (ULONG)(Handle >> 32) ? &EtwpProviders[Index] : NULL;
}

/* A driver that unloads without EtwUnregister leaves its callback to whoever enables the
 * provider. */
void EtwpForgetDriver(const DRIVER_OBJECT *Driver)
{
    for (ULONG Index = 0; Index < ETWP_PROVIDERS; Index++) {
        ETWP_PROVIDER *Provider = &EtwpProviders[Index];
        ULONG_PTR Start = (ULONG_PTR)Driver->DriverStart;
        if (!(Provider->Use & 1) || Provider->Site - Start >= Driver->DriverSize)
            continue;
        KdFinding(DOTSYS_FINDING_OTHER, Provider->Site,
            "a provider of events is still registered: call EtwUnregister in DriverUnload");
        Provider->Use++;
    }
}

/*
 * EtwRegister - a provider of events.
 *
 * EnableCallback: optional; would be called when a session enables or disables the provider.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no identifier, or nowhere to put the handle; NO_MEMORY:
 * there are too many.
 * Owner:   EtwUnregister, before the driver is unloaded.
 * Source:  DOC wdm/EtwRegister
 */
NTSTATUS NTAPI EtwRegister(const GUID *ProviderId, PETWENABLECALLBACK EnableCallback,
    void *CallbackContext, REGHANDLE *RegHandle)
{
    if (ProviderId == NULL || RegHandle == NULL)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&EtwpLock);
    ULONG Index = 0;
    while (Index < ETWP_PROVIDERS && (EtwpProviders[Index].Use & 1))
        Index++;
    if (Index == ETWP_PROVIDERS) {
        KiReleaseLock(&EtwpLock, Old);
        return STATUS_NO_MEMORY;
    }
    ETWP_PROVIDER *Provider = &EtwpProviders[Index];
    Provider->Guid = *ProviderId;
    Provider->Callback = EnableCallback;
    Provider->Context = CallbackContext;
    Provider->Site = EX_CALLER;
    ULONG Use = ++Provider->Use;
    KiReleaseLock(&EtwpLock, Old);
    *RegHandle = ((REGHANDLE)Use << 32) | (Index + 1);
    return STATUS_SUCCESS;
}

/*
 * EtwUnregister - no provider any more.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_HANDLE: it is none, or has been unregistered.
 * Source: DOC wdm/EtwUnregister
 */
NTSTATUS NTAPI EtwUnregister(REGHANDLE RegHandle)
{
    KIRQL Old = KiAcquireLock(&EtwpLock);
    ETWP_PROVIDER *Provider = EtwpFind(RegHandle);
    if (Provider != NULL)
        Provider->Use++;
    KiReleaseLock(&EtwpLock, Old);
    return Provider != NULL ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

/*
 * EtwSetInformation - something about a provider: its traits, how its descriptors are to be read.
 * Only sessions would use it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE; INVALID_PARAMETER: there is no such class, or traits whose
 * first USHORT is not their length.
 * Source:  DOC wdm/EtwSetInformation; INVALID_PARAMETER INF
 */
NTSTATUS NTAPI EtwSetInformation(REGHANDLE RegHandle, EVENT_INFO_CLASS InformationClass,
    void *EventInformation, ULONG InformationLength)
{
    USHORT Length = 0;
    if (EtwpFind(RegHandle) == NULL)
        return STATUS_INVALID_HANDLE;
    switch (InformationClass) {
    case EventProviderBinaryTrackInfo: return STATUS_SUCCESS;
    case EventProviderSetTraits:
        if (InformationLength >= sizeof(Length))
            memcpy(&Length, EventInformation, sizeof(Length));
        return InformationLength > sizeof(Length) && Length == InformationLength
            ? STATUS_SUCCESS
            : STATUS_INVALID_PARAMETER;
    case EventProviderUseDescriptorType:
        return InformationLength == sizeof(BOOLEAN) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    default: return STATUS_INVALID_PARAMETER;
    }
}

/*
 * EtwEventEnabled, EtwProviderEnabled - whether a session wants an event: none does.
 * IRQL: any. Source: DOC wdm/EtwEventEnabled, EtwProviderEnabled
 */
BOOLEAN NTAPI EtwEventEnabled(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor)
{
    (void)RegHandle;
    (void)EventDescriptor;
    return FALSE;
}

BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword)
{
    (void)RegHandle;
    (void)Level;
    (void)Keyword;
    return FALSE;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* An event without a session is written as soon as it is known to be one. */
static NTSTATUS EtwpWrite(REGHANDLE Handle, const void *Event)
{
    if (EtwpFind(Handle) == NULL)
        return STATUS_INVALID_HANDLE;
    return Event != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/*
 * EtwWrite and its kin - write an event: to no session.
 *
 * IRQL:    any
 * Returns: SUCCESS, also where no session has the provider enabled; INVALID_HANDLE: the provider is
 *          not registered; INVALID_PARAMETER: there is no descriptor, or no text.
 * Source:  DOC wdm/EtwWrite, EtwWriteEx, EtwWriteTransfer, EtwWriteString, EtwWriteStartScenario,
 *          EtwWriteEndScenario
 */
NTSTATUS NTAPI EtwWrite(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData)
{
    (void)ActivityId;
    (void)UserDataCount;
    (void)UserData;
    return EtwpWrite(RegHandle, EventDescriptor);
}

NTSTATUS NTAPI EtwWriteEx(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    ULONG64 Filter, ULONG Flags, const GUID *ActivityId, const GUID *RelatedActivityId,
    ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData)
{
    (void)Filter;
    (void)Flags;
    (void)ActivityId;
    (void)RelatedActivityId;
    (void)UserDataCount;
    (void)UserData;
    return EtwpWrite(RegHandle, EventDescriptor);
}

NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, const GUID *RelatedActivityId, ULONG UserDataCount,
    EVENT_DATA_DESCRIPTOR *UserData)
{
    (void)ActivityId;
    (void)RelatedActivityId;
    (void)UserDataCount;
    (void)UserData;
    return EtwpWrite(RegHandle, EventDescriptor);
}

NTSTATUS NTAPI EtwWriteString(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword,
    const GUID *ActivityId, const WCHAR *String)
{
    (void)Level;
    (void)Keyword;
    (void)ActivityId;
    return EtwpWrite(RegHandle, String);
}

NTSTATUS NTAPI EtwWriteStartScenario(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData)
{
    return EtwWrite(RegHandle, EventDescriptor, ActivityId, UserDataCount, UserData);
}

NTSTATUS NTAPI EtwWriteEndScenario(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData)
{
    return EtwWrite(RegHandle, EventDescriptor, ActivityId, UserDataCount, UserData);
}

/* ---- activities ------------------------------------------------------------------------------ */

/*
 * EtwActivityIdControl - the identifier of what this thread is at: get it, set it, both, or make
 * one.
 *
 * ActivityId: in, out or both, as EVENT_ACTIVITY_CTRL_ says: GET_ID out; SET_ID in; CREATE_ID out;
 *             GET_SET_ID in, and out what was there before; CREATE_SET_ID sets a new one, and out
 *             what was there before.
 * IRQL:    up to APC_LEVEL, as making one takes.
 * Returns: SUCCESS; INVALID_PARAMETER: no such code, or no ActivityId.
 * Source:  DOC wdm/EtwActivityIdControl
 */
NTSTATUS NTAPI EtwActivityIdControl(ULONG ControlCode, GUID *ActivityId)
{
    GUID *Current = &PsiCurrentThread()->ActivityId, Before = *Current, New;
    NTSTATUS Status = STATUS_SUCCESS;
    if (ActivityId == NULL)
        return STATUS_INVALID_PARAMETER;
    if (ControlCode == EVENT_ACTIVITY_CTRL_CREATE_ID ||
        ControlCode == EVENT_ACTIVITY_CTRL_CREATE_SET_ID) {
        Status = ExUuidCreate(&New);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    switch (ControlCode) {
    case EVENT_ACTIVITY_CTRL_GET_ID: *ActivityId = Before; break;
    case EVENT_ACTIVITY_CTRL_SET_ID: *Current = *ActivityId; break;
    case EVENT_ACTIVITY_CTRL_CREATE_ID: *ActivityId = New; break;
    case EVENT_ACTIVITY_CTRL_GET_SET_ID:
        *Current = *ActivityId;
        *ActivityId = Before;
        break;
    case EVENT_ACTIVITY_CTRL_CREATE_SET_ID:
        *Current = New;
        *ActivityId = Before;
        break;
    default: return STATUS_INVALID_PARAMETER;
    }
    return STATUS_SUCCESS;
}
