/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Exports: lists of ranges of numbers and who has them, as arbiters keep them (rangelist.c,
 * rangefind.c).
 */
#pragma once

#include "rtl/rtl.h"

#define RTL_RANGE_SHARED   0x01 /* RTL_RANGE.Flags */
#define RTL_RANGE_CONFLICT 0x02

#define RTL_RANGE_LIST_ADD_IF_CONFLICT  0x01
#define RTL_RANGE_LIST_ADD_SHARED       0x02
#define RTL_RANGE_LIST_SHARED_OK        0x01
#define RTL_RANGE_LIST_NULL_CONFLICT_OK 0x02

typedef struct RTL_RANGE {
    ULONGLONG Start, End; /* both belong to it */
    PVOID UserData, Owner;
    UCHAR Attributes, Flags;
} RTL_RANGE;

typedef struct RTL_RANGE_LIST {
    LIST_ENTRY ListHead; /* in the order of Start */
    ULONG Flags, Count;
    ULONG Stamp; /* changes with the list: iterators of before are refused */
} RTL_RANGE_LIST;

typedef struct RTL_RANGE_LIST_ITERATOR {
    LIST_ENTRY *RangeListHead, *MergedHead;
    PVOID Current;
    ULONG Stamp;
} RTL_RANGE_LIST_ITERATOR;

/* Whether a range is none that counts. */
typedef BOOLEAN NTAPI RTL_CONFLICT_RANGE_CALLBACK(PVOID Context, RTL_RANGE *Range);

void NTAPI RtlInitializeRangeList(RTL_RANGE_LIST *RangeList);
void NTAPI RtlFreeRangeList(RTL_RANGE_LIST *RangeList);
NTSTATUS NTAPI RtlAddRange(RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End,
    UCHAR Attributes, ULONG Flags, PVOID UserData, PVOID Owner);
NTSTATUS NTAPI RtlDeleteRange(
    RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End, PVOID Owner);
NTSTATUS NTAPI RtlDeleteOwnersRanges(RTL_RANGE_LIST *RangeList, PVOID Owner);
NTSTATUS NTAPI RtlCopyRangeList(RTL_RANGE_LIST *CopyRangeList, const RTL_RANGE_LIST *RangeList);
NTSTATUS NTAPI RtlInvertRangeList(
    RTL_RANGE_LIST *InvertedRangeList, const RTL_RANGE_LIST *RangeList);
NTSTATUS NTAPI RtlInvertRangeListEx(RTL_RANGE_LIST *InvertedRangeList,
    const RTL_RANGE_LIST *RangeList, UCHAR Attributes, PVOID UserData, PVOID Owner);
NTSTATUS NTAPI RtlMergeRangeLists(RTL_RANGE_LIST *MergedRangeList, const RTL_RANGE_LIST *RangeList1,
    const RTL_RANGE_LIST *RangeList2, ULONG Flags);

/* rangefind.c */
NTSTATUS NTAPI RtlGetFirstRange(
    RTL_RANGE_LIST *RangeList, RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range);
NTSTATUS NTAPI RtlGetLastRange(
    RTL_RANGE_LIST *RangeList, RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range);
NTSTATUS NTAPI RtlGetNextRange(
    RTL_RANGE_LIST_ITERATOR *Iterator, RTL_RANGE **Range, BOOLEAN MoveForwards);
NTSTATUS NTAPI RtlIsRangeAvailable(RTL_RANGE_LIST *RangeList, ULONGLONG Start, ULONGLONG End,
    ULONG Flags, UCHAR AttributeAvailableMask, PVOID Context, RTL_CONFLICT_RANGE_CALLBACK *Callback,
    BOOLEAN *Available);
NTSTATUS NTAPI RtlFindRange(RTL_RANGE_LIST *RangeList, ULONGLONG Minimum, ULONGLONG Maximum,
    ULONG Length, ULONG Alignment, ULONG Flags, UCHAR AttributeAvailableMask, PVOID Context,
    RTL_CONFLICT_RANGE_CALLBACK *Callback, ULONGLONG *Start);

/* An entry of a list; what drivers are given points to Range. */
typedef struct RTLP_RANGE {
    RTL_RANGE Range;
    LIST_ENTRY Entry;
} RTLP_RANGE;

static inline RTLP_RANGE *RtlpRangeOf(const LIST_ENTRY *Entry)
{
    return CONTAINING_RECORD((ULONG_PTR)Entry, RTLP_RANGE, Entry);
}

static inline BOOLEAN RtlpOverlaps(const RTL_RANGE *Range, ULONGLONG Start, ULONGLONG End)
{
    return Range->Start <= End && Range->End >= Start;
}
