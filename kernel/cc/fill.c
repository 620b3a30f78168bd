/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Making pages of views valid: by reading them, or by knowing what is to be in them. A thread
 * claims the pages that are not valid, fills them without a lock, and settles them; others wait for
 * it.
 */
#include <string.h>

#include "cc/ccp.h"

NTSTATUS CcpClaim(CCP_VIEW *View, ULONG64 Mask, BOOLEAN Wait, ULONG64 *Missing)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&CcpLock);
    while ((View->Filling & Mask) != 0 && Wait)
        CcpAwaitChangeLocked(View, &Old);
    if ((View->Filling & Mask) != 0) {
        Status = STATUS_CANT_WAIT;
    } else {
        *Missing = Mask & ~View->Valid;
        View->Filling |= *Missing;
    }
    KiReleaseLock(&CcpLock, Old);
    return Status;
}

void CcpSettle(CCP_VIEW *View, ULONG64 Claimed, ULONG64 Filled)
{
    if (Claimed == 0)
        return;
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Filling &= ~Claimed;
    View->Valid |= Filled;
    CcpTellChangeLocked(View);
    KiReleaseLock(&CcpLock, Old);
}

/* A size or length of the map, which others may be about to change. */
static LONGLONG CcpSample(const LONGLONG *Value)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    const LONGLONG Sample = *Value;
    KiReleaseLock(&CcpLock, Old);
    return Sample;
}

/* What the driver does not give is zeros, behind the end of the file as well. */
static NTSTATUS CcpReadRun(CCP_VIEW *View, ULONG First, ULONG Count)
{
    UCHAR *At = View->Base + First * PAGE_SIZE;
    const ULONG Bytes = Count * PAGE_SIZE;
    LARGE_INTEGER Offset = {.QuadPart = CcpViewOffset(View) + First * PAGE_SIZE};
    IO_STATUS_BLOCK IoStatus = {.Status = STATUS_SUCCESS};
    KEVENT Event;
    CCP_MDL Mdl;
    NTSTATUS Status = STATUS_END_OF_FILE;
    if (Offset.QuadPart < CcpSample(&View->Map->FileSize.QuadPart)) {
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        Status = IoPageRead(
            View->Map->File, CcpDescribe(&Mdl, At, Bytes), &Offset, &Event, &IoStatus);
    }
    if (!NT_SUCCESS(Status) && Status != STATUS_END_OF_FILE)
        return Status;
    if (!NT_SUCCESS(Status))
        IoStatus.Information = 0;
    if (IoStatus.Information < Bytes)
        memset(At + IoStatus.Information, 0, Bytes - IoStatus.Information);
    return STATUS_SUCCESS;
}

/* As many pages from First on as one request takes, not beyond the last page of the file unless all
 * are. */
static ULONG CcpPagesOfRequest(const CCP_VIEW *View, ULONG First, ULONG Count)
{
    const LONGLONG Left = CcpSample(&View->Map->FileSize.QuadPart) - CcpViewOffset(View) -
                          (LONGLONG)First * PAGE_SIZE;
    const LONGLONG Pages = (Left + PAGE_SIZE - 1) / PAGE_SIZE;
    return Pages > 0 && Pages < Count ? (ULONG)Pages : Count;
}

NTSTATUS CcpReadPages(CCP_VIEW *View, ULONG64 Mask, ULONG64 *Filled)
{
    NTSTATUS Status = STATUS_SUCCESS;
    *Filled = 0;
    while (Mask != 0 && NT_SUCCESS(Status)) {
        ULONG First, Count;
        CcpFirstRun(Mask, CCP_REQUEST_PAGES, &First, &Count);
        Count = CcpPagesOfRequest(View, First, Count);
        const ULONG64 Run = CcpMask(First * PAGE_SIZE, (First + Count) * PAGE_SIZE);
        Status = CcpReadRun(View, First, Count);
        if (NT_SUCCESS(Status))
            *Filled |= Run;
        Mask &= ~Run;
    }
    return Status;
}

