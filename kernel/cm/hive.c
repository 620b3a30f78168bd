/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Keys of loaded hives, which lie in a file of io's and not in the storage: they are marked as
 * such, and every change of one is noted with its hive, so that io knows what to write. No hive is
 * loaded into another. The list is under the lock.
 */
#include "cm/cmp.h"

NTSTATUS (*CmFlushHive)(void *Key);
static LIST_ENTRY CmpHives;

void CmpResetHives(void)
{
    InitializeListHead(&CmpHives);
}

CM_HIVE *CmpFindHive(const CMP_NODE *Node)
{
    while (Node != NULL && !(Node->Flags & CMP_HIVE_ROOT))
        Node = Node->Parent;
    for (LIST_ENTRY *Entry = CmpHives.Flink; Node != NULL && Entry != &CmpHives;
         Entry = Entry->Flink) {
        CM_HIVE *Hive = CONTAINING_RECORD(Entry, CM_HIVE, Link);
        if (Hive->Root == Node)
            return Hive;
    }
    return NULL;
}

/* ---- coming and going ------------------------------------------------------------------------ */

static NTSTATUS CmpAddHiveRoot(CMP_NODE *Parent, const UNICODE_STRING *Name, CMP_NODE **Root)
{
    SECURITY_DESCRIPTOR *Security;
    if (Name->Length == 0 || Name->Length > CMP_NAME_LIMIT || Parent->Depth >= CMP_DEPTH_LIMIT ||
        CmpFindHive(Parent) != NULL)
        return STATUS_INVALID_PARAMETER;
    if (CmpFindChild(Parent, Name) != NULL)
        return STATUS_OBJECT_NAME_COLLISION;
    NTSTATUS Status = CmpCopySecurity(Parent, &Security);
    if (NT_SUCCESS(Status))
        Status = CmpAddKey(
            Parent, Name, NULL, CMP_HIVED | CMP_HIVE_ROOT | CMP_NO_DELETE, Security, Root);
    return Status;
}

NTSTATUS CmiAddHive(HANDLE ParentKey, const UNICODE_STRING *Name, CM_HIVE *Hive)
{
    CMP_KEY *Parent;
    NTSTATUS Status = CmpReferenceKey(ParentKey, 0, &Parent);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpAcquire();
    Status =
        CmpIsDeleted(Parent) ? STATUS_KEY_DELETED : CmpAddHiveRoot(Parent->Node, Name, &Hive->Root);
    if (NT_SUCCESS(Status))
        InsertTailList(&CmpHives, &Hive->Link);
    CmpRelease();
    ObfDereferenceObject(Parent);
    return Status;
}

/*
 * A node is referred to by the one it is in, by those in it, and by others, which are known for the
 * first one only.
 */
static BOOLEAN CmpIsUnused(const CMP_NODE *Node, ULONG Others)
{
    ULONG Known = 1 + Others;
    for (ULONG List = 0; List < 2; List++) {
        Known += Node->Child[List].Count;
        for (ULONG Index = 0; Index < Node->Child[List].Count; Index++) {
            if (!CmpIsUnused(Node->Child[List].Node[Index], 0))
                return FALSE;
        }
    }
    return Node->References <= Known;
}

/* The lock is held. */
static void CmpForgetHive(CM_HIVE *Hive, BOOLEAN Keys)
{
    Hive->Root->Flags &= ~(CMP_HIVE_ROOT | CMP_NO_DELETE);
    if (Keys)
        CmpRemoveTree(Hive->Root); /* nothing to be told, nothing that is needed: cannot fail */
    RemoveEntryList(&Hive->Link);
    CmpDereferenceNode(Hive->Root);
    Hive->Root = NULL;
}

NTSTATUS CmiRemoveHive(CM_HIVE *Hive, ULONG Open)
{
    NTSTATUS Status = STATUS_SUCCESS;
    CmpAcquire();
    if (!CmpIsUnused(Hive->Root, Open + 1))
        Status = STATUS_CANNOT_DELETE;
    else if (Hive->Changed)
        Status = STATUS_RETRY;
    else
        CmpForgetHive(Hive, TRUE);
    CmpRelease();
    return Status;
}

void CmiForgetHive(CM_HIVE *Hive, BOOLEAN Keys)
{
    CmpAcquire();
    CmpForgetHive(Hive, Keys);
    CmpRelease();
}

/* ---- finding --------------------------------------------------------------------------------- */

CM_HIVE *CmiHiveOf(void *Key, BOOLEAN AsRoot)
{
    const CMP_NODE *Node = ((CMP_KEY *)Key)->Node;
    CmpAcquire();
    CM_HIVE *Hive = CmpFindHive(Node);
    if (Hive != NULL && AsRoot && Hive->Root != Node)
        Hive = NULL;
    CmpRelease();
    return Hive;
}

static NTSTATUS CmpOpenUntold(CMP_NODE *Node, HANDLE *Handle)
{
    CMP_KEY *Key;
    NTSTATUS Status = CmpMakeKeyObject(EX_KERNEL_SITE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    CmpAcquire();
    CmpReferenceNode(Node);
    Key->Node = Node;
    CmpRelease();
    Key->Untold = TRUE;
    Status = ObOpenObjectByPointer(
        Key, OBJ_KERNEL_HANDLE, NULL, KEY_ALL_ACCESS, CmKeyObjectType, KernelMode, Handle);
    ObfDereferenceObject(Key);
    return Status;
}

NTSTATUS CmiOpenHive(const CM_HIVE *Hive, HANDLE *Handle)
{
    return CmpOpenUntold(Hive->Root, Handle);
}

NTSTATUS CmiOpenAgain(void *Key, HANDLE *Handle)
{
    return CmpOpenUntold(((CMP_KEY *)Key)->Node, Handle);
}

BOOLEAN CmiIsVolatile(HANDLE Handle)
{
    CMP_KEY *Key;
    if (!NT_SUCCESS(CmpReferenceKey(Handle, 0, &Key)))
        return FALSE;
    BOOLEAN Volatile = (Key->Node->Flags & CMP_VOLATILE) != 0; /* never changes */
    ObfDereferenceObject(Key);
    return Volatile;
}

/* ---- changes --------------------------------------------------------------------------------- */

void CmpNoteHiveChange(const CMP_NODE *Node)
{
    CM_HIVE *Hive = CmpFindHive(Node);
    if (Hive != NULL)
        Hive->Changed = TRUE;
}

BOOLEAN CmiTakeHiveChange(CM_HIVE *Hive)
{
    CmpAcquire();
    BOOLEAN Changed = Hive->Changed;
    Hive->Changed = FALSE;
    CmpRelease();
    return Changed;
}

void CmiSetHiveChanged(CM_HIVE *Hive)
{
    CmpAcquire();
    Hive->Changed = TRUE;
    CmpRelease();
}

NTSTATUS CmpFlush(CMP_KEY *Key)
{
    BOOLEAN Loaded = FALSE;
    CmpAcquire();
    NTSTATUS Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : STATUS_SUCCESS;
    if (NT_SUCCESS(Status)) {
        Loaded = CmpFindHive(Key->Node) != NULL;
        Status = Loaded ? STATUS_SUCCESS : CmpStoreFlush();
    }
    CmpRelease();
    return Loaded ? CmFlushHive(Key) : Status;
}
