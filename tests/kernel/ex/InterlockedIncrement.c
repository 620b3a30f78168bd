/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * InterlockedIncrement and its kin, ExfInterlockedInsertHeadList and its kin,
 * ExInterlockedFlushSList, ExiAcquireFastMutex - what Windows exports on x86 alone, with arguments
 * in registers. Elsewhere compilers make instructions of them.
 */
#include "kthread.h"

#if defined(__i386__)

/* The export itself, whatever the headers make of the name. */
#define CALL(Name, Result, ...) ((Result(FASTCALL *)(__VA_ARGS__))(ULONG_PTR)KtestExport(L## #Name))

TEST(InterlockedIncrement, ReturnsTheSum)
{
    LONG Value = -1;

    CHECK_EQ(CALL(InterlockedIncrement, LONG, LONG *)(&Value), 0);
    CHECK_EQ(CALL(InterlockedIncrement, LONG, LONG *)(&Value), 1);
    CHECK_EQ(Value, 1);
}

TEST(InterlockedDecrement, ReturnsTheDifference)
{
    LONG Value = 2;

    CHECK_EQ(CALL(InterlockedDecrement, LONG, LONG *)(&Value), 1);
    CHECK_EQ(Value, 1);
}

TEST(InterlockedExchange, ReturnsWhatWasThere)
{
    LONG Value = 5;

    CHECK_EQ(CALL(InterlockedExchange, LONG, LONG *, LONG)(&Value, 7), 5);
    CHECK_EQ(Value, 7);
    CHECK_EQ(CALL(Exfi386InterlockedExchangeUlong, ULONG, LONG *, ULONG)(&Value, 9), 7);
    CHECK_EQ(Value, 9);
}

TEST(InterlockedExchangeAdd, ReturnsWhatWasThere)
{
    LONG Value = 5;

    CHECK_EQ(CALL(InterlockedExchangeAdd, LONG, LONG *, LONG)(&Value, 7), 5);
    CHECK_EQ(Value, 12);
}

TEST(InterlockedCompareExchange, StoresOnlyIfEqual)
{
    LONG Value = 5;

    CHECK_EQ(CALL(InterlockedCompareExchange, LONG, LONG *, LONG, LONG)(&Value, 7, 4), 5);
    CHECK_EQ(Value, 5);
    CHECK_EQ(CALL(InterlockedCompareExchange, LONG, LONG *, LONG, LONG)(&Value, 7, 5), 5);
    CHECK_EQ(Value, 7);
}

TEST(ExfInterlockedCompareExchange64, StoresOnlyIfEqual)
{
    LONGLONG Value = 0x100000002, New = 0x300000004, Other = 0x100000003, Same = 0x100000002;
    KSPIN_LOCK Lock;

    CHECK_EQ(CALL(ExfInterlockedCompareExchange64, LONGLONG, LONGLONG *, LONGLONG *, LONGLONG *)(
                 &Value, &New, &Other),
        Same);
    CHECK_EQ(Value, Same);
    CHECK_EQ(CALL(ExfInterlockedCompareExchange64, LONGLONG, LONGLONG *, LONGLONG *, LONGLONG *)(
                 &Value, &New, &Same),
        Same);
    CHECK_EQ(Value, New);
    KeInitializeSpinLock(&Lock);
    CHECK_EQ(CALL(ExInterlockedCompareExchange64, LONGLONG, LONGLONG *, LONGLONG *, LONGLONG *,
                 KSPIN_LOCK *)(&Value, &Same, &New, &Lock),
        New);
    CHECK_EQ(Value, Same);
}

TEST(ExInterlockedAddLargeStatistic, Carries)
{
    LARGE_INTEGER Value;

    Value.QuadPart = 0xFFFFFFFF;
    CALL(ExInterlockedAddLargeStatistic, VOID, LARGE_INTEGER *, ULONG)(&Value, 2);
    CHECK_EQ(Value.QuadPart, 0x100000001);
}

