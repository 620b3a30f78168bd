/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeDeviceQueue, KeInsertDeviceQueue, KeInsertByKeyDeviceQueue, KeRemoveDeviceQueue,
 * KeRemoveByKeyDeviceQueue, KeRemoveEntryDeviceQueue - the first entry makes the queue busy and is
 * not in it; the rest come out in order.
 */
#include "ktest.h"

#define QUEUE_ENTRIES 4

typedef struct DEVICE_QUEUE_TEST {
    KDEVICE_QUEUE Queue;
    KDEVICE_QUEUE_ENTRY First; /* makes the queue busy */
    KDEVICE_QUEUE_ENTRY Entry[QUEUE_ENTRIES];
    KIRQL OldIrql;
} DEVICE_QUEUE_TEST;

/* A busy queue, at DISPATCH_LEVEL. */
static VOID QueueBegin(DEVICE_QUEUE_TEST *Test)
{
    RtlZeroMemory(Test, sizeof(*Test));
    KeRaiseIrql(DISPATCH_LEVEL, &Test->OldIrql);
    KeInitializeDeviceQueue(&Test->Queue);
    CHECK(!KeInsertDeviceQueue(&Test->Queue, &Test->First));
    CHECK(!Test->First.Inserted);
    CHECK(Test->Queue.Busy);
}

static VOID QueueEnd(DEVICE_QUEUE_TEST *Test)
{
    CHECK_PTR(KeRemoveDeviceQueue(&Test->Queue), NULL);
    CHECK(!Test->Queue.Busy);
    KeLowerIrql(Test->OldIrql);
}

TEST(KeInsertDeviceQueue, InOrder)
{
    DEVICE_QUEUE_TEST Test;
    ULONG At;

    QueueBegin(&Test);
    for (At = 0; At < QUEUE_ENTRIES; At++) {
        CHECK(KeInsertDeviceQueue(&Test.Queue, &Test.Entry[At]));
        CHECK(Test.Entry[At].Inserted);
    }
    for (At = 0; At < QUEUE_ENTRIES; At++) {
        CHECK_PTR(KeRemoveDeviceQueue(&Test.Queue), &Test.Entry[At]);
        CHECK(!Test.Entry[At].Inserted);
    }
    QueueEnd(&Test);
}

TEST(KeRemoveDeviceQueue, AnEmptyQueueIsIdle)
{
    DEVICE_QUEUE_TEST Test;

    QueueBegin(&Test);
    CHECK_PTR(KeRemoveDeviceQueue(&Test.Queue), NULL);
    CHECK(!Test.Queue.Busy);
    CHECK(!KeInsertDeviceQueue(&Test.Queue, &Test.Entry[0]));
    QueueEnd(&Test);
}

TEST(KeInsertByKeyDeviceQueue, SortedAndStable)
{
    static const ULONG Keys[QUEUE_ENTRIES] = {20, 10, 20, 5};
    static const ULONG Order[QUEUE_ENTRIES] = {3, 1, 0, 2};
    DEVICE_QUEUE_TEST Test;
    ULONG At;

    QueueBegin(&Test);
    for (At = 0; At < QUEUE_ENTRIES; At++) {
        CHECK(KeInsertByKeyDeviceQueue(&Test.Queue, &Test.Entry[At], Keys[At]));
        CHECK_EQ(Test.Entry[At].SortKey, Keys[At]);
    }
    for (At = 0; At < QUEUE_ENTRIES; At++)
        CHECK_PTR(KeRemoveDeviceQueue(&Test.Queue), &Test.Entry[Order[At]]);
    QueueEnd(&Test);
}

TEST(KeRemoveByKeyDeviceQueue, TheNextKeyOrTheFirst)
{
    static const ULONG Keys[QUEUE_ENTRIES] = {10, 20, 30, 40};
    DEVICE_QUEUE_TEST Test;
    ULONG At;

    QueueBegin(&Test);
    for (At = 0; At < QUEUE_ENTRIES; At++)
        KeInsertByKeyDeviceQueue(&Test.Queue, &Test.Entry[At], Keys[At]);
    CHECK_PTR(KeRemoveByKeyDeviceQueue(&Test.Queue, 20), &Test.Entry[1]);
    CHECK_PTR(KeRemoveByKeyDeviceQueue(&Test.Queue, 20), &Test.Entry[2]);
    CHECK_PTR(KeRemoveByKeyDeviceQueue(&Test.Queue, 50), &Test.Entry[0]);
    CHECK_PTR(KeRemoveByKeyDeviceQueue(&Test.Queue, 0), &Test.Entry[3]);
    QueueEnd(&Test);
}

TEST(KeRemoveEntryDeviceQueue, OneParticularEntry)
{
    DEVICE_QUEUE_TEST Test;

    QueueBegin(&Test);
    KeInsertDeviceQueue(&Test.Queue, &Test.Entry[0]);
    KeInsertDeviceQueue(&Test.Queue, &Test.Entry[1]);
    CHECK(KeRemoveEntryDeviceQueue(&Test.Queue, &Test.Entry[0]));
    CHECK(!Test.Entry[0].Inserted);
    CHECK(!KeRemoveEntryDeviceQueue(&Test.Queue, &Test.Entry[0]));
    CHECK_PTR(KeRemoveDeviceQueue(&Test.Queue), &Test.Entry[1]);
    QueueEnd(&Test);
}

TEST(KeRemoveByKeyDeviceQueueIfBusy, AnIdleQueueHasNone)
{
    KDEVICE_QUEUE_ENTRY *(NTAPI * Remove)(PKDEVICE_QUEUE Queue, ULONG SortKey) =
        (PVOID)KtestExport(L"KeRemoveByKeyDeviceQueueIfBusy");
    DEVICE_QUEUE_TEST Test;

    if (Remove == NULL) {
        skip("new in Windows XP");
        return;
    }
    QueueBegin(&Test);
    KeInsertByKeyDeviceQueue(&Test.Queue, &Test.Entry[0], 10);
    KeInsertByKeyDeviceQueue(&Test.Queue, &Test.Entry[1], 20);
    KeInsertByKeyDeviceQueue(&Test.Queue, &Test.Entry[2], 30);
    CHECK_PTR(Remove(&Test.Queue, 15), &Test.Entry[1]);
    CHECK(!Test.Entry[1].Inserted);
    CHECK_PTR(Remove(&Test.Queue, 40), &Test.Entry[0]);
    CHECK_PTR(Remove(&Test.Queue, 30), &Test.Entry[2]);
    CHECK(Test.Queue.Busy);
    CHECK_PTR(Remove(&Test.Queue, 0), NULL); /* empty: idle from now on */
    CHECK(!Test.Queue.Busy);
    CHECK_PTR(Remove(&Test.Queue, 0), NULL);
    CHECK(!Test.Queue.Busy);
    QueueEnd(&Test);
}
