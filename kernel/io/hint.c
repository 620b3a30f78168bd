/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * I/O priority hints. An IRP has its own in three bits of its flags; without one it has its
 * thread's. Files have one, too. They are kept and reported: nothing here orders requests by them.
 * What a thread has of priorities can be taken and given back as one.
 */
#include "io/hint.h"
#include "io/iop.h"

#define IOP_HINT_SHIFT 17
#define IOP_HINT_MASK (7u << IOP_HINT_SHIFT)

static IO_PRIORITY_HINT IopThreadHint(const ETHREAD *Thread)
{
    return Thread != NULL && Thread->IoPriority != 0 ? (IO_PRIORITY_HINT)(Thread->IoPriority - 1)
                                                     : IoPriorityNormal;
}

IO_PRIORITY_HINT IopFileHint(const FILE_OBJECT *File, IO_PRIORITY_HINT Otherwise)
{
    const IOP_FILE_EXTENSION *Extension = File->FileObjectExtension;
    return Extension != NULL && Extension->Priority != 0
        ? (IO_PRIORITY_HINT)(Extension->Priority - 1)
        : Otherwise;
}

/* IoGetIoPriorityHint - of a request. IRQL: any. Source: DOC ntifs/IoGetIoPriorityHint; OBS
 * tests/kernel/io/IoSetIoPriorityHint.c */
IO_PRIORITY_HINT NTAPI IoGetIoPriorityHint(IRP *Irp)
{
    ULONG Own = (Irp->Flags & IOP_HINT_MASK) >> IOP_HINT_SHIFT;
    if (Own != 0)
        return (IO_PRIORITY_HINT)(Own - 1);
    return IopThreadHint((const ETHREAD *)Irp->Tail.Overlay.Thread);
}

/*
 * IoSetIoPriorityHint - of a request. IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: there is no
 * such priority.
 * Source: DOC ntifs/IoSetIoPriorityHint; OBS tests/kernel/io/IoSetIoPriorityHint.c
 */
NTSTATUS NTAPI IoSetIoPriorityHint(IRP *Irp, IO_PRIORITY_HINT PriorityHint)
{
    if ((ULONG)PriorityHint >= MaxIoPriorityTypes)
        return STATUS_INVALID_PARAMETER;
    Irp->Flags = (Irp->Flags & ~IOP_HINT_MASK) | ((ULONG)PriorityHint + 1) << IOP_HINT_SHIFT;
    return STATUS_SUCCESS;
}

/* IoSetIoPriorityHintIntoThread - of the requests a thread issues from now on. IRQL: any. Source:
 * INF from its name; OBS. */
NTSTATUS NTAPI IoSetIoPriorityHintIntoThread(ETHREAD *Thread, IO_PRIORITY_HINT PriorityHint)
{
    if ((ULONG)PriorityHint >= MaxIoPriorityTypes)
        return STATUS_INVALID_PARAMETER;
    Thread->IoPriority = (UCHAR)(PriorityHint + 1);
    return STATUS_SUCCESS;
}

/*
 * IoSetIoPriorityHintIntoFileObject - of a file's requests; FileIoPriorityHintInformation tells it.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: there is no such priority; INSUFFICIENT_RESOURCES.
 * Source:  DOC fltkernel/FltSetIoPriorityHintIntoFileObject, of which this is the kernel's part;
 *          OBS tests/kernel/io/IoRetrievePriorityInfo.c
 */
