/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeQueue, KeInsertQueue, KeInsertHeadQueue, KeReadStateQueue, KeRemoveQueue - the order
 * of entries.
 */
#include "queue_test.h"

TEST(KeInitializeQueue, IsEmpty)
{
    KQUEUE Queue;

    KeInitializeQueue(&Queue, 3);
    CHECK_EQ(KeReadStateQueue(&Queue), 0);
    CHECK_EQ(Queue.MaximumCount, 3);
    CHECK_EQ(Queue.CurrentCount, 0);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}

TEST(KeInitializeQueue, ZeroMeansAsManyAsProcessors)
{
    KQUEUE Queue;

    KeInitializeQueue(&Queue, 0);
    CHECK_EQ(Queue.MaximumCount, (ULONG)KeNumberProcessors);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}

TEST(KeInsertQueue, FirstInFirstOut)
{
    KQUEUE Queue;
    LIST_ENTRY Entry[3];

    KeInitializeQueue(&Queue, 1);
    CHECK_EQ(KeInsertQueue(&Queue, &Entry[0]), 0);
    CHECK_EQ(KeInsertQueue(&Queue, &Entry[1]), 1);
    CHECK_EQ(KeInsertQueue(&Queue, &Entry[2]), 2);
    CHECK_EQ(KeReadStateQueue(&Queue), 3);
    CHECK_PTR(QueueTestPoll(&Queue), &Entry[0]);
    CHECK_PTR(QueueTestPoll(&Queue), &Entry[1]);
    CHECK_PTR(QueueTestPoll(&Queue), &Entry[2]);
    CHECK_PTR(QueueTestPoll(&Queue), QUEUE_TEST_NOTHING);
    CHECK_EQ(KeReadStateQueue(&Queue), 0);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}

TEST(KeInsertHeadQueue, GoesBeforeAllOthers)
{
    KQUEUE Queue;
    LIST_ENTRY Entry[2];

    KeInitializeQueue(&Queue, 1);
    KeInsertQueue(&Queue, &Entry[0]);
    CHECK_EQ(KeInsertHeadQueue(&Queue, &Entry[1]), 1);
    CHECK_PTR(QueueTestPoll(&Queue), &Entry[1]);
    CHECK_PTR(QueueTestPoll(&Queue), &Entry[0]);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}

TEST(KeReadStateQueue, CountsEntries)
{
    KQUEUE Queue;
    LIST_ENTRY Entry;

    KeInitializeQueue(&Queue, 1);
    KeInsertQueue(&Queue, &Entry);
    CHECK_EQ(KeReadStateQueue(&Queue), 1);
    QueueTestPoll(&Queue);
    CHECK_EQ(KeReadStateQueue(&Queue), 0);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}
