/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Events: what a driver writes goes, on a system thread, to the callbacks of those who have the block open for notification. An
 * event that only refers to an instance is delivered as that instance, asked for when it is due. Nobody listens: it is gone.
 */
#include <string.h>

#include "wmi/wmip.h"

typedef struct WMIP_EVENT {
    WORK_QUEUE_ITEM Item;
    WNODE_HEADER *Wnode; /* the driver's pool block */
} WMIP_EVENT;

/* The next open block that wants the event, after Skip others; referenced. NULL: no more. */
static WMIP_BLOCK *WmipNextListener(const GUID *Guid, ULONG Skip)
{
    WMIP_BLOCK *Found = NULL;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipBlocks.Flink; Link != &WmipBlocks && Found == NULL; Link = Link->Flink) {
        WMIP_BLOCK *Block = CONTAINING_RECORD(Link, WMIP_BLOCK, Link);
        if (!(Block->Access & WMIGUID_NOTIFICATION) || !WmipSame(&Block->Guid, Guid) || Skip-- != 0)
            continue;
        if (ObiReferenceSafe(Block))
            Found = Block;
        else
            Skip = 0; /* it is on its way out */
    }
    KiReleaseLock(&WmipLock, Old);
    return Found;
}

static BOOLEAN WmipIsListened(const GUID *Guid)
{
    WMIP_BLOCK *Block = WmipNextListener(Guid, 0);
    if (Block != NULL)
        ObfDereferenceObject(Block);
    return Block != NULL;
}

/* A copy of a single instance, with the name its provider registered it with behind it. NULL: no memory. */
static WNODE_HEADER *WmipNameEvent(const WNODE_SINGLE_INSTANCE *From)
{
    WMIP_TARGET Target;
    if (!WmipFindTarget(From->WnodeHeader.ProviderId, &From->WnodeHeader.Guid, &Target))
        return NULL;
    WNODE_SINGLE_INSTANCE *To = NULL;
    if (WmipHasNames(Target.Set) && From->InstanceIndex < Target.Set->InstanceCount) {
        USHORT Length = WmipNameBytes(Target.Set, From->InstanceIndex);
        ULONG At = WMIP_ALIGN(From->WnodeHeader.BufferSize), Bytes = At + (ULONG)sizeof(Length) + Length;
        To = ExiAllocateZero(NonPagedPoolNx, Bytes, WMIP_TAG, EX_KERNEL_SITE);
        if (To != NULL) {
            memcpy(To, From, From->WnodeHeader.BufferSize);
            memcpy((UCHAR *)To + At, &Length, sizeof(Length));
            WmipCopyName(Target.Set, From->InstanceIndex, (UCHAR *)To + At + sizeof(Length));
            To->OffsetInstanceName = At;
            To->WnodeHeader.BufferSize = Bytes;
            To->WnodeHeader.Flags &= ~(ULONG)(WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES);
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
    } else if ((Event->Flags & WNODE_FLAG_SINGLE_INSTANCE) && (Event->Flags & WNODE_FLAG_STATIC_INSTANCE_NAMES) &&
               Event->BufferSize >= sizeof(WNODE_SINGLE_INSTANCE)) {
        Made = WmipNameEvent((const WNODE_SINGLE_INSTANCE *)(const void *)Event);
    }
    return Made;
}

static void WmipDeliver(const GUID *Guid, WNODE_HEADER *Wnode)
{
    WMIP_BLOCK *Block;
    for (ULONG Skip = 0; (Block = WmipNextListener(Guid, Skip)) != NULL; Skip++) {
        KIRQL Old = KiAcquireLock(&WmipLock);
        WMI_NOTIFICATION_CALLBACK Callback = Block->Callback;
        void *Context = Block->Context;
        KiReleaseLock(&WmipLock, Old);
        if (Callback != NULL)
            Callback(Wnode, Context);
        ObfDereferenceObject(Block);
    }
}

static void NTAPI WmipDeliverLater(void *Parameter)
{
    WMIP_EVENT *Event = Parameter;
    BOOLEAN Drop;
    GUID Guid = Event->Wnode->Guid;
    if (WmipIsListened(&Guid)) {
        WNODE_HEADER *Made = WmipTranslateEvent(Event->Wnode, &Drop);
        if (!Drop)
            WmipDeliver(&Guid, Made != NULL ? Made : Event->Wnode);
        if (Made != NULL)
            ExiFree(Made);
    }
    ExFreePool(Event->Wnode);
    ExiFree(Event);
}

/*
 * IoWMIWriteEvent - tell whoever has the block open for notification.
 *
 * WnodeEventItem: a WNODE in pool with WNODE_FLAG_EVENT_ITEM or WNODE_FLAG_EVENT_REFERENCE, and ProviderId of
 *          IoWMIDeviceObjectToProviderId. One with WNODE_FLAG_TRACED_GUID is for a trace session.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS: the block will be freed; INVALID_PARAMETER: it is no event; INVALID_HANDLE: it is for a trace session, and
 *          there is none; INSUFFICIENT_RESOURCES: unless it is SUCCESS the block stays the caller's.
 * Source:  DOC wdm/IoWMIWriteEvent; INVALID_PARAMETER INF
 */
NTSTATUS NTAPI IoWMIWriteEvent(void *WnodeEventItem)
{
    WNODE_HEADER *Wnode = WnodeEventItem;
    if (Wnode->Flags & WNODE_FLAG_TRACED_GUID)
        return STATUS_INVALID_HANDLE;
    if (!(Wnode->Flags & (WNODE_FLAG_EVENT_ITEM | WNODE_FLAG_EVENT_REFERENCE)) || Wnode->BufferSize < sizeof(*Wnode))
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
