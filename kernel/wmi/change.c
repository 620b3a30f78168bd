/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to one instance that carry data: setting an instance or an item of it, and methods. The
 * instance is found by its name; where drivers keep the names themselves, each is asked until one
 * has it.
 */
#include <string.h>

#include "wmi/wmip.h"

/* The three WNODEs have the fixed part of an instance, and an item or method has a number more. */
typedef struct WMIP_CHANGE {
    UCHAR Minor;
    ULONG Flag;      /* WNODE_FLAG_ */
    ULONG Version;
    ULONG Number;    /* of the item or method */
    const void *Data;
    ULONG Bytes;     /* of Data */
    ULONG Room;      /* for what comes back, at least Bytes */
} WMIP_CHANGE;

NTSTATUS WmipFindInstance(
    const GUID *Guid, const UNICODE_STRING *Name, ULONG Skip, WMIP_TARGET *Target, ULONG *Index)
{
    WMIP_TARGET *Targets;
    ULONG Count, Found = MAXULONG, Dynamic = 0;
    NTSTATUS Status = WmipFindTargets(Guid, &Targets, &Count);
    if (!NT_SUCCESS(Status))
        return Status;
    *Index = 0;
    for (ULONG At = 0; At < Count && Found == MAXULONG && Skip == 0; At++) {
        if (WmipFindName(Targets[At].Set, Name, Index))
            Found = At;
    }
    /* Those that keep the names themselves, one after the other. */
    for (ULONG At = 0; At < Count && Found == MAXULONG; At++) {
        if (!WmipHasNames(Targets[At].Set) && Dynamic++ == Skip)
            Found = At;
    }
    if (Found == MAXULONG)
        Status = Count == 0 ? STATUS_WMI_GUID_DISCONNECTED : STATUS_WMI_INSTANCE_NOT_FOUND;
    else
        *Target = Targets[Found];
    for (ULONG At = 0; At < Count; At++) {
        if (At != Found)
            WmipLeave(Targets[At].Provider);
    }
    if (Targets != NULL)
        ExiFree(Targets);
    return Status;
}

/* Where an item or a method has its data; an instance, which has no number, has it a ULONG
 * before. */
static void WmipSetPlace(WNODE_HEADER *Wnode, const WMIP_CHANGE *Change, ULONG Offset)
{
    if (Change->Flag == WNODE_FLAG_SINGLE_INSTANCE) {
        WNODE_SINGLE_INSTANCE *Instance = (WNODE_SINGLE_INSTANCE *)(void *)Wnode;
        Instance->DataBlockOffset = Offset;
        Instance->SizeDataBlock = Change->Bytes;
    } else {
        WNODE_METHOD_ITEM *Item = (WNODE_METHOD_ITEM *)(void *)Wnode;
        Item->MethodId = Change->Number;
        Item->DataBlockOffset = Offset;
        Item->SizeDataBlock = Change->Bytes;
    }
}

static NTSTATUS WmipChangeAt(const WMIP_TARGET *Target, const UNICODE_STRING *Name, ULONG Index,
    const WMIP_CHANGE *Change, WNODE_HEADER **Answer, ULONG *AnswerRoom)
{
    ULONG Fixed = FIELD_OFFSET(WNODE_METHOD_ITEM, VariableData);
    ULONG Offset = WMIP_ALIGN(Fixed + (ULONG)sizeof(USHORT) + Name->Length),
          Bytes = Offset + Change->Bytes;
    if (Change->Bytes > MAXLONG || Change->Room > MAXLONG)
        return STATUS_INVALID_PARAMETER;
    UCHAR *Request = ExiAllocateZero(NonPagedPoolNx, Bytes, WMIP_TAG, EX_KERNEL_SITE);
    if (Request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    WNODE_SINGLE_INSTANCE *Wnode = (WNODE_SINGLE_INSTANCE *)(void *)Request;
    WmipFillHeader(&Wnode->WnodeHeader, Bytes, Target, Change->Flag);
    Wnode->WnodeHeader.Version = Change->Version;
    Wnode->OffsetInstanceName = Fixed;
    Wnode->InstanceIndex = Index;
    WmipSetPlace(&Wnode->WnodeHeader, Change, Offset);
    memcpy(Request + Fixed, &Name->Length, sizeof(USHORT));
    memcpy(Request + Fixed + sizeof(USHORT), Name->Buffer, Name->Length);
    if (Change->Bytes != 0)
        memcpy(Request + Offset, Change->Data, Change->Bytes);
    NTSTATUS Status = WmipAsk(
        Target, Change->Minor, Request, Bytes, Offset + Change->Room, TRUE, Answer, AnswerRoom);
    /* The caller counts from its data. */
    if (Status == STATUS_BUFFER_TOO_SMALL)
        *AnswerRoom = *AnswerRoom > Offset ? *AnswerRoom - Offset : 0;
    ExiFree(Request);
    return Status;
}

static NTSTATUS WmipChange(void *Object, const UNICODE_STRING *Name, const WMIP_CHANGE *Change,
    WNODE_HEADER **Answer, ULONG *AnswerRoom)
{
    WMIP_BLOCK *Block;
    WMIP_TARGET Target;
    ULONG Index;
    NTSTATUS Status = WmipReferenceBlock(Object, &Block);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Try = 0;; Try++) {
        Status = WmipFindInstance(&Block->Guid, Name, Try, &Target, &Index);
        if (!NT_SUCCESS(Status))
            break;
        Status = WmipChangeAt(&Target, Name, Index, Change, Answer, AnswerRoom);
        BOOLEAN Static = WmipHasNames(Target.Set);
        WmipLeave(Target.Provider);
        if (Static || Status != STATUS_WMI_INSTANCE_NOT_FOUND)
            break;
    }
    ObfDereferenceObject(Block);
    return Status;
}

