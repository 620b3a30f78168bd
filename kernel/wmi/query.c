/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Queries: all instances of a block, from all its providers, or one by name. What comes back has
 * the names of the instances in it, whoever keeps them: those a provider registered with are put in
 * here.
 */
#include <string.h>

#include "wmi/wmip.h"

#define WMIP_QUERY_BYTES 512u

/* Answers on their way into a caller's buffer. Needed: of all so far. */
typedef struct WMIP_RESULT {
    UCHAR *Buffer;
    ULONG Room;
    ULONG Needed;
    ULONG Last;  /* offset of the one before; MAXULONG: none */
} WMIP_RESULT;

static void WmipAddResult(WMIP_RESULT *Result, const WNODE_HEADER *Wnode)
{
    ULONG At = Result->Last == MAXULONG ? 0 : WMIP_ALIGN(Result->Needed);
    Result->Needed = At + Wnode->BufferSize;
    if (Result->Needed <= Result->Room) {
        WNODE_HEADER *Copy = (WNODE_HEADER *)(void *)(Result->Buffer + At);
        memcpy(Copy, Wnode, Wnode->BufferSize);
        Copy->Linkage = 0;
        if (Result->Last != MAXULONG)
            ((WNODE_HEADER *)(void *)(Result->Buffer + Result->Last))->Linkage = At - Result->Last;
    }
    Result->Last = At;
}

