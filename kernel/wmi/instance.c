/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Names of instances, for drivers: which one a device is, what a good name for a device would be,
 * numbers nobody else gets. WmipIdLock guards the numbers; entries stay for the life of the
 * machine.
 */
#include <string.h>

#include "cm/cm.h"
#include "ke/zw.h"
#include "wmi/wmip.h"

typedef struct WMIP_IDS {
    LIST_ENTRY Link;
    GUID Guid;
    ULONG Next;
} WMIP_IDS;

static KSPIN_LOCK WmipIdLock;
static LIST_ENTRY WmipIdList;

void WmipResetInstances(void)
{
    WmipIdLock = 0;
    InitializeListHead(&WmipIdList);
}

/* ---- which instance a device is -------------------------------------------------------------- */

/* Whether the stack a block's names or provider belong to is the one Base is at the bottom of. */
static BOOLEAN WmipIsOnStack(const WMIP_TARGET *Target, const DEVICE_OBJECT *Base)
{
    if (Target->Set->Pdo != NULL)
        return Target->Set->Pdo == Base;
    DEVICE_OBJECT *Own = IoGetDeviceAttachmentBaseRef(Target->Provider->Device);
    BOOLEAN Same = Own == Base;
    ObfDereferenceObject(Own);
    return Same;
}

static NTSTATUS WmipNameOfDevice(
    void *Object, DEVICE_OBJECT *Device, ULONG_PTR Site, UNICODE_STRING *Name)
{
    WMIP_BLOCK *Block;
    WMIP_TARGET *Targets = NULL;
    ULONG Count = 0;
    NTSTATUS Status = WmipReferenceBlock(Object, &Block);
    if (!NT_SUCCESS(Status))
        return Status;
    DEVICE_OBJECT *Base = IoGetDeviceAttachmentBaseRef(Device);
    Status = WmipFindTargets(&Block->Guid, &Targets, &Count);
    if (NT_SUCCESS(Status))
        Status = STATUS_WMI_INSTANCE_NOT_FOUND;
    for (ULONG Index = 0; Index < Count && Status == STATUS_WMI_INSTANCE_NOT_FOUND; Index++) {
        if (WmipHasNames(Targets[Index].Set) && Targets[Index].Set->InstanceCount != 0 &&
            WmipIsOnStack(&Targets[Index], Base))
            Status = WmipMakeName(Targets[Index].Set, 0, Site, Name);
    }
    WmipReleaseTargets(Targets, Count);
    ObfDereferenceObject(Base);
    ObfDereferenceObject(Block);
    return Status;
}

/*
 * IoWMIDeviceObjectToInstanceName - the name of the instance a device's stack has of an open block.
 *
 * DeviceObject: any of the stack.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; WMI_INSTANCE_NOT_FOUND: nobody on the stack is registered with the block under
 *          names that stay; OBJECT_TYPE_MISMATCH: it is no open block; INSUFFICIENT_RESOURCES.
 *          InstanceName is written on success only.
 * Owner:   the caller frees InstanceName->Buffer with ExFreePool.
 * Source:  DOC wdm/IoWMIDeviceObjectToInstanceName
 */
NTSTATUS NTAPI IoWMIDeviceObjectToInstanceName(
    void *DataBlockObject, DEVICE_OBJECT *DeviceObject, UNICODE_STRING *InstanceName)
{
    return WmipNameOfDevice(DataBlockObject, DeviceObject, EX_CALLER, InstanceName);
}

/*
 * IoWMIHandleToInstanceName - the same for the device an open file is one of.
 * Returns: also what is wrong with the handle: INVALID_HANDLE, OBJECT_TYPE_MISMATCH. Source: DOC
 * wdm/IoWMIHandleToInstanceName
 */
