/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Lists and sums of drivers under a spin lock of theirs, at any IRQL. */
#pragma once

#include "ex/ex.h"

LIST_ENTRY *NTAPI ExInterlockedInsertHeadList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
LIST_ENTRY *NTAPI ExInterlockedInsertTailList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
LIST_ENTRY *NTAPI ExInterlockedRemoveHeadList(LIST_ENTRY *ListHead, KSPIN_LOCK *Lock);
SINGLE_LIST_ENTRY *NTAPI ExInterlockedPushEntryList(
    SINGLE_LIST_ENTRY *ListHead, SINGLE_LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
SINGLE_LIST_ENTRY *NTAPI ExInterlockedPopEntryList(SINGLE_LIST_ENTRY *ListHead, KSPIN_LOCK *Lock);
LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(
    LARGE_INTEGER *Addend, LARGE_INTEGER Increment, KSPIN_LOCK *Lock);
ULONG NTAPI ExInterlockedAddUlong(ULONG *Addend, ULONG Increment, KSPIN_LOCK *Lock);