NTSTATUS NTAPI IoSetIoPriorityHintIntoFileObject(
    FILE_OBJECT *FileObject, IO_PRIORITY_HINT PriorityHint)
{
    if ((ULONG)PriorityHint >= MaxIoPriorityTypes)
        return STATUS_INVALID_PARAMETER;
    IOP_FILE_EXTENSION *Extension = IopFileExtension(FileObject);
    if (Extension == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Extension->Priority = (UCHAR)(PriorityHint + 1);
    return STATUS_SUCCESS;
}

/* ---- all of a thread's ----------------------------------------------------------------------- */

#define IOP_PRIORITY_KEPT 0xFFFFu /* what IoInitializePriorityInfo says of the thread's */
#define IOP_PAGE_PRIORITIES 8u    /* of pages; 0 leaves a thread's as it is */

static BOOLEAN IopHasOwnHint(const IRP *Irp)
{
    return (Irp->Flags & IOP_HINT_MASK) != 0;
}

/*
 * IoRetrievePriorityInfo - what there is of priorities: the thread's own, and of its pages; and of
 * I/O the request's, if one was set, or the file's, if one was set, or the thread's.
 *
 * Irp, FileObject, Thread: optional. Without a thread its own priorities are marked as not to be
 *          changed, and without any I/O is normal. PriorityInfo: IoInitializePriorityInfo began it.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC fltkernel/FltRetrieveIoPriorityInfo, of which this is the kernel's part; OBS
 *          tests/kernel/io/IoRetrievePriorityInfo.c
 */
NTSTATUS NTAPI IoRetrievePriorityInfo(
    IRP *Irp, FILE_OBJECT *FileObject, ETHREAD *Thread, IO_PRIORITY_INFO *PriorityInfo)
{
    IO_PRIORITY_HINT Hint = IopThreadHint(Thread);
    if (Irp != NULL && IopHasOwnHint(Irp))
        Hint = IoGetIoPriorityHint(Irp);
    else if (FileObject != NULL)
        Hint = IopFileHint(FileObject, Hint);
    PriorityInfo->ThreadPriority = IOP_PRIORITY_KEPT;
    PriorityInfo->PagePriority = 0;
    PriorityInfo->IoPriority = Hint;
    if (Thread != NULL) {
        PriorityInfo->ThreadPriority = (ULONG)KeQueryPriorityThread(&Thread->Tcb);
        PriorityInfo->PagePriority = Thread->PagePriority;
    }
    return STATUS_SUCCESS;
}

/*
 * IoApplyPriorityInfoThread - give a thread the priorities that IoRetrievePriorityInfo, or this,
 * has told.
 *
 * OutputPriorityInfo: optional; what the thread had. May be InputPriorityInfo.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_1: a size or priority there is not.
 * Source:  DOC fltkernel/FltApplyPriorityInfoThread, of which this is the kernel's part; OBS
 *          tests/kernel/io/IoRetrievePriorityInfo.c
 */
NTSTATUS NTAPI IoApplyPriorityInfoThread(
    IO_PRIORITY_INFO *InputPriorityInfo, IO_PRIORITY_INFO *OutputPriorityInfo, ETHREAD *Thread)
{
    const IO_PRIORITY_INFO Wanted = *InputPriorityInfo;
    const BOOLEAN Own = Wanted.ThreadPriority != IOP_PRIORITY_KEPT;
    if (Wanted.Size != sizeof(Wanted) || (ULONG)Wanted.IoPriority >= MaxIoPriorityTypes ||
        Wanted.PagePriority >= IOP_PAGE_PRIORITIES ||
        (Own && (Wanted.ThreadPriority == 0 || Wanted.ThreadPriority > HIGH_PRIORITY)))
        return STATUS_INVALID_PARAMETER_1;
    if (OutputPriorityInfo != NULL) {
        OutputPriorityInfo->Size = sizeof(*OutputPriorityInfo);
        (void)IoRetrievePriorityInfo(NULL, NULL, Thread, OutputPriorityInfo);
    }
    if (Own)
        KeSetPriorityThread(&Thread->Tcb, (KPRIORITY)Wanted.ThreadPriority);
    if (Wanted.PagePriority != 0)
        Thread->PagePriority = (UCHAR)Wanted.PagePriority;
    return IoSetIoPriorityHintIntoThread(Thread, Wanted.IoPriority);
}

/* ---- paging ---------------------------------------------------------------------------------- */

/*
 * IoGetPagingIoPriority - how urgent a request of the memory manager's is.
 * IRQL: any. Returns: IoPagingPriorityInvalid: it is none of these. Source: DOC
 * ntddk/IoGetPagingIoPriority; OBS tests/kernel/io/IoSetIoPriorityHint.c
 */
IO_PAGING_PRIORITY FASTCALL IoGetPagingIoPriority(IRP *Irp)
{
    if (!(Irp->Flags & IRP_PAGING_IO))
        return IoPagingPriorityInvalid;
    return (Irp->Flags & IRP_HIGH_PRIORITY_PAGING_IO) ? IoPagingPriorityHigh
                                                      : IoPagingPriorityNormal;
}
