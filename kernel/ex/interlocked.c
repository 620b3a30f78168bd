/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Interlocked lists and sums. The lock is an ordinary spin lock word; it is held with the IRQL at
 * DISPATCH_LEVEL at least, and nothing is called under it.
 */
#include "ex/interlocked.h"

/*
 * ExInterlockedInsertHeadList - put an entry first.
 * IRQL: any. Returns: the entry that was first; NULL: the list was empty.
 * Source: DOC wdm/ExInterlockedInsertHeadList; OBS tests/kernel/ex/ExInterlockedInsertHeadList.c
 */
LIST_ENTRY *NTAPI ExInterlockedInsertHeadList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    LIST_ENTRY *First = ListHead->Flink;
    InsertHeadList(ListHead, ListEntry);
    KiReleaseLock(Lock, Old);
    return First == ListHead ? NULL : First;
}

/*
 * ExInterlockedInsertTailList - put an entry last.
 * IRQL: any. Returns: the entry that was last; NULL: the list was empty.
 * Source: DOC wdm/ExInterlockedInsertTailList; OBS tests/kernel/ex/ExInterlockedInsertTailList.c
 */
LIST_ENTRY *NTAPI ExInterlockedInsertTailList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    LIST_ENTRY *Last = ListHead->Blink;
    InsertTailList(ListHead, ListEntry);
    KiReleaseLock(Lock, Old);
    return Last == ListHead ? NULL : Last;
}

/*
 * ExInterlockedRemoveHeadList - take the first entry off.
 * IRQL: any. Returns: NULL: the list is empty.
 * Source: DOC wdm/ExInterlockedRemoveHeadList; OBS tests/kernel/ex/ExInterlockedRemoveHeadList.c
 */
LIST_ENTRY *NTAPI ExInterlockedRemoveHeadList(LIST_ENTRY *ListHead, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    LIST_ENTRY *First = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
    KiReleaseLock(Lock, Old);
    return First;
}

/*
 * ExInterlockedPushEntryList - put an entry first in a singly linked list.
 * IRQL: any. Returns: the entry that was first; NULL: the list was empty.
 * Source: DOC wdm/ExInterlockedPushEntryList; OBS tests/kernel/ex/ExInterlockedPushEntryList.c
 */
SINGLE_LIST_ENTRY *NTAPI ExInterlockedPushEntryList(
    SINGLE_LIST_ENTRY *ListHead, SINGLE_LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    SINGLE_LIST_ENTRY *First = ListHead->Next;
    ListEntry->Next = First;
    ListHead->Next = ListEntry;
    KiReleaseLock(Lock, Old);
    return First;
}

/*
 * ExInterlockedPopEntryList - take the first entry off.
 * IRQL: any. Returns: NULL: the list is empty.
 * Source: DOC wdm/ExInterlockedPopEntryList; OBS tests/kernel/ex/ExInterlockedPopEntryList.c
 */
SINGLE_LIST_ENTRY *NTAPI ExInterlockedPopEntryList(SINGLE_LIST_ENTRY *ListHead, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    SINGLE_LIST_ENTRY *First = ListHead->Next;
    if (First != NULL)
        ListHead->Next = First->Next;
    KiReleaseLock(Lock, Old);
    return First;
}

/*
 * ExInterlockedAddLargeInteger - add; returns what was there before.
 * IRQL: any. Source: DOC wdm/ExInterlockedAddLargeInteger; OBS
 * tests/kernel/ex/ExInterlockedAddLargeInteger.c
 */
LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(
    LARGE_INTEGER *Addend, LARGE_INTEGER Increment, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    LARGE_INTEGER Before = *Addend;
    Addend->QuadPart = (LONGLONG)((ULONG64)Before.QuadPart + (ULONG64)Increment.QuadPart);
    KiReleaseLock(Lock, Old);
    return Before;
}

/*
 * ExInterlockedAddUlong - add; returns what was there before.
 * IRQL: any. Source: DOC wdm/ExInterlockedAddUlong; OBS tests/kernel/ex/ExInterlockedAddUlong.c
 */
ULONG NTAPI ExInterlockedAddUlong(ULONG *Addend, ULONG Increment, KSPIN_LOCK *Lock)
{
    KIRQL Old = KiAcquireLock(Lock);
    ULONG Before = *Addend;
    *Addend = Before + Increment;
    KiReleaseLock(Lock, Old);
    return Before;
}
