/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExQueueWorkItem - every queue runs its items at PASSIVE_LEVEL with their parameter.
 */
#include "io_test.h"

typedef struct QUEUE_TEST {
    WORK_QUEUE_ITEM Item;
    KEVENT Done;
    KIRQL Irql;
} QUEUE_TEST;

static VOID NTAPI QueueRoutine(PVOID Parameter)
{
    QUEUE_TEST *Test = Parameter;

    Test->Irql = KeGetCurrentIrql();
    KeSetEvent(&Test->Done, IO_NO_INCREMENT, FALSE);
}

TEST(ExQueueWorkItem, RunsTheRoutine)
{
    static const WORK_QUEUE_TYPE Types[] = {CriticalWorkQueue, DelayedWorkQueue,
                                            HyperCriticalWorkQueue};
    QUEUE_TEST Test[RTL_NUMBER_OF(Types)];
    ULONG At;

    for (At = 0; At < RTL_NUMBER_OF(Types); At++) {
        Test[At].Irql = HIGH_LEVEL;
        KeInitializeEvent(&Test[At].Done, NotificationEvent, FALSE);
        ExInitializeWorkItem(&Test[At].Item, QueueRoutine, &Test[At]);
        ExQueueWorkItem(&Test[At].Item, Types[At]);
    }
    for (At = 0; At < RTL_NUMBER_OF(Types); At++) {
        KeWaitForSingleObject(&Test[At].Done, Executive, KernelMode, FALSE, NULL);
        CHECK_EQ(Test[At].Irql, PASSIVE_LEVEL);
    }
}
