/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * wmilib.sys: takes requests of IRP_MJ_SYSTEM_CONTROL apart for a driver that has its blocks in a
 * table and callbacks for what they hold. Only for blocks whose instances have names that stay: an
 * instance is known by its number.
 */
#include <string.h>

#include "wmi/wmip.h"

#define WMIP_DATA_OFFSET(Count) \
    WMIP_ALIGN((ULONG)FIELD_OFFSET(WNODE_ALL_DATA, OffsetInstanceDataAndLength) + \
               (Count) * (ULONG)sizeof(OFFSETINSTANCEDATAANDLENGTH))

/* A request being taken apart. */
typedef struct WMIP_CALL {
    WMILIB_CONTEXT *Library;
    DEVICE_OBJECT *Device;
    IRP *Irp;
    ULONG Guid;     /* in GuidList */
    ULONG Bytes;    /* of the buffer */
    WNODE_HEADER *Wnode;
} WMIP_CALL;

/* ---- what the driver has --------------------------------------------------------------------- */

static void WmipPutText(UCHAR *At, const UNICODE_STRING *Text)
{
    static const UNICODE_STRING None;
    const UNICODE_STRING *Put = Text != NULL ? Text : &None;
    memcpy(At, &Put->Length, sizeof(Put->Length));
    if (Put->Length != 0)
        memcpy(At + sizeof(Put->Length), Put->Buffer, Put->Length);
}

typedef struct WMIP_REGINFO {
    ULONG Flags;
    UNICODE_STRING Instance;  /* the driver's pool, which is freed here */
    UNICODE_STRING *Registry; /* stays the driver's */
    UNICODE_STRING Mof;       /* stays the driver's */
    DEVICE_OBJECT *Pdo;
} WMIP_REGINFO;

static void WmipWriteInfo(const WMIP_CALL *Call, const WMIP_REGINFO *Info, ULONG Mof,
    ULONG Registry, ULONG Instance, ULONG Bytes, BOOLEAN Extended)
{
    UCHAR *Buffer = (UCHAR *)Call->Wnode;
    WMIREGINFOW *To = (WMIREGINFOW *)(void *)Buffer;
    memset(Buffer, 0, Bytes);
    To->BufferSize = Bytes;
    To->RegistryPath = Registry;
    To->MofResourceName = Mof;
    To->GuidCount = Call->Library->GuidCount;
    WmipPutText(Buffer + Mof, &Info->Mof);
    WmipPutText(Buffer + Registry, Info->Registry);
    WmipPutText(Buffer + Instance, &Info->Instance);
    for (ULONG Index = 0; Index < To->GuidCount; Index++) {
        const WMIGUIDREGINFO *From = &Call->Library->GuidList[Index];
        WMIREGGUIDW *Guid = &To->WmiRegGuid[Index];
        Guid->Guid = *From->Guid;
        Guid->Flags = From->Flags | Info->Flags;
        Guid->InstanceCount = From->InstanceCount;
        if (Guid->Flags & WMIREG_FLAG_INSTANCE_PDO) {
            if (Extended && Info->Pdo != NULL)
                ObfReferenceObject(Info->Pdo);
            Guid->InstanceInfo = (ULONG_PTR)Info->Pdo;
        } else if (Guid->Flags & WMIREG_FLAG_INSTANCE_BASENAME) {
            Guid->BaseNameOffset = Instance;
        }
    }
}

