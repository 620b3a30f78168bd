/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bytes of a file that a driver reaches in the cache itself: mapped, to look at, or pinned, to
 * change. What is mapped or pinned stays where it is. Each pinned page has a lock, a resource,
 * which its pins have shared or for themselves; locks are taken from the lowest page up.
 */
#include <string.h>

#include "cc/ccp.h"

/* ---- records of pages ------------------------------------------------------------------------ */

CCP_PAGE *CcpFindPageLocked(const CCP_VIEW *View, ULONG Index)
{
    for (LIST_ENTRY *Link = View->Pages.Flink; Link != &View->Pages; Link = Link->Flink) {
        CCP_PAGE *Page = CONTAINING_RECORD(Link, CCP_PAGE, Link);
        if (Page->Index == Index)
            return Page;
    }
    return NULL;
}

CCP_PAGE *CcpDropPageLocked(CCP_PAGE *Page)
{
    if (Page->Pins != 0 || Page->IsDirty)
        return NULL;
    RemoveEntryList(&Page->Link);
    return Page;
}

void CcpFreePage(CCP_PAGE *Page)
{
    ExDeleteResourceLite(&Page->Resource);
    ExiFree(Page);
}

void CcpReleasePage(CCP_PAGE *Page)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    Page->Pins--;
    Page = CcpDropPageLocked(Page);
    KiReleaseLock(&CcpLock, Old);
    if (Page != NULL)
        CcpFreePage(Page);
}

/* The record of a page, made if need be; one pin more. NULL: out of memory. */
static CCP_PAGE *CcpGetPage(CCP_VIEW *View, ULONG Index)
{
    CCP_PAGE *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), CCP_TAG, EX_KERNEL_SITE);
    if (New == NULL)
        return NULL;
    New->Index = Index;
    ExInitializeResourceLite(&New->Resource);
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_PAGE *Page = CcpFindPageLocked(View, Index);
    if (Page == NULL) {
        InsertTailList(&View->Pages, &New->Link);
        Page = New;
        New = NULL;
    }
    Page->Pins++;
    KiReleaseLock(&CcpLock, Old);
    if (New != NULL)
        CcpFreePage(New);
    return Page;
}

/* ---- BCBs ------------------------------------------------------------------------------------ */

