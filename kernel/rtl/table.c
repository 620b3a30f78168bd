/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Generic tables on splay trees. The table's owner compares and allocates by the routines it gave,
 * and serializes every call: looking an element up changes the tree as well. Elements also hang on
 * a list in the order they were inserted, by which RtlGetElementGenericTable counts. IRQL: what the
 * owner's routines and memory allow, at most DISPATCH_LEVEL.
 */
#include "rtl/rtlp.h"
#include "rtl/table.h"

/* What lies in front of an element's data, which is aligned to 8 bytes. */
typedef struct RTLP_TABLE_ELEMENT {
    RTL_SPLAY_LINKS Links;
    LIST_ENTRY InsertOrder;
    _Alignas(8) UCHAR Data[];
} RTLP_TABLE_ELEMENT;

static inline RTLP_TABLE_ELEMENT *RtlpElement(void *Links)
{
    return CONTAINING_RECORD(Links, RTLP_TABLE_ELEMENT, Links);
}

/* Where Buffer's element is or would be. */
static TABLE_SEARCH_RESULT NTAPI RtlpFind(
    RTL_GENERIC_TABLE *Table, void *Buffer, RTL_SPLAY_LINKS **Found)
{
    RTL_SPLAY_LINKS *Links = Table->TableRoot;

    *Found = Links;
    if (Links == NULL)
        return TableEmptyTree;
    for (;;) {
        RTL_GENERIC_COMPARE_RESULTS Order = Table->CompareRoutine(
            Table, Buffer, RtlpElement(Links)->Data);
        RTL_SPLAY_LINKS *Child = Order == GenericLessThan ? Links->LeftChild : Links->RightChild;

        *Found = Links;
        if (Order == GenericEqual)
            return TableFoundNode;
        if (Child == NULL)
            return Order == GenericLessThan ? TableInsertAsLeft : TableInsertAsRight;
        Links = Child;
    }
}

/*
 * RtlInitializeGenericTable - make an empty table.
 *
 * CompareRoutine: orders two elements. AllocateRoutine: gives an element's memory, its header
 *                 included. FreeRoutine: takes it back. TableContext: for these routines.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInitializeGenericTable
 */
