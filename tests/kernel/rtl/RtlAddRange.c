/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeRangeList, RtlFreeRangeList, RtlAddRange, RtlDeleteRange, RtlDeleteOwnersRanges,
 * RtlGetFirstRange, RtlGetLastRange, RtlGetNextRange, RtlIsRangeAvailable, RtlFindRange,
 * RtlCopyRangeList, RtlInvertRangeList, RtlInvertRangeListEx, RtlMergeRangeLists - ranges of
 * numbers and who has them.
 */
#include "ktest.h"

typedef struct RANGE {
    ULONGLONG Start, End;
    PVOID UserData, Owner;
    UCHAR Attributes, Flags;
} RANGE;

typedef struct RANGES {
    LIST_ENTRY ListHead;
    ULONG Flags, Count, Stamp;
} RANGES;

typedef struct PLACE {
    PLIST_ENTRY RangeListHead, MergedHead;
    PVOID Current;
    ULONG Stamp;
} PLACE;

typedef BOOLEAN NTAPI IS_NONE(PVOID Context, RANGE *Range);

NTSYSAPI VOID NTAPI RtlInitializeRangeList(RANGES *List);
NTSYSAPI VOID NTAPI RtlFreeRangeList(RANGES *List);
NTSYSAPI NTSTATUS NTAPI RtlAddRange(RANGES *List, ULONGLONG Start, ULONGLONG End, UCHAR Attributes,
    ULONG Flags, PVOID UserData, PVOID Owner);
NTSYSAPI NTSTATUS NTAPI RtlDeleteRange(RANGES *List, ULONGLONG Start, ULONGLONG End, PVOID Owner);
NTSYSAPI NTSTATUS NTAPI RtlDeleteOwnersRanges(RANGES *List, PVOID Owner);
NTSYSAPI NTSTATUS NTAPI RtlCopyRangeList(RANGES *Copy, const RANGES *List);
NTSYSAPI NTSTATUS NTAPI RtlInvertRangeList(RANGES *Inverted, const RANGES *List);
NTSYSAPI NTSTATUS NTAPI RtlMergeRangeLists(
    RANGES *Merged, const RANGES *One, const RANGES *Other, ULONG Flags);
NTSYSAPI NTSTATUS NTAPI RtlGetFirstRange(RANGES *List, PLACE *Place, RANGE **Range);
NTSYSAPI NTSTATUS NTAPI RtlGetLastRange(RANGES *List, PLACE *Place, RANGE **Range);
NTSYSAPI NTSTATUS NTAPI RtlGetNextRange(PLACE *Place, RANGE **Range, BOOLEAN Forwards);
NTSYSAPI NTSTATUS NTAPI RtlIsRangeAvailable(RANGES *List, ULONGLONG Start, ULONGLONG End,
    ULONG Flags, UCHAR Mask, PVOID Context, IS_NONE *IsNone, PBOOLEAN Available);
NTSYSAPI NTSTATUS NTAPI RtlFindRange(RANGES *List, ULONGLONG Minimum, ULONGLONG Maximum,
    ULONG Length, ULONG Alignment, ULONG Flags, UCHAR Mask, PVOID Context, IS_NONE *IsNone,
    PULONGLONG Start);

#define IF_CONFLICT 1
#define SHARED      2
#define SHARED_OK   1
#define NOBODY_OK   2
#define ME          ((PVOID)1)
#define YOU         ((PVOID)2)
#define LAST        (~0ULL)

static RANGES List;

/* 10 to 19 mine, 30 to 39 yours, 30 to 49 shared. */
static VOID Begin(VOID)
{
    RtlInitializeRangeList(&List);
    CHECK_STATUS(RtlAddRange(&List, 30, 39, 1, SHARED, NULL, YOU), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddRange(&List, 10, 19, 2, 0, &List, ME), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddRange(&List, 35, 49, 4, SHARED, NULL, NULL), STATUS_SUCCESS);
}

