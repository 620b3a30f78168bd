/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Setting and deleting values. */
#include "cm/cmp.h"

/* A link has one value, where it leads. */
static NTSTATUS CmpCheckLinkValue(const CMP_NODE *Node, const UNICODE_STRING *Name, ULONG Type)
{
    static const UNICODE_STRING Target = RTL_STRING(u"SymbolicLinkValue");
    if (!(Node->Flags & CMP_LINK) || (Type == REG_LINK && CmpCompareNames(Name, &Target) == 0))
        return STATUS_SUCCESS;
    return STATUS_ACCESS_DENIED;
}

static NTSTATUS CmpCaptureData(const void *Data, ULONG Bytes, void **Copy)
{
    *Copy = NULL;
    if (Bytes == 0)
        return STATUS_SUCCESS;
    *Copy = ExiAllocate(PagedPool, Bytes, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (*Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ObiReadCaller(*Copy, Data, Bytes, KiPreviousMode());
    if (!NT_SUCCESS(Status)) {
        ExiFree(*Copy);
        *Copy = NULL;
    }
    return Status;
}

static NTSTATUS CmpSetCaptured(
    CMP_KEY *Key, UNICODE_STRING *Name, ULONG TitleIndex, ULONG Type, void *Data, ULONG Bytes)
{
    REG_SET_VALUE_KEY_INFORMATION Information = {.Object = Key,
        .ValueName = Name,
        .TitleIndex = TitleIndex,
        .Type = Type,
        .Data = Data,
        .DataSize = Bytes};
    CMP_OPERATION Operation = {
        RegNtPreSetValueKey, RegNtPostSetValueKey, Key, &Information, NULL, 0, FALSE};
    NTSTATUS Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : CmpCheckLinkValue(Key->Node, Name, Type);
        if (NT_SUCCESS(Status))
            Status = CmpSetValue(Key->Node, Name, Type, Data, Bytes);
        CmpRelease();
    }
    return CmpAfter(&Operation, Key, Status);
}

/*
 * NtSetValueKey - sets a value, which is made if it is not there.
 *
 * ValueName: empty: the key's default value. TitleIndex: no effect. Type: any; the data are not
 * looked at.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the name or the data are too long; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no KEY_SET_VALUE, or a link's value that is not its
 *          target; KEY_DELETED, ACCESS_VIOLATION, INSUFFICIENT_RESOURCES: the value is as it was.
 * Source:  DOC wdm/ZwSetValueKey; links OBS as others have found
 */
NTSTATUS NTAPI NtSetValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName, ULONG TitleIndex,
    ULONG Type, void *Data, ULONG DataSize)
{
    UNICODE_STRING Name;
    CMP_KEY *Key;
    void *Copy;

    NTSTATUS Status = CmpReferenceKey(KeyHandle, KEY_SET_VALUE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpCaptureValueName(ValueName, &Name);
    if (!NT_SUCCESS(Status))
        goto ReleaseKey;
    Status = DataSize > CMP_DATA_LIMIT ? STATUS_INVALID_PARAMETER
                                       : CmpCaptureData(Data, DataSize, &Copy);
    if (!NT_SUCCESS(Status))
        goto FreeName;
    Status = CmpSetCaptured(Key, &Name, TitleIndex, Type, Copy, DataSize);
    if (Copy != NULL)
        ExiFree(Copy);

FreeName:
    CmpFreeText(&Name);
ReleaseKey:
    ObfDereferenceObject(Key);
    return Status;
}

/*
 * NtDeleteValueKey - deletes a value.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND; INVALID_PARAMETER: a name that is too long;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no KEY_SET_VALUE; KEY_DELETED,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/ZwDeleteValueKey
 */
NTSTATUS NTAPI NtDeleteValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName)
{
    UNICODE_STRING Name;
    CMP_KEY *Key;

    NTSTATUS Status = CmpReferenceKey(KeyHandle, KEY_SET_VALUE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpCaptureValueName(ValueName, &Name);
    if (!NT_SUCCESS(Status))
        goto ReleaseKey;
    REG_DELETE_VALUE_KEY_INFORMATION Information = {.Object = Key, .ValueName = &Name};
    CMP_OPERATION Operation = {
        RegNtPreDeleteValueKey, RegNtPostDeleteValueKey, Key, &Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : CmpDeleteValue(Key->Node, &Name);
        CmpRelease();
    }
    Status = CmpAfter(&Operation, Key, Status);
    CmpFreeText(&Name);

ReleaseKey:
    ObfDereferenceObject(Key);
    return Status;
}
