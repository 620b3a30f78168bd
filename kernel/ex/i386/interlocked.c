/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Exports only i386 has: interlocked operations, which compilers for other processors make
 * instructions of, and the lists and sums of ex/interlocked.c with their arguments in registers, as
 * the macros of the DDK call them.
 */
#include "ex/interlocked.h"
#include "ex/mutex.h"
#include "ex/mutex.h"

/* What the oldest of them return of a sum: its sign, as bits of the flags register, not its
 * value. */
typedef enum EXP_SIGN { EXP_ZERO = 0x4000, EXP_NEGATIVE = 0x8000, EXP_POSITIVE = 0 } EXP_SIGN;

LONG FASTCALL InterlockedIncrement(LONG *Addend);
LONG FASTCALL InterlockedDecrement(LONG *Addend);
LONG FASTCALL InterlockedExchange(LONG *Target, LONG Value);
LONG FASTCALL InterlockedExchangeAdd(LONG *Addend, LONG Value);
LONG FASTCALL InterlockedCompareExchange(LONG *Target, LONG Exchange, LONG Comparand);
LONGLONG FASTCALL ExfInterlockedCompareExchange64(
    LONGLONG *Target, LONGLONG *Exchange, LONGLONG *Comparand);
LONGLONG FASTCALL ExInterlockedCompareExchange64(
    LONGLONG *Target, LONGLONG *Exchange, LONGLONG *Comparand, KSPIN_LOCK *Lock);
void FASTCALL ExInterlockedAddLargeStatistic(LARGE_INTEGER *Addend, ULONG Increment);
ULONG FASTCALL ExfInterlockedAddUlong(ULONG *Addend, ULONG Increment, KSPIN_LOCK *Lock);
LIST_ENTRY *FASTCALL ExfInterlockedInsertHeadList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
LIST_ENTRY *FASTCALL ExfInterlockedInsertTailList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
LIST_ENTRY *FASTCALL ExfInterlockedRemoveHeadList(LIST_ENTRY *ListHead, KSPIN_LOCK *Lock);
SINGLE_LIST_ENTRY *FASTCALL ExfInterlockedPopEntryList(
    SINGLE_LIST_ENTRY *ListHead, KSPIN_LOCK *Lock);
SINGLE_LIST_ENTRY *FASTCALL ExfInterlockedPushEntryList(
    SINGLE_LIST_ENTRY *ListHead, SINGLE_LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock);
EXP_SIGN FASTCALL Exfi386InterlockedIncrementLong(LONG *Addend);
EXP_SIGN FASTCALL Exfi386InterlockedDecrementLong(LONG *Addend);
ULONG FASTCALL Exfi386InterlockedExchangeUlong(ULONG *Target, ULONG Value);
EXP_SIGN NTAPI Exi386InterlockedIncrementLong(LONG *Addend);
EXP_SIGN NTAPI Exi386InterlockedDecrementLong(LONG *Addend);
ULONG NTAPI Exi386InterlockedExchangeUlong(ULONG *Target, ULONG Value);
EXP_SIGN FASTCALL ExInterlockedIncrementLong(LONG *Addend, KSPIN_LOCK *Lock);
EXP_SIGN NTAPI ExInterlockedDecrementLong(LONG *Addend, KSPIN_LOCK *Lock);
ULONG NTAPI ExInterlockedExchangeUlong(ULONG *Target, ULONG Value, KSPIN_LOCK *Lock);

/* ---- numbers: IRQL any; Source: DOC winbase/InterlockedIncrement and its kin ----------------- */