NTSTATUS CcpBringIn(CCP_VIEW *View, ULONG64 Mask, BOOLEAN Wait)
{
    ULONG64 Missing, Filled = 0;
    NTSTATUS Status = CcpClaim(View, Mask, Wait, &Missing);
    if (!NT_SUCCESS(Status) || Missing == 0)
        return Status;
    Status = Wait ? CcpReadPages(View, Missing, &Filled) : STATUS_CANT_WAIT;
    CcpSettle(View, Missing, Filled);
    return Status;
}

/* ---- pages that are written ------------------------------------------------------------------ */

/* The pages at the two ends of which a part is not written; what lies beyond the file is not. */
static ULONG64 CcpPartial(const CCP_VIEW *View, ULONG First, ULONG End)
{
    const LONGLONG Left = CcpSample(&View->Map->FileSize.QuadPart) - CcpViewOffset(View);
    ULONG64 Mask = 0;
    if (First % PAGE_SIZE != 0)
        Mask |= CcpMask(First, First + 1);
    if (End % PAGE_SIZE != 0 && End < Left)
        Mask |= CcpMask(End, End + 1);
    return Mask;
}

NTSTATUS CcpBeginWrite(CCP_VIEW *View, ULONG First, ULONG End, BOOLEAN Wait, ULONG64 *Claimed)
{
    ULONG64 Filled = 0;
    NTSTATUS Status = CcpClaim(View, CcpMask(First, End), Wait, Claimed);
    if (!NT_SUCCESS(Status)) {
        *Claimed = 0;
        return Status;
    }
    /* Filled below: what a claimed page at the end has behind what is written. */
    if ((*Claimed & CcpMask(End - 1, End)) != 0 && End % PAGE_SIZE != 0)
        memset(View->Base + End, 0, PAGE_SIZE - End % PAGE_SIZE);
    const LONGLONG Goal = CcpSample(&View->Map->ValidDataGoal);
    ULONG64 Partial = *Claimed & CcpPartial(View, First, End);
    for (ULONG64 Rest = Partial; Rest != 0; Rest &= Rest - 1) {
        const ULONG Page = (ULONG)__builtin_ctzll(Rest);
        if (CcpViewOffset(View) + (LONGLONG)Page * PAGE_SIZE < Goal)
            continue;
        memset(View->Base + Page * PAGE_SIZE, 0, PAGE_SIZE);
        Partial &= ~((ULONG64)1 << Page);
    }
    if (Partial == 0)
        return STATUS_SUCCESS;
    Status = Wait ? CcpReadPages(View, Partial, &Filled) : STATUS_CANT_WAIT;
    CcpSettle(View, Filled, Filled);
    *Claimed &= ~Filled;
    return Status;
}

void CcpMakeDirtyLocked(CCP_VIEW *View, ULONG64 Mask)
{
    const ULONG Pages = (ULONG)__builtin_popcountll(Mask & ~View->Dirty);
    View->Dirty |= Mask;
    View->Map->DirtyPages += Pages;
    CcpDirtyPages += Pages;
}

void CcpMakeCleanLocked(CCP_VIEW *View, ULONG64 Mask)
{
    const ULONG Pages = (ULONG)__builtin_popcountll(Mask & View->Dirty);
    View->Dirty &= ~Mask;
    View->Map->DirtyPages -= Pages;
    CcpDirtyPages -= Pages;
}

void CcpFinishWrite(CCP_VIEW *View, ULONG First, ULONG End, ULONG64 Claimed, BOOLEAN Written,
    BOOLEAN MakeDirty)
{
    CcpSettle(View, Claimed, Written ? Claimed : 0);
    if (!Written || !MakeDirty)
        return;
    KIRQL Old = KiAcquireLock(&CcpLock);
    CcpMakeDirtyLocked(View, CcpMask(First, End));
    if (View->Map->ValidDataGoal < CcpViewOffset(View) + End)
        View->Map->ValidDataGoal = CcpViewOffset(View) + End;
    KiReleaseLock(&CcpLock, Old);
    CcpWakeLazyWriter(FALSE);
}
