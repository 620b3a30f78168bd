/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What registry callbacks may ask about the key objects they are told of: which key it is, and
 * where. */
#include "cm/cmp.h"

/* *Block: the path with the UNICODE_STRING before it, one pool block. */
static NTSTATUS CmpNameBlock(const CMP_KEY *Key, ULONG_PTR Site, UNICODE_STRING **Block)
{
    UNICODE_STRING Path;
    if (CmpIsDeleted(Key))
        return STATUS_KEY_DELETED;
    NTSTATUS Status = CmpPathOf(Key->Node, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    UNICODE_STRING *New =
        ExiAllocate(PagedPool, sizeof(*New) + Path.Length + sizeof(WCHAR), CMP_TAG_CALLBACK, Site);
    if (New != NULL) {
        *New = (UNICODE_STRING){
            Path.Length, (USHORT)(Path.Length + sizeof(WCHAR)), (WCHAR *)(void *)(New + 1)};
        __builtin_memcpy(New->Buffer, Path.Buffer, Path.Length + sizeof(WCHAR));
    }
    CmpFreeText(&Path);
    *Block = New;
    return New != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * CmCallbackGetKeyObjectID - which key an object stands for.
 *
 * ObjectID, ObjectName: optional. The number is the same for all objects of a key and stays when it
 *          is renamed; the name is the one the key had when it was asked for first.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: Cookie, or Object is no key; KEY_DELETED: there is no name;
 *          INSUFFICIENT_RESOURCES.
 * Owner:   the system; the name is good until the object's last handle is closed.
 * Source:  DOC wdm/CmCallbackGetKeyObjectID; a deleted key INF
 */
NTSTATUS NTAPI CmCallbackGetKeyObjectID(
    LARGE_INTEGER *Cookie, void *Object, ULONG_PTR *ObjectID, const UNICODE_STRING **ObjectName)
{
    CMP_KEY *Key = Object;
    NTSTATUS Status = STATUS_SUCCESS;
    if (!CmpIsCookie(*Cookie) || !CmpIsKeyObject(Object))
        return STATUS_INVALID_PARAMETER;
    if (ObjectName != NULL) {
        CmpAcquire();
        if (Key->Told == NULL)
            Status = CmpNameBlock(Key, EX_KERNEL_SITE, &Key->Told);
        CmpRelease();
        if (!NT_SUCCESS(Status))
            return Status;
        *ObjectName = Key->Told;
    }
    if (ObjectID != NULL)
        *ObjectID = (ULONG_PTR)Key->Node;
    return Status;
}

/*
 * CmCallbackGetKeyObjectIDEx - the same with a name of the caller's own, as it is now. Flags: 0.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: as CmCallbackGetKeyObjectID; INVALID_PARAMETER also for Flags.
 * Owner:   caller; CmCallbackReleaseKeyObjectIDEx.
 * Source:  DOC wdm/CmCallbackGetKeyObjectIDEx; a deleted key INF
 */
NTSTATUS NTAPI CmCallbackGetKeyObjectIDEx(LARGE_INTEGER *Cookie, void *Object, ULONG_PTR *ObjectID,
    const UNICODE_STRING **ObjectName, ULONG Flags)
{
    UNICODE_STRING *Name;
    ULONG_PTR Site = EX_CALLER;
    if (Flags != 0 || !CmpIsCookie(*Cookie) || !CmpIsKeyObject(Object))
        return STATUS_INVALID_PARAMETER;
    if (ObjectName != NULL) {
        CmpAcquire();
        NTSTATUS Status = CmpNameBlock(Object, Site, &Name);
        CmpRelease();
        if (!NT_SUCCESS(Status))
            return Status;
        *ObjectName = Name;
    }
    if (ObjectID != NULL)
        *ObjectID = (ULONG_PTR)((CMP_KEY *)Object)->Node;
    return STATUS_SUCCESS;
}

/*
 * CmCallbackReleaseKeyObjectIDEx - frees a name of CmCallbackGetKeyObjectIDEx.
 *
 * IRQL:    up to APC_LEVEL
 * Source:  DOC wdm/CmCallbackReleaseKeyObjectIDEx
 */
void NTAPI CmCallbackReleaseKeyObjectIDEx(const UNICODE_STRING *ObjectName)
{
    if (ObjectName != NULL)
        ExiFree((void *)(ULONG_PTR)ObjectName);
}