void CcpReleaseBcb(CCP_BCB *Bcb)
{
    if (__atomic_sub_fetch(&Bcb->Pins, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    for (ULONG Index = 0; Index < Bcb->Count; Index++)
        CcpReleasePage(Bcb->Page[Index]);
    CcpUnpinView(Bcb->View);
    ExiFree(Bcb);
}

/* Takes the locks. CANT_WAIT: without Wait not all of them could be had, and none is. */
static NTSTATUS CcpLockBcb(CCP_BCB *Bcb, ULONG Flags)
{
    const BOOLEAN Wait = (Flags & PIN_WAIT) != 0;
    ULONG Locked = 0;
    while (Locked < Bcb->Count) {
        ERESOURCE *Resource = &Bcb->Page[Locked]->Resource;
        if (!((Flags & PIN_EXCLUSIVE) ? ExAcquireResourceExclusiveLite(Resource, Wait)
                                      : ExAcquireResourceSharedLite(Resource, Wait)))
            break;
        Locked++;
    }
    if (Locked == Bcb->Count)
        return STATUS_SUCCESS;
    while (Locked != 0)
        ExReleaseResourceLite(&Bcb->Page[--Locked]->Resource);
    return STATUS_CANT_WAIT;
}

static void CcpUnlockBcb(const CCP_BCB *Bcb, ERESOURCE_THREAD Thread)
{
    for (ULONG Index = Bcb->Count; Index != 0; Index--)
        ExReleaseResourceForThreadLite(&Bcb->Page[Index - 1]->Resource, Thread);
}

/* A BCB over the pages of a part of a view, one of whose pins becomes the BCB's; not locked. NULL:
 * out of memory. */
static CCP_BCB *CcpNewBcb(CCP_VIEW *View, const CCP_PART *Part)
{
    const ULONG First = Part->First / PAGE_SIZE;
    const ULONG Count = (Part->End + PAGE_SIZE - 1) / PAGE_SIZE - First;
    CCP_BCB *Bcb = ExiAllocateZero(NonPagedPoolNx, sizeof(*Bcb) + Count * sizeof(Bcb->Page[0]),
        CCP_TAG, EX_KERNEL_SITE);
    if (Bcb == NULL)
        return NULL;
    for (; Bcb->Count < Count; Bcb->Count++) {
        Bcb->Page[Bcb->Count] = CcpGetPage(View, First + Bcb->Count);
        if (Bcb->Page[Bcb->Count] == NULL)
            break;
    }
    if (Bcb->Count < Count) {
        while (Bcb->Count != 0)
            CcpReleasePage(Bcb->Page[--Bcb->Count]);
        ExiFree(Bcb);
        return NULL;
    }
    Bcb->Public.NodeTypeCode = CCP_NODE_BCB;
    Bcb->Public.NodeByteSize = (CSHORT)sizeof(Bcb->Public);
    Bcb->Public.MappedLength = Count * PAGE_SIZE;
    Bcb->Public.MappedFileOffset.QuadPart = CcpViewOffset(View) + (LONGLONG)First * PAGE_SIZE;
    Bcb->Pins = 1;
    Bcb->View = View;
    Bcb->First = First;
    return Bcb;
}

/* Whether all pages of a part are pinned or were made dirty by a pin. */
static BOOLEAN CcpHasRecords(const CCP_VIEW *View, const CCP_PART *Part)
{
    BOOLEAN Has = TRUE;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (ULONG Page = Part->First / PAGE_SIZE; Page * PAGE_SIZE < Part->End; Page++)
        Has = Has && CcpFindPageLocked(View, Page) != NULL;
    KiReleaseLock(&CcpLock, Old);
    return Has;
}

/* The part of a range that is to lie in one view. */
static NTSTATUS CcpOnePart(const LARGE_INTEGER *FileOffset, ULONG Length, CCP_PART *Part)
{
    *Part = CcpPartAt(FileOffset->QuadPart, FileOffset->QuadPart + Length);
    return Length != 0 && Part->End - Part->First == Length ? STATUS_SUCCESS
                                                            : STATUS_INVALID_PARAMETER;
}

/* Turns a use of a view, whose pages are there, into a pinned and locked BCB. */
static NTSTATUS CcpPinPart(CCP_VIEW *View, const CCP_PART *Part, ULONG Flags, void **Bcb)
{
    if ((Flags & PIN_IF_BCB) && !CcpHasRecords(View, Part))
        return STATUS_CANT_WAIT;
    CcpRepinView(View);
    CCP_BCB *New = CcpNewBcb(View, Part);
    if (New == NULL) {
        CcpUnpinView(View);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS Status = CcpLockBcb(New, Flags);
    if (NT_SUCCESS(Status))
        *Bcb = New;
    else
        CcpReleaseBcb(New);
    return Status;
}

/* A view of a cached file in use. */
static NTSTATUS CcpEnterPart(const FILE_OBJECT *File, const CCP_PART *Part, CCP_VIEW **View)
{
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    if (Map == NULL)
        return STATUS_INVALID_PARAMETER;
    *View = CcpEnterView(Map, Part->Index);
    CcpReleaseMap(Map);
    return *View != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static BOOLEAN CcpAnswer(NTSTATUS Status)
{
    if (!NT_SUCCESS(Status) && Status != STATUS_CANT_WAIT)
        CcpRaise(Status);
    return NT_SUCCESS(Status);
}

/* ---- mapping and pinning --------------------------------------------------------------------- */

/*
 * CcMapData - have bytes of a cached file in memory, to be looked at.
 *
 * FileOffset, Length: within the file and one 256 KiB of it. Flags: MAP_WAIT: reads what is not in
 *          the cache; MAP_NO_READ: does not. Bcb: for CcUnpinData. Buffer: the bytes.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: not all of it is in the cache, and it was not to be read.
 * Raises:  as CcCopyRead; INVALID_PARAMETER: not in one 256 KiB.
 * Owner:   caller; CcUnpinData, or what is made of it by CcPinMappedData.
 * Source:  DOC ntifs/CcMapData; INF INVALID_PARAMETER; OBS tests/kernel/cc/CcMapData.c
 */
BOOLEAN NTAPI CcMapData(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb, void **Buffer)
{
    const BOOLEAN Read = (Flags & (MAP_WAIT | MAP_NO_READ)) == MAP_WAIT;
    CCP_PART Part;
    CCP_VIEW *View = NULL;
    NTSTATUS Status = CcpOnePart(FileOffset, Length, &Part);
    if (NT_SUCCESS(Status))
        Status = CcpEnterPart(FileObject, &Part, &View);
    if (NT_SUCCESS(Status))
        Status = CcpBringIn(View, CcpMask(Part.First, Part.End), Read);
    if (NT_SUCCESS(Status)) {
        CcpPinView(View);
        *Bcb = (void *)((ULONG_PTR)View | 1);
        *Buffer = View->Base + Part.First;
    } else if (View != NULL) {
        CcpLeaveView(View);
    }
    return CcpAnswer(Status);
}

/*
 * CcPinRead - have bytes of a cached file in memory, to be changed. CcSetDirtyPinnedData says that
 * they were.
 *
 * FileOffset, Length: as CcMapData. Flags: PIN_WAIT: reads what is not in the cache and waits for
 *          others who have it pinned; PIN_EXCLUSIVE: nobody else has it pinned meanwhile;
 *          PIN_NO_READ: reads nothing; PIN_IF_BCB: only what is pinned or was made dirty already.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: it would have to wait, to read, or to be pinned first.
 * Raises:  as CcMapData.
 * Owner:   caller; CcUnpinData on the same thread, or CcUnpinDataForThread.
 * Source:  DOC ntifs/CcPinRead; OBS tests/kernel/cc/CcPinRead.c
 */
BOOLEAN NTAPI CcPinRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb, void **Buffer)
{
    const BOOLEAN Read = (Flags & (PIN_WAIT | PIN_NO_READ)) == PIN_WAIT;
    CCP_PART Part;
    CCP_VIEW *View = NULL;
    NTSTATUS Status = CcpOnePart(FileOffset, Length, &Part);
    if (NT_SUCCESS(Status))
        Status = CcpEnterPart(FileObject, &Part, &View);
    if (NT_SUCCESS(Status))
        Status = CcpBringIn(View, CcpMask(Part.First, Part.End), Read);
    if (NT_SUCCESS(Status))
        Status = CcpPinPart(View, &Part, Flags, Bcb);
    if (NT_SUCCESS(Status))
        *Buffer = View->Base + Part.First;
    if (View != NULL)
        CcpLeaveView(View);
    return CcpAnswer(Status);
}

/*
 * CcPinMappedData - pin bytes that are mapped. What is pinned already stays as it is.
 *
 * FileOffset, Length: within what CcMapData mapped. Flags: as CcPinRead. Bcb: in: CcMapData's; out:
 *          of the pinned bytes, in its place; on failure it stays.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: as CcPinRead.
 * Raises:  INSUFFICIENT_RESOURCES; INVALID_PARAMETER.
 * Source:  DOC ntifs/CcPinMappedData; OBS tests/kernel/cc/CcMapData.c
 */
BOOLEAN NTAPI CcPinMappedData(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb)
{
    CCP_PART Part;
    void *Pinned;
    (void)FileObject;
    if (!CcpIsMapped(*Bcb))
        return TRUE;
    CCP_VIEW *View = CcpViewOf(*Bcb);
    NTSTATUS Status = CcpOnePart(FileOffset, Length, &Part);
    if (NT_SUCCESS(Status) && Part.Index != View->Index)
        Status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(Status))
        Status = CcpPinPart(View, &Part, Flags, &Pinned);
    if (NT_SUCCESS(Status)) {
        *Bcb = Pinned;
        CcpUnpinView(View);
    }
    return CcpAnswer(Status);
}

/* Makes pages valid that will be written. They are locked already: whoever has them claimed waits
 * for no lock. */
static NTSTATUS CcpPrepare(CCP_VIEW *View, const CCP_PART *Part, BOOLEAN Zero, BOOLEAN Wait)
{
    ULONG64 Claimed;
    NTSTATUS Status = CcpBeginWrite(View, Part->First, Part->End, Wait, &Claimed);
    if (NT_SUCCESS(Status)) {
        for (ULONG64 Rest = Claimed; Rest != 0; Rest &= Rest - 1)
            memset(View->Base + (ULONG)__builtin_ctzll(Rest) * PAGE_SIZE, 0, PAGE_SIZE);
        if (Zero)
            memset(View->Base + Part->First, 0, Part->End - Part->First);
    }
    CcpFinishWrite(View, Part->First, Part->End, Claimed, NT_SUCCESS(Status), FALSE);
    return Status;
}

/*
 * CcPreparePinWrite - pin bytes that will all be written: only pages of which a part stays are
 * read. They are dirty then.
 *
 * Zero:    they are zeros first. Flags, others: as CcPinRead.
 * IRQL:    up to APC_LEVEL
 * Returns, Raises: as CcPinRead.
 * Source:  DOC ntifs/CcPreparePinWrite; OBS tests/kernel/cc/CcPinRead.c
 */
BOOLEAN NTAPI CcPreparePinWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Zero, ULONG Flags, void **Bcb, void **Buffer)
{
    CCP_PART Part;
    CCP_VIEW *View = NULL;
    NTSTATUS Status = CcpOnePart(FileOffset, Length, &Part);
    if (NT_SUCCESS(Status))
        Status = CcpEnterPart(FileObject, &Part, &View);
    if (NT_SUCCESS(Status))
        Status = CcpPinPart(View, &Part, Flags & ~(ULONG)PIN_IF_BCB, Bcb);
    if (NT_SUCCESS(Status)) {
        Status = CcpPrepare(View, &Part, Zero, (Flags & PIN_WAIT) != 0);
        if (NT_SUCCESS(Status)) {
            *Buffer = View->Base + Part.First;
            CcSetDirtyPinnedData(*Bcb, NULL);
        } else {
            CcUnpinData(*Bcb);
        }
    }
    if (View != NULL)
        CcpLeaveView(View);
    return CcpAnswer(Status);
}

/*
 * CcSetDirtyPinnedData - pinned bytes have been changed and are to be written to the file.
 *
 * Lsn:     optional; of the change in the file system's log, which is asked to be flushed that far
 *          before the bytes are written (CcSetLogHandleForFile).
 * IRQL:    up to APC_LEVEL
 * Bugcheck CACHE_MANAGER (0x34): they are only mapped.
 * Source:  DOC ntifs/CcSetDirtyPinnedData; INF the bugcheck; OBS tests/kernel/cc/CcPinRead.c
 */
void NTAPI CcSetDirtyPinnedData(void *BcbVoid, LARGE_INTEGER *Lsn)
{
    CCP_BCB *Bcb = BcbVoid;
    if (CcpIsMapped(Bcb))
        KeBugCheckEx(CACHE_MANAGER, __LINE__, (ULONG_PTR)BcbVoid, 0, 0);
    CCP_VIEW *View = Bcb->View;
    const LONGLONG End = Bcb->Public.MappedFileOffset.QuadPart + Bcb->Public.MappedLength;
    KIRQL Old = KiAcquireLock(&CcpLock);
    CcpMakeDirtyLocked(
        View, CcpMask(Bcb->First * PAGE_SIZE, (Bcb->First + Bcb->Count) * PAGE_SIZE));
    for (ULONG Index = 0; Index < Bcb->Count; Index++) {
        CCP_PAGE *Page = Bcb->Page[Index];
        Page->IsDirty = TRUE;
        if (Lsn == NULL || Lsn->QuadPart == 0)
            continue;
        if (Page->OldestLsn == 0 || Lsn->QuadPart < Page->OldestLsn)
            Page->OldestLsn = Lsn->QuadPart;
        if (Lsn->QuadPart > Page->NewestLsn)
            Page->NewestLsn = Lsn->QuadPart;
    }
    if (View->Map->ValidDataGoal < End)
        View->Map->ValidDataGoal = End;
    KiReleaseLock(&CcpLock, Old);
    CcpWakeLazyWriter(FALSE);
}

/* ---- undoing it ------------------------------------------------------------------------------ */

/*
 * CcUnpinData, CcUnpinDataForThread - the reverse of CcMapData, CcPinRead, CcPreparePinWrite and
 * CcRemapBcb.
 *
 * Bcb:     of no use afterwards, unless there is a CcRepinBcb. ResourceThreadId: who pinned it, a
 *          thread or what CcSetBcbOwnerPointer said.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/CcUnpinData, CcUnpinDataForThread; OBS tests/kernel/cc/CcPinRead.c
 */
void NTAPI CcUnpinDataForThread(void *Bcb, ERESOURCE_THREAD ResourceThreadId)
{
    if (CcpIsMapped(Bcb)) {
        CcpUnpinView(CcpViewOf(Bcb));
        return;
    }
    CcpUnlockBcb(Bcb, ResourceThreadId);
    CcpReleaseBcb(Bcb);
}

void NTAPI CcUnpinData(void *Bcb)
{
    CcUnpinDataForThread(Bcb, (ERESOURCE_THREAD)KiHostThread);
}

/*
 * CcSetBcbOwnerPointer - the calling thread's pin is somebody else's from now on, who need not be a
 * thread; CcUnpinDataForThread then.
 * OwnerPointer: as for ExSetResourceOwnerPointer. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs/CcSetBcbOwnerPointer; OBS tests/kernel/cc/CcPinRead.c
 */
void NTAPI CcSetBcbOwnerPointer(void *Bcb, void *OwnerPointer)
{
    const CCP_BCB *Pinned = Bcb;
    if (CcpIsMapped(Bcb))
        return;
    for (ULONG Index = 0; Index < Pinned->Count; Index++)
        ExSetResourceOwnerPointer(&Pinned->Page[Index]->Resource, OwnerPointer);
}
