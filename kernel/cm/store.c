/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Between the tree and its storage: loading, and telling changes. Called with the lock, so the
 * storage gets one call at a time. Without a storage, and for volatile keys and those of loaded
 * hives, everything succeeds at once.
 */
#include "cm/cmp.h"

const struct cm_storage *CmStorage;
static const struct cm_storage *CmpStorage; /* this machine's */
ULONG64 CmpNextId;

void CmpResetStorage(void)
{
    CmpStorage = CmStorage;
    CmpNextId = 1;
}

static struct cm_storage_text CmpText(const UNICODE_STRING *Text)
{
    return (struct cm_storage_text){(const uint16_t *)(const void *)Text->Buffer, Text->Length};
}

/* Whether the storage is to be told of a change of this key. A loaded hive notes it instead. */
static BOOLEAN CmpBeginChange(const CMP_NODE *Node)
{
    if (Node->Flags & CMP_HIVED)
        CmpNoteHiveChange(Node);
    return CmpStorage != NULL && !(Node->Flags & (CMP_VOLATILE | CMP_HIVED));
}

/* ---- loading --------------------------------------------------------------------------------- */

/* Loaded keys by number, for the time of the load. */
typedef struct CMP_LOAD {
    CMP_NODE **Node;
    SIZE_T Count;
} CMP_LOAD;

static NTSTATUS CmpGrowLoad(CMP_LOAD *Load, uint64_t Id)
{
    if (Id < Load->Count)
        return STATUS_SUCCESS;
    if (Id > MAXULONG / sizeof(CMP_NODE *) / 2)
        return STATUS_REGISTRY_CORRUPT;
    SIZE_T Count = (SIZE_T)Id * 2 + 64;
    CMP_NODE **New = ExiAllocateZero(
        PagedPool, Count * sizeof(CMP_NODE *), CMP_TAG_LIST, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Load->Node != NULL) {
        __builtin_memcpy(New, Load->Node, Load->Count * sizeof(CMP_NODE *));
        ExiFree(Load->Node);
    }
    Load->Node = New;
    Load->Count = Count;
    return STATUS_SUCCESS;
}

static CMP_NODE *CmpLoaded(const CMP_LOAD *Load, uint64_t Id)
{
    if (Id == 0)
        return CmpRoot;
    return Id < Load->Count ? Load->Node[Id] : NULL;
}

static BOOLEAN CmpToString(struct cm_storage_text Text, ULONG Limit, UNICODE_STRING *String)
{
    if (Text.bytes > Limit || (Text.bytes & 1))
        return FALSE;
    *String = (UNICODE_STRING){
        (USHORT)Text.bytes, (USHORT)Text.bytes, (WCHAR *)(ULONG_PTR)(const void *)Text.text};
    return TRUE;
}

static NTSTATUS CmpLoadSecurity(
    const struct cm_storage_key *Key, CMP_NODE *Parent, SECURITY_DESCRIPTOR **Security)
{
    if (Key->security == NULL)
        return CmpCopySecurity(Parent, Security);
    if (Key->security_bytes > MAXULONG ||
        SeiValidateDescriptor(Key->security, (ULONG)Key->security_bytes) == 0)
        return STATUS_REGISTRY_CORRUPT;
    return SeiCopyDescriptor(Key->security, Security);
}

static int32_t CmpLoadKey(void *Context, const struct cm_storage_key *Key)
{
    CMP_LOAD *Load = Context;
    CMP_NODE *Parent = CmpLoaded(Load, Key->parent), *Node;
    UNICODE_STRING Name, Class;
    SECURITY_DESCRIPTOR *Security;

    if (Key->id == 0 || Parent == NULL || CmpLoaded(Load, Key->id) != NULL ||
        !CmpToString(Key->name, CMP_NAME_LIMIT, &Name) || Name.Length == 0 ||
        !CmpToString(Key->class_name, MAXUSHORT - 1u, &Class) ||
        CmpFindChild(Parent, &Name) != NULL)
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = CmpGrowLoad(Load, Key->id);
    if (NT_SUCCESS(Status))
        Status = CmpReserveChild(Parent, 0);
    if (NT_SUCCESS(Status))
        Status = CmpLoadSecurity(Key, Parent, &Security);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpMakeNode(
        Parent, &Name, &Class, (Key->flags & CM_STORAGE_LINK) ? CMP_LINK : 0, Security, &Node);
    if (!NT_SUCCESS(Status))
        return Status;
    Node->Id = Key->id;
    Node->LastWriteTime.QuadPart = Key->last_write_time;
    CmpLinkNode(Node);
    Load->Node[Key->id] = Node;
    if (CmpNextId <= Key->id)
        CmpNextId = Key->id + 1;
    return STATUS_SUCCESS;
}

