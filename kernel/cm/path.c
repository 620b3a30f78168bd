/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry by path, for the kernel itself and for those who set up a machine: no handles, no
 * access checks, and keys on the way are made, with the descriptor of the key they are in.
 */
#include <stdio.h>

#include "cm/cmp.h"

#define CMP_LINK_LIMIT 32

static const struct {
    UNICODE_STRING Prefix, Means;
} CmpPrefixes[] = {
    {RTL_STRING(u"\\Registry"), RTL_STRING(u"")},
    {RTL_STRING(u"HKLM"), RTL_STRING(u"\\MACHINE")},
    {RTL_STRING(u"HKEY_LOCAL_MACHINE"), RTL_STRING(u"\\MACHINE")},
    {RTL_STRING(u"HKCR"), RTL_STRING(u"\\MACHINE\\SOFTWARE\\Classes")},
    {RTL_STRING(u"HKEY_CLASSES_ROOT"), RTL_STRING(u"\\MACHINE\\SOFTWARE\\Classes")},
    {RTL_STRING(u"HKU"), RTL_STRING(u"\\USER")},
    {RTL_STRING(u"HKEY_USERS"), RTL_STRING(u"\\USER")},
};

/* A pool string below \Registry. */
static NTSTATUS CmpFromPrefix(const UNICODE_STRING *Path, UNICODE_STRING *Below)
{
    for (unsigned Index = 0; Index < sizeof(CmpPrefixes) / sizeof(CmpPrefixes[0]); Index++) {
        const UNICODE_STRING *Prefix = &CmpPrefixes[Index].Prefix,
                             *Means = &CmpPrefixes[Index].Means;
        USHORT Rest = (USHORT)(Path->Length - Prefix->Length);
        if (!RtlPrefixUnicodeString(Prefix, Path, TRUE) ||
            (Rest != 0 && Path->Buffer[Prefix->Length / sizeof(WCHAR)] != '\\'))
            continue;
        if ((ULONG)Means->Length + Rest == 0)
            return STATUS_OBJECT_NAME_INVALID;
        Below->Buffer = ExiAllocate(
            PagedPool, (SIZE_T)Means->Length + Rest, CMP_TAG_TEXT, EX_KERNEL_SITE);
        if (Below->Buffer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Below->Length = Below->MaximumLength = (USHORT)(Means->Length + Rest);
        __builtin_memcpy(Below->Buffer, Means->Buffer, Means->Length);
        __builtin_memcpy(
            (UCHAR *)Below->Buffer + Means->Length, (UCHAR *)Path->Buffer + Prefix->Length, Rest);
        return STATUS_SUCCESS;
    }
    return STATUS_OBJECT_PATH_SYNTAX_BAD;
}

/* The child of that name, made if need be and Create says so. *Node, referenced, becomes it. */
static NTSTATUS CmpStepDown(CMP_NODE **Node, const UNICODE_STRING *Name, BOOLEAN Create)
{
    CMP_NODE *Parent = *Node, *Child = CmpFindChild(Parent, Name);
    SECURITY_DESCRIPTOR *Security;
    if (Child != NULL) {
        CmpReferenceNode(Child);
    } else {
        if (!Create)
            return STATUS_OBJECT_NAME_NOT_FOUND;
        if (Parent->Flags & CMP_NO_CREATE)
            return STATUS_INVALID_PARAMETER;
        if (Parent->Depth >= CMP_DEPTH_LIMIT)
            return STATUS_NAME_TOO_LONG;
        NTSTATUS Status = CmpCopySecurity(Parent, &Security);
        if (NT_SUCCESS(Status))
            Status = CmpAddKey(
                Parent, Name, NULL, Parent->Flags & (CMP_VOLATILE | CMP_HIVED), Security, &Child);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    CmpDereferenceNode(Parent);
    *Node = Child;
    return STATUS_SUCCESS;
}

/* Starts over where the link leads; *Text is replaced. */
static NTSTATUS CmpFollow(CMP_NODE **Node, UNICODE_STRING *Text, UNICODE_STRING *Rest)
{
    UNICODE_STRING Path, Below;
    NTSTATUS Status = CmpResolveLink(*Node, Rest, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpFromPrefix(&Path, &Below);
    CmpFreeText(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpFreeText(Text);
    *Text = *Rest = Below;
    CmpReferenceNode(CmpRoot);
    CmpDereferenceNode(*Node);
    *Node = CmpRoot;
    return STATUS_SUCCESS;
}

static NTSTATUS CmpWalkPath(const UNICODE_STRING *Path, BOOLEAN Create, CMP_NODE **Result)
{
    UNICODE_STRING Text, Rest, Name;
    ULONG Links = 0;
    NTSTATUS Status = CmpFromPrefix(Path, &Text);
    if (!NT_SUCCESS(Status))
        return Status;
    Rest = Text;
    CMP_NODE *Node = CmpRoot;
    CmpReferenceNode(Node);
    for (;;) {
        Status = CmpNextName(&Rest, &Name);
        if (!NT_SUCCESS(Status) || Name.Length == 0)
            break;
        Status = CmpStepDown(&Node, &Name, Create);
        if (NT_SUCCESS(Status) && (Node->Flags & CMP_LINK))
            Status = ++Links > CMP_LINK_LIMIT ? STATUS_OBJECT_NAME_NOT_FOUND
                                              : CmpFollow(&Node, &Text, &Rest);
        if (!NT_SUCCESS(Status))
            break;
    }
    CmpFreeText(&Text);
    if (NT_SUCCESS(Status))
        *Result = Node;
    else
        CmpDereferenceNode(Node);
    return Status;
}

NTSTATUS CmpEnsurePath(const UNICODE_STRING *Path, CMP_NODE **Result)
{
    return CmpWalkPath(Path, TRUE, Result);
}

NTSTATUS CmiCreateKeyPath(const UNICODE_STRING *Path)
{
    CMP_NODE *Node;
    CmpAcquire();
    NTSTATUS Status = CmpEnsurePath(Path, &Node);
    if (NT_SUCCESS(Status))
        CmpDereferenceNode(Node);
    CmpRelease();
    return Status;
}

NTSTATUS CmiSetValue(const UNICODE_STRING *Path, const UNICODE_STRING *Name, ULONG Type,
    const void *Data, ULONG Bytes)
{
    CMP_NODE *Node;
    if (Bytes > CMP_DATA_LIMIT || Name->Length > CMP_VALUE_NAME_LIMIT)
        return STATUS_INVALID_PARAMETER;
    CmpAcquire();
    NTSTATUS Status = CmpEnsurePath(Path, &Node);
    if (NT_SUCCESS(Status)) {
        Status = CmpSetValue(Node, Name, Type, Data, Bytes);
        CmpDereferenceNode(Node);
    }
    CmpRelease();
    return Status;
}

NTSTATUS CmiDeleteValue(const UNICODE_STRING *Path, const UNICODE_STRING *Name)
{
    CMP_NODE *Node;
    CmpAcquire();
    NTSTATUS Status = CmpWalkPath(Path, FALSE, &Node);
    if (NT_SUCCESS(Status)) {
        Status = CmpDeleteValue(Node, Name);
        CmpDereferenceNode(Node);
    }
    CmpRelease();
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
}

static BOOLEAN CmpIsNeeded(const CMP_NODE *Node)
{
    BOOLEAN Needed = (Node->Flags & CMP_NO_DELETE) != 0;
    for (ULONG Index = 0; !Needed && CmpChildAt(Node, Index) != NULL; Index++)
        Needed = CmpIsNeeded(CmpChildAt(Node, Index));
    return Needed;
}

static NTSTATUS CmpRemoveBelow(CMP_NODE *Node)
{
    NTSTATUS Status = STATUS_SUCCESS;
    while (NT_SUCCESS(Status) && CmpChildCount(Node) != 0) {
        ULONG Last = CmpChildCount(Node) - 1;
        Status = CmpRemoveBelow(CmpChildAt(Node, Last));
    }
    return NT_SUCCESS(Status) ? CmpRemoveKey(Node) : Status;
}

NTSTATUS CmpRemoveTree(CMP_NODE *Node)
{
    return CmpIsNeeded(Node) ? STATUS_CANNOT_DELETE : CmpRemoveBelow(Node);
}

NTSTATUS CmiDeleteKeyPath(const UNICODE_STRING *Path)
{
    CMP_NODE *Node;
    CmpAcquire();
    NTSTATUS Status = CmpWalkPath(Path, FALSE, &Node);
    if (NT_SUCCESS(Status)) {
        Status = CmpRemoveTree(Node);
        CmpDereferenceNode(Node);
    }
    CmpRelease();
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
}

/* ---- a driver's service ---------------------------------------------------------------------- */

static NTSTATUS CmpEnsureServiceValue(
    CMP_NODE *Node, const UNICODE_STRING *Name, ULONG Type, const void *Data, ULONG Bytes)
{
    if (CmpFindValue(Node, Name) < Node->ValueCount)
        return STATUS_SUCCESS;
    return CmpSetValue(Node, Name, Type, Data, Bytes);
}

static NTSTATUS CmpFillService(CMP_NODE *Node, const UNICODE_STRING *ImagePath)
{
    static const struct {
        UNICODE_STRING Name;
        ULONG Value;
    } Number[] = {
        {RTL_STRING(u"Type"), SERVICE_KERNEL_DRIVER},
        {RTL_STRING(u"Start"), SERVICE_DEMAND_START},
        {RTL_STRING(u"ErrorControl"), SERVICE_ERROR_NORMAL},
    };
    static const UNICODE_STRING Image = RTL_STRING(u"ImagePath");
    NTSTATUS Status = STATUS_SUCCESS;
    for (unsigned Index = 0; Index < 3 && NT_SUCCESS(Status); Index++)
        Status = CmpEnsureServiceValue(
            Node, &Number[Index].Name, REG_DWORD, &Number[Index].Value, sizeof(ULONG));
    if (NT_SUCCESS(Status))
        Status = CmpEnsureServiceValue(Node, &Image, REG_EXPAND_SZ, ImagePath->Buffer,
            ImagePath->Length + (ULONG)sizeof(WCHAR));
    return Status;
}

NTSTATUS CmiEnsureServiceKey(const char *Name, const char *ImageName)
{
    char Text[256];
    UNICODE_STRING Path, ImagePath;
    CMP_NODE *Node;

    snprintf(
        Text, sizeof(Text), "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\%s", Name);
    if (!RtlpFromUtf8(Text, &Path))
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    snprintf(Text, sizeof(Text), "System32\\drivers\\%s", ImageName);
    if (!RtlpFromUtf8(Text, &ImagePath))
        goto FreePath;
    CmpAcquire();
    Status = CmpEnsurePath(&Path, &Node);
    if (NT_SUCCESS(Status)) {
        Status = CmpFillService(Node, &ImagePath);
        CmpDereferenceNode(Node);
    }
    CmpRelease();
    RtlpFree(ImagePath.Buffer);

FreePath:
    RtlpFree(Path.Buffer);
    return Status;
}
