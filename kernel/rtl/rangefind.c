/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Range lists: going through one, and finding what is free in it. Nothing is changed. */
#include "rtl/rangelist.h"

/* The iterator at an entry; at the head it is at the end. */
static NTSTATUS NTAPI RtlpGiveRange(
    RTL_RANGE_LIST_ITERATOR *Iterator, LIST_ENTRY *Entry, RTL_RANGE **Range)
{
    const BOOLEAN End = Entry == Iterator->RangeListHead;

    Iterator->Current = End ? NULL : RtlpRangeOf(Entry);
    *Range = End ? NULL : &RtlpRangeOf(Entry)->Range;
    return End ? STATUS_NO_MORE_ENTRIES : STATUS_SUCCESS;
}

static void NTAPI RtlpBeginIterator(RTL_RANGE_LIST *RangeList, RTL_RANGE_LIST_ITERATOR *Iterator)
{
    *Iterator =
        (RTL_RANGE_LIST_ITERATOR){.RangeListHead = &RangeList->ListHead, .Stamp = RangeList->Stamp};
}

/*
 * RtlGetFirstRange, RtlGetLastRange - the range that begins first, or last, and an iterator at it.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; NO_MORE_ENTRIES: there is none, *Range is NULL.
 * Source: INF public headers: undocumented
 */
NTSTATUS NTAPI RtlGetFirstRange(
    RTL_RANGE_LIST *RangeList, RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range)
{
    RtlpBeginIterator(RangeList, Iterator);
    return RtlpGiveRange(Iterator, RangeList->ListHead.Flink, Range);
}

NTSTATUS NTAPI RtlGetLastRange(
    RTL_RANGE_LIST *RangeList, RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range)
{
    RtlpBeginIterator(RangeList, Iterator);
    return RtlpGiveRange(Iterator, RangeList->ListHead.Blink, Range);
}

/*
 * RtlGetNextRange - the next range forwards or backwards.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; NO_MORE_ENTRIES: there is none, *Range is NULL;
 * INVALID_PARAMETER: the list has changed.
 * Source: INF public headers: undocumented
 */
NTSTATUS NTAPI RtlGetNextRange(
    RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range, BOOLEAN MoveForwards)
{
    const RTL_RANGE_LIST *List =
        CONTAINING_RECORD(Iterator->RangeListHead, RTL_RANGE_LIST, ListHead);
    const RTLP_RANGE *Current = Iterator->Current;

    if (List->Stamp != Iterator->Stamp)
        return STATUS_INVALID_PARAMETER;
    if (Current == NULL) {
        *Range = NULL;
        return STATUS_NO_MORE_ENTRIES;
    }
    return RtlpGiveRange(
        Iterator, MoveForwards ? Current->Entry.Flink : Current->Entry.Blink, Range);
}

/* What does not count as taken. */
typedef struct RTLP_AVAILABLE {
    ULONG Flags;
    UCHAR Mask;
    PVOID Context;
    RTL_CONFLICT_RANGE_CALLBACK *Callback;
} RTLP_AVAILABLE;

/* The first range that takes something of Start to End; NULL: there is none. */
static const RTL_RANGE *NTAPI RtlpFindTaken(
    RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End, const RTLP_AVAILABLE *Available)
{
    for (const LIST_ENTRY *At = RangeList->ListHead.Flink; At != &RangeList->ListHead;
         At = At->Flink) {
        RTL_RANGE *Range = &RtlpRangeOf(At)->Range;
        if (!RtlpOverlaps(Range, Start, End) || (Range->Attributes & Available->Mask) != 0)
            continue;
        if ((Available->Flags & RTL_RANGE_LIST_SHARED_OK) && (Range->Flags & RTL_RANGE_SHARED))
            continue;
        if ((Available->Flags & RTL_RANGE_LIST_NULL_CONFLICT_OK) && Range->Owner == NULL)
            continue;
        if (Available->Callback != NULL && Available->Callback(Available->Context, Range))
            continue;
        return Range;
    }
    return NULL;
}

/*
 * RtlIsRangeAvailable - whether nothing of Start to End is taken.
 *
 * Not taken are ranges that are shared (RTL_RANGE_LIST_SHARED_OK) or without an owner
 * (RTL_RANGE_LIST_NULL_CONFLICT_OK), with one of AttributeAvailableMask's bits, or for which
 * Callback says TRUE.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: End is before Start.
 * Source:  INF public headers: undocumented
 */
NTSTATUS NTAPI RtlIsRangeAvailable(RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End,
    ULONG Flags, UCHAR AttributeAvailableMask, PVOID Context, RTL_CONFLICT_RANGE_CALLBACK *Callback,
    BOOLEAN *Available)
{
    const RTLP_AVAILABLE What = {Flags, AttributeAvailableMask, Context, Callback};

    if (End < Start)
        return STATUS_INVALID_PARAMETER;
    *Available = RtlpFindTaken(RangeList, Start, End, &What) == NULL;
    return STATUS_SUCCESS;
}

/*
 * RtlFindRange - Length numbers from Minimum to Maximum of which none is taken: the highest there
 * are.
 *
 * Alignment: of *Start. The rest: as RtlIsRangeAvailable.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; UNSUCCESSFUL: there are none; INVALID_PARAMETER: no length or alignment, or
 *          there are not so many numbers.
 * Source:  INF public headers: undocumented
 */
NTSTATUS NTAPI RtlFindRange(RTL_RANGE_LIST *RangeList, ULONGLONG Minimum, ULONGLONG Maximum,
    ULONG Length, ULONG Alignment, ULONG Flags, UCHAR AttributeAvailableMask, PVOID Context,
    RTL_CONFLICT_RANGE_CALLBACK *Callback, ULONGLONG *Start)
{
    const RTLP_AVAILABLE What = {Flags, AttributeAvailableMask, Context, Callback};
    ULONGLONG At;

    if (Length == 0 || Alignment == 0 || Maximum < Minimum || Maximum - Minimum < Length - 1)
        return STATUS_INVALID_PARAMETER;
    for (At = Maximum - (Length - 1);;) {
        const RTL_RANGE *Taken;
        At -= At % Alignment;
        if (At < Minimum)
            return STATUS_UNSUCCESSFUL;
        Taken = RtlpFindTaken(RangeList, At, At + (Length - 1), &What);
        if (Taken == NULL)
            break;
        if (Taken->Start < Length)
            return STATUS_UNSUCCESSFUL;
        At = Taken->Start - Length;
    }
    *Start = At;
    return STATUS_SUCCESS;
}
