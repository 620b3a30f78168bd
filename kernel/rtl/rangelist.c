/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Range lists: adding, removing, copying. A list is its owner's, who serializes and frees what is
 * in it with RtlFreeRangeList. Ranges may overlap where both are shared, or where the adder says
 * so.
 */
#include "rtl/rangelist.h"

#define RTLP_CALLER ((ULONG_PTR)__builtin_return_address(0))

/*
 * RtlInitializeRangeList - make an empty list.
 * IRQL: PASSIVE_LEVEL. Owner: the caller; RtlFreeRangeList. Source: INF public headers:
 * undocumented
 */
void NTAPI RtlInitializeRangeList(RTL_RANGE_LIST *RangeList)
{
    InitializeListHead(&RangeList->ListHead);
    RangeList->Flags = RangeList->Count = RangeList->Stamp = 0;
}

static void NTAPI RtlpRemoveRange(RTL_RANGE_LIST *RangeList, RTLP_RANGE *Range)
{
    RemoveEntryList(&Range->Entry);
    RtlpFree(Range);
    RangeList->Count--;
    RangeList->Stamp++;
}

/*
 * RtlFreeRangeList - take every range out.
 * IRQL: PASSIVE_LEVEL. Source: as RtlInitializeRangeList
 */
void NTAPI RtlFreeRangeList(RTL_RANGE_LIST *RangeList)
{
    while (!IsListEmpty(&RangeList->ListHead))
        RtlpRemoveRange(RangeList, RtlpRangeOf(RangeList->ListHead.Flink));
    RangeList->Flags = 0;
}

/* A copy of Range at its place, behind those that begin where it does. */
static NTSTATUS NTAPI RtlpInsertRange(
    RTL_RANGE_LIST *RangeList, const RTL_RANGE *Range, ULONG_PTR Site)
{
    LIST_ENTRY *Before = RangeList->ListHead.Blink;
    RTLP_RANGE *New = RtlpAllocate(sizeof(*New), Site);

    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Range = *Range;
    while (Before != &RangeList->ListHead && RtlpRangeOf(Before)->Range.Start > Range->Start)
        Before = Before->Blink;
    InsertHeadList(Before, &New->Entry);
    RangeList->Count++;
    RangeList->Stamp++;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI RtlpConflicts(const RTL_RANGE *One, const RTL_RANGE *Other)
{
    return RtlpOverlaps(One, Other->Start, Other->End) &&
           !(One->Flags & Other->Flags & RTL_RANGE_SHARED);
}

static NTSTATUS NTAPI RtlpAddRange(
    RTL_RANGE_LIST *RangeList, RTL_RANGE *Range, BOOLEAN IfConflict, ULONG_PTR Site)
{
    const LIST_ENTRY *Head = &RangeList->ListHead;
    BOOLEAN Conflict = FALSE;
    NTSTATUS Status;

    for (const LIST_ENTRY *At = Head->Flink; At != Head && !Conflict; At = At->Flink)
        Conflict = RtlpConflicts(&RtlpRangeOf(At)->Range, Range);
    if (Conflict && !IfConflict)
        return STATUS_RANGE_LIST_CONFLICT;
    if (Conflict)
        Range->Flags |= RTL_RANGE_CONFLICT;
    Status = RtlpInsertRange(RangeList, Range, Site);
    for (const LIST_ENTRY *At = Head->Flink; Conflict && NT_SUCCESS(Status) && At != Head;
         At = At->Flink) {
        if (RtlpConflicts(&RtlpRangeOf(At)->Range, Range))
            RtlpRangeOf(At)->Range.Flags |= RTL_RANGE_CONFLICT;
    }
    return Status;
}

/*
 * RtlAddRange - add a range.
 *
 * Flags:   RTL_RANGE_LIST_ADD_SHARED: it may overlap others that are shared;
 *          RTL_RANGE_LIST_ADD_IF_CONFLICT: any others, which are marked. Attributes, UserData,
 *          Owner: the caller's own; by Owner it is deleted.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: End is before Start; RANGE_LIST_CONFLICT: it overlaps
 *          another; INSUFFICIENT_RESOURCES.
 * Source:  as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlAddRange(RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End,
    UCHAR Attributes, ULONG Flags, PVOID UserData, PVOID Owner)
{
    RTL_RANGE Range = {Start, End, UserData, Owner, Attributes, 0};

    if (End < Start)
        return STATUS_INVALID_PARAMETER;
    if (Flags & RTL_RANGE_LIST_ADD_SHARED)
        Range.Flags = RTL_RANGE_SHARED;
    return RtlpAddRange(
        RangeList, &Range, (Flags & RTL_RANGE_LIST_ADD_IF_CONFLICT) != 0, RTLP_CALLER);
}

/*
 * RtlDeleteRange - take out the range of these bounds that Owner has.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; RANGE_NOT_FOUND. Source: as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlDeleteRange(
    RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End, PVOID Owner)
{
    for (LIST_ENTRY *At = RangeList->ListHead.Flink; At != &RangeList->ListHead; At = At->Flink) {
        RTLP_RANGE *Range = RtlpRangeOf(At);
        if (Range->Range.Start == Start && Range->Range.End == End && Range->Range.Owner == Owner) {
            RtlpRemoveRange(RangeList, Range);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_RANGE_NOT_FOUND;
}

/*
 * RtlDeleteOwnersRanges - take out all ranges Owner has.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS, also where it has none. Source: as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlDeleteOwnersRanges(RTL_RANGE_LIST *RangeList, PVOID Owner)
{
    for (LIST_ENTRY *At = RangeList->ListHead.Flink, *Next; At != &RangeList->ListHead; At = Next) {
        Next = At->Flink;
        if (RtlpRangeOf(At)->Range.Owner == Owner)
            RtlpRemoveRange(RangeList, RtlpRangeOf(At));
    }
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI RtlpCopyRanges(
    RTL_RANGE_LIST *Copy, const RTL_RANGE_LIST *RangeList, ULONG_PTR Site)
{
    NTSTATUS Status = STATUS_SUCCESS;

    for (const LIST_ENTRY *At = RangeList->ListHead.Flink;
         NT_SUCCESS(Status) && At != &RangeList->ListHead; At = At->Flink)
        Status = RtlpInsertRange(Copy, &RtlpRangeOf(At)->Range, Site);
    if (!NT_SUCCESS(Status))
        RtlFreeRangeList(Copy);
    return Status;
}

/*
 * RtlCopyRangeList - the same ranges in another list, which is empty before, and after a failure.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: it is not empty;
 * INSUFFICIENT_RESOURCES.
 * Source: as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlCopyRangeList(RTL_RANGE_LIST *CopyRangeList, const RTL_RANGE_LIST *RangeList)
{
    if (CopyRangeList->Count != 0)
        return STATUS_INVALID_PARAMETER;
    CopyRangeList->Flags = RangeList->Flags;
    return RtlpCopyRanges(CopyRangeList, RangeList, RTLP_CALLER);
}

static NTSTATUS NTAPI RtlpInvert(
    RTL_RANGE_LIST *Inverted, const RTL_RANGE_LIST *RangeList, RTL_RANGE *Range, ULONG_PTR Site)
{
    ULONGLONG Free = 0; /* the first number behind all ranges so far */
    BOOLEAN Full = FALSE;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Inverted->Count != 0)
        return STATUS_INVALID_PARAMETER;
    for (const LIST_ENTRY *At = RangeList->ListHead.Flink;
         NT_SUCCESS(Status) && !Full && At != &RangeList->ListHead; At = At->Flink) {
        const RTL_RANGE *Taken = &RtlpRangeOf(At)->Range;
        if (Taken->Start > Free) {
            Range->Start = Free;
            Range->End = Taken->Start - 1;
            Status = RtlpInsertRange(Inverted, Range, Site);
        }
        Full = Taken->End == ~(ULONGLONG)0;
        if (Taken->End >= Free)
            Free = Taken->End + 1;
    }
    if (NT_SUCCESS(Status) && !Full) {
        Range->Start = Free;
        Range->End = ~(ULONGLONG)0;
        Status = RtlpInsertRange(Inverted, Range, Site);
    }
    if (!NT_SUCCESS(Status))
        RtlFreeRangeList(Inverted);
    return Status;
}

