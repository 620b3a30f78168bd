/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* wmilib.sys: completing requests that callbacks of a driver have handled, and events. */
#include <string.h>

#include "wmi/wmip.h"

/* What a request to complete comes to. */
typedef struct WMIP_END {
    NTSTATUS Status;
    ULONG Used;   /* bytes of data the driver put, or wants room for */
    ULONG Bytes;  /* of the buffer */
    ULONG Result; /* bytes of the WNODE */
} WMIP_END;

/* The data did not fit: the WNODE says how much it takes. */
static void WmipSayTooSmall(WNODE_HEADER *Wnode, ULONG Needed, WMIP_END *End)
{
    WNODE_TOO_SMALL *Small = (WNODE_TOO_SMALL *)(void *)Wnode;
    if (End->Bytes < sizeof(*Small)) {
        End->Result = 0;
        return;
    }
    Small->WnodeHeader.BufferSize = sizeof(*Small);
    Small->WnodeHeader.Flags |= WNODE_FLAG_TOO_SMALL;
    Small->SizeNeeded = Needed;
    End->Result = sizeof(*Small);
    End->Status = STATUS_SUCCESS;
}

/* The driver put lengths, one after the other, where pairs of offset and length are to be: from the
 * last to the first. */
static void WmipSpreadLengths(WNODE_ALL_DATA *Wnode, ULONG Count)
{
    OFFSETINSTANCEDATAANDLENGTH *Pair = Wnode->OffsetInstanceDataAndLength;
    const UCHAR *Lengths = (const UCHAR *)Pair;
    ULONG Offset = Wnode->DataBlockOffset;
    for (ULONG Index = Count; Index-- > 0;) {
        ULONG Length;
        memcpy(&Length, Lengths + Index * sizeof(ULONG), sizeof(Length));
        Pair[Index].LengthInstanceData = Length;
    }
    for (ULONG Index = 0; Index < Count; Index++) {
        Pair[Index].OffsetInstanceData = Offset;
        Offset = WMIP_ALIGN(Offset + Pair[Index].LengthInstanceData);
    }
}

static void WmipEndAll(WNODE_HEADER *Header, WMIP_END *End)
{
    WNODE_ALL_DATA *Wnode = (WNODE_ALL_DATA *)(void *)Header;
    if (End->Bytes < sizeof(*Wnode)) {
        /* There was no room to say how many instances there are: any size that is more will do. */
        if (End->Status == STATUS_BUFFER_TOO_SMALL || NT_SUCCESS(End->Status)) {
            End->Status = STATUS_BUFFER_TOO_SMALL;
            WmipSayTooSmall(Header, (ULONG)sizeof(*Wnode) + End->Used + 512, End);
        }
        return;
    }
    ULONG Data = Wnode->DataBlockOffset;
    if (End->Status == STATUS_BUFFER_TOO_SMALL || (NT_SUCCESS(End->Status) && End->Bytes < Data)) {
        WmipSayTooSmall(Header, Data + End->Used + 1, End);
        return;
    }
    if (!NT_SUCCESS(End->Status))
        return;
    if (End->Bytes > Data)
        WmipSpreadLengths(Wnode, Wnode->InstanceCount);
    Header->Flags |= WNODE_FLAG_ALL_DATA;
    End->Result = Data + End->Used;
    Header->BufferSize = End->Result;
}

static void WmipEndOne(WNODE_HEADER *Header, ULONG *SizeDataBlock, ULONG Data, WMIP_END *End)
{
    if (End->Status == STATUS_BUFFER_TOO_SMALL) {
        WmipSayTooSmall(Header, Data + End->Used + 1, End);
    } else if (NT_SUCCESS(End->Status)) {
        *SizeDataBlock = End->Used;
        End->Result = Data + End->Used;
        Header->BufferSize = End->Result;
    }
}

