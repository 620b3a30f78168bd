/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * torture.h - several threads at the same objects until they have had enough, and then counts that
 * must agree.
 *
 *     static VOID NTAPI Worker(PVOID Context)
 *     {
 *         TORTURE_THREAD *Self = Context;
 *
 *         while (TortureGoesOn(Self)) { ... TORTURE_CHECK(Self->Torture, Something); ... }
 *     }
 *
 *     TEST(KeSetEvent, Races)
 *     {
 *         TORTURE Torture;
 *
 *         TortureBegin(&Torture, 1000);
 *         TortureStart(&Torture, Worker, &State);     more than once
 *         TortureJoin(&Torture);
 *         CHECK_EQ(...);
 *     }
 *
 * Without the value Seconds, a REG_DWORD, in the key Parameters of the driver's service each thread
 * does a number of rounds; with it, all tests of the driver together take that long: TortureTests,
 * which the driver's source defines, says how many there are. Nothing is waited for longer than a
 * test has patience; who loses patience says where, and everybody leaves. What is random is so in
 * the same order every time, as far as the threads' own races allow.
 */
#ifndef TESTS_KERNEL_TORTURE_TORTURE_H
#define TESTS_KERNEL_TORTURE_TORTURE_H

#include "kthread.h"

#define TORTURE_TAG         'troT'
#define TORTURE_MAX_THREADS 8

typedef struct TORTURE TORTURE;

typedef struct TORTURE_THREAD {
    TORTURE *Torture;
    PVOID Context;
    ULONG Index;  /* in order of their start */
    ULONG Random;
    LONG Round;   /* rounds begun */
    PVOID Object; /* the thread; NULL: it did not start */
} TORTURE_THREAD;

struct TORTURE {
    LONG Rounds;
    ULONGLONG End; /* as TortureNow; 0: by rounds */
    volatile LONG Stop;
    volatile LONG WrongLine; /* of the first check that failed on a thread */
    const char *WrongFile, *WrongText;
    ULONG Count;
    TORTURE_THREAD Thread[TORTURE_MAX_THREADS];
};

extern const ULONG TortureTests;

static inline ULONG TortureSeconds(VOID)
{
    RTL_QUERY_REGISTRY_TABLE Table[3];
    ULONG Seconds = 0;

    RtlZeroMemory(Table, sizeof(Table));
    Table[0].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    Table[0].Name = (PWSTR)(ULONG_PTR)L"Parameters";
    Table[1].Flags = RTL_QUERY_REGISTRY_DIRECT;
    Table[1].Name = (PWSTR)(ULONG_PTR)L"Seconds";
    Table[1].EntryContext = &Seconds;
    Table[1].DefaultType = REG_NONE;
    if (!NT_SUCCESS(RtlQueryRegistryValues(
            RTL_REGISTRY_ABSOLUTE, KtestRegistryPath->Buffer, Table, NULL, NULL)))
        return 0;
    return Seconds;
}

static inline ULONGLONG TortureNow(VOID)
{
    LARGE_INTEGER Frequency, Now = KeQueryPerformanceCounter(&Frequency);

    return (ULONGLONG)Now.QuadPart / ((ULONGLONG)Frequency.QuadPart / 1000); /* milliseconds */
}

static inline VOID TortureBegin(TORTURE *Torture, LONG Rounds)
{
    ULONG Seconds = TortureSeconds();

    RtlZeroMemory(Torture, sizeof(*Torture));
    Torture->Rounds = Rounds;
    if (Seconds != 0)
        Torture->End = TortureNow() + (ULONGLONG)Seconds * 1000 / TortureTests;
}

/* InterlockedExchangePointer, which on x86 is a macro that does not take what is volatile. */
static inline PVOID TortureExchange(volatile void *Place, PVOID Value)
{
    return InterlockedExchangePointer((PVOID *)(ULONG_PTR)Place, Value);
}

/* Lets others run. */
static inline VOID TortureYield(VOID)
{
    LARGE_INTEGER Now = {0};

    KeDelayExecutionThread(KernelMode, FALSE, &Now);
}

/* Keeps the first failure for TortureJoin, and everybody stops. */
static inline VOID TortureWrong(TORTURE *Torture, const char *File, LONG Line, const char *Text)
{
    if (InterlockedCompareExchange(&Torture->WrongLine, Line, 0) == 0) {
        Torture->WrongFile = File;
        Torture->WrongText = Text;
    }
    InterlockedExchange(&Torture->Stop, 1);
}

#define TORTURE_CHECK(Torture, Condition) \
    ((Condition) ? TRUE : (TortureWrong((Torture), __FILE__, __LINE__, #Condition), FALSE))

/* Waits for Object; FALSE, and the test has failed: patience ran out. */
#define TORTURE_WAIT(Torture, Object) TORTURE_CHECK((Torture), KtestWait(Object) == STATUS_SUCCESS)

static inline BOOLEAN TortureGoesOn(TORTURE_THREAD *Self)
{
    TORTURE *Torture = Self->Torture;

    if (Torture->Stop != 0)
        return FALSE;
    if (Torture->End != 0 ? TortureNow() >= Torture->End : Self->Round >= Torture->Rounds)
        return FALSE;
    Self->Round++;
    return TRUE;
}

/* A number below Bound. */
static inline ULONG TortureRandom(TORTURE_THREAD *Self, ULONG Bound)
{
    Self->Random = Self->Random * 1664525u + 1013904223u;
    return (Self->Random >> 8) % Bound;
}

/* A timeout up to so many microseconds, often none at all. */
static inline PLARGE_INTEGER TortureTimeout(
    TORTURE_THREAD *Self, PLARGE_INTEGER Timeout, ULONG Microseconds)
{
    Timeout->QuadPart = TortureRandom(Self, 4) == 0
        ? 0
        : -10 * (LONGLONG)TortureRandom(Self, Microseconds);
    return Timeout;
}

static inline TORTURE_THREAD *TortureStart(TORTURE *Torture, PKSTART_ROUTINE Routine, PVOID Context)
{
    TORTURE_THREAD *Self = &Torture->Thread[Torture->Count];

    Self->Torture = Torture;
    Self->Context = Context;
    Self->Index = Torture->Count++;
    Self->Random = 12345 + 7919 * Self->Index;
    Self->Object = KtestStartThread(Routine, Self);
    if (Self->Object == NULL)
        InterlockedExchange(&Torture->Stop, 1);
    return Self;
}

/* Waits until the threads from First on have ended. As one may work until the time is over: as
 * often as it takes. */
static inline VOID TortureJoinFrom(TORTURE *Torture, ULONG First)
{
    ULONG Index;

    for (Index = First; Index < Torture->Count; Index++) {
        TORTURE_THREAD *Self = &Torture->Thread[Index];

        if (Self->Object == NULL)
            continue;
        while (Torture->End != 0 && Torture->Stop == 0 && TortureNow() < Torture->End) {
            if (KtestWait(Self->Object) == STATUS_SUCCESS)
                break;
        }
        KtestJoinThread(Self->Object);
        Self->Object = NULL;
    }
}

/* Waits for all threads and reports what failed on one of them. */
static inline VOID TortureJoin(TORTURE *Torture)
{
    TortureJoinFrom(Torture, 0);
    if (Torture->WrongLine != 0)
        KtestCheck(FALSE, Torture->WrongFile, (ULONG)Torture->WrongLine, Torture->WrongText);
}

#endif
