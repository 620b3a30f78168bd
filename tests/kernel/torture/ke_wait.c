/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits for any and for all, with timeouts that race what they wait for: nothing signalled is lost,
 * and nothing is had twice.
 */
#include "torture.h"

const ULONG TortureTests = 9;

/* ---- two threads hand a turn to each other --------------------------------------------------- */

typedef struct TURNS {
    KEVENT Turn[2];
    volatile LONG Done[2];
    volatile LONG Over;
} TURNS;

static VOID NTAPI TurnLeader(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    TURNS *Turns = Self->Context;

    while (TortureGoesOn(Self)) {
        KeSetEvent(&Turns->Turn[1], IO_NO_INCREMENT, FALSE);
        if (!TORTURE_WAIT(Self->Torture, &Turns->Turn[0]))
            break;
        Turns->Done[0]++;
        TORTURE_CHECK(Self->Torture, Turns->Done[0] == Turns->Done[1]);
    }
    InterlockedExchange(&Turns->Over, 1);
    KeSetEvent(&Turns->Turn[1], IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI TurnFollower(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    TURNS *Turns = Self->Context;
    PVOID Never[2];
    KEVENT Other;
    NTSTATUS Status;
    LARGE_INTEGER Timeout;

    KeInitializeEvent(&Other, SynchronizationEvent, FALSE);
    Never[0] = &Other;
    Never[1] = &Turns->Turn[1];
    for (;;) {
        /* Times out now and then, and may not have taken the event when it does. */
        Status = KeWaitForMultipleObjects(2, Never, WaitAny, Executive, KernelMode, FALSE,
            TortureTimeout(Self, &Timeout, 20), NULL);
        if (Status == STATUS_TIMEOUT && !TORTURE_WAIT(Self->Torture, &Turns->Turn[1]))
            return;
        TORTURE_CHECK(Self->Torture, Status == STATUS_TIMEOUT || Status == STATUS_WAIT_1);
        if (Turns->Over != 0)
            return;
        Turns->Done[1]++;
        KeSetEvent(&Turns->Turn[0], IO_NO_INCREMENT, FALSE);
    }
}

TEST(KeSetEvent, EveryTurnIsTaken)
{
    TORTURE Torture;
    TURNS Turns[2];
    ULONG Pair;

    TortureBegin(&Torture, 2000);
    RtlZeroMemory(Turns, sizeof(Turns));
    for (Pair = 0; Pair < 2; Pair++) {
        KeInitializeEvent(&Turns[Pair].Turn[0], SynchronizationEvent, FALSE);
        KeInitializeEvent(&Turns[Pair].Turn[1], SynchronizationEvent, FALSE);
        TortureStart(&Torture, TurnFollower, &Turns[Pair]);
        TortureStart(&Torture, TurnLeader, &Turns[Pair]);
    }
    TortureJoin(&Torture);
    for (Pair = 0; Pair < 2; Pair++)
        CHECK_EQ(Turns[Pair].Done[0], Turns[Pair].Done[1]);
}

/* ---- what a semaphore is given is taken ------------------------------------------------------ */

#define TOKEN_TAKERS 3

typedef struct TOKENS {
    KSEMAPHORE Semaphore;
    KEVENT Never;
    volatile LONG Given, Taken;
} TOKENS;

static VOID NTAPI TokenGiver(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    TOKENS *Tokens = Self->Context;

    while (TortureGoesOn(Self)) {
        LONG Count = 1 + (LONG)TortureRandom(Self, 3);

        InterlockedExchangeAdd(&Tokens->Given, Count);
        KeReleaseSemaphore(&Tokens->Semaphore, IO_NO_INCREMENT, Count, FALSE);
        while (Tokens->Given - Tokens->Taken > 1000 && Self->Torture->Stop == 0)
            TortureYield();
    }
}

static VOID NTAPI TokenTaker(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    TOKENS *Tokens = Self->Context;
    PVOID Objects[2];
    NTSTATUS Status;
    LARGE_INTEGER Timeout;

    Objects[0] = &Tokens->Never;
    Objects[1] = &Tokens->Semaphore;
    for (;;) {
        switch (TortureRandom(Self, 3)) {
        case 0:
            Status = KtestWait(&Tokens->Semaphore);
            if (!TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS))
                return;
            break;
        case 1:
            Status = KeWaitForSingleObject(&Tokens->Semaphore, Executive, KernelMode, FALSE,
                TortureTimeout(Self, &Timeout, 50));
            break;
        default:
            Status = KeWaitForMultipleObjects(2, Objects, WaitAny, Executive, KernelMode, FALSE,
                                              TortureTimeout(Self, &Timeout, 50), NULL);
            if (Status == STATUS_WAIT_1)
                Status = STATUS_SUCCESS;
            break;
        }
        if (Status == STATUS_TIMEOUT)
            continue;
        if (!TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS))
            return;
        InterlockedIncrement(&Tokens->Taken);
        if (Self->Torture->Stop != 0)
            return;
    }
}