static int32_t CmpLoadValue(void *Context, uint64_t Key, struct cm_storage_text ValueName,
    uint32_t Type, const void *Data, size_t Bytes)
{
    CMP_NODE *Node = Key != 0 ? CmpLoaded(Context, Key) : NULL;
    UNICODE_STRING Name;
    CMP_VALUE *Value;

    if (Node == NULL || Bytes > CMP_DATA_LIMIT ||
        !CmpToString(ValueName, CMP_VALUE_NAME_LIMIT, &Name))
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = CmpReserveValue(Node);
    if (NT_SUCCESS(Status))
        Status = CmpMakeValue(&Name, Type, Data, (ULONG)Bytes, &Value);
    if (NT_SUCCESS(Status))
        CmpPutValue(Node, Value);
    return Status;
}

NTSTATUS CmpLoadStorage(void)
{
    CMP_LOAD Load = {NULL, 0};
    const struct cm_storage_sink Sink = {&Load, CmpLoadKey, CmpLoadValue};
    if (CmpStorage == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = CmpStorage->load(CmpStorage->context, &Sink);
    if (Load.Node != NULL)
        ExiFree(Load.Node);
    return Status;
}

/* ---- changes --------------------------------------------------------------------------------- */

NTSTATUS CmpStoreKey(CMP_NODE *Node)
{
    if (!CmpBeginChange(Node))
        return STATUS_SUCCESS;
    const struct cm_storage_key Key = {
        .id = CmpNextId,
        .parent = Node->Parent->Id,
        .name = CmpText(&Node->Name),
        .class_name = CmpText(&Node->Class),
        .flags = (Node->Flags & CMP_LINK) ? CM_STORAGE_LINK : 0,
        .last_write_time = Node->LastWriteTime.QuadPart,
        .security = Node->Security,
        .security_bytes = Node->Security != NULL ? RtlLengthSecurityDescriptor(Node->Security) : 0,
    };
    NTSTATUS Status = CmpStorage->key_created(CmpStorage->context, &Key);
    if (NT_SUCCESS(Status))
        Node->Id = CmpNextId++;
    return Status;
}

NTSTATUS CmpStoreDelete(const CMP_NODE *Node, LARGE_INTEGER Time)
{
    return CmpBeginChange(Node)
               ? CmpStorage->key_deleted(CmpStorage->context, Node->Id, Time.QuadPart)
               : STATUS_SUCCESS;
}

NTSTATUS CmpStoreRename(const CMP_NODE *Node, const UNICODE_STRING *Name, LARGE_INTEGER Time)
{
    return CmpBeginChange(Node)
        ? CmpStorage->key_renamed(CmpStorage->context, Node->Id, CmpText(Name), Time.QuadPart)
        : STATUS_SUCCESS;
}

NTSTATUS CmpStoreTouch(const CMP_NODE *Node, LARGE_INTEGER Time)
{
    return CmpBeginChange(Node) && Node->Id != 0
        ? CmpStorage->key_touched(CmpStorage->context, Node->Id, Time.QuadPart) : STATUS_SUCCESS;
}

NTSTATUS CmpStoreValue(const CMP_NODE *Node, const CMP_VALUE *Value, LARGE_INTEGER Time)
{
    if (!CmpBeginChange(Node))
        return STATUS_SUCCESS;
    UNICODE_STRING Name = CmpValueName(Value);
    return CmpStorage->value_set(CmpStorage->context, Node->Id, CmpText(&Name), Value->Type,
        Value->Data, Value->DataBytes, Time.QuadPart);
}

NTSTATUS CmpStoreDeleteValue(const CMP_NODE *Node, const UNICODE_STRING *Name, LARGE_INTEGER Time)
{
    return CmpBeginChange(Node)
        ? CmpStorage->value_deleted(CmpStorage->context, Node->Id, CmpText(Name), Time.QuadPart)
        : STATUS_SUCCESS;
}

NTSTATUS CmpStoreSecurity(const CMP_NODE *Node, SECURITY_DESCRIPTOR *Security)
{
    return CmpBeginChange(Node) && Node->Id != 0
        ? CmpStorage->key_secured(CmpStorage->context, Node->Id, Security,
              Security != NULL ? RtlLengthSecurityDescriptor(Security) : 0)
        : STATUS_SUCCESS;
}

NTSTATUS CmpStoreFlush(void)
{
    return CmpStorage != NULL ? CmpStorage->flush(CmpStorage->context) : STATUS_SUCCESS;
}