static NTSTATUS WmipRegister(const WMIP_CALL *Call, BOOLEAN Extended, ULONG_PTR *Information)
{
    WMIP_REGINFO Info = {.Flags = 0};
    NTSTATUS Status = Call->Library->QueryWmiRegInfo(
        Call->Device, &Info.Flags, &Info.Instance, &Info.Registry, &Info.Mof, &Info.Pdo);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Mof = (ULONG)FIELD_OFFSET(WMIREGINFOW, WmiRegGuid) +
        Call->Library->GuidCount * (ULONG)sizeof(WMIREGGUIDW);
    ULONG Registry = Mof + (ULONG)sizeof(USHORT) + Info.Mof.Length;
    ULONG Instance = Registry + (ULONG)sizeof(USHORT) +
        (Info.Registry != NULL ? Info.Registry->Length : 0);
    ULONG Bytes = Instance + (ULONG)sizeof(USHORT) + Info.Instance.Length;
    if (Bytes <= Call->Bytes) {
        WmipWriteInfo(Call, &Info, Mof, Registry, Instance, Bytes, Extended);
        *Information = Bytes;
    } else if (Call->Bytes >= sizeof(ULONG)) {
        memcpy(Call->Wnode, &Bytes, sizeof(Bytes));
        *Information = sizeof(ULONG);
        Status = STATUS_BUFFER_TOO_SMALL;
    } else {
        Status = STATUS_BUFFER_TOO_SMALL;
    }
    if (Info.Instance.Buffer != NULL)
        ExFreePool(Info.Instance.Buffer);
    return Status;
}

/* ---- requests with a WNODE ------------------------------------------------------------------- */

static NTSTATUS WmipQueryAllBlocks(const WMIP_CALL *Call)
{
    WNODE_ALL_DATA *Wnode = (WNODE_ALL_DATA *)(void *)Call->Wnode;
    const WMIGUIDREGINFO *Guid = &Call->Library->GuidList[Call->Guid];
    ULONG Count = Guid->InstanceCount, Data = WMIP_DATA_OFFSET(Count), *Lengths = NULL;
    UCHAR *Buffer = NULL;
    ULONG Room = 0;
    if (Call->Bytes >= sizeof(*Wnode)) {
        Wnode->InstanceCount = Count;
        Wnode->DataBlockOffset = Data;
        Wnode->OffsetInstanceNameOffsets = 0;
        Wnode->WnodeHeader.Flags &= ~(ULONG)WNODE_FLAG_FIXED_INSTANCE_SIZE;
    }
    if (Call->Bytes > Data) {
        /* The lengths are put where the first of them will be, each in its place when the request
         * is completed. */
        Lengths = &Wnode->OffsetInstanceDataAndLength[0].OffsetInstanceData;
        memset(Lengths, 0, Count * sizeof(OFFSETINSTANCEDATAANDLENGTH));
        Buffer = (UCHAR *)Wnode + Data;
        Room = Call->Bytes - Data;
    }
    return Call->Library->QueryWmiDataBlock(
        Call->Device, Call->Irp, Call->Guid, 0, Count, Lengths, Room, Buffer);
}

static NTSTATUS WmipQueryOneBlock(const WMIP_CALL *Call)
{
    WNODE_SINGLE_INSTANCE *Wnode = (WNODE_SINGLE_INSTANCE *)(void *)Call->Wnode;
    ULONG Data = Wnode->DataBlockOffset;
    BOOLEAN Room = Call->Bytes > Data;
    return Call->Library->QueryWmiDataBlock(Call->Device, Call->Irp, Call->Guid,
        Wnode->InstanceIndex, 1, Room ? &Wnode->SizeDataBlock : NULL, Room ? Call->Bytes - Data : 0,
        Room ? (UCHAR *)Wnode + Data : NULL);
}

/* FALSE: the data is not within the buffer. */
static BOOLEAN WmipHasData(const WMIP_CALL *Call, ULONG Offset, ULONG Bytes)
{
    return WmipWithin(Offset, Bytes, Call->Bytes);
}

static NTSTATUS WmipChangeBlock(const WMIP_CALL *Call, BOOLEAN *Called)
{
    const WNODE_SINGLE_INSTANCE *Wnode = (const WNODE_SINGLE_INSTANCE *)(const void *)Call->Wnode;
    if (Call->Library->SetWmiDataBlock == NULL)
        return STATUS_WMI_READ_ONLY;
    if (!WmipHasData(Call, Wnode->DataBlockOffset, Wnode->SizeDataBlock))
        return STATUS_INVALID_PARAMETER;
    *Called = TRUE;
    return Call->Library->SetWmiDataBlock(Call->Device, Call->Irp, Call->Guid, Wnode->InstanceIndex,
        Wnode->SizeDataBlock, (UCHAR *)Call->Wnode + Wnode->DataBlockOffset);
}