static VOID End(VOID)
{
    RtlFreeRangeList(&List);
}

/* What a list has, in order: pairs, ended by a zero where a range would end. */
static VOID CheckRanges(RANGES *Of, const ULONGLONG *Pairs)
{
    PLACE Place;
    RANGE *Range;
    NTSTATUS Status = RtlGetFirstRange(Of, &Place, &Range);

    for (; Status == STATUS_SUCCESS; Pairs += 2, Status = RtlGetNextRange(&Place, &Range, TRUE)) {
        if (!CHECK(Pairs[1] != 0))
            return;
        CHECK_EQ(Range->Start, Pairs[0]);
        CHECK_EQ(Range->End, Pairs[1]);
    }
    CHECK_STATUS(Status, STATUS_NO_MORE_ENTRIES);
    CHECK_PTR(Range, NULL);
    CHECK_EQ(Pairs[1], 0);
}

TEST(RtlInitializeRangeList, MakesAnEmptyList)
{
    static const ULONGLONG None[] = {0, 0};

    RtlInitializeRangeList(&List);
    CheckRanges(&List, None);
    RtlFreeRangeList(&List);
}

TEST(RtlAddRange, KeepsThemInOrder)
{
    static const ULONGLONG Pairs[] = {10, 19, 30, 39, 35, 49, 0, 0};

    Begin();
    CheckRanges(&List, Pairs);
    CHECK_STATUS(RtlAddRange(&List, 5, 4, 0, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    End();
}

TEST(RtlAddRange, RefusesConflicts)
{
    Begin();
    CHECK_STATUS(RtlAddRange(&List, 19, 25, 0, 0, NULL, ME), STATUS_RANGE_LIST_CONFLICT);
    CHECK_STATUS(RtlAddRange(&List, 19, 25, 0, SHARED, NULL, ME), STATUS_RANGE_LIST_CONFLICT);
    CHECK_STATUS(RtlAddRange(&List, 49, 50, 0, 0, NULL, ME), STATUS_RANGE_LIST_CONFLICT);
    CHECK_STATUS(RtlAddRange(&List, 49, 50, 0, SHARED, NULL, ME), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddRange(&List, 0, 100, 0, IF_CONFLICT, NULL, ME), STATUS_SUCCESS);
    End();
}

TEST(RtlFreeRangeList, TakesAllOut)
{
    static const ULONGLONG None[] = {0, 0};

    Begin();
    RtlFreeRangeList(&List);
    CheckRanges(&List, None);
}

TEST(RtlDeleteRange, TakesOutWhatIsTheOwners)
{
    static const ULONGLONG Pairs[] = {10, 19, 35, 49, 0, 0};

    Begin();
    CHECK_STATUS(RtlDeleteRange(&List, 30, 38, YOU), STATUS_RANGE_NOT_FOUND);
    CHECK_STATUS(RtlDeleteRange(&List, 30, 39, ME), STATUS_RANGE_NOT_FOUND);
    CHECK_STATUS(RtlDeleteRange(&List, 30, 39, YOU), STATUS_SUCCESS);
    CheckRanges(&List, Pairs);
    End();
}

TEST(RtlDeleteOwnersRanges, TakesOutAllOfOne)
{
    static const ULONGLONG Pairs[] = {30, 39, 35, 49, 0, 0};

    Begin();
    CHECK_STATUS(RtlAddRange(&List, 100, 200, 0, 0, NULL, ME), STATUS_SUCCESS);
    CHECK_STATUS(RtlDeleteOwnersRanges(&List, ME), STATUS_SUCCESS);
    CheckRanges(&List, Pairs);
    End();
}

TEST(RtlGetFirstRange, ShowsWhatWasAdded)
{
    PLACE Place;
    RANGE *Range = NULL;

    Begin();
    if (CHECK_STATUS(RtlGetFirstRange(&List, &Place, &Range), STATUS_SUCCESS)) {
        CHECK_EQ(Range->Start, 10);
        CHECK_PTR(Range->UserData, &List);
        CHECK_PTR(Range->Owner, ME);
        CHECK_EQ(Range->Attributes, 2);
        CHECK_EQ(Range->Flags, 0);
    }
    End();
}

TEST(RtlGetLastRange, GoesBackwards)
{
    PLACE Place;
    RANGE *Range = NULL;

    RtlInitializeRangeList(&List);
    RtlAddRange(&List, 10, 19, 0, 0, NULL, ME);
    RtlAddRange(&List, 30, 39, 0, 0, NULL, ME);
    CHECK_STATUS(RtlGetLastRange(&List, &Place, &Range), STATUS_SUCCESS);
    CHECK(Range != NULL && Range->Start == 30);
    CHECK_STATUS(RtlGetNextRange(&Place, &Range, FALSE), STATUS_SUCCESS);
    CHECK(Range != NULL && Range->Start == 10);
    CHECK_STATUS(RtlGetNextRange(&Place, &Range, FALSE), STATUS_NO_MORE_ENTRIES);
    End();
}

TEST(RtlGetNextRange, RefusesAListThatChanged)
{
    PLACE Place;
    RANGE *Range;

    RtlInitializeRangeList(&List);
    RtlAddRange(&List, 10, 19, 0, 0, NULL, ME);
    RtlGetFirstRange(&List, &Place, &Range);
    RtlAddRange(&List, 30, 39, 0, 0, NULL, ME);
    CHECK_STATUS(RtlGetNextRange(&Place, &Range, TRUE), STATUS_INVALID_PARAMETER);
    End();
}

static BOOLEAN NTAPI IsYours(PVOID Context, RANGE *Range)
{
    return Range->Owner == Context;
}

static BOOLEAN IsAvailable(
    ULONGLONG First, ULONGLONG Last, ULONG Flags, UCHAR Mask, IS_NONE *IsNone)
{
    BOOLEAN Available = 77;

    CHECK_STATUS(RtlIsRangeAvailable(&List, First, Last, Flags, Mask, YOU, IsNone, &Available),
        STATUS_SUCCESS);
    CHECK(Available == TRUE || Available == FALSE);
    return Available;
}

TEST(RtlIsRangeAvailable, KnowsWhatIsTaken)
{
    Begin();
    CHECK(IsAvailable(20, 29, 0, 0, NULL));
    CHECK(IsAvailable(50, LAST, 0, 0, NULL));
    CHECK(!IsAvailable(19, 20, 0, 0, NULL));
    CHECK(!IsAvailable(29, 30, 0, 0, NULL));
    CHECK(IsAvailable(29, 60, SHARED_OK, 0, NULL));
    CHECK(!IsAvailable(19, 60, SHARED_OK, 0, NULL));
    CHECK(IsAvailable(40, 49, NOBODY_OK, 0, NULL));
    CHECK(!IsAvailable(30, 49, NOBODY_OK, 0, NULL));
    CHECK(IsAvailable(10, 20, 0, 2, NULL));
    CHECK(!IsAvailable(10, 20, 0, 4, NULL));
    CHECK(IsAvailable(30, 34, 0, 0, IsYours));
    CHECK(!IsAvailable(10, 34, 0, 0, IsYours));
    End();
}

TEST(RtlFindRange, FindsWhatIsFree)
{
    ULONGLONG Start = 0;

    Begin();
    CHECK_STATUS(RtlFindRange(&List, 10, 39, 10, 1, 0, 0, NULL, NULL, &Start), STATUS_SUCCESS);
    CHECK_EQ(Start, 20);
    CHECK_STATUS(RtlFindRange(&List, 10, 39, 8, 4, 0, 0, NULL, NULL, &Start), STATUS_SUCCESS);
    CHECK_EQ(Start % 4, 0);
    CHECK(Start >= 20 && Start <= 22);
    CHECK_STATUS(RtlFindRange(&List, 10, 39, 11, 1, 0, 0, NULL, NULL, &Start), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(
        RtlFindRange(&List, 30, 39, 10, 1, SHARED_OK, 0, NULL, NULL, &Start), STATUS_SUCCESS);
    CHECK_EQ(Start, 30);
    End();
}

TEST(RtlCopyRangeList, CopiesEachRange)
{
    static const ULONGLONG Pairs[] = {10, 19, 30, 39, 35, 49, 0, 0};
    RANGES Copy;

    Begin();
    RtlInitializeRangeList(&Copy);
    CHECK_STATUS(RtlCopyRangeList(&Copy, &List), STATUS_SUCCESS);
    End();
    CheckRanges(&Copy, Pairs);
    RtlFreeRangeList(&Copy);
}

TEST(RtlInvertRangeList, HasWhatTheOtherHasNot)
{
    static const ULONGLONG Pairs[] = {0, 9, 20, 29, 50, LAST, 0, 0}, Whole[] = {0, LAST, 0, 0};
    RANGES Inverted;

    Begin();
    RtlInitializeRangeList(&Inverted);
    CHECK_STATUS(RtlInvertRangeList(&Inverted, &List), STATUS_SUCCESS);
    CheckRanges(&Inverted, Pairs);
    RtlFreeRangeList(&Inverted);
    RtlFreeRangeList(&List);
    CHECK_STATUS(RtlInvertRangeList(&Inverted, &List), STATUS_SUCCESS);
    CheckRanges(&Inverted, Whole);
    RtlFreeRangeList(&Inverted);
}

TEST(RtlInvertRangeListEx, GivesAnOwner)
{
    NTSTATUS(NTAPI * Invert)
    (RANGES * Inverted, const RANGES *Of, UCHAR Attributes, PVOID UserData, PVOID Owner) =
        (PVOID)KtestExport(L"RtlInvertRangeListEx");
    RANGES Inverted;
    RANGE *Range = NULL;
    PLACE Place;

    if (Invert == NULL) {
        skip("newer than this Windows");
        return;
    }
    Begin();
    RtlInitializeRangeList(&Inverted);
    CHECK_STATUS(Invert(&Inverted, &List, 8, &List, YOU), STATUS_SUCCESS);
    if (CHECK_STATUS(RtlGetFirstRange(&Inverted, &Place, &Range), STATUS_SUCCESS)) {
        CHECK_EQ(Range->End, 9);
        CHECK_EQ(Range->Attributes, 8);
        CHECK_PTR(Range->UserData, &List);
        CHECK_PTR(Range->Owner, YOU);
    }
    RtlFreeRangeList(&Inverted);
    End();
}

TEST(RtlMergeRangeLists, HasTheRangesOfBoth)
{
    static const ULONGLONG Pairs[] = {10, 19, 20, 25, 30, 39, 35, 49, 0, 0};
    RANGES Other, Merged;

    Begin();
    RtlInitializeRangeList(&Other);
    RtlInitializeRangeList(&Merged);
    CHECK_STATUS(RtlAddRange(&Other, 20, 25, 0, 0, NULL, ME), STATUS_SUCCESS);
    CHECK_STATUS(RtlMergeRangeLists(&Merged, &List, &Other, 0), STATUS_SUCCESS);
    CheckRanges(&Merged, Pairs);
    RtlFreeRangeList(&Merged);
    CHECK_STATUS(RtlAddRange(&Other, 15, 16, 0, 0, NULL, ME), STATUS_SUCCESS);
    CHECK_STATUS(RtlMergeRangeLists(&Merged, &List, &Other, 0), STATUS_RANGE_LIST_CONFLICT);
    RtlFreeRangeList(&Merged);
    CHECK_STATUS(RtlMergeRangeLists(&Merged, &List, &Other, IF_CONFLICT), STATUS_SUCCESS);
    RtlFreeRangeList(&Merged);
    RtlFreeRangeList(&Other);
    End();
}