static void WmipEnd(const IO_STACK_LOCATION *Stack, WMIP_END *End)
{
    WNODE_HEADER *Header = Stack->Parameters.WMI.Buffer;
    switch (Stack->MinorFunction) {
    case IRP_MN_QUERY_ALL_DATA: WmipEndAll(Header, End); break;
    case IRP_MN_QUERY_SINGLE_INSTANCE: {
        WNODE_SINGLE_INSTANCE *Wnode = (WNODE_SINGLE_INSTANCE *)(void *)Header;
        WmipEndOne(Header, &Wnode->SizeDataBlock, Wnode->DataBlockOffset, End);
        break;
    }
    case IRP_MN_EXECUTE_METHOD: {
        WNODE_METHOD_ITEM *Wnode = (WNODE_METHOD_ITEM *)(void *)Header;
        WmipEndOne(Header, &Wnode->SizeDataBlock, Wnode->DataBlockOffset, End);
        break;
    }
    default: End->Result = NT_SUCCESS(End->Status) ? End->Used : 0; break;
    }
}

/*
 * WmiCompleteRequest - complete a request a callback of the driver was given.
 *
 * Status:  STATUS_BUFFER_TOO_SMALL: what there is did not fit, and BufferUsed is how much it takes;
 *          who asked will ask again.
 * BufferUsed: bytes of data put into the buffer; for a query of several instances with those
 * between them that align each to 8.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the status the request is completed with, which is SUCCESS where it says that it takes a
 * larger buffer.
 * Source:  DOC wmilib/WmiCompleteRequest
 */
NTSTATUS NTAPI WmiCompleteRequest(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, NTSTATUS Status, ULONG BufferUsed, CCHAR PriorityBoost)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    WMIP_END End = {
        .Status = Status, .Used = BufferUsed, .Bytes = Stack->Parameters.WMI.BufferSize};
    (void)DeviceObject;
    WmipEnd(Stack, &End);
    Irp->IoStatus.Status = End.Status;
    Irp->IoStatus.Information = End.Result;
    IofCompleteRequest(Irp, PriorityBoost);
    return End.Status;
}

/*
 * WmiFireEvent - tell whoever has a block of the driver open for notification.
 *
 * EventData: EventDataSize bytes in pool, or NULL; freed here in every case.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES; what IoWMIWriteEvent returns.
 * Source:  DOC wmilib/WmiFireEvent
 */
NTSTATUS NTAPI WmiFireEvent(DEVICE_OBJECT *DeviceObject, const GUID *Guid, ULONG InstanceIndex,
    ULONG EventDataSize, void *EventData)
{
    ULONG Data = WMIP_ALIGN((ULONG)sizeof(WNODE_SINGLE_INSTANCE));
    ULONG Size = EventData != NULL ? EventDataSize : 0;
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    WNODE_SINGLE_INSTANCE *Wnode = Size > MAXLONG
        ? NULL
        : ExiAllocateZero(NonPagedPoolNx, Data + Size, WMIP_TAG, EX_KERNEL_SITE);
    if (Wnode != NULL) {
        Wnode->WnodeHeader.BufferSize = Data + Size;
        Wnode->WnodeHeader.ProviderId = IoWMIDeviceObjectToProviderId(DeviceObject);
        Wnode->WnodeHeader.Guid = *Guid;
        Wnode->WnodeHeader.Flags =
            WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_EVENT_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES;
        KeQuerySystemTime(&Wnode->WnodeHeader.TimeStamp);
        Wnode->InstanceIndex = InstanceIndex;
        Wnode->DataBlockOffset = Data;
        Wnode->SizeDataBlock = Size;
        if (Size != 0)
            memcpy((UCHAR *)Wnode + Data, EventData, Size);
        Status = IoWMIWriteEvent(Wnode);
        if (!NT_SUCCESS(Status))
            ExiFree(Wnode);
    }
    if (EventData != NULL)
        ExFreePool(EventData);
    return Status;
}
