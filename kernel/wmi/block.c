/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Open blocks: objects of type WmiGuid, which their last reference closes. While anybody has a
 * block open for its events, its providers are told by IRP_MN_ENABLE_EVENTS, and by
 * IRP_MN_ENABLE_COLLECTION while anybody has an expensive one open for queries; afterwards they are
 * told that it is over. WmipEnableMutex is held over that, so that a provider is told in order.
 */
#include <string.h>

#include "wmi/wmip.h"
#include "ke/ordered.h"

static OBJECT_TYPE *WmipGuidType;
static KMUTEX WmipEnableMutex;

static ULONG WmipOpenFor(const GUID *Guid, ULONG Access)
{
    ULONG Count = 0;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipOpeners.Flink; Link != &WmipOpeners; Link = Link->Flink) {
        const WMIP_OPENER *Opener = CONTAINING_RECORD(Link, WMIP_OPENER, Link);
        Count += (Opener->Access & Access) && WmipSame(&Opener->Guid, Guid);
    }
    KiReleaseLock(&WmipLock, Old);
    return Count;
}

/* Tells a provider; what it answers changes nothing. */
static void WmipTell(const WMIP_TARGET *Target, UCHAR Minor)
{
    GUID Guid = Target->Set->Guid;
    WNODE_HEADER Header;
    ULONG_PTR Information = 0;
    WmipFillHeader(&Header, sizeof(Header), Target, 0);
    Header.Flags = 0;
    WmipSend(Target->Provider, Minor, &Guid, sizeof(Header), &Header, &Information);
}

static void WmipTellAll(const GUID *Guid, UCHAR Minor, ULONG WithFlags)
{
    WMIP_TARGET *Targets;
    ULONG Count;
    if (!NT_SUCCESS(WmipFindTargets(Guid, &Targets, &Count)))
        return;
    for (ULONG Index = 0; Index < Count; Index++) {
        ULONG Flags = Targets[Index].Set->Flags;
        if ((Flags & WithFlags) == WithFlags && !(Flags & WMIREG_FLAG_TRACED_GUID))
            WmipTell(&Targets[Index], Minor);
    }
    WmipReleaseTargets(Targets, Count);
}

/* The first that opens a block, or the last that closes it, for something. */
static void WmipSwitch(const WMIP_BLOCK *Block, BOOLEAN Enable)
{
    ULONG Others = Enable ? 1 : 0;
    if ((Block->Access & WMIGUID_NOTIFICATION) &&
        WmipOpenFor(&Block->Guid, WMIGUID_NOTIFICATION) == Others)
        WmipTellAll(&Block->Guid, Enable ? IRP_MN_ENABLE_EVENTS : IRP_MN_DISABLE_EVENTS, 0);
    if ((Block->Access & WMIGUID_QUERY) && WmipOpenFor(&Block->Guid, WMIGUID_QUERY) == Others)
        WmipTellAll(&Block->Guid, Enable ? IRP_MN_ENABLE_COLLECTION : IRP_MN_DISABLE_COLLECTION,
            WMIREG_FLAG_EXPENSIVE);
}

void WmipEnableNew(WMIP_PROVIDER *Provider)
{
    KiAcquireMutex(&WmipEnableMutex);
    for (ULONG Index = 0; Index < Provider->Answer->Count; Index++) {
        const WMIP_TARGET Target = {Provider, &Provider->Answer->Set[Index]};
        if (Target.Set->Flags & (WMIREG_FLAG_REMOVE_GUID | WMIREG_FLAG_TRACED_GUID))
            continue;
        if (WmipOpenFor(&Target.Set->Guid, WMIGUID_NOTIFICATION) != 0)
            WmipTell(&Target, IRP_MN_ENABLE_EVENTS);
        if ((Target.Set->Flags & WMIREG_FLAG_EXPENSIVE) &&
            WmipOpenFor(&Target.Set->Guid, WMIGUID_QUERY) != 0)
            WmipTell(&Target, IRP_MN_ENABLE_COLLECTION);
    }
    KiReleaseMutex(&WmipEnableMutex);
}

