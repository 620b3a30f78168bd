/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Events: what a driver writes goes, on a system thread, to the callbacks of those who have the
 * block open for notification. An event that only refers to an instance is delivered as that
 * instance, asked for when it is due. Nobody listens: it is gone.
 */
#include <string.h>

#include "wmi/wmip.h"

typedef struct WMIP_EVENT {
    WORK_QUEUE_ITEM Item;
    WNODE_HEADER *Wnode; /* the driver's pool block */
} WMIP_EVENT;

static BOOLEAN WmipWants(const WMIP_OPENER *Opener, const GUID *Guid)
{
    return (Opener->Access & WMIGUID_NOTIFICATION) && Opener->Callback != NULL &&
        WmipSame(&Opener->Guid, Guid);
}

/* How many want the event; they are kept and put into Openers, where that is not NULL. */
static ULONG WmipListLocked(const GUID *Guid, WMIP_OPENER **Openers)
{
    ULONG Count = 0;
    for (LIST_ENTRY *Link = WmipOpeners.Flink; Link != &WmipOpeners; Link = Link->Flink) {
        WMIP_OPENER *Opener = CONTAINING_RECORD(Link, WMIP_OPENER, Link);
        if (!WmipWants(Opener, Guid))
            continue;
        if (Openers != NULL) {
            Opener->References++;
            Openers[Count] = Opener;
        }
        Count++;
    }
    return Count;
}

static BOOLEAN WmipIsListened(const GUID *Guid)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    ULONG Count = WmipListLocked(Guid, NULL);
    KiReleaseLock(&WmipLock, Old);
    return Count != 0;
}

/* Who hears of an event, all at once: who comes later does not. NULL: nobody, or no memory. */
static WMIP_OPENER **WmipFindListeners(const GUID *Guid, ULONG *Count)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    ULONG Most = WmipListLocked(Guid, NULL);
    WMIP_OPENER **Openers = Most == 0
        ? NULL
        : ExiAllocate(NonPagedPoolNx, Most * sizeof(WMIP_OPENER *), WMIP_TAG, EX_KERNEL_SITE);
    *Count = Openers == NULL ? 0 : WmipListLocked(Guid, Openers);
    KiReleaseLock(&WmipLock, Old);
    return Openers;
}

/* A copy of a single instance, with the name its provider registered it with behind it. NULL: no
 * memory. */
static WNODE_HEADER *WmipNameEvent(const WNODE_SINGLE_INSTANCE *From)
{
    WMIP_TARGET Target;
    if (!WmipFindTarget(From->WnodeHeader.ProviderId, &From->WnodeHeader.Guid, &Target))
        return NULL;
    WNODE_SINGLE_INSTANCE *To = NULL;
    if (WmipHasNames(Target.Set) && From->InstanceIndex < Target.Set->InstanceCount) {
        USHORT Length = WmipNameBytes(Target.Set, From->InstanceIndex);
        ULONG At = WMIP_ALIGN(From->WnodeHeader.BufferSize),
              Bytes = At + (ULONG)sizeof(Length) + Length;
        To = ExiAllocateZero(NonPagedPoolNx, Bytes, WMIP_TAG, EX_KERNEL_SITE);
        if (To != NULL) {
            memcpy(To, From, From->WnodeHeader.BufferSize);
            memcpy((UCHAR *)To + At, &Length, sizeof(Length));
            WmipCopyName(Target.Set, From->InstanceIndex, (UCHAR *)To + At + sizeof(Length));
            To->OffsetInstanceName = At;
            To->WnodeHeader.BufferSize = Bytes;
            To->WnodeHeader.Flags &= ~(
                ULONG)(WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES);
        }
    }
    WmipLeave(Target.Provider);
    return To != NULL ? &To->WnodeHeader : NULL;
}

/* The instance an event refers to, as an event. NULL: it cannot be had. */
static WNODE_HEADER *WmipFollowEvent(const WNODE_EVENT_REFERENCE *Event)
{
    WMIP_TARGET Target;
    WNODE_HEADER *Wnode = NULL;
    UNICODE_STRING Name, *Given = NULL;
    ULONG Room = Event->WnodeHeader.BufferSize, Index = Event->TargetInstanceIndex;
    if (!WmipFindTarget(Event->WnodeHeader.ProviderId, &Event->TargetGuid, &Target))
        return NULL;
    if (!(Event->WnodeHeader.Flags & WNODE_FLAG_STATIC_INSTANCE_NAMES)) {
        USHORT Length = Event->TargetInstanceName[0];
        ULONG At = FIELD_OFFSET(WNODE_EVENT_REFERENCE, TargetInstanceName) + (ULONG)sizeof(WCHAR);
        if (!WmipWithin(At, Length, Room)) {
            WmipLeave(Target.Provider);
            return NULL;
        }
        Name = (UNICODE_STRING){Length, Length, (WCHAR *)(ULONG_PTR)((const UCHAR *)Event + At)};
        Given = &Name;
        Index = 0;
    }
    if (Given != NULL || Index < Target.Set->InstanceCount) {
        if (NT_SUCCESS(WmipQueryInstance(&Target, Given, Index, &Wnode)))
            Wnode->Flags |= WNODE_FLAG_EVENT_ITEM;
        else
            Wnode = NULL;
    }
    WmipLeave(Target.Provider);
    return Wnode;
}