/* The sign of a result, as the flags register has it. */
TEST(Exfi386InterlockedIncrementLong, ReturnsTheSign)
{
    LONG Value = -2;

    CHECK_EQ(CALL(Exfi386InterlockedIncrementLong, ULONG, LONG *)(&Value), RESULT_NEGATIVE);
    CHECK_EQ(CALL(Exfi386InterlockedIncrementLong, ULONG, LONG *)(&Value), RESULT_ZERO);
    CHECK_EQ(CALL(Exfi386InterlockedIncrementLong, ULONG, LONG *)(&Value), RESULT_POSITIVE);
    CHECK_EQ(CALL(Exfi386InterlockedDecrementLong, ULONG, LONG *)(&Value), RESULT_ZERO);
    CHECK_EQ(CALL(Exfi386InterlockedDecrementLong, ULONG, LONG *)(&Value), RESULT_NEGATIVE);
}

/* And those of them that have their arguments on the stack. */
#define CALL_STACK(Name, Result, ...) \
    ((Result(NTAPI *)(__VA_ARGS__))(ULONG_PTR)KtestExport(L## #Name))

TEST(Exi386InterlockedIncrementLong, ReturnsTheSign)
{
    LONG Value = 0;
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    CHECK_EQ(CALL_STACK(Exi386InterlockedIncrementLong, ULONG, LONG *)(&Value), RESULT_POSITIVE);
    CHECK_EQ(CALL_STACK(Exi386InterlockedDecrementLong, ULONG, LONG *)(&Value), RESULT_ZERO);
    CHECK_EQ(CALL_STACK(Exi386InterlockedExchangeUlong, ULONG, LONG *, ULONG)(&Value, 3), 0);
    CHECK_EQ(CALL_STACK(ExInterlockedDecrementLong, ULONG, LONG *, KSPIN_LOCK *)(&Value, &Lock),
        RESULT_POSITIVE);
    CHECK_EQ(CALL_STACK(ExInterlockedExchangeUlong, ULONG, LONG *, ULONG, KSPIN_LOCK *)(
                 &Value, 8, &Lock),
        2);
    CHECK_EQ(CALL(ExInterlockedIncrementLong, ULONG, LONG *, KSPIN_LOCK *)(&Value, &Lock),
        RESULT_POSITIVE);
    CHECK_EQ(Value, 9);
}

TEST(ExfInterlockedAddUlong, ReturnsWhatWasThere)
{
    ULONG Value = 5;
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    CHECK_EQ(
        CALL(ExfInterlockedAddUlong, ULONG, ULONG *, ULONG, KSPIN_LOCK *)(&Value, 7, &Lock), 5);
    CHECK_EQ(Value, 12);
}

typedef PLIST_ENTRY FASTCALL INSERT(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock);
typedef PLIST_ENTRY FASTCALL REMOVE(PLIST_ENTRY Head, PKSPIN_LOCK Lock);

TEST(ExfInterlockedInsertHeadList, AndItsKinKeepAList)
{
    INSERT *InsertHead = (INSERT *)(ULONG_PTR)KtestExport(L"ExfInterlockedInsertHeadList");
    INSERT *InsertTail = (INSERT *)(ULONG_PTR)KtestExport(L"ExfInterlockedInsertTailList");
    REMOVE *Remove = (REMOVE *)(ULONG_PTR)KtestExport(L"ExfInterlockedRemoveHeadList");
    LIST_ENTRY Head, Entry[2];
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    InitializeListHead(&Head);
    CHECK_PTR(InsertHead(&Head, &Entry[0], &Lock), NULL);
    CHECK_PTR(InsertTail(&Head, &Entry[1], &Lock), &Entry[0]);
    CHECK_PTR(Remove(&Head, &Lock), &Entry[0]);
    CHECK_PTR(Remove(&Head, &Lock), &Entry[1]);
    CHECK_PTR(Remove(&Head, &Lock), NULL);
}

typedef PSINGLE_LIST_ENTRY FASTCALL PUSH(
    PSINGLE_LIST_ENTRY Head, PSINGLE_LIST_ENTRY Entry, PKSPIN_LOCK Lock);
typedef PSINGLE_LIST_ENTRY FASTCALL POP(PSINGLE_LIST_ENTRY Head, PKSPIN_LOCK Lock);

TEST(ExfInterlockedPushEntryList, AndPopAreAStack)
{
    PUSH *Push = (PUSH *)(ULONG_PTR)KtestExport(L"ExfInterlockedPushEntryList");
    POP *Pop = (POP *)(ULONG_PTR)KtestExport(L"ExfInterlockedPopEntryList");
    SINGLE_LIST_ENTRY Head = {NULL}, Entry[2];
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    CHECK_PTR(Push(&Head, &Entry[0], &Lock), NULL);
    CHECK_PTR(Push(&Head, &Entry[1], &Lock), &Entry[0]);
    CHECK_PTR(Pop(&Head, &Lock), &Entry[1]);
    CHECK_PTR(Pop(&Head, &Lock), &Entry[0]);
    CHECK_PTR(Pop(&Head, &Lock), NULL);
}

/* The sequenced list's operations of before Windows XP, which take a lock. */
TEST(ExInterlockedPushEntrySList, AndPopAreAStack)
{
    SLIST_HEADER Head;
    SLIST_ENTRY Entry[2];
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    ExInitializeSListHead(&Head);
    CHECK_PTR(CALL(ExInterlockedPushEntrySList, PSLIST_ENTRY, PSLIST_HEADER, PSLIST_ENTRY,
                  KSPIN_LOCK *)(&Head, &Entry[0], &Lock),
        NULL);
    CHECK_PTR(CALL(ExInterlockedPushEntrySList, PSLIST_ENTRY, PSLIST_HEADER, PSLIST_ENTRY,
                  KSPIN_LOCK *)(&Head, &Entry[1], &Lock),
        &Entry[0]);
    CHECK_EQ(ExQueryDepthSList(&Head), 2);
    CHECK_PTR(
        CALL(ExInterlockedPopEntrySList, PSLIST_ENTRY, PSLIST_HEADER, KSPIN_LOCK *)(&Head, &Lock),
        &Entry[1]);
    CHECK_PTR(CALL(InterlockedPopEntrySList, PSLIST_ENTRY, PSLIST_HEADER)(&Head), &Entry[0]);
    CHECK_PTR(CALL(InterlockedPushEntrySList, PSLIST_ENTRY, PSLIST_HEADER, PSLIST_ENTRY)(
                  &Head, &Entry[0]),
        NULL);
    CHECK_PTR(CALL(ExInterlockedFlushSList, PSLIST_ENTRY, PSLIST_HEADER)(&Head), &Entry[0]);
    CHECK_EQ(ExQueryDepthSList(&Head), 0);
}

/* hal.dll's fast mutexes by the kernel's names. */
TEST(ExiAcquireFastMutex, IsAFastMutex)
{
    typedef VOID(FASTCALL RELEASE)(FAST_MUTEX *Mutex);
    /* while it may be looked up */
    RELEASE *Release = (RELEASE *)(ULONG_PTR)KtestExport(L"ExiReleaseFastMutex");
    FAST_MUTEX Mutex;

    ExInitializeFastMutex(&Mutex);
    CALL(ExiAcquireFastMutex, VOID, FAST_MUTEX *)(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    Release(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK_EQ(CALL(ExiTryToAcquireFastMutex, BOOLEAN, FAST_MUTEX *)(&Mutex), TRUE);
    ExReleaseFastMutex(&Mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeGetPreviousMode, IsKernelModeInDriverEntry)
{
    CHECK_EQ(CALL_STACK(KeGetPreviousMode, CCHAR, VOID)(), KernelMode);
}

#endif
