/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * MDLs of pages of the cache, which others read from or write to without a copy. A chain has one
 * MDL for each view, which is pinned until the chain is completed.
 */
#include <string.h>

#include "cc/ccp.h"

/* The pinned view an MDL describes pages of. The pages begin where it does or behind. */
static CCP_VIEW *CcpViewOfMdl(CCP_MAP *Map, const MDL *Mdl)
{
    const UCHAR *Start = Mdl->StartVa;
    CCP_VIEW *Found = NULL;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = Map->Views.Flink; Link != &Map->Views && Found == NULL;
         Link = Link->Flink) {
        CCP_VIEW *View = CONTAINING_RECORD(Link, CCP_VIEW, Link);
        if (Start >= View->Base && Start < View->Base + VACB_MAPPING_GRANULARITY)
            Found = View;
    }
    KiReleaseLock(&CcpLock, Old);
    return Found;
}

/* Appends an MDL of a part of a view in use, which is pinned then. */
static NTSTATUS CcpAppendMdl(CCP_VIEW *View, const CCP_PART *Part, MDL ***End)
{
    MDL *Mdl = IoAllocateMdl(
        View->Base + Part->First, Part->End - Part->First, FALSE, FALSE, NULL);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmBuildMdlForNonPagedPool(Mdl);
    **End = Mdl;
    *End = &Mdl->Next;
    CcpPinView(View);
    return STATUS_SUCCESS;
}

static NTSTATUS CcpReadMdlPart(CCP_MAP *Map, const CCP_PART *Part, MDL ***End)
{
    CCP_VIEW *View = CcpEnterView(Map, Part->Index);
    if (View == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CcpBringIn(View, CcpMask(Part->First, Part->End), TRUE);
    if (NT_SUCCESS(Status))
        Status = CcpAppendMdl(View, Part, End);
    if (!NT_SUCCESS(Status))
        CcpLeaveView(View);
    return Status;
}

/* What is not in the cache and will be written is zeros until then. */
static NTSTATUS CcpWriteMdlPart(CCP_MAP *Map, const CCP_PART *Part, MDL ***End)
{
    ULONG64 Claimed;
    CCP_VIEW *View = CcpEnterView(Map, Part->Index);
    if (View == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CcpBeginWrite(View, Part->First, Part->End, TRUE, &Claimed);
    for (ULONG64 Rest = Claimed; Rest != 0 && NT_SUCCESS(Status); Rest &= Rest - 1)
        memset(View->Base + (ULONG)__builtin_ctzll(Rest) * PAGE_SIZE, 0, PAGE_SIZE);
    CcpFinishWrite(View, Part->First, Part->End, Claimed, NT_SUCCESS(Status), FALSE);
    if (NT_SUCCESS(Status))
        Status = CcpAppendMdl(View, Part, End);
    if (!NT_SUCCESS(Status))
        CcpLeaveView(View);
    return Status;
}

/* What the end of a write makes of the pages of its MDLs. */
enum CCP_MDL_END {
    CcpMdlRead,
    CcpMdlWritten,
    CcpMdlAborted
};

static void CcpEndMdl(CCP_VIEW *View, const MDL *Mdl, enum CCP_MDL_END What)
{
    const ULONG First = (ULONG)((UCHAR *)MmGetMdlVirtualAddress(Mdl) - View->Base);
    const ULONG64 Mask = CcpMask(First, First + Mdl->ByteCount);
    const LONGLONG End = CcpViewOffset(View) + First + Mdl->ByteCount;
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (What == CcpMdlWritten) {
        CcpMakeDirtyLocked(View, Mask);
        if (View->Map->ValidDataGoal < End)
            View->Map->ValidDataGoal = End;
    } else if (What == CcpMdlAborted && View->Pins == 1) { /* what the file has is read again */
        View->Valid &= ~(Mask & ~View->Dirty & ~View->Writing);
    }
    KiReleaseLock(&CcpLock, Old);
}

static void CcpEndChain(CCP_MAP *Map, MDL *Chain, enum CCP_MDL_END What)
{
    for (MDL *Mdl = Chain, *Next; Mdl != NULL; Mdl = Next) {
        CCP_VIEW *View = CcpViewOfMdl(Map, Mdl);
        Next = Mdl->Next;
        if (View != NULL) {
            CcpEndMdl(View, Mdl, What);
            CcpUnpinView(View);
        }
        IoFreeMdl(Mdl);
    }
    if (What == CcpMdlWritten)
        CcpWakeLazyWriter(FALSE);
}

NTSTATUS CcpBuildChain(const FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Write,
    MDL **Chain, IO_STATUS_BLOCK *IoStatus)
{
    MDL *First = NULL, **End = &First, **Last = Chain;
    NTSTATUS Status = STATUS_SUCCESS;
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    if (Map == NULL)
        return STATUS_INVALID_PARAMETER;
    for (LONGLONG At = Offset; At < Offset + Length && NT_SUCCESS(Status);) {
        const CCP_PART Part = CcpPartAt(At, Offset + Length);
        Status = Write ? CcpWriteMdlPart(Map, &Part, &End) : CcpReadMdlPart(Map, &Part, &End);
        At += Part.End - Part.First;
    }
    if (NT_SUCCESS(Status)) {
        while (*Last != NULL)
            Last = &(*Last)->Next;
        *Last = First;
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS, .Information = Length};
    } else {
        CcpEndChain(Map, First, Write ? CcpMdlAborted : CcpMdlRead);
    }
    CcpReleaseMap(Map);
    return Status;
}

/*
 * CcMdlRead - MDLs of bytes of a cached file, which are in memory then.
 *
 * MdlChain: NULL in it, or MDLs of what is before, to which these are appended. IoStatus: SUCCESS,
 *          and Length.
 * IRQL:    up to APC_LEVEL
 * Raises:  as CcCopyRead; MdlChain is as it was.
 * Owner:   caller; CcMdlReadComplete, of all of the chain.
 * Source:  DOC ntifs/CcMdlRead; OBS tests/kernel/cc/CcMdlRead.c
 */
void NTAPI CcMdlRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    MDL **MdlChain, IO_STATUS_BLOCK *IoStatus)
{
    const NTSTATUS Status = CcpBuildChain(
        FileObject, FileOffset->QuadPart, Length, FALSE, MdlChain, IoStatus);
    if (!NT_SUCCESS(Status))
        CcpRaise(Status);
}