void NTAPI RtlInitializeGenericTable(RTL_GENERIC_TABLE *Table,
    PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine, PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
    PRTL_GENERIC_FREE_ROUTINE FreeRoutine, void *TableContext)
{
    Table->TableRoot = NULL;
    InitializeListHead(&Table->InsertOrderList);
    Table->OrderedPointer = &Table->InsertOrderList;
    Table->WhichOrderedElement = 0;
    Table->NumberGenericTableElements = 0;
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

/*
 * RtlInsertElementGenericTableFull - insert where RtlLookupElementGenericTableFull said the element
 * belongs.
 *
 * Buffer:  BufferSize bytes, copied into the new element. NewElement: optional, whether there is a
 *          new one.
 * Returns: the element's data, that of one already there if SearchResult is TableFoundNode; NULL:
 * AllocateRoutine failed.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInsertElementGenericTable; INF this form, from the AVL table's
 */
void *NTAPI RtlInsertElementGenericTableFull(RTL_GENERIC_TABLE *Table, void *Buffer,
    ULONG BufferSize, BOOLEAN *NewElement, void *NodeOrParent, TABLE_SEARCH_RESULT SearchResult)
{
    RTL_SPLAY_LINKS *Place = NodeOrParent;
    RTLP_TABLE_ELEMENT *Element;

    if (NewElement != NULL)
        *NewElement = FALSE;
    if (SearchResult == TableFoundNode) {
        Table->TableRoot = RtlSplay(Place);
        return RtlpElement(Place)->Data;
    }
    if (BufferSize > (ULONG)-1 - sizeof(*Element))
        return NULL;
    Element = Table->AllocateRoutine(Table, (ULONG)sizeof(*Element) + BufferSize);
    if (Element == NULL)
        return NULL;
    Element->Links = (RTL_SPLAY_LINKS){&Element->Links, NULL, NULL};
    if (SearchResult != TableEmptyTree) {
        Element->Links.Parent = Place;
        if (SearchResult == TableInsertAsLeft)
            Place->LeftChild = &Element->Links;
        else
            Place->RightChild = &Element->Links;
    }
    InsertTailList(&Table->InsertOrderList, &Element->InsertOrder);
    Table->NumberGenericTableElements++;
    NtCrt_memcpy(Element->Data, Buffer, BufferSize);
    Table->TableRoot = RtlSplay(&Element->Links);
    if (NewElement != NULL)
        *NewElement = TRUE;
    return Element->Data;
}

/*
 * RtlInsertElementGenericTable - insert a copy of Buffer unless an element equal to it is there.
 *
 * Returns: the element's data, new or not as *NewElement says; NULL: AllocateRoutine failed.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlInsertElementGenericTable
 */
void *NTAPI RtlInsertElementGenericTable(
    RTL_GENERIC_TABLE *Table, void *Buffer, ULONG BufferSize, BOOLEAN *NewElement)
{
    RTL_SPLAY_LINKS *Place;
    TABLE_SEARCH_RESULT Result = RtlpFind(Table, Buffer, &Place);

    return RtlInsertElementGenericTableFull(Table, Buffer, BufferSize, NewElement, Place, Result);
}

/*
 * RtlDeleteElementGenericTable - take the element equal to Buffer out of the table and free it.
 *
 * Returns: FALSE: there is none.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlDeleteElementGenericTable
 */
BOOLEAN NTAPI RtlDeleteElementGenericTable(RTL_GENERIC_TABLE *Table, void *Buffer)
{
    RTL_SPLAY_LINKS *Links;

    if (RtlpFind(Table, Buffer, &Links) != TableFoundNode)
        return FALSE;
    Table->TableRoot = RtlDelete(Links);
    RemoveEntryList(&RtlpElement(Links)->InsertOrder);
    Table->NumberGenericTableElements--;
    Table->WhichOrderedElement = 0;
    Table->OrderedPointer = &Table->InsertOrderList;
    Table->FreeRoutine(Table, RtlpElement(Links));
    return TRUE;
}

/*
 * RtlLookupElementGenericTable, RtlLookupElementGenericTableFull - the element equal to Buffer,
 * which becomes the root.
 *
 * NodeOrParent, SearchResult: where the element is, or would be inserted.
 * Returns: the element's data; NULL: there is none.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlLookupElementGenericTable; INF the Full form, from the AVL table's
 */
void *NTAPI RtlLookupElementGenericTableFull(
    RTL_GENERIC_TABLE *Table, void *Buffer, void **NodeOrParent, TABLE_SEARCH_RESULT *SearchResult)
{
    RTL_SPLAY_LINKS *Links;

    *SearchResult = RtlpFind(Table, Buffer, &Links);
    *NodeOrParent = Links;
    if (*SearchResult != TableFoundNode)
        return NULL;
    Table->TableRoot = RtlSplay(Links);
    return RtlpElement(Links)->Data;
}

void *NTAPI RtlLookupElementGenericTable(RTL_GENERIC_TABLE *Table, void *Buffer)
{
    TABLE_SEARCH_RESULT Result;
    void *Links;

    return RtlLookupElementGenericTableFull(Table, Buffer, &Links, &Result);
}

static RTL_SPLAY_LINKS *NTAPI RtlpFirst(RTL_GENERIC_TABLE *Table)
{
    RTL_SPLAY_LINKS *Links = Table->TableRoot;

    while (Links != NULL && Links->LeftChild != NULL)
        Links = Links->LeftChild;
    return Links;
}

/*
 * RtlEnumerateGenericTable - the elements in order, one a call; each becomes the root.
 *
 * Restart: begin with the first.
 * Returns: the element's data; NULL: no more.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlEnumerateGenericTable
 */
void *NTAPI RtlEnumerateGenericTable(RTL_GENERIC_TABLE *Table, BOOLEAN Restart)
{
    RTL_SPLAY_LINKS *Links;

    if (Table->TableRoot == NULL)
        return NULL;
    Links = Restart ? RtlpFirst(Table) : RtlRealSuccessor(Table->TableRoot);
    if (Links == NULL)
        return NULL;
    Table->TableRoot = RtlSplay(Links);
    return RtlpElement(Links)->Data;
}

/*
 * RtlEnumerateGenericTableWithoutSplaying - the elements in order, one a call; the tree stays as it
 * is.
 *
 * RestartKey: *RestartKey NULL begins with the first; the caller keeps what is stored there.
 * Returns: the element's data; NULL: no more.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlEnumerateGenericTableWithoutSplaying
 */
void *NTAPI RtlEnumerateGenericTableWithoutSplaying(RTL_GENERIC_TABLE *Table, void **RestartKey)
{
    RTL_SPLAY_LINKS *Links;

    if (Table->TableRoot == NULL)
        return NULL;
    Links = *RestartKey == NULL ? RtlpFirst(Table) : RtlRealSuccessor(*RestartKey);
    if (Links == NULL)
        return NULL;
    *RestartKey = Links;
    return RtlpElement(Links)->Data;
}

/*
 * RtlGetElementGenericTable - the I-th element by the order of insertion, from 0.
 *
 * Goes from the element asked for last, so that elements asked for in order are each a step away.
 * Returns: the element's data; NULL: there are not so many.
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlGetElementGenericTable
 */
void *NTAPI RtlGetElementGenericTable(RTL_GENERIC_TABLE *Table, ULONG I)
{
    LIST_ENTRY *Entry = Table->OrderedPointer;
    ULONG At = Table->WhichOrderedElement; /* from 1; 0: Entry is the head */
    ULONG Wanted = I + 1;

    if (I >= Table->NumberGenericTableElements)
        return NULL;
    for (; At < Wanted; At++)
        Entry = Entry->Flink;
    for (; At > Wanted; At--)
        Entry = Entry->Blink;
    Table->OrderedPointer = Entry;
    Table->WhichOrderedElement = At;
    return CONTAINING_RECORD(Entry, RTLP_TABLE_ELEMENT, InsertOrder)->Data;
}

/*
 * RtlNumberGenericTableElements, RtlIsGenericTableEmpty - how many elements there are, and whether
 * none.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  DOC ntddk/RtlNumberGenericTableElements, RtlIsGenericTableEmpty
 */
ULONG NTAPI RtlNumberGenericTableElements(RTL_GENERIC_TABLE *Table)
{
    return Table->NumberGenericTableElements;
}

BOOLEAN NTAPI RtlIsGenericTableEmpty(RTL_GENERIC_TABLE *Table)
{
    return Table->TableRoot == NULL;
}
