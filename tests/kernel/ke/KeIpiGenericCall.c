/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeIpiGenericCall - a routine runs on all processors at the same time, at IPI_LEVEL; those that
 * wait for one another meet.
 */
#include <ntddk.h>

#include "ktest.h"

typedef ULONG_PTR(NTAPI *BROADCAST)(ULONG_PTR);
typedef ULONG_PTR(NTAPI *GENERIC_CALL)(BROADCAST, ULONG_PTR);

typedef struct MEETING {
    LONG Expected;
    volatile LONG Here;
    volatile LONG Calls;
    volatile LONG WrongIrql;
    volatile UCHAR Seen[64];
} MEETING;

/* Which processors came, each once. */
static KAFFINITY SeenSet(const volatile UCHAR *Seen)
{
    KAFFINITY Set = 0;
    ULONG Number;

    for (Number = 0; Number < sizeof(KAFFINITY) * 8; Number++)
        Set |= (KAFFINITY)(Seen[Number] == 1) << Number;
    return Set;
}

static LONG Count(KAFFINITY Set)
{
    LONG Bits = 0;

    for (; Set != 0; Set &= Set - 1)
        Bits++;
    return Bits;
}

/* Nobody goes on before all are here. */
static ULONG_PTR NTAPI Meet(ULONG_PTR Argument)
{
    MEETING *Meeting = (MEETING *)Argument;

    if (KeGetCurrentIrql() != IPI_LEVEL)
        InterlockedIncrement(&Meeting->WrongIrql);
    Meeting->Seen[KeGetCurrentProcessorNumber() % 64]++;
    InterlockedIncrement(&Meeting->Here);
    while (Meeting->Here < Meeting->Expected)
        YieldProcessor();
    InterlockedIncrement(&Meeting->Calls);
    return KeGetCurrentProcessorNumber() + 100;
}

static VOID CheckMeeting(GENERIC_CALL Call)
{
    MEETING Meeting = {.Expected = Count(KeQueryActiveProcessors())};
    ULONG_PTR Result;

    KeSetSystemAffinityThread(1);
    Result = Call(Meet, (ULONG_PTR)&Meeting);
    CHECK_EQ(Result, 100);
    KeRevertToUserAffinityThread();
    CHECK_EQ(Meeting.Calls, Meeting.Expected);
    CHECK_EQ(Meeting.WrongIrql, 0);
    CHECK_EQ(SeenSet(Meeting.Seen), KeQueryActiveProcessors());
}

TEST(KeIpiGenericCall, AllProcessorsMeet)
{
    GENERIC_CALL Call = (GENERIC_CALL)KtestExport(L"KeIpiGenericCall");
    ULONG Round;

    if (Call == NULL) {
        skip("newer than this Windows");
        return;
    }
    for (Round = 0; Round < 20; Round++)
        CheckMeeting(Call);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(KeIpiGenericCall, FromDispatchLevel)
{
    GENERIC_CALL Call = (GENERIC_CALL)KtestExport(L"KeIpiGenericCall");
    MEETING Meeting = {.Expected = Count(KeQueryActiveProcessors())};
    KIRQL Old;

    if (Call == NULL) {
        skip("newer than this Windows");
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Call(Meet, (ULONG_PTR)&Meeting);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
    CHECK_EQ(Meeting.Calls, Meeting.Expected);
}

/* A DPC that holds its processor, until it is told to end, does not keep the call from coming. */
typedef struct HOLDER {
    volatile LONG Started, End;
    KEVENT Ended;
} HOLDER;

static VOID NTAPI Hold(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    HOLDER *Holder = Context;

    (VOID)Dpc;
    (VOID)Argument1;
    (VOID)Argument2;
    InterlockedExchange(&Holder->Started, 1);
    while (!Holder->End)
        YieldProcessor();
    KeSetEvent(&Holder->Ended, IO_NO_INCREMENT, FALSE);
}

TEST(KeIpiGenericCall, InterruptsADpc)
{
    GENERIC_CALL Call = (GENERIC_CALL)KtestExport(L"KeIpiGenericCall");
    MEETING Meeting = {.Expected = Count(KeQueryActiveProcessors())};
    HOLDER Holder = {0};
    KDPC Dpc;

    if (Call == NULL || Meeting.Expected < 2) {
        skip("takes two processors");
        return;
    }
    KeInitializeEvent(&Holder.Ended, NotificationEvent, FALSE);
    KeInitializeDpc(&Dpc, Hold, &Holder);
    KeSetTargetProcessorDpc(&Dpc, 1);
    KeSetSystemAffinityThread(1);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    while (!Holder.Started)
        YieldProcessor();
    Call(Meet, (ULONG_PTR)&Meeting);
    CHECK_EQ(Meeting.Calls, Meeting.Expected);
    InterlockedExchange(&Holder.End, 1);
    KeRevertToUserAffinityThread();
    KeWaitForSingleObject(&Holder.Ended, Executive, KernelMode, FALSE, NULL);
    KeFlushQueuedDpcs();
}