/*
 * CcPrepareMdlWrite - MDLs of bytes of a cached file that are to be written: only pages of which a
 * part stays are read.
 *
 * MdlChain, IoStatus: as CcMdlRead.
 * IRQL:    up to APC_LEVEL
 * Raises:  as CcMdlRead.
 * Owner:   caller; CcMdlWriteComplete or CcMdlWriteAbort, of all of the chain.
 * Source:  DOC ntifs/CcPrepareMdlWrite; OBS tests/kernel/cc/CcPrepareMdlWrite.c
 */
void NTAPI CcPrepareMdlWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    MDL **MdlChain, IO_STATUS_BLOCK *IoStatus)
{
    const NTSTATUS Status = CcpBuildChain(
        FileObject, FileOffset->QuadPart, Length, TRUE, MdlChain, IoStatus);
    if (!NT_SUCCESS(Status))
        CcpRaise(Status);
}

static void CcpComplete(const FILE_OBJECT *File, MDL *Chain, enum CCP_MDL_END What)
{
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    if (Map == NULL)
        KeBugCheckEx(CACHE_MANAGER, __LINE__, (ULONG_PTR)File, (ULONG_PTR)Chain, 0);
    CcpEndChain(Map, Chain, What);
    CcpReleaseMap(Map);
}

void CcpCompleteMdlRead(const FILE_OBJECT *File, MDL *Chain)
{
    CcpComplete(File, Chain, CcpMdlRead);
}

NTSTATUS CcpCompleteMdlWrite(const FILE_OBJECT *File, const LARGE_INTEGER *Offset, MDL *Chain)
{
    LONGLONG End = Offset->QuadPart;
    NTSTATUS Status = STATUS_SUCCESS;
    for (const MDL *Mdl = Chain; Mdl != NULL; Mdl = Mdl->Next)
        End += Mdl->ByteCount;
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    CcpComplete(File, Chain, CcpMdlWritten);
    if (File->Flags & FO_WRITE_THROUGH)
        Status = CcpWrite(Map, Offset->QuadPart, End, FALSE);
    CcpReleaseMap(Map);
    return Status;
}

/*
 * CcMdlReadComplete - the MDLs of CcMdlRead are not needed any more: by the MdlReadComplete of the
 * drivers' fast I/O if they have one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Bugcheck CACHE_MANAGER (0x34): the file is not cached (INF).
 * Source:  DOC ntifs/CcMdlReadComplete; OBS tests/kernel/cc/CcMdlRead.c
 */
void NTAPI CcMdlReadComplete(FILE_OBJECT *FileObject, MDL *MdlChain)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    const FAST_IO_DISPATCH *FastIo = Device->DriverObject->FastIoDispatch;
    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch > FIELD_OFFSET(FAST_IO_DISPATCH, MdlReadComplete) &&
        FastIo->MdlReadComplete != NULL && FastIo->MdlReadComplete(FileObject, MdlChain, Device))
        return;
    CcpCompleteMdlRead(FileObject, MdlChain);
}

/*
 * CcMdlWriteComplete - what the MDLs of CcPrepareMdlWrite describe has been written, and is to be
 * written to the file: before this returns, if the file object is FO_WRITE_THROUGH. By the
 * MdlWriteComplete of the drivers' fast I/O if they have one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Bugcheck CACHE_MANAGER (0x34): the file is not cached (INF).
 * Raises:  what the file's driver says to a write of FO_WRITE_THROUGH; the MDLs are gone.
 * Source:  DOC ntifs/CcMdlWriteComplete; OBS tests/kernel/cc/CcPrepareMdlWrite.c
 */
void NTAPI CcMdlWriteComplete(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, MDL *MdlChain)
{
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    const FAST_IO_DISPATCH *FastIo = Device->DriverObject->FastIoDispatch;
    if (FastIo != NULL &&
        FastIo->SizeOfFastIoDispatch > FIELD_OFFSET(FAST_IO_DISPATCH, MdlWriteComplete) &&
        FastIo->MdlWriteComplete != NULL &&
        FastIo->MdlWriteComplete(FileObject, FileOffset, MdlChain, Device))
        return;
    const NTSTATUS Status = CcpCompleteMdlWrite(FileObject, FileOffset, MdlChain);
    if (!NT_SUCCESS(Status))
        CcpRaise(Status);
}

/*
 * CcMdlWriteAbort - nothing was written to what the MDLs of CcPrepareMdlWrite describe: it is as it
 * was.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/CcMdlWriteAbort; OBS tests/kernel/cc/CcPrepareMdlWrite.c
 */
void NTAPI CcMdlWriteAbort(FILE_OBJECT *FileObject, MDL *MdlChain)
{
    CcpComplete(FileObject, MdlChain, CcpMdlAborted);
}