static void WmipCloseBlock(void *Object)
{
    WMIP_BLOCK *Block = Object;
    if (Block->Opener == NULL)
        return;
    KiAcquireMutex(&WmipEnableMutex);
    KIRQL Old = KiAcquireLock(&WmipLock);
    RemoveEntryList(&Block->Opener->Link);
    Block->Opener->Closed = TRUE;
    KiReleaseLock(&WmipLock, Old);
    WmipSwitch(Block, FALSE);
    KiReleaseMutex(&WmipEnableMutex);
    WmipReleaseOpener(Block->Opener);
}

void WmipReleaseOpener(WMIP_OPENER *Opener)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    BOOLEAN Last = --Opener->References == 0;
    KiReleaseLock(&WmipLock, Old);
    if (Last)
        ExiFree(Opener);
}

NTSTATUS WmipCreateBlocks(void)
{
    static const OBJECT_TYPE Template = {
        .Procedures = {.Delete = WmipCloseBlock},
        .ValidAccess = STANDARD_RIGHTS_ALL | 0x1FFF,
        .PoolTag = WMIP_TAG,
    };
    KeInitializeMutex(&WmipEnableMutex, 0);
    return ObiCreateType("WmiGuid", &Template, &WmipGuidType);
}

NTSTATUS WmipReferenceBlock(void *Object, WMIP_BLOCK **Block)
{
    if (ObiGetType(Object) != WmipGuidType)
        return STATUS_OBJECT_TYPE_MISMATCH;
    ObiReference(Object);
    *Block = Object;
    return STATUS_SUCCESS;
}

/*
 * IoWMIOpenBlock - open a data block, or the events of one.
 *
 * DesiredAccess: WMIGUID_QUERY, WMIGUID_SET, WMIGUID_EXECUTE for the functions of these names;
 *                WMIGUID_NOTIFICATION for IoWMISetNotificationCallback.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; WMI_GUID_NOT_FOUND: no device is registered with the block, which matters only
 *          where it is not just for events; INSUFFICIENT_RESOURCES. *DataBlockObject is written on
 *          success only.
 * Owner:   ObDereferenceObject closes it.
 * Source:  DOC wdm/IoWMIOpenBlock; WMI_GUID_NOT_FOUND INF from the status's meaning
 */
NTSTATUS NTAPI IoWMIOpenBlock(
    const GUID *DataBlockGuid, ULONG DesiredAccess, void **DataBlockObject)
{
    void *Object;
    WmipSettle();
    if ((DesiredAccess & ~(ULONG)WMIGUID_NOTIFICATION) != 0 && !WmipIsKnown(DataBlockGuid))
        return STATUS_WMI_GUID_NOT_FOUND;
    WMIP_OPENER *Opener = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Opener), WMIP_TAG, EX_KERNEL_SITE);
    if (Opener == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ObiCreateObject(WmipGuidType, sizeof(WMIP_BLOCK), EX_CALLER, &Object);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Opener);
        return Status;
    }
    WMIP_BLOCK *Block = Object;
    Block->Guid = Opener->Guid = *DataBlockGuid;
    Block->Access = Opener->Access = DesiredAccess;
    Block->Opener = Opener;
    Opener->References = 1;
    KiAcquireMutex(&WmipEnableMutex);
    KIRQL Old = KiAcquireLock(&WmipLock);
    InsertTailList(&WmipOpeners, &Opener->Link);
    KiReleaseLock(&WmipLock, Old);
    WmipSwitch(Block, TRUE);
    KiReleaseMutex(&WmipEnableMutex);
    *DataBlockObject = Block;
    return STATUS_SUCCESS;
}

/*
 * IoWMISetNotificationCallback - have a routine called for each event of an open block, at
 * PASSIVE_LEVEL on a system thread.
 *
 * Callback: NULL: none any more. It gets the event as a WNODE, which is gone when it returns. One
 * block has one.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; OBJECT_TYPE_MISMATCH: it is no open block.
 * Source:  DOC wdm/IoWMISetNotificationCallback
 */
NTSTATUS NTAPI IoWMISetNotificationCallback(
    void *Object, WMI_NOTIFICATION_CALLBACK Callback, void *Context)
{
    WMIP_BLOCK *Block;
    NTSTATUS Status = WmipReferenceBlock(Object, &Block);
    if (!NT_SUCCESS(Status))
        return Status;
    KIRQL Old = KiAcquireLock(&WmipLock);
    Block->Opener->Callback = Callback;
    Block->Opener->Context = Context;
    KiReleaseLock(&WmipLock, Old);
    ObfDereferenceObject(Block);
    return STATUS_SUCCESS;
}