static NTSTATUS WmipSet(void *Object, const UNICODE_STRING *Name, const WMIP_CHANGE *Change)
{
    WNODE_HEADER *Answer;
    ULONG Room;
    NTSTATUS Status = WmipChange(Object, Name, Change, &Answer, &Room);
    if (NT_SUCCESS(Status))
        ExiFree(Answer);
    return Status;
}

/*
 * IoWMISetSingleInstance - change all items of an instance.
 *
 * Version: of the block, mostly 0. ValueBuffer: the instance as it is to be.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; WMI_READ_ONLY: the driver says that it cannot be changed, and whatever else it
 *          says; WMI_INSTANCE_NOT_FOUND; WMI_GUID_DISCONNECTED: no device has it any more;
 *          OBJECT_TYPE_MISMATCH: it is no open block; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoWMISetSingleInstance
 */
NTSTATUS NTAPI IoWMISetSingleInstance(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG Version, ULONG ValueBufferSize, void *ValueBuffer)
{
    const WMIP_CHANGE Change = {.Minor = IRP_MN_CHANGE_SINGLE_INSTANCE,
        .Flag = WNODE_FLAG_SINGLE_INSTANCE,
        .Version = Version,
        .Data = ValueBuffer,
        .Bytes = ValueBufferSize,
        .Room = ValueBufferSize};
    return WmipSet(DataBlockObject, InstanceName, &Change);
}

/*
 * IoWMISetSingleItem - change one item of an instance.
 * DataItemId: of the item, from 1. IRQL, Returns: as above; WMI_ITEMID_NOT_FOUND: the driver says
 * that there is no such item.
 * Source: DOC wdm/IoWMISetSingleItem
 */
NTSTATUS NTAPI IoWMISetSingleItem(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG DataItemId, ULONG Version, ULONG ValueBufferSize, void *ValueBuffer)
{
    const WMIP_CHANGE Change = {.Minor = IRP_MN_CHANGE_SINGLE_ITEM,
        .Flag = WNODE_FLAG_SINGLE_ITEM,
        .Version = Version,
        .Number = DataItemId,
        .Data = ValueBuffer,
        .Bytes = ValueBufferSize,
        .Room = ValueBufferSize};
    return WmipSet(DataBlockObject, InstanceName, &Change);
}

/*
 * IoWMIExecuteMethod - run a method of an instance.
 *
 * InOutBuffer: InBufferSize bytes of input, and room for *OutBufferSize bytes of output.
 * *OutBufferSize receives what it was.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: *OutBufferSize says what the driver wants, the method may or
 *          may not have run; otherwise as above.
 * Source:  DOC wdm/IoWMIExecuteMethod
 */
NTSTATUS NTAPI IoWMIExecuteMethod(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG MethodId, ULONG InBufferSize, ULONG *OutBufferSize, UCHAR *InOutBuffer)
{
    const WMIP_CHANGE Change = {.Minor = IRP_MN_EXECUTE_METHOD,
        .Flag = WNODE_FLAG_METHOD_ITEM,
        .Number = MethodId,
        .Data = InOutBuffer,
        .Bytes = InBufferSize,
        .Room = InBufferSize > *OutBufferSize ? InBufferSize : *OutBufferSize};
    WNODE_HEADER *Answer;
    ULONG Room = 0;
    NTSTATUS Status = WmipChange(DataBlockObject, InstanceName, &Change, &Answer, &Room);
    if (Status == STATUS_BUFFER_TOO_SMALL)
        *OutBufferSize = Room;
    if (!NT_SUCCESS(Status))
        return Status;
    const WNODE_METHOD_ITEM *Item = (const WNODE_METHOD_ITEM *)(const void *)Answer;
    if (!WmipWithin(Item->DataBlockOffset, Item->SizeDataBlock, Room)) {
        Status = STATUS_UNSUCCESSFUL;
    } else {
        if (Item->SizeDataBlock > *OutBufferSize)
            Status = STATUS_BUFFER_TOO_SMALL;
        else if (Item->SizeDataBlock != 0)
            memcpy(InOutBuffer, (const UCHAR *)Item + Item->DataBlockOffset, Item->SizeDataBlock);
        *OutBufferSize = Item->SizeDataBlock;
    }
    ExiFree(Answer);
    return Status;
}
