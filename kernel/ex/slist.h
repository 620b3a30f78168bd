/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sequenced singly linked lists: stacks pushed and popped by exchange, without a lock, at any IRQL.
 * Depth and a sequence number change with every operation, so that an entry that has been away and
 * is back is not taken for one that stayed.
 */
#pragma once

#include "ex/ex.h"

void ExpInitializeSLists(void);

void NTAPI InitializeSListHead(SLIST_HEADER *ListHead);
SLIST_ENTRY *NTAPI ExpInterlockedPushEntrySList(SLIST_HEADER *ListHead, SLIST_ENTRY *ListEntry);
SLIST_ENTRY *NTAPI ExpInterlockedPopEntrySList(SLIST_HEADER *ListHead);
SLIST_ENTRY *NTAPI ExpInterlockedFlushSList(SLIST_HEADER *ListHead);
USHORT NTAPI ExQueryDepthSList(SLIST_HEADER *ListHead);
SLIST_ENTRY *NTAPI FirstEntrySList(const SLIST_HEADER *ListHead);
