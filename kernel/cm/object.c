/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Key objects: what a handle to a key leads to. Each open makes one; all of a key share its
 * node. */
#include "cm/cmp.h"

#define CMP_TAG_OBJECT 0x2079654bu /* 'Key ' */

OBJECT_TYPE *CmKeyObjectType;

static void CmpDeleteKeyObject(void *Object)
{
    CMP_KEY *Key = Object;
    if (Key->Node == NULL)
        return;
    CmpEndContexts(Key);
    CmpEndNotify(Key);
    CmpAcquire();
    CmpDereferenceNode(Key->Node);
    CmpRelease();
    if (Key->Told != NULL)
        ExiFree(Key->Told);
}

static void CmpCloseKeyObject(void *Object, ULONG HandleCount)
{
    CMP_KEY *Key = Object;
    if (HandleCount != 1 || Key->Node == NULL)
        return;
    CmpReportClose(Key);
    CmpEndNotify(Key);
}

static NTSTATUS CmpQueryKeyName(void *Object, UNICODE_STRING *Name, ULONG *ReturnLength)
{
    CMP_KEY *Key = Object;
    UNICODE_STRING Path;
    CmpAcquire();
    NTSTATUS Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : CmpPathOf(Key->Node, &Path);
    CmpRelease();
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Fits = Path.Length < Name->MaximumLength ? Path.Length : Name->MaximumLength & ~1u;
    if (Fits != 0)
        __builtin_memcpy(Name->Buffer, Path.Buffer, Fits);
    Name->Length = (USHORT)Fits;
    *ReturnLength = Path.Length;
    if (Fits < Path.Length)
        Status = STATUS_BUFFER_OVERFLOW;
    CmpFreeText(&Path);
    return Status;
}

NTSTATUS CmpCreateKeyType(void)
{
    static const OBJECT_TYPE Key = {
        .Procedures = {.Parse = CmpParse,
            .Close = CmpCloseKeyObject,
            .Delete = CmpDeleteKeyObject,
            .Security = CmpSecurityOf,
            .SetSecurity = CmpReplaceSecurity,
            .BeginSecurity = CmpBeginSecurity,
            .EndSecurity = CmpEndSecurity,
            .QueryName = CmpQueryKeyName,
            .Around = CmpAroundKey},
        .GenericMapping = {KEY_READ, KEY_WRITE, KEY_READ, KEY_ALL_ACCESS},
        .ValidAccess = KEY_ALL_ACCESS | SYNCHRONIZE,
        .PoolTag = CMP_TAG_OBJECT,
        .CaseInsensitive = TRUE,
    };
    return ObiCreateType("Key", &Key, &CmKeyObjectType);
}

NTSTATUS CmpMakeKeyObject(ULONG_PTR Site, CMP_KEY **Key)
{
    return ObiCreateObject(CmKeyObjectType, sizeof(CMP_KEY), Site, (void **)Key);
}

NTSTATUS CmpReferenceKey(HANDLE Handle, ACCESS_MASK Needed, CMP_KEY **Key)
{
    return ObReferenceObjectByHandle(
        Handle, Needed, CmKeyObjectType, KiPreviousMode(), (void **)Key, NULL);
}

NTSTATUS CmpCaptureValueName(const UNICODE_STRING *Name, UNICODE_STRING *Copy)
{
    NTSTATUS Status = ObiCaptureString(Name, KiPreviousMode(), Copy);
    if (Status == STATUS_OBJECT_NAME_INVALID || Status == STATUS_NAME_TOO_LONG)
        Status = STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(Status))
        return Status;
    while (Copy->Length != 0 && Copy->Buffer[Copy->Length / sizeof(WCHAR) - 1] == 0)
        Copy->Length -= sizeof(WCHAR);
    if (Copy->Length > CMP_VALUE_NAME_LIMIT) {
        CmpFreeText(Copy);
        return STATUS_INVALID_PARAMETER;
    }
    return STATUS_SUCCESS;
}
