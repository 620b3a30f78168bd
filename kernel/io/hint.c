/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * I/O priority hints. An IRP has its own in three bits of its flags; without one it has its
 * thread's. They are kept and reported: nothing here orders requests by them.
 */
#include "io/iop.h"

#define IOP_HINT_SHIFT 17
#define IOP_HINT_MASK (7u << IOP_HINT_SHIFT)

/* IoGetIoPriorityHint - of a request. IRQL: any. Source: DOC ntifs/IoGetIoPriorityHint; OBS
 * tests/kernel/io/IoSetIoPriorityHint.c */
IO_PRIORITY_HINT NTAPI IoGetIoPriorityHint(IRP *Irp)
{
    ULONG Own = (Irp->Flags & IOP_HINT_MASK) >> IOP_HINT_SHIFT;
    const ETHREAD *Thread = (const ETHREAD *)Irp->Tail.Overlay.Thread;
    if (Own != 0)
        return (IO_PRIORITY_HINT)(Own - 1);
    return Thread != NULL && Thread->IoPriority != 0 ? (IO_PRIORITY_HINT)(Thread->IoPriority - 1)
                                                     : IoPriorityNormal;
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
