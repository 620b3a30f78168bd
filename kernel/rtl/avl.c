/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Generic tables on AVL trees. The table's owner compares and allocates by the routines it gave,
 * and serializes calls that change the table. The tree hangs as the right child of the table's
 * BalancedRoot, whose parent is itself; a node's balance is the height of its right subtree less
 * that of its left. IRQL: what the owner's routines and memory allow, at most DISPATCH_LEVEL.
 */
#include "rtl/rtlp.h"
#include "rtl/table.h"

/* What lies in front of an element's data, which is aligned to 8 bytes. */
typedef struct RTLP_AVL_ELEMENT {
    RTL_BALANCED_LINKS Links;
    _Alignas(8) UCHAR Data[];
} RTLP_AVL_ELEMENT;

static inline void *RtlpAvlData(RTL_BALANCED_LINKS *Links)
{
    return Links != NULL ? CONTAINING_RECORD(Links, RTLP_AVL_ELEMENT, Links)->Data : NULL;
}

static inline RTL_BALANCED_LINKS *RtlpAvlChild(const RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    return Right ? Links->RightChild : Links->LeftChild;
}

static inline void RtlpAvlSetChild(
    RTL_BALANCED_LINKS *Links, BOOLEAN Right, RTL_BALANCED_LINKS *Child)
{
    if (Right)
        Links->RightChild = Child;
    else
        Links->LeftChild = Child;
    if (Child != NULL)
        Child->Parent = Links;
}

static RTL_BALANCED_LINKS *NTAPI RtlpAvlEdge(RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    while (Links != NULL && RtlpAvlChild(Links, Right) != NULL)
        Links = RtlpAvlChild(Links, Right);
    return Links;
}

/* The node after Links in order (Right), or before it; NULL: none. */
static RTL_BALANCED_LINKS *NTAPI RtlpAvlNext(
    RTL_AVL_TABLE *Table, RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    RTL_BALANCED_LINKS *Parent = Links->Parent;

    if (RtlpAvlChild(Links, Right) != NULL)
        return RtlpAvlEdge(RtlpAvlChild(Links, Right), !Right);
    while (Parent != &Table->BalancedRoot && RtlpAvlChild(Parent, Right) == Links) {
        Links = Parent;
        Parent = Links->Parent;
    }
    return Parent != &Table->BalancedRoot ? Parent : NULL;
}

/* The child of Links on one side goes up, Links down to the other side. Balances are the
 * caller's. */
static RTL_BALANCED_LINKS *NTAPI RtlpAvlRotate(RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    RTL_BALANCED_LINKS *Parent = Links->Parent;
    RTL_BALANCED_LINKS *Child = RtlpAvlChild(Links, Right);
    BOOLEAN Side = Parent->RightChild == Links;

    RtlpAvlSetChild(Links, Right, RtlpAvlChild(Child, !Right));
    RtlpAvlSetChild(Child, !Right, Links);
    RtlpAvlSetChild(Parent, Side, Child);
    return Child;
}

/* Links is two higher on one side. Returns what has its place; TRUE in *Lower: it is lower than
 * before. */
static RTL_BALANCED_LINKS *NTAPI RtlpAvlRebalance(
    RTL_BALANCED_LINKS *Links, BOOLEAN Right, BOOLEAN *Lower)
{
    RTL_BALANCED_LINKS *Child = RtlpAvlChild(Links, Right);
    CHAR Heavy = Right ? 1 : -1;
    RTL_BALANCED_LINKS *Top;

    if (Child->Balance == -Heavy) {
        RtlpAvlRotate(Child, !Right);
        Top = RtlpAvlRotate(Links, Right);
        Links->Balance = Top->Balance == Heavy ? (CHAR)-Heavy : 0;
        Child->Balance = Top->Balance == -Heavy ? Heavy : 0;
        Top->Balance = 0;
        *Lower = TRUE;
        return Top;
    }
    Top = RtlpAvlRotate(Links, Right);
    *Lower = Child->Balance != 0;
    Links->Balance = *Lower ? 0 : Heavy;
    Child->Balance = *Lower ? 0 : (CHAR)-Heavy;
    return Top;
}

