/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeGenericCallDpc, KeSignalCallDpcSynchronize and KeSignalCallDpcDone - a DPC on every processor,
 * in step.
 */
#include <ntddk.h>

#include "ktest.h"

typedef VOID(NTAPI *CALL)(PKDEFERRED_ROUTINE, PVOID);
typedef VOID(NTAPI *DONE)(PVOID);
typedef ULONG(NTAPI *SYNCHRONIZE_CALL)(PVOID);

typedef struct STEPS {
    DONE Done;
    SYNCHRONIZE_CALL Synchronize;
    LONG Expected;
    volatile LONG First, Second, Behind, Chosen, WrongIrql;
    volatile UCHAR Seen[64];
} STEPS;

/* Which processors came, each once. */
static KAFFINITY SeenSet(const volatile UCHAR *Seen)
{
    KAFFINITY Set = 0;
    ULONG Number;

    for (Number = 0; Number < sizeof(KAFFINITY) * 8; Number++)
        Set |= (KAFFINITY)(Seen[Number] == 1) << Number;
    return Set;
}

static VOID NTAPI Step(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    STEPS *Steps = Context;

    (VOID)Dpc;
    if (KeGetCurrentIrql() != DISPATCH_LEVEL)
        InterlockedIncrement(&Steps->WrongIrql);
    Steps->Seen[KeGetCurrentProcessorNumber() % 64]++;
    InterlockedIncrement(&Steps->First);
    if (Steps->Synchronize(Argument2))
        InterlockedIncrement(&Steps->Chosen);
    if (Steps->First != Steps->Expected)
        InterlockedIncrement(&Steps->Behind);
    InterlockedIncrement(&Steps->Second);
    Steps->Synchronize(Argument2);
    if (Steps->Second != Steps->Expected)
        InterlockedIncrement(&Steps->Behind);
    Steps->Done(Argument1);
}

static BOOLEAN Prepare(STEPS *Steps, CALL *Call)
{
    KAFFINITY Set = KeQueryActiveProcessors();

    RtlZeroMemory(Steps, sizeof(*Steps));
    *Call = (CALL)KtestExport(L"KeGenericCallDpc");
    Steps->Done = (DONE)KtestExport(L"KeSignalCallDpcDone");
    Steps->Synchronize = (SYNCHRONIZE_CALL)KtestExport(L"KeSignalCallDpcSynchronize");
    for (; Set != 0; Set &= Set - 1)
        Steps->Expected++;
    if (*Call != NULL && Steps->Done != NULL && Steps->Synchronize != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

TEST(KeGenericCallDpc, EveryProcessorOnce)
{
    STEPS Steps;
    CALL Call;

    if (!Prepare(&Steps, &Call))
        return;
    Call(Step, &Steps);
    CHECK_EQ(Steps.First, Steps.Expected);
    CHECK_EQ(Steps.Second, Steps.Expected);
    CHECK_EQ(SeenSet(Steps.Seen), KeQueryActiveProcessors());
    CHECK_EQ(Steps.WrongIrql, 0);
}

TEST(KeSignalCallDpcSynchronize, AllComeBeforeAnyGoes)
{
    ULONG Round;

    for (Round = 0; Round < 20; Round++) {
        STEPS Steps;
        CALL Call;

        if (!Prepare(&Steps, &Call))
            return;
        Call(Step, &Steps);
        CHECK_EQ(Steps.Behind, 0);
        CHECK_EQ(Steps.Chosen, 1);
    }
}

/* The caller goes on when all are done. */
TEST(KeSignalCallDpcDone, TheCallerWaitsForAll)
{
    STEPS Steps;
    CALL Call;

    if (!Prepare(&Steps, &Call))
        return;
    Call(Step, &Steps);
    Call(Step, &Steps);
    CHECK_EQ(Steps.Second, 2 * Steps.Expected);
}