static NTSTATUS WmipFinishResult(
    const WMIP_RESULT *Result, NTSTATUS Failure, ULONG *InOutBufferSize)
{
    if (Result->Last == MAXULONG)
        return Failure;
    *InOutBufferSize = Result->Needed;
    return Result->Needed > Result->Room ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

/* ---- all instances --------------------------------------------------------------------------- */

/* The same WNODE with the names a provider registered with, behind what there is. Takes Wnode when
 * it succeeds. */
static NTSTATUS WmipInsertNames(const WMIP_SET *Set, WNODE_HEADER **Wnode)
{
    const WNODE_ALL_DATA *From = (const WNODE_ALL_DATA *)(const void *)*Wnode;
    ULONG Count = From->InstanceCount < Set->InstanceCount ? From->InstanceCount
                                                           : Set->InstanceCount;
    ULONG Offsets = WMIP_ALIGN((*Wnode)->BufferSize),
          Bytes = Offsets + Count * (ULONG)sizeof(ULONG);
    for (ULONG Index = 0; Index < Count; Index++)
        Bytes += (ULONG)sizeof(USHORT) + WmipNameBytes(Set, Index);
    WNODE_ALL_DATA *To = ExiAllocateZero(NonPagedPoolNx, Bytes, WMIP_TAG, EX_KERNEL_SITE);
    if (To == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(To, From, (*Wnode)->BufferSize);
    ULONG At = Offsets + Count * (ULONG)sizeof(ULONG);
    for (ULONG Index = 0; Index < Count; Index++) {
        USHORT Length = WmipNameBytes(Set, Index);
        memcpy((UCHAR *)To + Offsets + Index * sizeof(ULONG), &At, sizeof(At));
        memcpy((UCHAR *)To + At, &Length, sizeof(Length));
        WmipCopyName(Set, Index, (UCHAR *)To + At + sizeof(Length));
        At += (ULONG)sizeof(Length) + Length;
    }
    To->OffsetInstanceNameOffsets = Offsets;
    To->WnodeHeader.BufferSize = Bytes;
    To->WnodeHeader.Flags &= ~(
        ULONG)(WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES);
    ExiFree(*Wnode);
    *Wnode = &To->WnodeHeader;
    return STATUS_SUCCESS;
}

static NTSTATUS WmipQueryAll(const WMIP_TARGET *Target, WMIP_RESULT *Result)
{
    WNODE_ALL_DATA Request = {.DataBlockOffset = 0};
    WNODE_HEADER *Wnode;
    ULONG Room;
    WmipFillHeader(&Request.WnodeHeader, sizeof(Request), Target, WNODE_FLAG_ALL_DATA);
    NTSTATUS Status = WmipAsk(Target, IRP_MN_QUERY_ALL_DATA, &Request, sizeof(Request),
        WMIP_QUERY_BYTES, FALSE, &Wnode, &Room);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Wnode->BufferSize < FIELD_OFFSET(WNODE_ALL_DATA, FixedInstanceSize))
        Status = STATUS_UNSUCCESSFUL;
    else if ((Wnode->Flags & WNODE_FLAG_STATIC_INSTANCE_NAMES) && WmipHasNames(Target->Set))
        Status = WmipInsertNames(Target->Set, &Wnode);
    if (NT_SUCCESS(Status))
        WmipAddResult(Result, Wnode);
    ExiFree(Wnode);
    return Status;
}

/* Failure: receives why a provider did not answer. */
static NTSTATUS WmipQueryAllOf(void *Object, WMIP_RESULT *Result, NTSTATUS *Failure)
{
    WMIP_BLOCK *Block;
    WMIP_TARGET *Targets = NULL;
    ULONG Count = 0;
    NTSTATUS Status = WmipReferenceBlock(Object, &Block);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = WmipFindTargets(&Block->Guid, &Targets, &Count);
    for (ULONG Index = 0; Index < Count; Index++) {
        NTSTATUS One = Targets[Index].Set->Flags & WMIREG_FLAG_EVENT_ONLY_GUID
            ? STATUS_WMI_GUID_DISCONNECTED
            : WmipQueryAll(&Targets[Index], Result);
        if (!NT_SUCCESS(One))
            *Failure = One;
    }
    WmipReleaseTargets(Targets, Count);
    ObfDereferenceObject(Block);
    return Status;
}

/*
 * IoWMIQueryAllData - all instances of a block, from all devices registered with it.
 *
 * InOutBufferSize: bytes of OutBuffer; receives the bytes of what there is. OutBuffer: receives
 *          WNODE_ALL_DATA structures, one for each device that answers, chained by
 *          WnodeHeader.Linkage.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: *InOutBufferSize says what it takes; WMI_GUID_DISCONNECTED:
 *          no device has it any more; OBJECT_TYPE_MISMATCH: it is no open block, where Windows does
 *          not look; what the drivers returned, when none answered; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoWMIQueryAllData; WMI_GUID_DISCONNECTED INF
 */
NTSTATUS NTAPI IoWMIQueryAllData(void *DataBlockObject, ULONG *InOutBufferSize, void *OutBuffer)
{
    return IoWMIQueryAllDataMultiple(&DataBlockObject, 1, InOutBufferSize, OutBuffer);
}

/* IoWMIQueryAllDataMultiple - the same for several open blocks at once, in one chain. Source: DOC
 * wdm. */
NTSTATUS NTAPI IoWMIQueryAllDataMultiple(
    void **DataBlockObjectList, ULONG ObjectCount, ULONG *InOutBufferSize, void *OutBuffer)
{
    WMIP_RESULT Result = {.Buffer = OutBuffer, .Room = *InOutBufferSize, .Last = MAXULONG};
    NTSTATUS Failure = STATUS_WMI_GUID_DISCONNECTED, Status = STATUS_SUCCESS;
    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < ObjectCount; Index++)
        Status = WmipQueryAllOf(DataBlockObjectList[Index], &Result, &Failure);
    return NT_SUCCESS(Status) ? WmipFinishResult(&Result, Failure, InOutBufferSize) : Status;
}

/* ---- one instance ---------------------------------------------------------------------------- */

