/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Sequenced singly linked lists: what needs no exchange. The exchanges are written for the
 * processor. */
#include "ex/slist.h"

#if defined(__x86_64__)

extern const char ExpPopAgain[], ExpPopFault[];

/*
 * A fault where pop reads a link: the entry was freed because somebody else has popped it, and then
 * the head says so. The same head as before means that the list itself is wrong. Runs on the signal
 * stack.
 */
static BOOLEAN ExpRetrySList(CONTEXT *Context)
{
    if (Context->Rip != (ULONG64)(ULONG_PTR)ExpPopFault)
        return FALSE;
    const volatile SLIST_HEADER *Head = (const volatile SLIST_HEADER *)Context->R8;
    if (Head->Alignment == Context->Rax && Head->Region == Context->Rdx)
        return FALSE;
    Context->Rip = (ULONG64)(ULONG_PTR)ExpPopAgain;
    return TRUE;
}

void ExpInitializeSLists(void)
{
    KeRetryFault = ExpRetrySList;
}

/*
 * InitializeSListHead - an empty list. Its head is 16-byte aligned: raises
 * STATUS_DATATYPE_MISALIGNMENT otherwise.
 * IRQL: any. Source: DOC wdm/ExInitializeSListHead; INF the exception, from the inline form
 */
void NTAPI InitializeSListHead(SLIST_HEADER *ListHead)
{
    if (((ULONG_PTR)ListHead & (MEMORY_ALLOCATION_ALIGNMENT - 1)) != 0)
        ExRaiseStatus(STATUS_DATATYPE_MISALIGNMENT);
    ListHead->Alignment = 0;
    ListHead->Region = 0;
}

/* ExQueryDepthSList - how many entries, modulo 65536. IRQL: any. Source: DOC wdm/ExQueryDepthSList;
 * OBS tests. */
USHORT NTAPI ExQueryDepthSList(SLIST_HEADER *ListHead)
{
    return (USHORT)__atomic_load_n(&ListHead->Alignment, __ATOMIC_RELAXED);
}

/* FirstEntrySList - the first entry, left where it is; NULL: none. IRQL: any. Source: INF from
 * RtlFirstEntrySList. */
SLIST_ENTRY *NTAPI FirstEntrySList(const SLIST_HEADER *ListHead)
{
    return (SLIST_ENTRY *)(ULONG_PTR)(__atomic_load_n(&ListHead->Region, __ATOMIC_ACQUIRE) &
        ~(ULONG64)15);
}

#else

SLIST_ENTRY *FASTCALL InterlockedPushEntrySList(SLIST_HEADER *ListHead, SLIST_ENTRY *ListEntry);
SLIST_ENTRY *FASTCALL InterlockedPopEntrySList(SLIST_HEADER *ListHead);
SLIST_ENTRY *FASTCALL ExInterlockedFlushSList(SLIST_HEADER *ListHead);

extern const char ExpPopAgain[], ExpPopFault[];

/* As on x86-64. */
static BOOLEAN ExpRetrySList(CONTEXT *Context)
{
    if (Context->Eip != (ULONG)(ULONG_PTR)ExpPopFault)
        return FALSE;
    const volatile ULONG *Head = (const volatile ULONG *)Context->Esi;
    if (Head[0] == Context->Eax && Head[1] == Context->Edx)
        return FALSE;
    Context->Eip = (ULONG)(ULONG_PTR)ExpPopAgain;
    return TRUE;
}

void ExpInitializeSLists(void)
{
    KeRetryFault = ExpRetrySList;
}

/* What lists of ours are worked on with; on i386 the exports are these, with their arguments in
 * registers. */
SLIST_ENTRY *NTAPI ExpInterlockedPushEntrySList(SLIST_HEADER *ListHead, SLIST_ENTRY *ListEntry)
{
    return InterlockedPushEntrySList(ListHead, ListEntry);
}

SLIST_ENTRY *NTAPI ExpInterlockedPopEntrySList(SLIST_HEADER *ListHead)
{
    return InterlockedPopEntrySList(ListHead);
}

SLIST_ENTRY *NTAPI ExpInterlockedFlushSList(SLIST_HEADER *ListHead)
{
    return ExInterlockedFlushSList(ListHead);
}

USHORT NTAPI ExQueryDepthSList(SLIST_HEADER *ListHead)
{
    return ListHead->Depth;
}

SLIST_ENTRY *NTAPI FirstEntrySList(const SLIST_HEADER *ListHead)
{
    return ListHead->Next.Next;
}

#endif