NTSTATUS NTAPI IoWMIHandleToInstanceName(
    void *DataBlockObject, HANDLE FileHandle, UNICODE_STRING *InstanceName)
{
    ULONG_PTR Site = EX_CALLER;
    FILE_OBJECT *File;
    NTSTATUS Status = ObiReferenceByHandle(
        FileHandle, IoiFileObjectType, KernelMode, (void **)&File, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = WmipNameOfDevice(DataBlockObject, IoGetRelatedDeviceObject(File), Site, InstanceName);
    ObfDereferenceObject(File);
    return Status;
}

/* ---- a good name ----------------------------------------------------------------------------- */

#define WMIP_NAME_BYTES 512u

/* A text of the device's key. FALSE: it has none. */
static BOOLEAN WmipDeviceText(DEVICE_OBJECT *Pdo, UNICODE_STRING *Text, WCHAR *Buffer)
{
    ULONG Needed;
    if (Pdo == NULL ||
        !NT_SUCCESS(IoGetDeviceProperty(
            Pdo, DevicePropertyDeviceDescription, WMIP_NAME_BYTES, Buffer, &Needed)) ||
        Needed <= sizeof(WCHAR))
        return FALSE;
    *Text = (UNICODE_STRING){(USHORT)(Needed - sizeof(WCHAR)), WMIP_NAME_BYTES, Buffer};
    return TRUE;
}

static BOOLEAN WmipInterfaceText(UNICODE_STRING *Link, UNICODE_STRING *Text, WCHAR *Buffer)
{
    UCHAR Value[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + WMIP_NAME_BYTES];
    const KEY_VALUE_PARTIAL_INFORMATION *Found =
        (const KEY_VALUE_PARTIAL_INFORMATION *)(const void *)Value;
    UNICODE_STRING Name = RTL_STRING(u"FriendlyName");
    ULONG Needed;
    HANDLE Key;
    if (Link == NULL || !NT_SUCCESS(IoOpenDeviceInterfaceRegistryKey(Link, KEY_READ, &Key)))
        return FALSE;
    NTSTATUS Status = ZwQueryValueKey(
        Key, &Name, KeyValuePartialInformation, Value, sizeof(Value), &Needed);
    ZwClose(Key);
    if (!NT_SUCCESS(Status) || Found->Type != REG_SZ || Found->DataLength <= sizeof(WCHAR) ||
        Found->DataLength > WMIP_NAME_BYTES)
        return FALSE;
    memcpy(Buffer, Found->Data, Found->DataLength);
    *Text = (UNICODE_STRING){(USHORT)(Found->DataLength - sizeof(WCHAR)), WMIP_NAME_BYTES, Buffer};
    return TRUE;
}

/* "First (Second)", or the one that is there, in pool. */
static NTSTATUS WmipJoinNames(const UNICODE_STRING *First, const UNICODE_STRING *Second,
    ULONG_PTR Site, UNICODE_STRING *Joined)
{
    static const WCHAR Open[] = {' ', '('}, Close = ')';
    BOOLEAN Both = First->Length != 0 && Second->Length != 0;
    ULONG Bytes = First->Length + Second->Length +
        (Both ? (ULONG)(sizeof(Open) + sizeof(Close)) : 0);
    UCHAR *At = ExiAllocateZero(PagedPool, Bytes + sizeof(WCHAR), WMIP_TAG, Site);
    if (At == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Joined = (UNICODE_STRING){(USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)), (WCHAR *)(void *)At};
    memcpy(At, First->Buffer, First->Length);
    At += First->Length;
    if (Both) {
        memcpy(At, Open, sizeof(Open));
        At += sizeof(Open);
    }
    memcpy(At, Second->Buffer, Second->Length);
    if (Both)
        memcpy(At + Second->Length, &Close, sizeof(Close));
    return STATUS_SUCCESS;
}

/*
 * IoWMISuggestInstanceName - a name for instances of a device that says something to people: the
 * description of the device, the friendly name of its interface, or with CombineNames both.
 *
 * PhysicalDeviceObject, SymbolicLinkName: one may be NULL.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; UNSUCCESSFUL: neither has a name; INSUFFICIENT_RESOURCES.
 * Owner:   the caller frees SuggestedInstanceName->Buffer with ExFreePool.
 * Source:  DOC wdm/IoWMISuggestInstanceName; how the two are combined INF
 */
NTSTATUS NTAPI IoWMISuggestInstanceName(DEVICE_OBJECT *PhysicalDeviceObject,
    UNICODE_STRING *SymbolicLinkName, BOOLEAN CombineNames, UNICODE_STRING *SuggestedInstanceName)
{
    WCHAR Buffers[2][WMIP_NAME_BYTES / sizeof(WCHAR)];
    UNICODE_STRING Device = {0, 0, Buffers[0]}, Interface = {0, 0, Buffers[1]};
    ULONG_PTR Site = EX_CALLER;
    BOOLEAN HasDevice = WmipDeviceText(PhysicalDeviceObject, &Device, Buffers[0]);
    BOOLEAN HasInterface = WmipInterfaceText(SymbolicLinkName, &Interface, Buffers[1]);
    if (!HasDevice && !HasInterface)
        return STATUS_UNSUCCESSFUL;
    if (HasDevice && HasInterface && !CombineNames)
        Device.Length = 0;
    return WmipJoinNames(&Device, &Interface, Site, SuggestedInstanceName);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static WMIP_IDS *WmipFindIdsLocked(const GUID *Guid)
{
    for (LIST_ENTRY *Link = WmipIdList.Flink; Link != &WmipIdList; Link = Link->Flink) {
        WMIP_IDS *Ids = CONTAINING_RECORD(Link, WMIP_IDS, Link);
        if (WmipSame(&Ids->Guid, Guid))
            return Ids;
    }
    return NULL;
}

/*
 * IoWMIAllocateInstanceIds - InstanceCount numbers in a row that nobody else gets for that GUID,
 * from 0.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; UNSUCCESSFUL: there are not so many left; INSUFFICIENT_RESOURCES.
 * *FirstInstanceId is written on success only.
 * Source:  DOC wdm/IoWMIAllocateInstanceIds
 */
NTSTATUS NTAPI IoWMIAllocateInstanceIds(GUID *Guid, ULONG InstanceCount, ULONG *FirstInstanceId)
{
    NTSTATUS Status = STATUS_SUCCESS;
    WMIP_IDS *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), WMIP_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Guid = *Guid;
    KIRQL Old = KiAcquireLock(&WmipIdLock);
    WMIP_IDS *Ids = WmipFindIdsLocked(Guid);
    if (Ids == NULL) {
        Ids = New;
        New = NULL;
        InsertTailList(&WmipIdList, &Ids->Link);
    }
    if (InstanceCount > MAXULONG - Ids->Next) {
        Status = STATUS_UNSUCCESSFUL;
    } else {
        *FirstInstanceId = Ids->Next;
        Ids->Next += InstanceCount;
    }
    KiReleaseLock(&WmipIdLock, Old);
    if (New != NULL)
        ExiFree(New);
    return Status;
}
