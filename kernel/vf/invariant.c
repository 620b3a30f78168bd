/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Buffers that drivers must leave as they are: that of a write as long as the request is on its
 * way, that of a read on the way down. The first time a request comes with an MDL the buffer's
 * signature is taken. With mdl_driver it is compared whenever the request passes from one driver to
 * the next, and the one that had it is named; with mdl_stack when the request leaves the stack, or,
 * of a read, is passed on. A driver that must change the data gives the request an MDL of its own
 * while it goes on.
 *
 * Requests of all drivers are looked at, as on Windows. With the table full, further ones are not.
 */
#include <string.h>

#include "vf/request.h"

#define VFP_BUFFERS 256u
#define VFP_PART_BYTES 1024u /* of a buffer, on the stack */

typedef struct VFP_BUFFER {
    const IRP *Irp;              /* NULL: free */
    const MDL *Mdl;
    ULONG64 Signature;
    BOOLEAN Write;
    const DEVICE_OBJECT *First;  /* it was sent to */
    const DEVICE_OBJECT *Holder; /* whose driver has the request */
} VFP_BUFFER;

static KSPIN_LOCK VfpLock;
static VFP_BUFFER VfpBuffers[VFP_BUFFERS];
static _Atomic ULONG VfpBufferCount;

void VfpPrepareInvariant(void)
{
    VfpLock = 0;
    VfpBufferCount = 0;
    memset(VfpBuffers, 0, sizeof(VfpBuffers));
}

/* FALSE: it cannot be read. */
static BOOLEAN VfpSign(const MDL *Mdl, ULONG64 *Signature)
{
    ULONG64 Part[VFP_PART_BYTES / sizeof(ULONG64)], Sum = Mdl->ByteCount;
    for (ULONG Offset = 0; Offset < Mdl->ByteCount; Offset += sizeof(Part)) {
        const ULONG Left = Mdl->ByteCount - Offset;
        if (Left < sizeof(Part))
            memset(Part, 0, sizeof(Part));
        if (!MmReadMdl(Mdl, Offset, Part, Left < sizeof(Part) ? Left : (ULONG)sizeof(Part)))
            return FALSE;
        for (ULONG Index = 0; Index < RTL_NUMBER_OF(Part); Index++)
            Sum = (Sum ^ Part[Index]) * 0x9E3779B97F4A7C15 + (Sum >> 29);
    }
    *Signature = Sum;
    return TRUE;
}

/* The request's MDL if its buffer is to stay as it is; NULL: it is not. */
static const MDL *VfpInvariantMdl(const IRP *Irp)
{
    const UCHAR Major = IoGetCurrentIrpStackLocation((IRP *)(ULONG_PTR)Irp)->MajorFunction;
    const MDL *Mdl = Irp->MdlAddress;
    if ((Major != IRP_MJ_READ && Major != IRP_MJ_WRITE) || Mdl == NULL ||
        !(Mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL)))
        return NULL;
    return Mdl;
}

static VFP_BUFFER *VfpFindLocked(const IRP *Irp, const MDL *Mdl)
{
    for (ULONG Index = 0; Index < VFP_BUFFERS; Index++) {
        if (VfpBuffers[Index].Irp == Irp && (Irp == NULL || VfpBuffers[Index].Mdl == Mdl))
            return &VfpBuffers[Index];
    }
    return NULL;
}

static BOOLEAN VfpFind(const IRP *Irp, const MDL *Mdl, VFP_BUFFER *Found)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    const VFP_BUFFER *Buffer = VfpFindLocked(Irp, Mdl);
    if (Buffer != NULL)
        *Found = *Buffer;
    KiReleaseLock(&VfpLock, Old);
    return Buffer != NULL;
}

static void VfpAdd(const VFP_BUFFER *New)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_BUFFER *Buffer = VfpFindLocked(NULL, NULL);
    if (Buffer != NULL) {
        *Buffer = *New;
        VfpBufferCount++;
    }
    KiReleaseLock(&VfpLock, Old);
}

/* All buffers of the request: Holder has it now; NULL: nobody, it is forgotten. */
static void VfpHandOver(const IRP *Irp, const DEVICE_OBJECT *Holder)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Index = 0; Index < VFP_BUFFERS; Index++) {
        VFP_BUFFER *Buffer = &VfpBuffers[Index];
        if (Buffer->Irp != Irp)
            continue;
        Buffer->Holder = Holder;
        if (Holder == NULL) {
            Buffer->Irp = NULL;
            VfpBufferCount--;
        }
    }
    KiReleaseLock(&VfpLock, Old);
}

static void VfpCompare(IRP *Irp, const VFP_BUFFER *Buffer)
{
    const MDL *Mdl = Buffer->Mdl;
    const BOOLEAN Mapped = (Mdl->MdlFlags &
                               (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0;
    const void *Address = Mapped ? Mdl->MappedSystemVa : MmGetMdlVirtualAddress(Mdl);
    ULONG_PTR Site = 0;
    ULONG64 Signature;
    if (!VfpSign(Mdl, &Signature) || Signature == Buffer->Signature)
        return;
    if (VfIsOn(VF_MDL_DRIVER))
        Site = (ULONG_PTR)Buffer->Holder->DriverObject
                   ->MajorFunction[Buffer->Write ? IRP_MJ_WRITE : IRP_MJ_READ];
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Buffer->Write ? 0x1010 : 0x1011,
        (ULONG_PTR)Buffer->First, (ULONG_PTR)Irp, (ULONG_PTR)Address, Site,
        "the buffer of a %s, %u bytes at %p, was changed %s", Buffer->Write ? "write" : "read",
        (unsigned)Mdl->ByteCount, Address,
        Buffer->Write ? "while the request was on its way" : "before the request was passed down");
}

void VfpInvariantDown(IRP *Irp, const DEVICE_OBJECT *Device)
{
    const MDL *Mdl = VfpInvariantMdl(Irp);
    VFP_BUFFER Buffer;
    if (Mdl == NULL)
        return;
    if (!VfpFind(Irp, Mdl, &Buffer)) {
        Buffer = (VFP_BUFFER){.Irp = Irp,
            .Mdl = Mdl,
            .Write = IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_WRITE,
            .First = Device,
            .Holder = Device};
        if (VfpSign(Mdl, &Buffer.Signature))
            VfpAdd(&Buffer);
    } else if (VfIsOn(VF_MDL_DRIVER) || !Buffer.Write) {
        VfpCompare(Irp, &Buffer);
    }
    VfpHandOver(Irp, Device);
}

void VfpInvariantUp(IRP *Irp)
{
    const BOOLEAN Leaves = Irp->CurrentLocation == Irp->StackCount;
    VFP_BUFFER Buffer;
    if (VfpBufferCount == 0)
        return;
    if (VfpFind(Irp, Irp->MdlAddress, &Buffer) && Buffer.Write && (Leaves || VfIsOn(VF_MDL_DRIVER)))
        VfpCompare(Irp, &Buffer);
    /* A read has its data from here on. */
    const BOOLEAN Read = IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_READ;
    VfpHandOver(Irp, Leaves || Read ? NULL : (IoGetCurrentIrpStackLocation(Irp) + 1)->DeviceObject);
}
