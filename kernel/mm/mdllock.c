/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Locking pages that do not follow one another, and those of another process. Both raise what goes
 * wrong, with nothing locked. Pages of a process are copied here, whichever it is: an address of
 * this process has one place, and theirs are not in a row.
 */
#include "mm/export.h"
#include "mm/mip.h"
#include "mm/paging.h"
#include "mm/section.h"
#include "mm/space.h"

/* Pages of the system's, one by one. */
static NTSTATUS MiLockSystemSegments(MDL *Mdl, const FILE_SEGMENT_ELEMENT *Segments, BOOLEAN Write)
{
    const ULONG Pages = MiMdlPages(Mdl);
    for (ULONG Page = 0; Page < Pages; Page++) {
        const UCHAR *Address = PAGE_ALIGN((ULONG_PTR)Segments[Page].Alignment);
        if (!MmIsSystemAddress(Address) ||
            !NT_SUCCESS(MiCheckPages(Address, PAGE_SIZE, KernelMode, Write)))
            return STATUS_ACCESS_VIOLATION;
    }
    for (ULONG Page = 0; Page < Pages; Page++)
        MiPfnArray(Mdl)[Page] = MiPfnOfAny(PAGE_ALIGN((ULONG_PTR)Segments[Page].Alignment));
    MiLockPageable(MiMdlStart(Mdl), Mdl->ByteCount);
    Mdl->MdlFlags |= MDL_PAGES_LOCKED | (Write ? MDL_WRITE_OPERATION : 0);
    return STATUS_SUCCESS;
}

/*
 * MmProbeAndLockSelectedPages - lock pages that lie anywhere, and have an MDL describe them one
 * after the other.
 *
 * Mdl:     of so many bytes; where it says they are is of no effect. SegmentArray: the address of
 * each of its pages, all of the system's or all of the process's. IRQL:    up to APC_LEVEL. Raises:
 * ACCESS_VIOLATION: a page is missing or does not allow the operation; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/MmProbeAndLockSelectedPages; OBS tests/kernel/mm/MmProbeAndLockSelectedPages.c;
 * INF pages of both kinds refused
 */
void NTAPI MmProbeAndLockSelectedPages(MDL *Mdl, FILE_SEGMENT_ELEMENT *SegmentArray,
    KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    const BOOLEAN Write = Operation != IoReadAccess;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Mdl->ByteCount == 0)
        Mdl->MdlFlags |= MDL_PAGES_LOCKED;
    else if (!MmIsSystemAddress((void *)(ULONG_PTR)SegmentArray[0].Alignment))
        Status = MiLockClientPages(Mdl, KiHostThread->Space, &SegmentArray[0].Alignment, Write);
    else
        Status = AccessMode == KernelMode ? MiLockSystemSegments(Mdl, SegmentArray, Write)
                                          : STATUS_ACCESS_VIOLATION;
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}

/* Pages of a process of the host that is no client: there is no thread of it here. */
static NTSTATUS MiLockHostPages(MDL *Mdl, const EPROCESS *Process, BOOLEAN Write)
{
    MM_SPACE *Space = MmCreateSpace((ULONG)(ULONG_PTR)Process->UniqueProcessId, FALSE);
    if (Space == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = MiLockClientPages(Mdl, Space, NULL, Write);
    MmDereferenceSpace(Space);
    return Status;
}

/*
 * MmProbeAndLockProcessPages - MmProbeAndLockPages as a thread of another process.
 *
 * IRQL:    up to APC_LEVEL.
 * Raises:  as MmProbeAndLockPages.
 * Source:  INF wdm.h; OBS tests/kernel/mm/MmProbeAndLockProcessPages.c
 */
void NTAPI MmProbeAndLockProcessPages(
    MDL *Mdl, EPROCESS *Process, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation)
{
    KTHREAD *Thread = KiHostThread;
    struct MM_SPACE *Space = Thread->Space;
    struct MM_REGIONS *Regions = Thread->Regions;
    NTSTATUS Status;
    if ((Process->Flags & PSI_PROCESS_HOST) && Mdl->ByteCount != 0 &&
        MmIsUserRange(MiMdlStart(Mdl), Mdl->ByteCount)) {
        Status = MiLockHostPages(Mdl, Process, Operation != IoReadAccess);
    } else {
        Thread->Space = Process->Space;
        Thread->Regions = NULL;
        Status = MiLockPages(Mdl, AccessMode, Operation);
        Thread->Space = Space;
        Thread->Regions = Regions;
    }
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}
