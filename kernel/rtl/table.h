/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: splay trees, generic tables on them and on AVL trees, and dynamic hash tables. */
#pragma once

#include "nt/ntifs.h"

/* splay.c */
RTL_SPLAY_LINKS *NTAPI RtlSplay(RTL_SPLAY_LINKS *Links);
RTL_SPLAY_LINKS *NTAPI RtlDelete(RTL_SPLAY_LINKS *Links);
void NTAPI RtlDeleteNoSplay(RTL_SPLAY_LINKS *Links, RTL_SPLAY_LINKS **Root);
RTL_SPLAY_LINKS *NTAPI RtlSubtreeSuccessor(RTL_SPLAY_LINKS *Links);
RTL_SPLAY_LINKS *NTAPI RtlSubtreePredecessor(RTL_SPLAY_LINKS *Links);
RTL_SPLAY_LINKS *NTAPI RtlRealSuccessor(RTL_SPLAY_LINKS *Links);
RTL_SPLAY_LINKS *NTAPI RtlRealPredecessor(RTL_SPLAY_LINKS *Links);

/* table.c */
void NTAPI RtlInitializeGenericTable(RTL_GENERIC_TABLE *Table,
    PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine, PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
    PRTL_GENERIC_FREE_ROUTINE FreeRoutine, void *TableContext);
void *NTAPI RtlInsertElementGenericTable(
    RTL_GENERIC_TABLE *Table, void *Buffer, ULONG BufferSize, BOOLEAN *NewElement);
void *NTAPI RtlInsertElementGenericTableFull(RTL_GENERIC_TABLE *Table, void *Buffer,
    ULONG BufferSize, BOOLEAN *NewElement, void *NodeOrParent, TABLE_SEARCH_RESULT SearchResult);
BOOLEAN NTAPI RtlDeleteElementGenericTable(RTL_GENERIC_TABLE *Table, void *Buffer);
void *NTAPI RtlLookupElementGenericTable(RTL_GENERIC_TABLE *Table, void *Buffer);
void *NTAPI RtlLookupElementGenericTableFull(
    RTL_GENERIC_TABLE *Table, void *Buffer, void **NodeOrParent, TABLE_SEARCH_RESULT *SearchResult);
void *NTAPI RtlEnumerateGenericTable(RTL_GENERIC_TABLE *Table, BOOLEAN Restart);
void *NTAPI RtlEnumerateGenericTableWithoutSplaying(RTL_GENERIC_TABLE *Table, void **RestartKey);
void *NTAPI RtlGetElementGenericTable(RTL_GENERIC_TABLE *Table, ULONG I);
ULONG NTAPI RtlNumberGenericTableElements(RTL_GENERIC_TABLE *Table);
BOOLEAN NTAPI RtlIsGenericTableEmpty(RTL_GENERIC_TABLE *Table);

/* avl.c */
void NTAPI RtlInitializeGenericTableAvl(RTL_AVL_TABLE *Table,
    PRTL_AVL_COMPARE_ROUTINE CompareRoutine, PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
    PRTL_AVL_FREE_ROUTINE FreeRoutine, void *TableContext);
void *NTAPI RtlInsertElementGenericTableAvl(
    RTL_AVL_TABLE *Table, void *Buffer, ULONG BufferSize, BOOLEAN *NewElement);
void *NTAPI RtlInsertElementGenericTableFullAvl(RTL_AVL_TABLE *Table, void *Buffer,
    ULONG BufferSize, BOOLEAN *NewElement, void *NodeOrParent, TABLE_SEARCH_RESULT SearchResult);
BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(RTL_AVL_TABLE *Table, void *Buffer);
void *NTAPI RtlLookupElementGenericTableAvl(RTL_AVL_TABLE *Table, void *Buffer);
void *NTAPI RtlLookupElementGenericTableFullAvl(
    RTL_AVL_TABLE *Table, void *Buffer, void **NodeOrParent, TABLE_SEARCH_RESULT *SearchResult);
void *NTAPI RtlLookupFirstMatchingElementGenericTableAvl(
    RTL_AVL_TABLE *Table, void *Buffer, void **RestartKey);
void *NTAPI RtlEnumerateGenericTableAvl(RTL_AVL_TABLE *Table, BOOLEAN Restart);
void *NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(RTL_AVL_TABLE *Table, void **RestartKey);
void *NTAPI RtlEnumerateGenericTableLikeADirectory(RTL_AVL_TABLE *Table,
    PRTL_AVL_MATCH_FUNCTION MatchFunction, void *MatchData, ULONG NextFlag, void **RestartKey,
    ULONG *DeleteCount, void *Buffer);
void *NTAPI RtlGetElementGenericTableAvl(RTL_AVL_TABLE *Table, ULONG I);
ULONG NTAPI RtlNumberGenericTableElementsAvl(RTL_AVL_TABLE *Table);
BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(RTL_AVL_TABLE *Table);
