/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Lookaside lists: blocks of one size kept for the next time. Drivers allocate and free inline, by
 * the fields of the list. */
#pragma once

#include "ex/ex.h"

void NTAPI ExInitializeNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth);
void NTAPI ExDeleteNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside);
void NTAPI ExInitializePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth);
void NTAPI ExDeletePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside);
void *NTAPI ExAllocateFromPagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside);
void NTAPI ExFreeToPagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside, void *Entry);
NTSTATUS NTAPI ExInitializeLookasideListEx(LOOKASIDE_LIST_EX *Lookaside,
    PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
    SIZE_T Size, ULONG Tag, USHORT Depth);
void NTAPI ExFlushLookasideListEx(LOOKASIDE_LIST_EX *Lookaside);
void NTAPI ExDeleteLookasideListEx(LOOKASIDE_LIST_EX *Lookaside);