/* One side of Links has become one higher. */
static void NTAPI RtlpAvlGrown(RTL_AVL_TABLE *Table, RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    while (Links != &Table->BalancedRoot) {
        CHAR Heavy = Right ? 1 : -1;
        BOOLEAN Lower;

        if (Links->Balance == -Heavy) {
            Links->Balance = 0;
            return;
        }
        if (Links->Balance == Heavy) {
            RtlpAvlRebalance(Links, Right, &Lower);
            return;
        }
        Links->Balance = Heavy;
        Right = Links->Parent->RightChild == Links;
        Links = Links->Parent;
    }
    Table->DepthOfTree++;
}

/* One side of Links has become one lower. */
static void NTAPI RtlpAvlShrunk(RTL_AVL_TABLE *Table, RTL_BALANCED_LINKS *Links, BOOLEAN Right)
{
    while (Links != &Table->BalancedRoot) {
        CHAR Heavy = Right ? 1 : -1;
        BOOLEAN Lower = TRUE;

        if (Links->Balance == 0) {
            Links->Balance = (CHAR)-Heavy;
            return;
        }
        if (Links->Balance == Heavy)
            Links->Balance = 0;
        else
            Links = RtlpAvlRebalance(Links, !Right, &Lower);
        if (!Lower)
            return;
        Right = Links->Parent->RightChild == Links;
        Links = Links->Parent;
    }
    Table->DepthOfTree--;
}

static void NTAPI RtlpAvlUnlink(RTL_AVL_TABLE *Table, RTL_BALANCED_LINKS *Links)
{
    RTL_BALANCED_LINKS *Gone = Links; /* the one whose place closes, with at most one child */
    RTL_BALANCED_LINKS *Parent;
    BOOLEAN Right;

    if (Links->LeftChild != NULL && Links->RightChild != NULL)
        Gone = Links->Balance > 0 ? RtlpAvlEdge(Links->RightChild, FALSE)
                                  : RtlpAvlEdge(Links->LeftChild, TRUE);
    Parent = Gone->Parent;
    Right = Parent->RightChild == Gone;
    RtlpAvlSetChild(Parent, Right, Gone->LeftChild != NULL ? Gone->LeftChild : Gone->RightChild);
    RtlpAvlShrunk(Table, Parent, Right);
    if (Gone == Links)
        return;
    Gone->Balance = Links->Balance;
    RtlpAvlSetChild(Gone, FALSE, Links->LeftChild);
    RtlpAvlSetChild(Gone, TRUE, Links->RightChild);
    RtlpAvlSetChild(Links->Parent, Links->Parent->RightChild == Links, Gone);
}

/* Where Buffer's element is or would be. */
static TABLE_SEARCH_RESULT NTAPI RtlpAvlFind(
    RTL_AVL_TABLE *Table, void *Buffer, RTL_BALANCED_LINKS **Found)
{
    RTL_BALANCED_LINKS *Links = Table->BalancedRoot.RightChild;

    *Found = &Table->BalancedRoot;
    if (Links == NULL)
        return TableEmptyTree;
    for (;;) {
        RTL_GENERIC_COMPARE_RESULTS Order = Table->CompareRoutine(
            Table, Buffer, RtlpAvlData(Links));
        RTL_BALANCED_LINKS *Child = RtlpAvlChild(Links, Order == GenericGreaterThan);

        *Found = Links;
        if (Order == GenericEqual)
            return TableFoundNode;
        if (Child == NULL)
            return Order == GenericGreaterThan ? TableInsertAsRight : TableInsertAsLeft;
        Links = Child;
    }
}