/* What listeners get instead of what the driver wrote; NULL: that itself. Drop: nothing. */
static WNODE_HEADER *WmipTranslateEvent(const WNODE_HEADER *Event, BOOLEAN *Drop)
{
    WNODE_HEADER *Made = NULL;
    *Drop = FALSE;
    if (Event->Flags & WNODE_FLAG_EVENT_REFERENCE) {
        Made = Event->BufferSize >= sizeof(WNODE_EVENT_REFERENCE)
                   ? WmipFollowEvent((const WNODE_EVENT_REFERENCE *)(const void *)Event)
                   : NULL;
        *Drop = Made == NULL;
    } else if ((Event->Flags & WNODE_FLAG_SINGLE_INSTANCE) &&
        (Event->Flags & WNODE_FLAG_STATIC_INSTANCE_NAMES) &&
        Event->BufferSize >= sizeof(WNODE_SINGLE_INSTANCE)) {
        Made = WmipNameEvent((const WNODE_SINGLE_INSTANCE *)(const void *)Event);
    }
    return Made;
}

/* NULL: it has none, or is closed. */
static WMI_NOTIFICATION_CALLBACK WmipCallbackOf(const WMIP_OPENER *Opener, void **Context)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    WMI_NOTIFICATION_CALLBACK Callback = Opener->Closed ? NULL : Opener->Callback;
    *Context = Opener->Context;
    KiReleaseLock(&WmipLock, Old);
    return Callback;
}

/* The callback's code stays until it has returned, though its driver may close the block, and
 * unload, while it runs. */
static void WmipDeliver(const WMIP_OPENER *Opener, WNODE_HEADER *Wnode)
{
    void *Context;
    DRIVER_OBJECT *Driver = IoiFindDriverOfCode((ULONG_PTR)WmipCallbackOf(Opener, &Context));
    WMI_NOTIFICATION_CALLBACK Callback = WmipCallbackOf(Opener, &Context);
    if (Callback != NULL)
        Callback(Wnode, Context);
    if (Driver != NULL)
        ObfDereferenceObject(Driver);
}

static void NTAPI WmipDeliverLater(void *Parameter)
{
    WMIP_EVENT *Event = Parameter;
    BOOLEAN Drop = FALSE;
    ULONG Count;
    GUID Guid = Event->Wnode->Guid;
    WMIP_OPENER **Openers = WmipFindListeners(&Guid, &Count);
    WNODE_HEADER *Made = Count != 0 ? WmipTranslateEvent(Event->Wnode, &Drop) : NULL;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (!Drop)
            WmipDeliver(Openers[Index], Made != NULL ? Made : Event->Wnode);
        WmipReleaseOpener(Openers[Index]);
    }
    if (Openers != NULL)
        ExiFree(Openers);
    if (Made != NULL)
        ExiFree(Made);
    ExFreePool(Event->Wnode);
    ExiFree(Event);
}

/*
 * IoWMIWriteEvent - tell whoever has the block open for notification.
 *
 * WnodeEventItem: a WNODE in pool with WNODE_FLAG_EVENT_ITEM or WNODE_FLAG_EVENT_REFERENCE, and
 *                 ProviderId of IoWMIDeviceObjectToProviderId. One with WNODE_FLAG_TRACED_GUID is
 *                 for a trace session.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS: the block will be freed; INVALID_PARAMETER: it is no event; INVALID_HANDLE: it
 *          is for a trace session, and there is none; INSUFFICIENT_RESOURCES: unless it is SUCCESS
 *          the block stays the caller's.
 * Source:  DOC wdm/IoWMIWriteEvent; INVALID_PARAMETER INF
 */
NTSTATUS NTAPI IoWMIWriteEvent(void *WnodeEventItem)
{
    WNODE_HEADER *Wnode = WnodeEventItem;
    if (Wnode->Flags & WNODE_FLAG_TRACED_GUID)
        return STATUS_INVALID_HANDLE;
    if (!(Wnode->Flags & (WNODE_FLAG_EVENT_ITEM | WNODE_FLAG_EVENT_REFERENCE)) ||
        Wnode->BufferSize < sizeof(*Wnode))
        return STATUS_INVALID_PARAMETER;
    if (!WmipIsListened(&Wnode->Guid)) {
        ExFreePool(Wnode);
        return STATUS_SUCCESS;
    }
    WMIP_EVENT *Event = ExiAllocateZero(NonPagedPoolNx, sizeof(*Event), WMIP_TAG, EX_KERNEL_SITE);
    if (Event == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Event->Wnode = Wnode;
    ExInitializeWorkItem(&Event->Item, WmipDeliverLater, Event);
    ExQueueWorkItem(&Event->Item, DelayedWorkQueue);
    return STATUS_SUCCESS;
}
