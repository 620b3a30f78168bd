/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Nodes of the tree in memory: making, finding, linking, counting. The lock is held by whoever
 * calls, except while the machine starts. Nothing here is told to the storage or to anyone else.
 */
#include "cm/cmp.h"

CMP_NODE *CmpRoot;

/* ---- text ------------------------------------------------------------------------------------ */

NTSTATUS CmpCopyText(const UNICODE_STRING *Text, UNICODE_STRING *Copy)
{
    *Copy = (UNICODE_STRING){0};
    if (Text->Length == 0)
        return STATUS_SUCCESS;
    Copy->Buffer = ExiAllocate(PagedPool, Text->Length, CMP_TAG_TEXT, EX_KERNEL_SITE);
    if (Copy->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    __builtin_memcpy(Copy->Buffer, Text->Buffer, Text->Length);
    Copy->Length = Copy->MaximumLength = Text->Length;
    return STATUS_SUCCESS;
}

void CmpFreeText(UNICODE_STRING *Text)
{
    if (Text->Buffer != NULL)
        ExiFree(Text->Buffer);
    *Text = (UNICODE_STRING){0};
}

LONG CmpCompareNames(const UNICODE_STRING *First, const UNICODE_STRING *Second)
{
    return RtlCompareUnicodeString(First, Second, TRUE);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void CmpFreeNode(CMP_NODE *Node)
{
    CmpFreeValues(Node);
    for (unsigned Kind = 0; Kind < 2; Kind++) {
        if (Node->Child[Kind].Node != NULL)
            ExiFree(Node->Child[Kind].Node);
    }
    CmpFreeText(&Node->Name);
    CmpFreeText(&Node->Class);
    if (Node->Security != NULL)
        ExiFree(Node->Security);
    ExiFree(Node);
}

NTSTATUS CmpMakeNode(CMP_NODE *Parent, const UNICODE_STRING *Name, const UNICODE_STRING *Class,
    ULONG Flags, SECURITY_DESCRIPTOR *Security, CMP_NODE **Node)
{
    CMP_NODE *New = ExiAllocateZero(PagedPool, sizeof(*New), CMP_TAG_NODE, EX_KERNEL_SITE);
    if (New == NULL) {
        if (Security != NULL)
            ExiFree(Security);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    New->Security = Security;
    New->References = 1;
    New->Flags = Flags;
    KeQuerySystemTime(&New->LastWriteTime);
    NTSTATUS Status = CmpCopyText(Name, &New->Name);
    if (NT_SUCCESS(Status) && Class != NULL)
        Status = CmpCopyText(Class, &New->Class);
    if (!NT_SUCCESS(Status)) {
        CmpFreeNode(New);
        return Status;
    }
    if (Parent != NULL) {
        New->Parent = Parent;
        New->Depth = Parent->Depth + 1;
        CmpReferenceNode(Parent);
    }
    *Node = New;
    return STATUS_SUCCESS;
}

void CmpReferenceNode(CMP_NODE *Node)
{
    Node->References++;
}

void CmpDereferenceNode(CMP_NODE *Node)
{
    while (Node != NULL && --Node->References == 0) {
        CMP_NODE *Parent = Node->Parent;
        CmpFreeNode(Node);
        Node = Parent;
    }
}

/* ---- keys of a key --------------------------------------------------------------------------- */

static CMP_LIST *CmpListOf(CMP_NODE *Parent, ULONG Flags)
{
    return &Parent->Child[(Flags & CMP_VOLATILE) ? 1 : 0];
}

/* Where the name is (*Found), or would be. */
static ULONG CmpSearch(const CMP_LIST *List, const UNICODE_STRING *Name, BOOLEAN *Found)
{
    ULONG Low = 0, High = List->Count;
    while (Low < High) {
        ULONG Middle = Low + (High - Low) / 2;
        LONG Order = CmpCompareNames(Name, &List->Node[Middle]->Name);
        if (Order == 0) {
            *Found = TRUE;
            return Middle;
        }
        if (Order < 0)
            High = Middle;
        else
            Low = Middle + 1;
    }
    *Found = FALSE;
    return Low;
}

CMP_NODE *CmpFindChild(const CMP_NODE *Parent, const UNICODE_STRING *Name)
{
    for (unsigned Kind = 0; Kind < 2; Kind++) {
        BOOLEAN Found;
        ULONG Index = CmpSearch(&Parent->Child[Kind], Name, &Found);
        if (Found)
            return Parent->Child[Kind].Node[Index];
    }
    return NULL;
}

CMP_NODE *CmpChildAt(const CMP_NODE *Parent, ULONG Index)
{
    for (unsigned Kind = 0; Kind < 2; Kind++) {
        if (Index < Parent->Child[Kind].Count)
            return Parent->Child[Kind].Node[Index];
        Index -= Parent->Child[Kind].Count;
    }
    return NULL;
}

ULONG CmpChildCount(const CMP_NODE *Node)
{
    return Node->Child[0].Count + Node->Child[1].Count;
}

NTSTATUS CmpReserveChild(CMP_NODE *Parent, ULONG Flags)
{
    CMP_LIST *List = CmpListOf(Parent, Flags);
    if (List->Count < List->Capacity)
        return STATUS_SUCCESS;
    ULONG Capacity = List->Capacity != 0 ? List->Capacity * 2 : 4;
    CMP_NODE **New =
        ExiAllocate(PagedPool, (SIZE_T)Capacity * sizeof(CMP_NODE *), CMP_TAG_LIST, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (List->Node != NULL) {
        __builtin_memcpy(New, List->Node, List->Count * sizeof(CMP_NODE *));
        ExiFree(List->Node);
    }
    List->Node = New;
    List->Capacity = Capacity;
    return STATUS_SUCCESS;
}

void CmpLinkNode(CMP_NODE *Node)
{
    CMP_LIST *List = CmpListOf(Node->Parent, Node->Flags);
    BOOLEAN Found;
    ULONG Index = CmpSearch(List, &Node->Name, &Found);
    __builtin_memmove(
        List->Node + Index + 1, List->Node + Index, (List->Count - Index) * sizeof(CMP_NODE *));
    List->Node[Index] = Node;
    List->Count++;
}

void CmpUnlinkNode(CMP_NODE *Node)
{
    CMP_LIST *List = CmpListOf(Node->Parent, Node->Flags);
    BOOLEAN Found;
    ULONG Index = CmpSearch(List, &Node->Name, &Found);
    List->Count--;
    __builtin_memmove(
        List->Node + Index, List->Node + Index + 1, (List->Count - Index) * sizeof(CMP_NODE *));
    if (List->Count == 0) {
        ExiFree(List->Node);
        *List = (CMP_LIST){0};
    }
}

/* ---- where a key is -------------------------------------------------------------------------- */

NTSTATUS CmpPathOf(const CMP_NODE *Node, UNICODE_STRING *Path)
{
    ULONG Length = 0;
    for (const CMP_NODE *At = Node; At != NULL; At = At->Parent)
        Length += sizeof(WCHAR) + At->Name.Length;
    if (Length > MAXUSHORT - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    WCHAR *Buffer = ExiAllocate(PagedPool, Length + sizeof(WCHAR), CMP_TAG_TEXT, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    WCHAR *Cursor = Buffer + Length / sizeof(WCHAR);
    *Cursor = 0;
    for (const CMP_NODE *At = Node; At != NULL; At = At->Parent) {
        Cursor -= At->Name.Length / sizeof(WCHAR);
        __builtin_memcpy(Cursor, At->Name.Buffer, At->Name.Length);
        *--Cursor = '\\';
    }
    *Path = (UNICODE_STRING){(USHORT)Length, (USHORT)(Length + sizeof(WCHAR)), Buffer};
    return STATUS_SUCCESS;
}