/*
 * RtlInitializeGenericTableAvl - make an empty table.
 *
 * CompareRoutine: orders two elements. AllocateRoutine: gives an element's memory, its header
 *                 included. FreeRoutine: takes it back. TableContext: for these routines.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInitializeGenericTableAvl
 */
void NTAPI RtlInitializeGenericTableAvl(RTL_AVL_TABLE *Table,
    PRTL_AVL_COMPARE_ROUTINE CompareRoutine, PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
    PRTL_AVL_FREE_ROUTINE FreeRoutine, void *TableContext)
{
    NtCrt_memset(Table, 0, sizeof(*Table));
    Table->BalancedRoot.Parent = &Table->BalancedRoot;
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

/*
 * RtlInsertElementGenericTableFullAvl - insert where RtlLookupElementGenericTableFullAvl said the
 * element belongs.
 *
 * Buffer:  BufferSize bytes, copied into the new element. NewElement: optional, whether there is a
 *          new one.
 * Returns: the element's data, that of one already there if SearchResult is TableFoundNode; NULL:
 * AllocateRoutine failed.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInsertElementGenericTableFullAvl
 */
void *NTAPI RtlInsertElementGenericTableFullAvl(RTL_AVL_TABLE *Table, void *Buffer,
    ULONG BufferSize, BOOLEAN *NewElement, void *NodeOrParent, TABLE_SEARCH_RESULT SearchResult)
{
    RTLP_AVL_ELEMENT *Element;
    RTL_BALANCED_LINKS *Place = SearchResult == TableEmptyTree ? &Table->BalancedRoot
                                                               : NodeOrParent;
    BOOLEAN Right = SearchResult != TableInsertAsLeft;

    if (NewElement != NULL)
        *NewElement = FALSE;
    if (SearchResult == TableFoundNode)
        return RtlpAvlData(Place);
    if (BufferSize > (ULONG)-1 - sizeof(*Element))
        return NULL;
    Element = Table->AllocateRoutine(Table, (ULONG)sizeof(*Element) + BufferSize);
    if (Element == NULL)
        return NULL;
    NtCrt_memset(Element, 0, sizeof(*Element));
    NtCrt_memcpy(Element->Data, Buffer, BufferSize);
    RtlpAvlSetChild(Place, Right, &Element->Links);
    RtlpAvlGrown(Table, Place, Right);
    Table->NumberGenericTableElements++;
    Table->OrderedPointer = NULL;
    Table->WhichOrderedElement = 0;
    if (NewElement != NULL)
        *NewElement = TRUE;
    return Element->Data;
}

/*
 * RtlInsertElementGenericTableAvl - insert a copy of Buffer unless an element equal to it is there.
 *
 * Returns: the element's data, new or not as *NewElement says; NULL: AllocateRoutine failed.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInsertElementGenericTableAvl
 */
void *NTAPI RtlInsertElementGenericTableAvl(
    RTL_AVL_TABLE *Table, void *Buffer, ULONG BufferSize, BOOLEAN *NewElement)
{
    RTL_BALANCED_LINKS *Place;
    TABLE_SEARCH_RESULT Result = RtlpAvlFind(Table, Buffer, &Place);

    return RtlInsertElementGenericTableFullAvl(
        Table, Buffer, BufferSize, NewElement, Place, Result);
}

/*
 * RtlDeleteElementGenericTableAvl - take the element equal to Buffer out of the table and free it.
 *
 * An enumeration that stood at it goes on behind it.
 * Returns: FALSE: there is none.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlDeleteElementGenericTableAvl
 */
BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(RTL_AVL_TABLE *Table, void *Buffer)
{
    RTL_BALANCED_LINKS *Links;

    if (RtlpAvlFind(Table, Buffer, &Links) != TableFoundNode)
        return FALSE;
    if (Table->RestartKey == Links)
        Table->RestartKey = RtlpAvlNext(Table, Links, FALSE);
    RtlpAvlUnlink(Table, Links);
    Table->DeleteCount++;
    Table->NumberGenericTableElements--;
    Table->OrderedPointer = NULL;
    Table->WhichOrderedElement = 0;
    Table->FreeRoutine(Table, CONTAINING_RECORD(Links, RTLP_AVL_ELEMENT, Links));
    return TRUE;
}

/*
 * RtlLookupElementGenericTableAvl, RtlLookupElementGenericTableFullAvl - the element equal to
 * Buffer.
 *
 * NodeOrParent, SearchResult: where the element is, or would be inserted.
 * Returns: the element's data; NULL: there is none.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlLookupElementGenericTableAvl, RtlLookupElementGenericTableFullAvl
 */
void *NTAPI RtlLookupElementGenericTableFullAvl(
    RTL_AVL_TABLE *Table, void *Buffer, void **NodeOrParent, TABLE_SEARCH_RESULT *SearchResult)
{
    RTL_BALANCED_LINKS *Links;

    *SearchResult = RtlpAvlFind(Table, Buffer, &Links);
    *NodeOrParent = Links;
    return *SearchResult == TableFoundNode ? RtlpAvlData(Links) : NULL;
}

void *NTAPI RtlLookupElementGenericTableAvl(RTL_AVL_TABLE *Table, void *Buffer)
{
    RTL_BALANCED_LINKS *Links;

    return RtlpAvlFind(Table, Buffer, &Links) == TableFoundNode ? RtlpAvlData(Links) : NULL;
}

/*
 * RtlLookupFirstMatchingElementGenericTableAvl - the first in order of the elements the compare
 * routine calls equal.
 *
 * RestartKey: receives what RtlEnumerateGenericTableWithoutSplayingAvl goes on from.
 * Returns: the element's data; NULL: there is none.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlLookupFirstMatchingElementGenericTableAvl
 */
void *NTAPI RtlLookupFirstMatchingElementGenericTableAvl(
    RTL_AVL_TABLE *Table, void *Buffer, void **RestartKey)
{
    RTL_BALANCED_LINKS *Links, *Before;

    *RestartKey = NULL;
    if (RtlpAvlFind(Table, Buffer, &Links) != TableFoundNode)
        return NULL;
    for (;;) {
        Before = RtlpAvlNext(Table, Links, FALSE);
        if (Before == NULL ||
            Table->CompareRoutine(Table, Buffer, RtlpAvlData(Before)) != GenericEqual)
            break;
        Links = Before;
    }
    *RestartKey = Links;
    return RtlpAvlData(Links);
}

/*
 * RtlEnumerateGenericTableWithoutSplayingAvl - the elements in order, one a call.
 *
 * RestartKey: *RestartKey NULL begins with the first; the caller keeps what is stored there.
 * Returns: the element's data; NULL: no more.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlEnumerateGenericTableWithoutSplayingAvl
 */
void *NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(RTL_AVL_TABLE *Table, void **RestartKey)
{
    RTL_BALANCED_LINKS *Links = *RestartKey == NULL
        ? RtlpAvlEdge(Table->BalancedRoot.RightChild, FALSE)
        : RtlpAvlNext(Table, *RestartKey, TRUE);

    if (Links != NULL)
        *RestartKey = Links;
    return RtlpAvlData(Links);
}

/*
 * RtlEnumerateGenericTableAvl - the elements in order, one a call; the table remembers where it
 * was.
 *
 * Restart: begin with the first.
 * Returns: the element's data; NULL: no more.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlEnumerateGenericTableAvl
 */
void *NTAPI RtlEnumerateGenericTableAvl(RTL_AVL_TABLE *Table, BOOLEAN Restart)
{
    void *Key = Restart ? NULL : Table->RestartKey;
    void *Data = RtlEnumerateGenericTableWithoutSplayingAvl(Table, &Key);

    Table->RestartKey = Key;
    return Data;
}

/*
 * RtlEnumerateGenericTableLikeADirectory - the next element that matches, as a directory is
 * enumerated.
 *
 * MatchFunction: optional: all match. SUCCESS: this one, STATUS_NO_MATCH: look on, anything else:
 *                no more. NextFlag: begin behind the element found last, not with it. RestartKey,
 *                DeleteCount: the caller keeps them, first NULL and 0. Buffer: what to go on from
 *                when elements were deleted meanwhile, or at first.
 * Returns: the element's data; NULL: no more.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlEnumerateGenericTableLikeADirectory
 */
void *NTAPI RtlEnumerateGenericTableLikeADirectory(RTL_AVL_TABLE *Table,
    PRTL_AVL_MATCH_FUNCTION MatchFunction, void *MatchData, ULONG NextFlag, void **RestartKey,
    ULONG *DeleteCount, void *Buffer)
{
    RTL_BALANCED_LINKS *Links = *DeleteCount == Table->DeleteCount ? *RestartKey : NULL;
    NTSTATUS Status = STATUS_NO_MATCH;

    *RestartKey = NULL;
    if (Links == NULL) {
        TABLE_SEARCH_RESULT Result = RtlpAvlFind(Table, Buffer, &Links);
        if (Result == TableEmptyTree)
            return NULL;
        if (Result == TableInsertAsRight)
            Links = RtlpAvlNext(Table, Links, TRUE);
        if (Result != TableFoundNode)
            NextFlag = 0; /* it is behind what was asked for already */
    }
    if (NextFlag && Links != NULL)
        Links = RtlpAvlNext(Table, Links, TRUE);
    while (Links != NULL) {
        Status = MatchFunction == NULL ? STATUS_SUCCESS
                                       : MatchFunction(Table, RtlpAvlData(Links), MatchData);
        if (Status != STATUS_NO_MATCH)
            break;
        Links = RtlpAvlNext(Table, Links, TRUE);
    }
    if (Status != STATUS_SUCCESS)
        return NULL;
    *RestartKey = Links;
    *DeleteCount = Table->DeleteCount;
    return RtlpAvlData(Links);
}

/*
 * RtlGetElementGenericTableAvl - the I-th element in order, from 0.
 *
 * Goes from the element asked for last when that is nearer than either end.
 * Returns: the element's data; NULL: there are not so many.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlGetElementGenericTableAvl
 */
void *NTAPI RtlGetElementGenericTableAvl(RTL_AVL_TABLE *Table, ULONG I)
{
    RTL_BALANCED_LINKS *Links = Table->OrderedPointer;
    ULONG At = Table->WhichOrderedElement;
    ULONG Away = At > I ? At - I : I - At;

    if (I >= Table->NumberGenericTableElements)
        return NULL;
    if (Links == NULL || I < Away) {
        Links = RtlpAvlEdge(Table->BalancedRoot.RightChild, FALSE);
        At = 0;
    } else if (Table->NumberGenericTableElements - 1 - I < Away) {
        Links = RtlpAvlEdge(Table->BalancedRoot.RightChild, TRUE);
        At = Table->NumberGenericTableElements - 1;
    }
    for (; At < I; At++)
        Links = RtlpAvlNext(Table, Links, TRUE);
    for (; At > I; At--)
        Links = RtlpAvlNext(Table, Links, FALSE);
    Table->OrderedPointer = Links;
    Table->WhichOrderedElement = At;
    return RtlpAvlData(Links);
}

/*
 * RtlNumberGenericTableElementsAvl, RtlIsGenericTableEmptyAvl - how many elements there are, and
 * whether none.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlNumberGenericTableElementsAvl, RtlIsGenericTableEmptyAvl
 */
ULONG NTAPI RtlNumberGenericTableElementsAvl(RTL_AVL_TABLE *Table)
{
    return Table->NumberGenericTableElements;
}

BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(RTL_AVL_TABLE *Table)
{
    return Table->NumberGenericTableElements == 0;
}