TEST(KeReleaseSemaphore, WhatIsGivenIsTaken)
{
    TORTURE Torture;
    TOKENS Tokens;
    ULONG Index;

    TortureBegin(&Torture, 3000);
    RtlZeroMemory(&Tokens, sizeof(Tokens));
    KeInitializeSemaphore(&Tokens.Semaphore, 0, MAXLONG);
    KeInitializeEvent(&Tokens.Never, NotificationEvent, FALSE);
    for (Index = 0; Index < TOKEN_TAKERS; Index++)
        TortureStart(&Torture, TokenTaker, &Tokens);
    for (Index = 0; Index < 2; Index++)
        TortureStart(&Torture, TokenGiver, &Tokens);
    TortureJoinFrom(&Torture, TOKEN_TAKERS);
    /* One more for each taker, who leaves with what it has taken by then. */
    InterlockedExchange(&Torture.Stop, 1);
    InterlockedExchangeAdd(&Tokens.Given, TOKEN_TAKERS);
    KeReleaseSemaphore(&Tokens.Semaphore, IO_NO_INCREMENT, TOKEN_TAKERS, FALSE);
    TortureJoin(&Torture);
    CHECK_EQ(Tokens.Given, Tokens.Taken + KeReadStateSemaphore(&Tokens.Semaphore));
}

/* ---- mutexes: one owner, and all of two at once ---------------------------------------------- */

#define TABLE_SEATS 4

typedef struct TABLE {
    KMUTEX Fork[TABLE_SEATS];
    volatile LONG Held[TABLE_SEATS]; /* by how many; guarded by the fork */
    LONG Meals[TABLE_SEATS];         /* guarded by the fork */
    LONG Eaten[TABLE_SEATS];         /* by the thread of the same number */
} TABLE;

static VOID TableUse(TORTURE_THREAD *Self, TABLE *Table, ULONG Fork)
{
    TORTURE_CHECK(Self->Torture, InterlockedIncrement(&Table->Held[Fork]) == 1);
    Table->Meals[Fork]++;
    InterlockedDecrement(&Table->Held[Fork]);
}

static VOID NTAPI TableEater(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    TABLE *Table = Self->Context;
    ULONG Left = Self->Index, Right = (Self->Index + 1) % TABLE_SEATS;
    PVOID Both[2];
    NTSTATUS Status;
    LARGE_INTEGER Timeout;

    Both[0] = &Table->Fork[Left];
    Both[1] = &Table->Fork[Right];
    while (TortureGoesOn(Self)) {
        BOOLEAN Patient = TortureRandom(Self, 3) == 0;

        TortureTimeout(Self, &Timeout, 40);
        if (Patient)
            Timeout.QuadPart = KTEST_PATIENCE;
        if (TortureRandom(Self, 4) == 0) {
            /* One alone, and a second time by its owner. */
            Status = KeWaitForSingleObject(Both[0], Executive, KernelMode, FALSE, &Timeout);
            if (Status == STATUS_SUCCESS) {
                TORTURE_CHECK(Self->Torture, KtestPoll(Both[0]) == STATUS_SUCCESS);
                TableUse(Self, Table, Left);
                Table->Eaten[Self->Index]++;
                TORTURE_CHECK(Self->Torture, KeReleaseMutex(&Table->Fork[Left], FALSE) != 0);
                KeReleaseMutex(&Table->Fork[Left], FALSE);
            }
        } else {
            Status = KeWaitForMultipleObjects(
                2, Both, WaitAll, Executive, KernelMode, FALSE, &Timeout, NULL);
            if (Status == STATUS_SUCCESS) {
                TableUse(Self, Table, Left);
                TableUse(Self, Table, Right);
                Table->Eaten[Self->Index] += 2;
                KeReleaseMutex(&Table->Fork[Right], FALSE);
                KeReleaseMutex(&Table->Fork[Left], FALSE);
            }
        }
        if (!TORTURE_CHECK(
                Self->Torture, Status == STATUS_SUCCESS || (Status == STATUS_TIMEOUT && !Patient)))
            return;
    }
}

TEST(KeWaitForMultipleObjects, AllOfTwoMutexes)
{
    TORTURE Torture;
    TABLE Table;
    LONG Meals = 0, Eaten = 0;
    ULONG Index;

    TortureBegin(&Torture, 3000);
    RtlZeroMemory(&Table, sizeof(Table));
    for (Index = 0; Index < TABLE_SEATS; Index++)
        KeInitializeMutex(&Table.Fork[Index], 0);
    for (Index = 0; Index < TABLE_SEATS; Index++)
        TortureStart(&Torture, TableEater, &Table);
    TortureJoin(&Torture);
    for (Index = 0; Index < TABLE_SEATS; Index++) {
        Meals += Table.Meals[Index];
        Eaten += Table.Eaten[Index];
        CHECK_EQ(KeReadStateMutex(&Table.Fork[Index]), 1);
    }
    CHECK_EQ(Meals, Eaten);
}
