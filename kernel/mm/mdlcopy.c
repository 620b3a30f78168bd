/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Copies that stand for a client's pages while they are locked: of a client in another process, and
 * of pages that do not follow one another. Made when they are locked; what a driver may write goes
 * back when they are unlocked.
 */
#include <string.h>

#include "mm/mip.h"
#include "mm/space.h"

/* Stands on a page of its own before the copy of a client's pages. */
typedef struct MI_CLIENT_COPY {
    struct MI_CLIENT_COPY *Next; /* of those kept */
    ULONG Pages;                 /* with this one */
    MM_SPACE *Space;             /* referenced; NULL: this process's memory */
    UCHAR *User;                 /* where the buffer is there, */
    ULONG64 *Segment; /* or each of its pages, host_private_allocate; NULL: one after the other */
    SIZE_T Bytes;
    ULONG Offset;  /* of the buffer in the first page */
    BOOLEAN Write; /* goes back */
} MI_CLIENT_COPY;

/*
 * Long copies are kept for the next: giving pages back to the host and getting others costs several
 * times what filling them does. Short ones are not, so that a driver that uses pages it has
 * unlocked faults.
 */
#define MI_KEPT_SHORTEST 16u
#define MI_KEPT_PAGES 1100u /* of all of them: 4 MiB, each with its first page */

static KSPIN_LOCK MiKeptLock;
static MI_CLIENT_COPY *MiKept;
static ULONG MiKeptPages;

void MiResetKeptCopies(void)
{
    MiKeptLock = 0;
    MiKept = NULL;
    MiKeptPages = 0;
}

static MI_CLIENT_COPY *MiTakeKeptCopy(ULONG Pages)
{
    KIRQL Old = KiAcquireLock(&MiKeptLock);
    MI_CLIENT_COPY **Link = &MiKept, *Copy;
    while ((Copy = *Link) != NULL && (Copy->Pages < Pages || Copy->Pages > 2 * Pages))
        Link = &Copy->Next;
    if (Copy != NULL) {
        *Link = Copy->Next;
        MiKeptPages -= Copy->Pages;
    }
    KiReleaseLock(&MiKeptLock, Old);
    return Copy;
}

static void MiGiveCopyBack(MI_CLIENT_COPY *Copy)
{
    BOOLEAN Keep = FALSE;
    if (Copy->Pages >= MI_KEPT_SHORTEST) {
        KIRQL Old = KiAcquireLock(&MiKeptLock);
        Keep = MiKeptPages + Copy->Pages <= MI_KEPT_PAGES;
        if (Keep) {
            Copy->Next = MiKept;
            MiKept = Copy;
            MiKeptPages += Copy->Pages;
        }
        KiReleaseLock(&MiKeptLock, Old);
    }
    if (!Keep)
        MmFreePages(Copy);
}

static MI_CLIENT_COPY *MiNewCopy(ULONG Pages)
{
    MI_CLIENT_COPY *Copy = Pages >= MI_KEPT_SHORTEST ? MiTakeKeptCopy(Pages) : NULL;
    if (Copy == NULL && (Copy = MmAllocatePages(Pages, MM_PAGE_CLIENT)) != NULL)
        Copy->Pages = Pages;
    return Copy;
}

static NTSTATUS MiCarryPart(
    const MI_CLIENT_COPY *Copy, UCHAR *Data, UCHAR *User, SIZE_T Bytes, BOOLEAN Back)
{
    if (!MmIsUserRange(User, Bytes))
        return STATUS_ACCESS_VIOLATION;
    if (Copy->Space != NULL)
        return Back ? MmWriteSpace(Copy->Space, User, Data, Bytes)
                    : MmReadSpace(Copy->Space, Data, User, Bytes);
    return KeCopyGuarded(Back ? User : Data, Back ? Data : User, Bytes);
}

/* The copy from the client's memory or back to it; ends at the first page that is missing. */
static NTSTATUS MiCarry(const MI_CLIENT_COPY *Copy, BOOLEAN Back)
{
    UCHAR *Data = (UCHAR *)(ULONG_PTR)Copy + PAGE_SIZE + Copy->Offset;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Copy->Segment == NULL)
        return MiCarryPart(Copy, Data, Copy->User, Copy->Bytes, Back);
    for (SIZE_T Done = 0, Part; NT_SUCCESS(Status) && Done < Copy->Bytes; Done += Part) {
        const SIZE_T Place = Copy->Offset + Done;
        Part = PAGE_SIZE - Place % PAGE_SIZE;
        if (Part > Copy->Bytes - Done)
            Part = Copy->Bytes - Done;
        Status = MiCarryPart(Copy, Data + Done,
            (UCHAR *)(ULONG_PTR)Copy->Segment[Place / PAGE_SIZE] + Place % PAGE_SIZE, Part, Back);
    }
    return Status;
}

static void MiEndCopy(MI_CLIENT_COPY *Copy, ULONG Pages)
{
    if (Copy->Segment != NULL)
        host_private_free(Copy->Segment, Pages * sizeof(*Copy->Segment));
    Copy->Segment = NULL;
    if (Copy->Space != NULL)
        MmDereferenceSpace(Copy->Space);
    MiGiveCopyBack(Copy);
}

NTSTATUS MiLockClientPages(MDL *Mdl, MM_SPACE *Space, const ULONG64 *Segment, BOOLEAN Write)
{
    UCHAR *User = MiMdlStart(Mdl);
    const ULONG Pages = MiMdlPages(Mdl);
    ULONG64 *Segments = Segment != NULL ? host_private_allocate(Pages * sizeof(*Segments)) : NULL;
    MI_CLIENT_COPY *Copy = Segment == NULL || Segments != NULL ? MiNewCopy(Pages + 1) : NULL;
    if (Copy == NULL) {
        if (Segments != NULL)
            host_private_free(Segments, Pages * sizeof(*Segments));
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (Segments != NULL)
        memcpy(Segments, Segment, Pages * sizeof(*Segments));
    if (Space != NULL)
        MmReferenceSpace(Space);
    *Copy = (MI_CLIENT_COPY){
        NULL, Copy->Pages, Space, User, Segments, Mdl->ByteCount, Mdl->ByteOffset, Write};
    NTSTATUS Status = MiCarry(Copy, FALSE);
    if (!NT_SUCCESS(Status)) {
        MiEndCopy(Copy, Pages);
        return Status;
    }
    for (ULONG Page = 0; Page < Pages; Page++)
        MiPfnArray(Mdl)[Page] = MiPfnOf((UCHAR *)Copy + ((SIZE_T)Page + 1) * PAGE_SIZE);
    Mdl->MdlFlags |= MDL_PAGES_LOCKED | (Write ? MDL_WRITE_OPERATION : 0);
    return STATUS_SUCCESS;
}

void MiUnlockClientPages(MDL *Mdl)
{
    UCHAR *Data = MiAddressOfPfn(MiPfnArray(Mdl)[0]);
    if (Mdl->ByteCount == 0 || !MmIsRam(Data) || MmPageOf(Data)->Kind != MM_PAGE_CLIENT)
        return;
    MI_CLIENT_COPY *Copy = MmPageAddress(MiRunOf(MmPageOf(Data)));
    if (Copy->Write) /* a client that is gone, or has unmapped its buffer, gets nothing */
        MiCarry(Copy, TRUE);
    MiEndCopy(Copy, ADDRESS_AND_SIZE_TO_SPAN_PAGES(Copy->User, Copy->Bytes));
}