/*
 * RtlInvertRangeList, RtlInvertRangeListEx - ranges of what is in none of a list's, into one that
 * is empty before, and after a failure. The first gives them no owner.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: it is not empty;
 * INSUFFICIENT_RESOURCES.
 * Source: as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlInvertRangeList(
    RTL_RANGE_LIST *InvertedRangeList, const RTL_RANGE_LIST *RangeList)
{
    RTL_RANGE Range = {0};

    return RtlpInvert(InvertedRangeList, RangeList, &Range, RTLP_CALLER);
}

NTSTATUS NTAPI RtlInvertRangeListEx(RTL_RANGE_LIST *InvertedRangeList,
    const RTL_RANGE_LIST *RangeList, UCHAR Attributes, PVOID UserData, PVOID Owner)
{
    RTL_RANGE Range = {.UserData = UserData, .Owner = Owner, .Attributes = Attributes};

    return RtlpInvert(InvertedRangeList, RangeList, &Range, RTLP_CALLER);
}

/*
 * RtlMergeRangeLists - the ranges of two lists in one that is empty before, and after a failure.
 *
 * Flags:   RTL_RANGE_LIST_ADD_IF_CONFLICT: those of the second list may overlap those of the first.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: it is not empty; RANGE_LIST_CONFLICT;
 *          INSUFFICIENT_RESOURCES.
 * Source:  as RtlInitializeRangeList
 */
NTSTATUS NTAPI RtlMergeRangeLists(RTL_RANGE_LIST *MergedRangeList, const RTL_RANGE_LIST *RangeList1,
    const RTL_RANGE_LIST *RangeList2, ULONG Flags)
{
    const ULONG_PTR Site = RTLP_CALLER;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;

    if (MergedRangeList->Count == 0)
        Status = RtlpCopyRanges(MergedRangeList, RangeList1, Site);
    if (!NT_SUCCESS(Status))
        return Status;
    for (const LIST_ENTRY *At = RangeList2->ListHead.Flink;
         NT_SUCCESS(Status) && At != &RangeList2->ListHead; At = At->Flink) {
        RTL_RANGE Range = RtlpRangeOf(At)->Range;
        Status = RtlpAddRange(
            MergedRangeList, &Range, (Flags & RTL_RANGE_LIST_ADD_IF_CONFLICT) != 0, Site);
    }
    if (!NT_SUCCESS(Status))
        RtlFreeRangeList(MergedRangeList);
    return Status;
}
