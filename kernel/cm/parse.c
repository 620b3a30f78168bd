/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a path below a key to the key: walking, following links, creating the last name. Names are
 * looked up without case whatever the caller says, and any number of backslashes counts as one, as
 * on Windows.
 */
#include "cm/cmp.h"

/* A walk below a node. Where it ends: Node, with Rest what lies beyond a link it stopped at. */
typedef struct CMP_WALK {
    CMP_NODE *Node;
    UNICODE_STRING Rest;
    UNICODE_STRING Missing; /* the name that is not there; Length 0: all are */
    BOOLEAN Last;           /* it is the last one */
    BOOLEAN AtLink;         /* go on where the link leads */
} CMP_WALK;

NTSTATUS CmpNextName(UNICODE_STRING *Rest, UNICODE_STRING *Name)
{
    while (Rest->Length != 0 && Rest->Buffer[0] == '\\') {
        Rest->Buffer++;
        Rest->Length -= sizeof(WCHAR);
    }
    Name->Buffer = Rest->Buffer;
    Name->Length = 0;
    while (Name->Length < Rest->Length && Name->Buffer[Name->Length / sizeof(WCHAR)] != '\\')
        Name->Length += sizeof(WCHAR);
    Name->MaximumLength = Name->Length;
    Rest->Buffer += Name->Length / sizeof(WCHAR);
    Rest->Length -= Name->Length;
    return Name->Length <= CMP_NAME_LIMIT ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static BOOLEAN CmpIsLast(const UNICODE_STRING *Rest)
{
    for (ULONG Index = 0; Index < Rest->Length / sizeof(WCHAR); Index++) {
        if (Rest->Buffer[Index] != '\\')
            return FALSE;
    }
    return TRUE;
}

static NTSTATUS CmpWalk(CMP_WALK *Walk, BOOLEAN OpenLink)
{
    UNICODE_STRING Name;
    for (;;) {
        NTSTATUS Status = CmpNextName(&Walk->Rest, &Name);
        if (!NT_SUCCESS(Status) || Name.Length == 0)
            return Status;
        Walk->Last = CmpIsLast(&Walk->Rest);
        CMP_NODE *Child = CmpFindChild(Walk->Node, &Name);
        if (Child == NULL) {
            Walk->Missing = Name;
            return STATUS_SUCCESS;
        }
        Walk->Node = Child;
        if ((Child->Flags & CMP_LINK) && !(Walk->Last && OpenLink)) {
            Walk->AtLink = TRUE;
            return STATUS_SUCCESS;
        }
    }
}

NTSTATUS CmpResolveLink(const CMP_NODE *Link, const UNICODE_STRING *Rest, UNICODE_STRING *Path)
{
    static const UNICODE_STRING Target = RTL_STRING(u"SymbolicLinkValue");
    ULONG Index = CmpFindValue(Link, &Target);
    if (Index == Link->ValueCount)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    const CMP_VALUE *Value = Link->Value[Index];
    ULONG Length = (Value->DataBytes & ~1u) + Rest->Length;
    if (Value->Type != REG_LINK || Value->DataBytes < 2 * sizeof(WCHAR))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (Value->DataBytes > MAXUSHORT || Length > MAXUSHORT - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    WCHAR *Buffer = ExiAllocate(
        NonPagedPoolNx, Length + sizeof(WCHAR), CMP_TAG_TEXT, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    __builtin_memcpy(Buffer, Value->Data, Length - Rest->Length);
    __builtin_memcpy((UCHAR *)Buffer + Length - Rest->Length, Rest->Buffer, Rest->Length);
    Buffer[Length / sizeof(WCHAR)] = 0;
    *Path = (UNICODE_STRING){(USHORT)Length, (USHORT)(Length + sizeof(WCHAR)), Buffer};
    return STATUS_SUCCESS;
}

/* ---- creating -------------------------------------------------------------------------------- */

static NTSTATUS CmpMayCreate(CMP_NODE *Parent, const CMP_CONTEXT *Context, const OB_ACCESS *Access)
{
    if (Parent->Flags & CMP_NO_CREATE)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = CmpCheckNode(Parent,
        (Context->Options & REG_OPTION_CREATE_LINK) ? KEY_CREATE_LINK : KEY_CREATE_SUB_KEY,
        Access->Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if ((Parent->Flags & CMP_VOLATILE) && !(Context->Options & REG_OPTION_VOLATILE))
        return STATUS_CHILD_MUST_BE_VOLATILE;
    if (Parent->Depth >= CMP_DEPTH_LIMIT)
        return STATUS_NAME_TOO_LONG;
    if ((Access->Desired & ACCESS_SYSTEM_SECURITY) && ObSecurity != NULL &&
        !ObSecurity->HasPrivilege(SE_SECURITY_PRIVILEGE, Access->Mode))
        return STATUS_PRIVILEGE_NOT_HELD;
    return STATUS_SUCCESS;
}

/* The creator gets what it asks for, whatever the new key's descriptor says. */
static void CmpGrantCreator(OB_ACCESS *Access)
{
    ACCESS_MASK Granted = Access->Desired;
    RtlMapGenericMask(&Granted, &CmKeyObjectType->GenericMapping);
    if (Granted & MAXIMUM_ALLOWED)
        Granted |= KEY_ALL_ACCESS;
    Access->Granted = Granted & (CmKeyObjectType->ValidAccess | ACCESS_SYSTEM_SECURITY);
    Access->Checked = TRUE;
}

static NTSTATUS CmpCreateMissing(CMP_WALK *Walk, CMP_CONTEXT *Context, OB_ACCESS *Access)
{
    SECURITY_DESCRIPTOR *Security;
    NTSTATUS Status = CmpMayCreate(Walk->Node, Context, Access);
    if (NT_SUCCESS(Status))
        Status = CmpAssignSecurity(Walk->Node, Context->Security, &Security);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Flags =
        ((Context->Options & REG_OPTION_VOLATILE) ? CMP_VOLATILE : Walk->Node->Flags & CMP_HIVED) |
        ((Context->Options & REG_OPTION_CREATE_LINK) ? CMP_LINK : 0);
    Status = CmpAddKey(Walk->Node, &Walk->Missing, &Context->Class, Flags, Security, &Walk->Node);
    if (!NT_SUCCESS(Status))
        return Status;
    Context->Created = TRUE;
    Context->Node = Walk->Node;
    CmpGrantCreator(Access);
    return STATUS_SUCCESS;
}

/* ---- ob's way in ----------------------------------------------------------------------------- */

/* *Path: as ob wants a reparse. With success, Walk->Node is the key. */
static NTSTATUS CmpFind(
    CMP_WALK *Walk, CMP_CONTEXT *Context, OB_ACCESS *Access, UNICODE_STRING *Path)
{
    BOOLEAN OpenLink = (Access->Attributes & OBJ_OPENLINK) != 0 ||
        (Context != NULL &&
            (Context->Options & (REG_OPTION_OPEN_LINK | REG_OPTION_CREATE_LINK)) != 0);
    BOOLEAN Create = Context != NULL && Context->Create;

    if (Walk->Node->Flags & CMP_DELETED)
        return STATUS_KEY_DELETED;
    NTSTATUS Status = CmpWalk(Walk, OpenLink);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Walk->AtLink) {
        Status = CmpResolveLink(Walk->Node, &Walk->Rest, Path);
        return NT_SUCCESS(Status) ? STATUS_REPARSE : Status;
    }
    if (Walk->Missing.Length == 0)
        return Create && (Context->Options & REG_OPTION_CREATE_LINK) ? STATUS_OBJECT_NAME_COLLISION
                                                                     : STATUS_SUCCESS;
    if (!Walk->Last || !Create)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return CmpCreateMissing(Walk, Context, Access);
}

NTSTATUS CmpParse(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *ParseContext, void **Object)
{
    CMP_CONTEXT *Context = ParseContext;
    CMP_KEY *Key;

    if (WantedType != NULL && WantedType != CmKeyObjectType)
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (Context != NULL && Context->Tag != CMP_CONTEXT_TAG)
        Context = NULL;
    NTSTATUS Status = CmpMakeKeyObject(Context != NULL ? Context->Site : EX_KERNEL_SITE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpAcquire();
    CMP_WALK Walk = {.Node = ((CMP_KEY *)Self)->Node, .Rest = *Remaining};
    Status = CmpFind(&Walk, Context, Access, CompleteName);
    if (Status == STATUS_SUCCESS) {
        CmpReferenceNode(Walk.Node);
        Key->Node = Walk.Node;
    }
    CmpRelease();
    if (Status != STATUS_SUCCESS) {
        ObfDereferenceObject(Key);
        return Status;
    }
    *Object = Key;
    return STATUS_SUCCESS;
}
