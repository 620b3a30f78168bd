/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Values in memory. A value is one block with data and name and never changes: setting it anew
 * replaces the block, so that what can fail has happened before anything is touched. The lock is
 * held by whoever calls.
 */
#include "cm/cmp.h"

static ULONG CmpHashName(const UNICODE_STRING *Name)
{
    ULONG Hash = 0;
    RtlHashUnicodeString(Name, TRUE, 0, &Hash);
    return Hash;
}

ULONG CmpFindValue(const CMP_NODE *Node, const UNICODE_STRING *Name)
{
    ULONG Hash = CmpHashName(Name);
    for (ULONG Index = 0; Index < Node->ValueCount; Index++) {
        const CMP_VALUE *Value = Node->Value[Index];
        if (Value->Hash != Hash || Value->NameBytes != Name->Length)
            continue;
        UNICODE_STRING Other = CmpValueName(Value);
        if (CmpCompareNames(Name, &Other) == 0)
            return Index;
    }
    return Node->ValueCount;
}

NTSTATUS CmpMakeValue(
    const UNICODE_STRING *Name, ULONG Type, const void *Data, ULONG Bytes, CMP_VALUE **Value)
{
    SIZE_T Size = sizeof(CMP_VALUE) + (((SIZE_T)Bytes + 1) & ~(SIZE_T)1) + Name->Length;
    CMP_VALUE *New = ExiAllocate(PagedPool, Size, CMP_TAG_VALUE, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Hash = CmpHashName(Name);
    New->Type = Type;
    New->DataBytes = Bytes;
    New->NameBytes = Name->Length;
    if (Bytes != 0)
        __builtin_memcpy(New->Data, Data, Bytes);
    if (Name->Length != 0)
        __builtin_memcpy(CmpValueName(New).Buffer, Name->Buffer, Name->Length);
    *Value = New;
    return STATUS_SUCCESS;
}

NTSTATUS CmpReserveValue(CMP_NODE *Node)
{
    if (Node->ValueCount < Node->ValueCapacity)
        return STATUS_SUCCESS;
    ULONG Capacity = Node->ValueCapacity != 0 ? Node->ValueCapacity * 2 : 4;
    CMP_VALUE **New = ExiAllocate(
        PagedPool, (SIZE_T)Capacity * sizeof(CMP_VALUE *), CMP_TAG_LIST, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Node->Value != NULL) {
        __builtin_memcpy(New, Node->Value, Node->ValueCount * sizeof(CMP_VALUE *));
        ExiFree(Node->Value);
    }
    Node->Value = New;
    Node->ValueCapacity = Capacity;
    return STATUS_SUCCESS;
}

void CmpPutValue(CMP_NODE *Node, CMP_VALUE *Value)
{
    UNICODE_STRING Name = CmpValueName(Value);
    ULONG Index = CmpFindValue(Node, &Name);
    if (Index == Node->ValueCount)
        Node->ValueCount++;
    else
        ExiFree(Node->Value[Index]);
    Node->Value[Index] = Value;
}

void CmpDropValue(CMP_NODE *Node, ULONG Index)
{
    ExiFree(Node->Value[Index]);
    Node->ValueCount--;
    __builtin_memmove(Node->Value + Index, Node->Value + Index + 1,
        (Node->ValueCount - Index) * sizeof(CMP_VALUE *));
    if (Node->ValueCount == 0)
        CmpFreeValues(Node);
}

void CmpFreeValues(CMP_NODE *Node)
{
    for (ULONG Index = 0; Index < Node->ValueCount; Index++)
        ExiFree(Node->Value[Index]);
    if (Node->Value != NULL)
        ExiFree(Node->Value);
    Node->Value = NULL;
    Node->ValueCount = Node->ValueCapacity = 0;
}
