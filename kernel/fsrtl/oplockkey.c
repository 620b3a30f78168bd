/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Oplock keys: files opened with the same one are one holder's. A key comes with the request that
 * opens the file.
 */
#include <string.h>

#include "fsrtl/ecp.h"
#include "fsrtl/oplock.h"

static const GUID FsrtlpKeyType = {
    0x48850596, 0x3050, 0x4be7, {0x98, 0x63, 0xfe, 0xc3, 0x50, 0xce, 0x8d, 0x7f}};
static const GUID FsrtlpDualKeyType = {
    0x41621a14, 0xb08b, 0x4df1, {0xb6, 0x76, 0xa0, 0x5f, 0xfd, 0xf0, 0x1b, 0xea}};

/* The keys in the request's parameters. FALSE: there are none. */
static BOOLEAN FsrtlpFindKeys(IRP *Irp, FSRTLP_KEYS *Keys)
{
    FSRTL_ECP_LIST *List;
    void *Context;
    ULONG Bytes;
    if (!NT_SUCCESS(FsRtlGetEcpListFromIrp(Irp, &List)) || List == NULL)
        return FALSE;
    if (NT_SUCCESS(FsRtlFindExtraCreateParameter(List, &FsrtlpKeyType, &Context, &Bytes)) &&
        Bytes >= sizeof(FSRTLP_OPLOCK_KEY)) {
        Keys->Version = FSRTLP_KEYS_SINGLE;
        Keys->Flags = FSRTLP_TARGET_KEY;
        Keys->Target = *(const FSRTLP_OPLOCK_KEY *)Context;
    } else if (NT_SUCCESS(
                   FsRtlFindExtraCreateParameter(List, &FsrtlpDualKeyType, &Context, &Bytes)) &&
        Bytes >= sizeof(FSRTLP_DUAL_KEY)) {
        const FSRTLP_DUAL_KEY *Dual = Context;
        Keys->Version = FSRTLP_KEYS_DUAL;
        Keys->Flags = (USHORT)((Dual->ParentKeySet ? FSRTLP_PARENT_KEY : 0) |
            (Dual->TargetKeySet ? FSRTLP_TARGET_KEY : 0));
        Keys->ParentKey = Dual->ParentKey;
        Keys->Target.OplockKey = Dual->TargetKey;
    }
    return Keys->Flags != 0;
}

NTSTATUS FsrtlpTakeKey(IRP *Irp, FILE_OBJECT *File)
{
    FSRTLP_KEYS Keys = {0};
    void **Slot, *None = NULL;
    if (IoGetOplockKeyContextEx(File) != NULL || !FsrtlpFindKeys(Irp, &Keys))
        return STATUS_SUCCESS;
    Slot = IoiFileSlot(File, IoFileOplockKey, TRUE);
    FSRTLP_KEYS *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), FSRTL_TAG, EX_KERNEL_SITE);
    if (Slot == NULL || New == NULL) {
        if (New != NULL)
            ExiFree(New);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *New = Keys;
    if (!__atomic_compare_exchange_n(
            Slot, &None, (void *)New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        ExiFree(New);
    return STATUS_SUCCESS;
}

/*
 * IoGetOplockKeyContextEx, IoGetOplockKeyContext - the keys a file was opened with: its own and
 * its folder's; its own alone.
 * IRQL:    <= DISPATCH_LEVEL. Returns: NULL: none. Owner: the file object. Source: DOC
 *          ntddk/IoGetOplockKeyContextEx, OPLOCK_KEY_CONTEXT, ntifs/IoGetOplockKeyContext; OBS
 *          tests/kernel/fsrtl/IoGetOplockKeyContextEx.c
 */
FSRTLP_KEYS *NTAPI IoGetOplockKeyContextEx(FILE_OBJECT *FileObject)
{
    void **Slot = IoiFileSlot(FileObject, IoFileOplockKey, FALSE);
    return Slot != NULL ? __atomic_load_n(Slot, __ATOMIC_ACQUIRE) : NULL;
}

FSRTLP_OPLOCK_KEY *NTAPI IoGetOplockKeyContext(FILE_OBJECT *FileObject)
{
    FSRTLP_KEYS *Keys = IoGetOplockKeyContextEx(FileObject);
    return Keys != NULL && (Keys->Flags & FSRTLP_TARGET_KEY) ? &Keys->Target : NULL;
}

/*
 * FsRtlOplockKeysEqual - whether two file objects are the same or were opened with the same key.
 * IRQL:    <= APC_LEVEL. Returns: FALSE also when either is NULL. Source: DOC
 *          ntifs/FsRtlOplockKeysEqual
 */
BOOLEAN NTAPI FsRtlOplockKeysEqual(FILE_OBJECT *Fo1, FILE_OBJECT *Fo2)
{
    if (Fo1 == NULL || Fo2 == NULL)
        return FALSE;
    if (Fo1 == Fo2)
        return TRUE;
    const FSRTLP_OPLOCK_KEY *One = IoGetOplockKeyContext(Fo1), *Other = IoGetOplockKeyContext(Fo2);
    return One != NULL && Other != NULL &&
        memcmp(&One->OplockKey, &Other->OplockKey, sizeof(GUID)) == 0;
}