NTSTATUS WmipQueryInstance(
    const WMIP_TARGET *Target, const UNICODE_STRING *Name, ULONG Index, WNODE_HEADER **Wnode)
{
    USHORT Length = Name != NULL ? Name->Length : WmipNameBytes(Target->Set, Index);
    ULONG Used = FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData) + (ULONG)sizeof(Length) + Length,
          Room;
    WNODE_SINGLE_INSTANCE *Request =
        ExiAllocateZero(NonPagedPoolNx, WMIP_ALIGN(Used), WMIP_TAG, EX_KERNEL_SITE);
    if (Request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    WmipFillHeader(&Request->WnodeHeader, WMIP_ALIGN(Used), Target, WNODE_FLAG_SINGLE_INSTANCE);
    Request->OffsetInstanceName = FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData);
    Request->InstanceIndex = Index;
    Request->DataBlockOffset = WMIP_ALIGN(Used);
    memcpy(Request->VariableData, &Length, sizeof(Length));
    if (Name != NULL)
        memcpy(Request->VariableData + sizeof(Length), Name->Buffer, Length);
    else
        WmipCopyName(Target->Set, Index, Request->VariableData + sizeof(Length));
    NTSTATUS Status = WmipAsk(Target, IRP_MN_QUERY_SINGLE_INSTANCE, Request, WMIP_ALIGN(Used),
        WMIP_ALIGN(Used) + WMIP_QUERY_BYTES, FALSE, Wnode, &Room);
    ExiFree(Request);
    if (!NT_SUCCESS(Status))
        return Status;
    const WNODE_SINGLE_INSTANCE *Answer = (const WNODE_SINGLE_INSTANCE *)(const void *)*Wnode;
    if ((*Wnode)->BufferSize < sizeof(*Answer) ||
        !WmipWithin(Answer->DataBlockOffset, Answer->SizeDataBlock, (*Wnode)->BufferSize)) {
        ExiFree(*Wnode);
        return STATUS_UNSUCCESSFUL;
    }
    (*Wnode)->Flags &= ~(ULONG)(WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES);
    return STATUS_SUCCESS;
}

static NTSTATUS WmipQueryOne(void *Object, const UNICODE_STRING *Name, WMIP_RESULT *Result)
{
    WMIP_BLOCK *Block;
    WMIP_TARGET Target;
    WNODE_HEADER *Wnode;
    ULONG Index;
    NTSTATUS Status = WmipReferenceBlock(Object, &Block);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Try = 0;; Try++) {
        Status = WmipFindInstance(&Block->Guid, Name, Try, &Target, &Index);
        if (!NT_SUCCESS(Status))
            break;
        Status = WmipQueryInstance(&Target, Name, Index, &Wnode);
        BOOLEAN Static = WmipHasNames(Target.Set);
        WmipLeave(Target.Provider);
        if (NT_SUCCESS(Status)) {
            WmipAddResult(Result, Wnode);
            ExiFree(Wnode);
        }
        /* A driver that keeps the names itself may not have this one. */
        if (NT_SUCCESS(Status) || Static)
            break;
    }
    ObfDereferenceObject(Block);
    return Status;
}

/*
 * IoWMIQuerySingleInstance - one instance of a block, by its name; letters' case does not count.
 *
 * InOutBufferSize: bytes of OutBuffer; receives the bytes of what there is. OutBuffer: receives a
 *          WNODE_SINGLE_INSTANCE with the name and the data in it.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: *InOutBufferSize says what it takes; WMI_INSTANCE_NOT_FOUND;
 *          OBJECT_TYPE_MISMATCH: it is no open block; WMI_GUID_DISCONNECTED: no device has it any
 *          more; what the driver returned; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoWMIQuerySingleInstance; WMI_GUID_DISCONNECTED INF
 */
NTSTATUS NTAPI IoWMIQuerySingleInstance(
    void *DataBlockObject, UNICODE_STRING *InstanceName, ULONG *InOutBufferSize, void *OutBuffer)
{
    return IoWMIQuerySingleInstanceMultiple(
        &DataBlockObject, InstanceName, 1, InOutBufferSize, OutBuffer);
}

/*
 * IoWMIQuerySingleInstanceMultiple - the same for several open blocks, each with the instance of
 * the same number in InstanceNames; one that cannot be had is left out of the chain, unless it is
 * the only one. Source: DOC wdm; left out INF.
 */
NTSTATUS NTAPI IoWMIQuerySingleInstanceMultiple(void **DataBlockObjectList,
    UNICODE_STRING *InstanceNames, ULONG ObjectCount, ULONG *InOutBufferSize, void *OutBuffer)
{
    WMIP_RESULT Result = {.Buffer = OutBuffer, .Room = *InOutBufferSize, .Last = MAXULONG};
    NTSTATUS Failure = STATUS_WMI_INSTANCE_NOT_FOUND;
    for (ULONG Index = 0; Index < ObjectCount; Index++) {
        NTSTATUS Status = WmipQueryOne(DataBlockObjectList[Index], &InstanceNames[Index], &Result);
        if (!NT_SUCCESS(Status))
            Failure = Status;
    }
    return WmipFinishResult(&Result, Failure, InOutBufferSize);
}