static NTSTATUS WmipChangeItem(const WMIP_CALL *Call, BOOLEAN *Called)
{
    const WNODE_SINGLE_ITEM *Wnode = (const WNODE_SINGLE_ITEM *)(const void *)Call->Wnode;
    if (Call->Library->SetWmiDataItem == NULL)
        return STATUS_WMI_READ_ONLY;
    if (!WmipHasData(Call, Wnode->DataBlockOffset, Wnode->SizeDataItem))
        return STATUS_INVALID_PARAMETER;
    *Called = TRUE;
    return Call->Library->SetWmiDataItem(Call->Device, Call->Irp, Call->Guid, Wnode->InstanceIndex,
        Wnode->ItemId, Wnode->SizeDataItem, (UCHAR *)Call->Wnode + Wnode->DataBlockOffset);
}

static NTSTATUS WmipRunMethod(const WMIP_CALL *Call, BOOLEAN *Called)
{
    const WNODE_METHOD_ITEM *Wnode = (const WNODE_METHOD_ITEM *)(const void *)Call->Wnode;
    if (Call->Library->ExecuteWmiMethod == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!WmipHasData(Call, Wnode->DataBlockOffset, Wnode->SizeDataBlock))
        return STATUS_INVALID_PARAMETER;
    *Called = TRUE;
    return Call->Library->ExecuteWmiMethod(Call->Device, Call->Irp, Call->Guid,
        Wnode->InstanceIndex, Wnode->MethodId, Wnode->SizeDataBlock,
        Call->Bytes - Wnode->DataBlockOffset, (UCHAR *)Call->Wnode + Wnode->DataBlockOffset);
}

/* Without a callback nothing has to be switched on, and the request is done. */
static NTSTATUS WmipControl(const WMIP_CALL *Call, UCHAR Minor, BOOLEAN *Called)
{
    BOOLEAN Events = Minor == IRP_MN_ENABLE_EVENTS || Minor == IRP_MN_DISABLE_EVENTS;
    if (Call->Library->WmiFunctionControl == NULL)
        return STATUS_SUCCESS;
    *Called = TRUE;
    return Call->Library->WmiFunctionControl(Call->Device, Call->Irp, Call->Guid,
        Events ? WmiEventControl : WmiDataBlockControl,
        Minor == IRP_MN_ENABLE_EVENTS || Minor == IRP_MN_ENABLE_COLLECTION);
}

/* The fixed part of the WNODE of requests to one instance. 0: it is for no instance. */
static ULONG WmipFixedBytes(UCHAR Minor)
{
    switch (Minor) {
    case IRP_MN_QUERY_SINGLE_INSTANCE:
    case IRP_MN_CHANGE_SINGLE_INSTANCE: return FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData);
    case IRP_MN_CHANGE_SINGLE_ITEM:
    case IRP_MN_EXECUTE_METHOD: return FIELD_OFFSET(WNODE_METHOD_ITEM, VariableData);
    default: return 0;
    }
}

static NTSTATUS WmipCheckInstance(const WMIP_CALL *Call, UCHAR Minor)
{
    ULONG Fixed = WmipFixedBytes(Minor);
    const WNODE_SINGLE_INSTANCE *Wnode = (const WNODE_SINGLE_INSTANCE *)(const void *)Call->Wnode;
    if (Fixed == 0)
        return STATUS_SUCCESS;
    if (Call->Bytes < Fixed)
        return STATUS_INVALID_PARAMETER;
    if (!(Wnode->WnodeHeader.Flags &
            (WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES)) ||
        Wnode->InstanceIndex >= Call->Library->GuidList[Call->Guid].InstanceCount)
        return STATUS_WMI_INSTANCE_NOT_FOUND;
    return STATUS_SUCCESS;
}

