/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dpc_test.h - DPCs that note how they were called.
 *
 * What must find DPCs still in their queue runs in a DPC routine itself: DpcTestHold. While it
 * runs, nothing that is queued for its processor, number 0, can.
 */
#ifndef TESTS_KERNEL_KE_DPC_TEST_H
#define TESTS_KERNEL_KE_DPC_TEST_H

#include "kthread.h"

typedef struct DPC_TEST {
    KDPC Dpc;
    KEVENT Ran;
    volatile LONG Count;
    volatile LONG *Order; /* shared; raised by each call */
    LONG Place;           /* what it was raised to */
    ULONG Again;          /* how often the routine queues itself again */
    KIRQL Irql;
    ULONG Processor;
    PKDPC Seen;
    PVOID Argument1, Argument2;
} DPC_TEST;

static VOID NTAPI DpcTestRoutine(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    DPC_TEST *Test = Context;

    Test->Irql = KeGetCurrentIrql();
    Test->Processor = KeGetCurrentProcessorNumber();
    Test->Seen = Dpc;
    Test->Argument1 = Argument1;
    Test->Argument2 = Argument2;
    if (Test->Order != NULL)
        Test->Place = InterlockedIncrement(Test->Order);
    InterlockedIncrement(&Test->Count);
    if (Test->Again != 0) {
        Test->Again--;
        KeInsertQueueDpc(Dpc, Argument1, Argument2);
        return;
    }
    KeSetEvent(&Test->Ran, IO_NO_INCREMENT, FALSE);
}

static inline VOID DpcTestInitialize(DPC_TEST *Test)
{
    RtlZeroMemory(Test, sizeof(*Test));
    KeInitializeEvent(&Test->Ran, NotificationEvent, FALSE);
    KeInitializeDpc(&Test->Dpc, DpcTestRoutine, Test);
}

/* Calls Body in a DPC routine on processor 0 and waits until it and all DPCs it queued have run. */
typedef struct DPC_TEST_HOLD {
    KDPC Dpc;
    VOID (*Body)(PVOID Context);
    PVOID Context;
} DPC_TEST_HOLD;

static VOID NTAPI DpcTestHolder(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    DPC_TEST_HOLD *Hold = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    Hold->Body(Hold->Context);
}

static inline VOID DpcTestHold(VOID (*Body)(PVOID Context), PVOID Context)
{
    DPC_TEST_HOLD Hold;

    Hold.Body = Body;
    Hold.Context = Context;
    KeInitializeDpc(&Hold.Dpc, DpcTestHolder, &Hold);
    KeSetTargetProcessorDpc(&Hold.Dpc, 0);
    KeInsertQueueDpc(&Hold.Dpc, NULL, NULL);
    KeFlushQueuedDpcs();
}

#endif
