/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Timers and DPCs on virtual time: when they come, in which order, and what ends their threads. */
#include "ke/dpc.h"
#include "ke/timer.h"
#include "kernel_fixture.h"

#define SECOND 10000000LL
#define MS     10000LL

static uint64_t elapsed(void)
{
    return host_clock_monotonic() - FAKE_BOOT_MONOTONIC;
}

static LARGE_INTEGER after(LONGLONG time)
{
    return (LARGE_INTEGER){.QuadPart = -time};
}

static NTSTATUS wait_for(void *object, LONGLONG timeout)
{
    LARGE_INTEGER due = after(timeout);
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &due);
}

/* ---- timers ---------------------------------------------------------------------------------- */

static void timer_comes_at_its_time(void **state)
{
    KTIMER timer;
    (void)state;
    KeInitializeTimer(&timer);
    assert_false(KeSetTimer(&timer, after(3600 * SECOND), NULL));
    assert_int_equal(wait_for(&timer, 7200 * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 3600 * SECOND);
    assert_true(KeReadStateTimer(&timer)); /* until it is set again */
    assert_int_equal(wait_for(&timer, 0), STATUS_SUCCESS);
    assert_false(KeSetTimer(&timer, after(SECOND), NULL));
    assert_false(KeReadStateTimer(&timer));
    fake_host_advance(SECOND - 1);
    assert_false(KeReadStateTimer(&timer));
    fake_host_advance(1);
    assert_true(KeReadStateTimer(&timer));
}

static void absolute_timer_is_system_time(void **state)
{
    KTIMER timer;
    LARGE_INTEGER due = {.QuadPart = (LONGLONG)FAKE_BOOT_UTC + 5 * SECOND};
    (void)state;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimer(&timer, due, NULL);
    assert_int_equal(wait_for(&timer, 100 * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 5 * SECOND);
    assert_int_equal(wait_for(&timer, 0), STATUS_TIMEOUT); /* one wait took it */
    assert_false(KeSetTimer(&timer, due, NULL));           /* that time has passed */
    assert_int_equal(wait_for(&timer, 0), STATUS_SUCCESS);
}

static void cancelled_timer_does_not_come(void **state)
{
    KTIMER timer;
    (void)state;
    KeInitializeTimer(&timer);
    assert_false(KeCancelTimer(&timer));
    KeSetTimer(&timer, after(SECOND), NULL);
    assert_true(KeCancelTimer(&timer));
    assert_false(KeCancelTimer(&timer));
    assert_int_equal(wait_for(&timer, 10 * SECOND), STATUS_TIMEOUT);
    assert_int_equal(KeTimersSet, 0);
}

static void setting_again_replaces(void **state)
{
    KTIMER timer;
    (void)state;
    KeInitializeTimer(&timer);
    assert_false(KeSetTimer(&timer, after(SECOND), NULL));
    assert_true(KeSetTimer(&timer, after(3 * SECOND), NULL));
    assert_int_equal(wait_for(&timer, 10 * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 3 * SECOND);
    assert_true(KeSetTimer(&timer, after(8 * SECOND), NULL) == FALSE);
    assert_true(KeSetTimer(&timer, after(SECOND), NULL)); /* earlier than the server sleeps */
    assert_int_equal(wait_for(&timer, 10 * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 4 * SECOND);
}

static void farthest_times_do_not_wrap(void **state)
{
    static const LONGLONG times[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        KTIMER timer;
        KeInitializeTimer(&timer);
        KeSetTimer(&timer, (LARGE_INTEGER){.QuadPart = times[i]}, NULL);
        fake_host_advance(86400 * SECOND);
        assert_false(KeReadStateTimer(&timer));
        assert_true(KeCancelTimer(&timer));
    }
}

/* ---- their DPCs ------------------------------------------------------------------------------ */

#define CALLS 128

static struct call {
    void *context;
    uint64_t time;
    KIRQL irql;
} calls[CALLS];
static _Atomic unsigned call_count;

static void NTAPI record_call(KDPC *dpc, void *context, void *argument1, void *argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    unsigned number = call_count++;
    if (number < CALLS)
        calls[number] = (struct call){context, elapsed(), KeGetCurrentIrql()};
}

static int setup(void **state)
{
    call_count = 0;
    return fixture_setup(state);
}

#define TIMER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

static void periodic_timer_keeps_the_beat(void **state)
{
    KTIMER timer;
    KDPC dpc;
    (void)state;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeInitializeDpc(&dpc, record_call, &timer);
    KeSetTimerEx(&timer, after(500 * MS), 250, &dpc);
    fake_host_advance(1500 * MS);
    assert_int_equal(call_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(calls[i].time, (500 + 250 * i) * MS);
        assert_int_equal(calls[i].irql, DISPATCH_LEVEL);
        assert_ptr_equal(calls[i].context, &timer);
    }
    assert_true(KeCancelTimer(&timer));
    fake_host_advance(10 * SECOND);
    assert_int_equal(call_count, 5);
}

#define MANY 100

static void timers_come_in_the_order_they_are_due(void **state)
{
    static KTIMER timers[MANY];
    static KDPC dpcs[MANY];
    uint64_t due[MANY];
    unsigned seed = 7;
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        due[i] = 1 + ((seed = seed * 1664525u + 1013904223u) >> 8) % (60 * SECOND);
        KeInitializeTimer(&timers[i]);
        KeInitializeDpc(&dpcs[i], record_call, &due[i]);
        KeSetTargetProcessorDpc(&dpcs[i], 0);
        KeSetTimer(&timers[i], after((LONGLONG)due[i]), &dpcs[i]);
    }
    for (unsigned i = 0; i < MANY; i += 10)
        assert_true(KeCancelTimer(&timers[i]));
    fake_host_advance(60 * SECOND);
    assert_int_equal(call_count, MANY - MANY / 10);
    for (unsigned i = 0; i < call_count; i++)
        assert_int_equal(calls[i].time, *(uint64_t *)calls[i].context);
    assert_int_equal(KeTimersSet, 0);
}

/* ---- DPCs alone ------------------------------------------------------------------------------ */

static KDPC first, second, third, threaded;
static BOOLEAN inserted_twice;

/* While this runs nothing else does on its processor: what it queues waits in the queue. */
static void NTAPI queue_the_others(KDPC *dpc, void *context, void *argument1, void *argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    KeInsertQueueDpc(&threaded, NULL, NULL);
    KeInsertQueueDpc(&first, NULL, NULL);
    KeInsertQueueDpc(&second, NULL, NULL);
    inserted_twice = KeInsertQueueDpc(&second, NULL, NULL);
    KeInsertQueueDpc(&third, NULL, NULL);
}

static void dpcs_run_by_importance_then_order(void **state)
{
    static KDPC start;
    (void)state;
    KeInitializeDpc(&start, queue_the_others, NULL);
    KeInitializeDpc(&first, record_call, &first);
    KeInitializeDpc(&second, record_call, &second);
    KeInitializeDpc(&third, record_call, &third);
    KeInitializeThreadedDpc(&threaded, record_call, &threaded);
    KeSetImportanceDpc(&third, HighImportance);
    KDPC *all[] = {&start, &first, &second, &third, &threaded};
    for (unsigned i = 0; i < 5; i++)
        KeSetTargetProcessorDpc(all[i], 1);
    KeInsertQueueDpc(&start, NULL, NULL);
    KeFlushQueuedDpcs();
    assert_false(inserted_twice);
    assert_int_equal(call_count, 4);
    KDPC *order[] = {&third, &first, &second, &threaded};
    for (unsigned i = 0; i < 4; i++) {
        assert_ptr_equal(calls[i].context, order[i]);
        assert_int_equal(calls[i].irql, i == 3 ? PASSIVE_LEVEL : DISPATCH_LEVEL);
    }
    assert_int_equal(elapsed(), 0);
}

static BOOLEAN removed, removed_again;

static void NTAPI queue_and_remove(KDPC *dpc, void *context, void *argument1, void *argument2)
{
    (void)dpc, (void)context, (void)argument1, (void)argument2;
    KeInsertQueueDpc(&first, NULL, NULL);
    KeInsertQueueDpc(&second, NULL, NULL);
    removed = KeRemoveQueueDpc(&first);
    removed_again = KeRemoveQueueDpc(&first);
}

static void removed_dpc_does_not_run(void **state)
{
    static KDPC start;
    (void)state;
    KeInitializeDpc(&start, queue_and_remove, NULL);
    KeInitializeDpc(&first, record_call, &first);
    KeInitializeDpc(&second, record_call, &second);
    KeInsertQueueDpc(&start, NULL, NULL);
    KeFlushQueuedDpcs();
    assert_true(removed);
    assert_false(removed_again);
    assert_int_equal(call_count, 1);
    assert_ptr_equal(calls[0].context, &second);
}

/* The first thread cannot be made: the timers' thread runs what waits for it. */
static void dpc_without_a_thread_runs_all_the_same(void **state)
{
    (void)state;
    KeInitializeDpc(&first, record_call, &first);
    fake_host_fail(FAKE_THREAD_CREATE, 1, false);
    assert_true(KeInsertQueueDpc(&first, NULL, NULL));
    fake_host_settle();
    assert_int_equal(call_count, 1);
    assert_int_equal(calls[0].irql, DISPATCH_LEVEL);
    assert_int_equal(fake_host_calls(FAKE_THREAD_CREATE), 2);
}

/* ---- a machine that stops -------------------------------------------------------------------- */

static void stop(void *argument)
{
    (void)argument;
    KeBugCheck(0xE2);
}

/* Server threads asleep for an hour leave at once: the machine's memory may go. */
static void stopping_wakes_sleeping_servers(void **state)
{
    KTIMER timer;
    (void)state;
    KeInitializeTimer(&timer);
    KeInitializeDpc(&first, record_call, &first);
    KeInsertQueueDpc(&first, NULL, NULL);
    KeSetTimer(&timer, after(3600 * SECOND), NULL);
    fake_host_settle();
    assert_int_equal(fixture_enter(stop, NULL), STATUS_HOST_DOWN);
    assert_true(elapsed() < 100 * MS);
}

static void NTAPI wait_in_dpc(KDPC *dpc, void *context, void *argument1, void *argument2)
{
    (void)dpc, (void)argument1, (void)argument2;
    wait_for(context, SECOND);
}

static void waiting_in_a_dpc_stops_the_machine(void **state)
{
    static KEVENT event;
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeDpc(&first, wait_in_dpc, &event);
    KeInsertQueueDpc(&first, NULL, NULL);
    fake_host_settle();
    assert_int_equal(fixture_bugchecks, 1);
    assert_int_equal(fixture_last_bugcheck.Code, ATTEMPTED_SWITCH_FROM_DPC);
    assert_int_equal(fixture_last_bugcheck.Irql, DISPATCH_LEVEL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TIMER_TEST(timer_comes_at_its_time),
        TIMER_TEST(absolute_timer_is_system_time),
        TIMER_TEST(cancelled_timer_does_not_come),
        TIMER_TEST(setting_again_replaces),
        TIMER_TEST(farthest_times_do_not_wrap),
        TIMER_TEST(periodic_timer_keeps_the_beat),
        TIMER_TEST(timers_come_in_the_order_they_are_due),
        TIMER_TEST(dpcs_run_by_importance_then_order),
        TIMER_TEST(removed_dpc_does_not_run),
        TIMER_TEST(dpc_without_a_thread_runs_all_the_same),
        TIMER_TEST(stopping_wakes_sleeping_servers),
        TIMER_TEST(waiting_in_a_dpc_stops_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