/* InterlockedIncrement - add one; returns the sum. */
LONG FASTCALL InterlockedIncrement(LONG *Addend)
{
    return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

/* InterlockedDecrement - take one off; returns the difference. */
LONG FASTCALL InterlockedDecrement(LONG *Addend)
{
    return __atomic_sub_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

/* InterlockedExchange - store; returns what was there before. */
LONG FASTCALL InterlockedExchange(LONG *Target, LONG Value)
{
    return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

/* InterlockedExchangeAdd - add; returns what was there before. */
LONG FASTCALL InterlockedExchangeAdd(LONG *Addend, LONG Value)
{
    return __atomic_fetch_add(Addend, Value, __ATOMIC_SEQ_CST);
}

/* InterlockedCompareExchange - store Exchange where Comparand is; returns what was there before. */
LONG FASTCALL InterlockedCompareExchange(LONG *Target, LONG Exchange, LONG Comparand)
{
    __atomic_compare_exchange_n(
        Target, &Comparand, Exchange, FALSE, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return Comparand;
}

/* ExfInterlockedCompareExchange64 - the same of 64 bits. Source: DOC
 * wdm/ExInterlockedCompareExchange64. */
LONGLONG FASTCALL ExfInterlockedCompareExchange64(
    LONGLONG *Target, LONGLONG *Exchange, LONGLONG *Comparand)
{
    return __sync_val_compare_and_swap(Target, *Comparand, *Exchange);
}

/* ExInterlockedCompareExchange64 - the same; the lock is not needed. */
LONGLONG FASTCALL ExInterlockedCompareExchange64(
    LONGLONG *Target, LONGLONG *Exchange, LONGLONG *Comparand, KSPIN_LOCK *Lock)
{
    (void)Lock;
    return ExfInterlockedCompareExchange64(Target, Exchange, Comparand);
}

/* ExInterlockedAddLargeStatistic - add to 64 bits; who reads them may see half a sum. Source: DOC
 * wdm. */
void FASTCALL ExInterlockedAddLargeStatistic(LARGE_INTEGER *Addend, ULONG Increment)
{
    ULONG Before = __atomic_fetch_add(&Addend->LowPart, Increment, __ATOMIC_RELAXED);
    if (Before + Increment < Before)
        __atomic_fetch_add(&Addend->HighPart, 1, __ATOMIC_RELAXED);
}

/* ---- lists and sums under a spin lock: as those of ex/interlocked.c -------------------------- */

ULONG FASTCALL ExfInterlockedAddUlong(ULONG *Addend, ULONG Increment, KSPIN_LOCK *Lock)
{
    return ExInterlockedAddUlong(Addend, Increment, Lock);
}

LIST_ENTRY *FASTCALL ExfInterlockedInsertHeadList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    return ExInterlockedInsertHeadList(ListHead, ListEntry, Lock);
}

LIST_ENTRY *FASTCALL ExfInterlockedInsertTailList(
    LIST_ENTRY *ListHead, LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    return ExInterlockedInsertTailList(ListHead, ListEntry, Lock);
}

LIST_ENTRY *FASTCALL ExfInterlockedRemoveHeadList(LIST_ENTRY *ListHead, KSPIN_LOCK *Lock)
{
    return ExInterlockedRemoveHeadList(ListHead, Lock);
}

SINGLE_LIST_ENTRY *FASTCALL ExfInterlockedPopEntryList(
    SINGLE_LIST_ENTRY *ListHead, KSPIN_LOCK *Lock)
{
    return ExInterlockedPopEntryList(ListHead, Lock);
}

SINGLE_LIST_ENTRY *FASTCALL ExfInterlockedPushEntryList(
    SINGLE_LIST_ENTRY *ListHead, SINGLE_LIST_ENTRY *ListEntry, KSPIN_LOCK *Lock)
{
    return ExInterlockedPushEntryList(ListHead, ListEntry, Lock);
}

/* ---- the oldest of them: IRQL any; Source: INF the DDK's macros and enumeration -------------- */

static EXP_SIGN ExpSign(LONG Value)
{
    return Value == 0 ? EXP_ZERO : Value < 0 ? EXP_NEGATIVE : EXP_POSITIVE;
}

EXP_SIGN FASTCALL Exfi386InterlockedIncrementLong(LONG *Addend)
{
    return ExpSign(InterlockedIncrement(Addend));
}

EXP_SIGN FASTCALL Exfi386InterlockedDecrementLong(LONG *Addend)
{
    return ExpSign(InterlockedDecrement(Addend));
}

ULONG FASTCALL Exfi386InterlockedExchangeUlong(ULONG *Target, ULONG Value)
{
    return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);
}

EXP_SIGN NTAPI Exi386InterlockedIncrementLong(LONG *Addend)
{
    return ExpSign(InterlockedIncrement(Addend));
}

EXP_SIGN NTAPI Exi386InterlockedDecrementLong(LONG *Addend)
{
    return ExpSign(InterlockedDecrement(Addend));
}

ULONG NTAPI Exi386InterlockedExchangeUlong(ULONG *Target, ULONG Value)
{
    return Exfi386InterlockedExchangeUlong(Target, Value);
}

EXP_SIGN FASTCALL ExInterlockedIncrementLong(LONG *Addend, KSPIN_LOCK *Lock)
{
    (void)Lock;
    return ExpSign(InterlockedIncrement(Addend));
}

EXP_SIGN NTAPI ExInterlockedDecrementLong(LONG *Addend, KSPIN_LOCK *Lock)
{
    (void)Lock;
    return ExpSign(InterlockedDecrement(Addend));
}

ULONG NTAPI ExInterlockedExchangeUlong(ULONG *Target, ULONG Value, KSPIN_LOCK *Lock)
{
    (void)Lock;
    return Exfi386InterlockedExchangeUlong(Target, Value);
}

/* ---- hal.dll's fast mutexes, by the names the kernel has them -------------------------------- */

void FASTCALL ExiAcquireFastMutex(FAST_MUTEX *FastMutex)
{
    ExAcquireFastMutex(FastMutex);
}

void FASTCALL ExiReleaseFastMutex(FAST_MUTEX *FastMutex)
{
    ExReleaseFastMutex(FastMutex);
}

BOOLEAN FASTCALL ExiTryToAcquireFastMutex(FAST_MUTEX *FastMutex)
{
    return ExTryToAcquireFastMutex(FastMutex);
}
