/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Changes of the registry, each whole or not at all: first what can fail in memory, then the
 * storage, then the tree, which no longer can fail; last whoever waits for changes is told. The
 * lock is held by whoever calls.
 */
#include "cm/cmp.h"

static LARGE_INTEGER CmpNow(void)
{
    LARGE_INTEGER Now;
    KeQuerySystemTime(&Now);
    return Now;
}

NTSTATUS CmpAddKey(CMP_NODE *Parent, const UNICODE_STRING *Name, const UNICODE_STRING *Class,
    ULONG Flags, SECURITY_DESCRIPTOR *Security, CMP_NODE **Node)
{
    CMP_NODE *New;
    NTSTATUS Status = CmpMakeNode(Parent, Name, Class, Flags, Security, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpReserveChild(Parent, Flags);
    if (NT_SUCCESS(Status))
        Status = CmpStoreKey(New);
    if (!NT_SUCCESS(Status)) {
        CmpDereferenceNode(New);
        return Status;
    }
    CmpLinkNode(New);
    CmpReferenceNode(New);
    Parent->LastWriteTime = New->LastWriteTime;
    CmpReportChange(Parent, REG_NOTIFY_CHANGE_NAME);
    *Node = New;
    return STATUS_SUCCESS;
}

NTSTATUS CmpRemoveKey(CMP_NODE *Node)
{
    LARGE_INTEGER Now = CmpNow();
    if (CmpChildCount(Node) != 0 || (Node->Flags & CMP_NO_DELETE))
        return STATUS_CANNOT_DELETE;
    NTSTATUS Status = CmpStoreDelete(Node, Now);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpUnlinkNode(Node);
    Node->Flags |= CMP_DELETED;
    CmpFreeValues(Node);
    Node->Parent->LastWriteTime = Now;
    CmpReportChange(Node->Parent, REG_NOTIFY_CHANGE_NAME);
    CmpReportChange(Node, REG_NOTIFY_CHANGE_NAME);
    CmpDereferenceNode(Node);
    return STATUS_SUCCESS;
}

NTSTATUS CmpRenameKey(CMP_NODE *Node, const UNICODE_STRING *Name)
{
    CMP_NODE *Other = CmpFindChild(Node->Parent, Name);
    LARGE_INTEGER Now = CmpNow();
    UNICODE_STRING Copy;

    if (Node->Flags & CMP_NO_DELETE)
        return STATUS_ACCESS_DENIED;
    if (Other != NULL && Other != Node)
        return STATUS_CANNOT_DELETE;
    NTSTATUS Status = CmpCopyText(Name, &Copy);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpStoreRename(Node, Name, Now);
    /* The list keeps its room unless it runs empty. */
    CMP_LIST *List = &Node->Parent->Child[(Node->Flags & CMP_VOLATILE) ? 1 : 0];
    if (NT_SUCCESS(Status) && List->Count > 1) {
        CmpUnlinkNode(Node);
        CmpFreeText(&Node->Name);
        Node->Name = Copy;
        CmpLinkNode(Node);
    } else if (NT_SUCCESS(Status)) {
        CmpFreeText(&Node->Name);
        Node->Name = Copy;
    } else {
        CmpFreeText(&Copy);
        return Status;
    }
    Node->LastWriteTime = Node->Parent->LastWriteTime = Now;
    CmpReportChange(Node->Parent, REG_NOTIFY_CHANGE_NAME);
    return STATUS_SUCCESS;
}

NTSTATUS CmpTouchKey(CMP_NODE *Node, LARGE_INTEGER Time)
{
    NTSTATUS Status = CmpStoreTouch(Node, Time);
    if (NT_SUCCESS(Status))
        Node->LastWriteTime = Time;
    return Status;
}

NTSTATUS CmpSetValue(
    CMP_NODE *Node, const UNICODE_STRING *Name, ULONG Type, const void *Data, ULONG Bytes)
{
    LARGE_INTEGER Now = CmpNow();
    ULONG Index = CmpFindValue(Node, Name);
    CMP_VALUE *Value;

    /* A value keeps the name it was given first. */
    UNICODE_STRING Kept = Index < Node->ValueCount ? CmpValueName(Node->Value[Index]) : *Name;
    NTSTATUS Status = CmpReserveValue(Node);
    if (NT_SUCCESS(Status))
        Status = CmpMakeValue(&Kept, Type, Data, Bytes, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpStoreValue(Node, Value, Now);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Value);
        return Status;
    }
    BOOLEAN Same = Index < Node->ValueCount && Node->Value[Index]->Type == Type &&
        Node->Value[Index]->DataBytes == Bytes &&
        __builtin_memcmp(Node->Value[Index]->Data, Value->Data, Bytes) == 0;
    CmpPutValue(Node, Value);
    Node->LastWriteTime = Now;
    if (!Same)
        CmpReportChange(Node, REG_NOTIFY_CHANGE_LAST_SET);
    return STATUS_SUCCESS;
}

NTSTATUS CmpDeleteValue(CMP_NODE *Node, const UNICODE_STRING *Name)
{
    LARGE_INTEGER Now = CmpNow();
    ULONG Index = CmpFindValue(Node, Name);
    if (Index == Node->ValueCount)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    UNICODE_STRING Stored = CmpValueName(Node->Value[Index]);
    NTSTATUS Status = CmpStoreDeleteValue(Node, &Stored, Now);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpDropValue(Node, Index);
    Node->LastWriteTime = Now;
    CmpReportChange(Node, REG_NOTIFY_CHANGE_LAST_SET);
    return STATUS_SUCCESS;
}