static BOOLEAN WmipFindBlock(WMIP_CALL *Call, const GUID *Guid)
{
    for (ULONG Index = 0; Guid != NULL && Index < Call->Library->GuidCount; Index++) {
        const WMIGUIDREGINFO *Entry = &Call->Library->GuidList[Index];
        if (WmipSame(Entry->Guid, Guid) && !(Entry->Flags & WMIREG_FLAG_REMOVE_GUID)) {
            Call->Guid = Index;
            return TRUE;
        }
    }
    return FALSE;
}

/* Called: a callback has the request, and completes it. */
static NTSTATUS WmipDispatch(WMIP_CALL *Call, const IO_STACK_LOCATION *Stack, BOOLEAN *Called)
{
    if (!WmipFindBlock(Call, Stack->Parameters.WMI.DataPath))
        return STATUS_WMI_GUID_NOT_FOUND;
    NTSTATUS Status = WmipCheckInstance(Call, Stack->MinorFunction);
    if (!NT_SUCCESS(Status))
        return Status;
    switch (Stack->MinorFunction) {
    case IRP_MN_QUERY_ALL_DATA: *Called = TRUE; return WmipQueryAllBlocks(Call);
    case IRP_MN_QUERY_SINGLE_INSTANCE: *Called = TRUE; return WmipQueryOneBlock(Call);
    case IRP_MN_CHANGE_SINGLE_INSTANCE: return WmipChangeBlock(Call, Called);
    case IRP_MN_CHANGE_SINGLE_ITEM: return WmipChangeItem(Call, Called);
    case IRP_MN_EXECUTE_METHOD: return WmipRunMethod(Call, Called);
    default: return WmipControl(Call, Stack->MinorFunction, Called);
    }
}

/*
 * WmiSystemControl - what a driver's dispatch routine for IRP_MJ_SYSTEM_CONTROL calls: finds the
 * block in WmiLibInfo and calls the driver's callback for the request, which completes it with
 * WmiCompleteRequest.
 *
 * IrpDisposition: IrpProcessed: a callback has the request, which may be completed by now;
 *                 IrpNotCompleted: its status is set, and the driver completes it; IrpForward: it
 *                 is for another device of the stack; IrpNotWmi: it is none of these requests.
 * IRQL:    PASSIVE_LEVEL
 * Returns: what the callback returned; WMI_GUID_NOT_FOUND, WMI_INSTANCE_NOT_FOUND; WMI_READ_ONLY:
 *          there is no callback to set anything; INVALID_DEVICE_REQUEST: none for methods. SUCCESS
 *          where the driver passes the request on.
 * Source:  DOC wmilib/WmiSystemControl
 */
NTSTATUS NTAPI WmiSystemControl(WMILIB_CONTEXT *WmiLibInfo, DEVICE_OBJECT *DeviceObject, IRP *Irp,
    SYSCTL_IRP_DISPOSITION *IrpDisposition)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    WMIP_CALL Call = {.Library = WmiLibInfo,
        .Device = DeviceObject,
        .Irp = Irp,
        .Bytes = Stack->Parameters.WMI.BufferSize,
        .Wnode = Stack->Parameters.WMI.Buffer};
    UCHAR Minor = Stack->MinorFunction;
    ULONG_PTR Information = 0;
    BOOLEAN Called = FALSE;
    NTSTATUS Status;

    if (Minor > IRP_MN_EXECUTE_METHOD && Minor != IRP_MN_REGINFO_EX) {
        *IrpDisposition = IrpNotWmi;
        return STATUS_SUCCESS;
    }
    if (Stack->Parameters.WMI.ProviderId != (ULONG_PTR)DeviceObject) {
        *IrpDisposition = IrpForward;
        return STATUS_SUCCESS;
    }
    /* A callback may complete the request, and then the driver must not. */
    *IrpDisposition = IrpProcessed;
    if (Minor == IRP_MN_REGINFO || Minor == IRP_MN_REGINFO_EX)
        Status = WmipRegister(&Call, Minor == IRP_MN_REGINFO_EX, &Information);
    else
        Status = WmipDispatch(&Call, Stack, &Called);
    if (Called)
        return Status;
    *IrpDisposition = IrpNotCompleted;
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    return Status;
}
