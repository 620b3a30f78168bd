/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Waits on virtual time: what ends them, when, and what they take from the objects. */
#include "ke/mutant.h"
#include "kernel_fixture.h"

#define SECOND 10000000

static uint64_t elapsed(void)
{
    return host_clock_monotonic() - FAKE_BOOT_MONOTONIC;
}

static NTSTATUS wait_one(void *object, LONGLONG timeout)
{
    LARGE_INTEGER due = {.QuadPart = timeout};
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &due);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

static void relative_timeout_ends_at_its_time(void **state)
{
    KEVENT event;
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    assert_int_equal(wait_one(&event, -3600LL * SECOND), STATUS_TIMEOUT);
    assert_int_equal(elapsed(), 3600LL * SECOND);
    assert_true(IsListEmpty(&event.Header.WaitListHead));
    assert_int_equal(wait_one(&event, -1), STATUS_TIMEOUT);
    assert_int_equal(elapsed(), 3600LL * SECOND + 1);
}

static void absolute_timeout_is_system_time(void **state)
{
    KEVENT event;
    LARGE_INTEGER now;
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeQuerySystemTime(&now);
    assert_int_equal(now.QuadPart, FAKE_BOOT_UTC);
    assert_int_equal(wait_one(&event, now.QuadPart + 90LL * SECOND), STATUS_TIMEOUT);
    assert_int_equal(elapsed(), 90LL * SECOND);
    KeQuerySystemTime(&now);
    assert_int_equal(now.QuadPart, FAKE_BOOT_UTC + 90LL * SECOND);
    assert_int_equal(wait_one(&event, now.QuadPart - 1), STATUS_TIMEOUT); /* in the past */
    assert_int_equal(elapsed(), 90LL * SECOND);
}

static void zero_timeout_polls(void **state)
{
    KEVENT event;
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    assert_int_equal(wait_one(&event, 0), STATUS_SUCCESS);
    assert_int_equal(wait_one(&event, 0), STATUS_TIMEOUT);
    assert_int_equal(elapsed(), 0);
}

static void signalled_object_costs_no_time(void **state)
{
    KEVENT event;
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    assert_int_equal(wait_one(&event, -SECOND), STATUS_SUCCESS);
    assert_int_equal(
        KeWaitForSingleObject(&event, UserRequest, UserMode, TRUE, NULL), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 0);
}

static void delay_lasts_as_long_as_asked(void **state)
{
    LARGE_INTEGER interval = fixture_ms(1500), none = {.QuadPart = 0},
                  until = {.QuadPart = FAKE_BOOT_UTC + 2LL * SECOND};
    (void)state;
    assert_int_equal(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 15000000);
    assert_int_equal(KeDelayExecutionThread(KernelMode, FALSE, &none), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 15000000);
    assert_int_equal(KeDelayExecutionThread(KernelMode, FALSE, &until), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 2LL * SECOND);
}

struct waiter {
    void *object;
    LONGLONG timeout; /* 0: none */
    NTSTATUS status;
    uint64_t ended;
    BOOLEAN done;
};

static void wait_in_thread(void *argument)
{
    struct waiter *waiter = argument;
    LARGE_INTEGER due = {.QuadPart = waiter->timeout};
    waiter->status = KeWaitForSingleObject(
        waiter->object, Executive, KernelMode, FALSE, waiter->timeout != 0 ? &due : NULL);
    waiter->ended = elapsed();
    waiter->done = TRUE;
}

static void not_one_tick_early(void **state)
{
    KEVENT event;
    struct waiter waiter = {.object = &event, .timeout = -10LL * SECOND};
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    fake_host_settle();
    fake_host_advance(10LL * SECOND - 1);
    assert_false(waiter.done);
    assert_false(IsListEmpty(&event.Header.WaitListHead));
    fake_host_advance(1);
    assert_true(waiter.done);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
    assert_int_equal(waiter.status, STATUS_TIMEOUT);
    assert_int_equal(waiter.ended, 10LL * SECOND);
}

static void signal_at_the_last_moment_wins(void **state)
{
    KEVENT event;
    struct waiter waiter = {.object = &event, .timeout = -10LL * SECOND};
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    fake_host_advance(10LL * SECOND - 1);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
    assert_int_equal(waiter.status, STATUS_SUCCESS);
    assert_int_equal(waiter.ended, 10LL * SECOND - 1);
    assert_int_equal(KeReadStateEvent(&event), 0);
}

/* A timeout too far away to add to the clock is none at all, not one in the past. */
static void longest_timeouts_do_not_wrap(void **state)
{
    static const LONGLONG timeouts[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};
    (void)state;
    for (unsigned i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
        KEVENT event;
        struct waiter waiter = {.object = &event, .timeout = timeouts[i]};
        KeInitializeEvent(&event, NotificationEvent, FALSE);
        struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
        fake_host_advance(1000000LL * SECOND);
        assert_false(waiter.done);
        KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
        assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
        assert_int_equal(waiter.status, STATUS_SUCCESS);
    }
}

/* ---- who wakes ------------------------------------------------------------------------------- */

#define WAITERS 3

static unsigned start_waiters(
    void *object, struct waiter waiter[WAITERS], struct fixture_thread *thread[WAITERS])
{
    for (unsigned i = 0; i < WAITERS; i++) {
        waiter[i] = (struct waiter){.object = object};
        thread[i] = fixture_thread_start(wait_in_thread, &waiter[i]);
        fake_host_settle();
    }
    return WAITERS;
}

static unsigned count_done(const struct waiter waiter[WAITERS])
{
    unsigned done = 0;
    fake_host_settle();
    for (unsigned i = 0; i < WAITERS; i++)
        done += waiter[i].done && waiter[i].status == STATUS_SUCCESS;
    return done;
}

static void join_all(struct fixture_thread *thread[WAITERS])
{
    for (unsigned i = 0; i < WAITERS; i++)
        assert_int_equal(fixture_thread_join(thread[i]), STATUS_SUCCESS);
}

static void notification_event_wakes_all(void **state)
{
    KEVENT event;
    struct waiter waiter[WAITERS];
    struct fixture_thread *thread[WAITERS];
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    start_waiters(&event, waiter, thread);
    assert_int_equal(count_done(waiter), 0);
    assert_int_equal(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    assert_int_equal(count_done(waiter), WAITERS);
    assert_int_equal(KeReadStateEvent(&event), 1);
    join_all(thread);
}

static void synchronization_event_wakes_one_in_order(void **state)
{
    KEVENT event;
    struct waiter waiter[WAITERS];
    struct fixture_thread *thread[WAITERS];
    (void)state;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    start_waiters(&event, waiter, thread);
    for (unsigned woken = 1; woken <= WAITERS; woken++) {
        KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
        assert_int_equal(count_done(waiter), woken);
        assert_true(waiter[woken - 1].done);
        assert_int_equal(KeReadStateEvent(&event), 0);
    }
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    assert_int_equal(KeReadStateEvent(&event), 1);
    join_all(thread);
}

static void pulse_wakes_and_leaves_it_clear(void **state)
{
    KEVENT event;
    struct waiter waiter[WAITERS];
    struct fixture_thread *thread[WAITERS];
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    start_waiters(&event, waiter, thread);
    assert_int_equal(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    assert_int_equal(count_done(waiter), WAITERS);
    assert_int_equal(KeReadStateEvent(&event), 0);
    join_all(thread);
}

static void semaphore_wakes_as_many_as_it_counts(void **state)
{
    KSEMAPHORE semaphore;
    struct waiter waiter[WAITERS];
    struct fixture_thread *thread[WAITERS];
    (void)state;
    KeInitializeSemaphore(&semaphore, 0, 10);
    start_waiters(&semaphore, waiter, thread);
    assert_int_equal(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), 0);
    assert_int_equal(count_done(waiter), 2);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 0);
    assert_int_equal(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 5, FALSE), 0);
    assert_int_equal(count_done(waiter), 3);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 4);
    join_all(thread);
}

static void thread_object_is_signalled_when_it_ends(void **state)
{
    KEVENT event;
    struct waiter waiter = {.object = &event, .timeout = -5LL * SECOND};
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    assert_int_equal(wait_one(fixture_thread_object(thread), -4LL * SECOND), STATUS_TIMEOUT);
    assert_int_equal(wait_one(fixture_thread_object(thread), -4LL * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 5LL * SECOND);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
}

/* ---- several objects ------------------------------------------------------------------------- */

static NTSTATUS wait_many(ULONG count, void *objects[], WAIT_TYPE type, LONGLONG timeout)
{
    LARGE_INTEGER due = {.QuadPart = timeout};
    KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
    return KeWaitForMultipleObjects(
        count, objects, type, Executive, KernelMode, FALSE, &due, blocks);
}

static void any_takes_the_first_signalled_only(void **state)
{
    KEVENT event[3];
    void *objects[] = {&event[0], &event[1], &event[2]};
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        KeInitializeEvent(&event[i], SynchronizationEvent, i != 0);
    assert_int_equal(wait_many(3, objects, WaitAny, 0), STATUS_WAIT_0 + 1);
    assert_int_equal(KeReadStateEvent(&event[1]), 0);
    assert_int_equal(KeReadStateEvent(&event[2]), 1);
    assert_int_equal(wait_many(3, objects, WaitAny, 0), STATUS_WAIT_0 + 2);
    assert_int_equal(wait_many(3, objects, WaitAny, -SECOND), STATUS_TIMEOUT);
    assert_int_equal(elapsed(), SECOND);
    for (unsigned i = 0; i < 3; i++)
        assert_true(IsListEmpty(&event[i].Header.WaitListHead));
}

static void all_takes_nothing_until_it_can_take_all(void **state)
{
    KEVENT event[2];
    void *objects[] = {&event[0], &event[1]};
    (void)state;
    KeInitializeEvent(&event[0], SynchronizationEvent, TRUE);
    KeInitializeEvent(&event[1], SynchronizationEvent, FALSE);
    assert_int_equal(wait_many(2, objects, WaitAll, -SECOND), STATUS_TIMEOUT);
    assert_int_equal(KeReadStateEvent(&event[0]), 1);
    KeSetEvent(&event[1], IO_NO_INCREMENT, FALSE);
    assert_int_equal(wait_many(2, objects, WaitAll, 0), STATUS_SUCCESS);
    assert_int_equal(KeReadStateEvent(&event[0]), 0);
    assert_int_equal(KeReadStateEvent(&event[1]), 0);
}

struct setter {
    KEVENT *event[3];
    ULONG count;
};

static void set_each_second(void *argument)
{
    struct setter *setter = argument;
    for (ULONG i = 0; i < setter->count; i++) {
        LARGE_INTEGER second = fixture_ms(1000);
        KeDelayExecutionThread(KernelMode, FALSE, &second);
        KeSetEvent(setter->event[i], IO_NO_INCREMENT, FALSE);
    }
}

static void all_ends_with_the_last_of_them(void **state)
{
    KEVENT event[3];
    void *objects[] = {&event[0], &event[1], &event[2]};
    struct setter setter = {{&event[2], &event[0], &event[1]}, 3};
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        KeInitializeEvent(&event[i], SynchronizationEvent, FALSE);
    struct fixture_thread *thread = fixture_thread_start(set_each_second, &setter);
    assert_int_equal(wait_many(3, objects, WaitAll, -60LL * SECOND), STATUS_SUCCESS);
    assert_int_equal(elapsed(), 3LL * SECOND);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(KeReadStateEvent(&event[i]), 0);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
}

static void any_ends_with_the_index_of_who_woke_it(void **state)
{
    KEVENT event[3];
    void *objects[] = {&event[0], &event[1], &event[2]};
    struct setter setter = {{&event[2]}, 1};
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        KeInitializeEvent(&event[i], NotificationEvent, FALSE);
    struct fixture_thread *thread = fixture_thread_start(set_each_second, &setter);
    assert_int_equal(
        KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL),
        STATUS_WAIT_0 + 2);
    assert_int_equal(elapsed(), SECOND);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
}

static void wait_for_too_many(void *argument)
{
    const ULONG *count = argument;
    static KEVENT event;
    static KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS + 1];
    void *objects[MAXIMUM_WAIT_OBJECTS + 1];
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    for (ULONG i = 0; i < MAXIMUM_WAIT_OBJECTS + 1; i++)
        objects[i] = &event;
    KeWaitForMultipleObjects(*count, objects, WaitAll, Executive, KernelMode, FALSE, NULL,
        *count > MAXIMUM_WAIT_OBJECTS || *count <= THREAD_WAIT_OBJECTS ? blocks : NULL);
}

static void too_many_objects_stop_the_machine(void **state)
{
    ULONG count = THREAD_WAIT_OBJECTS;
    (void)state;
    assert_int_equal(fixture_bugcheck(wait_for_too_many, &count), 0);
    count = THREAD_WAIT_OBJECTS + 1; /* without wait blocks */
    assert_int_equal(fixture_bugcheck(wait_for_too_many, &count), MAXIMUM_WAIT_OBJECTS_EXCEEDED);
    count = MAXIMUM_WAIT_OBJECTS + 1;
    assert_int_equal(fixture_bugcheck(wait_for_too_many, &count), MAXIMUM_WAIT_OBJECTS_EXCEEDED);
    assert_int_equal(fixture_bugchecks, 2);
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static void mutex_is_its_owners_again_and_again(void **state)
{
    KMUTEX mutex;
    struct waiter waiter = {.object = &mutex, .timeout = -SECOND};
    (void)state;
    KeInitializeMutex(&mutex, 0);
    assert_int_equal(wait_one(&mutex, 0), STATUS_SUCCESS);
    assert_int_equal(wait_one(&mutex, 0), STATUS_SUCCESS);
    assert_int_equal(KeReadStateMutex(&mutex), -1);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
    assert_int_equal(waiter.status, STATUS_TIMEOUT);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), -1);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 0);
    assert_int_equal(KeReadStateMutex(&mutex), 1);
    assert_false(KeAreApcsDisabled());
}

static void mutant_of_a_thread_that_ended_is_abandoned_once(void **state)
{
    KMUTANT mutant;
    struct waiter waiter = {.object = &mutant, .timeout = -SECOND};
    (void)state;
    KeInitializeMutant(&mutant, FALSE);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
    assert_int_equal(waiter.status, STATUS_SUCCESS);
    assert_int_equal(wait_one(&mutant, 0), STATUS_ABANDONED_WAIT_0);
    KeReleaseMutant(&mutant, 0, FALSE, FALSE);
    assert_int_equal(wait_one(&mutant, 0), STATUS_SUCCESS);
    KeReleaseMutant(&mutant, 0, FALSE, FALSE);
}

static void thread_that_ends_with_a_mutex_stops_the_machine(void **state)
{
    KMUTEX mutex;
    struct waiter waiter = {.object = &mutex, .timeout = -SECOND};
    (void)state;
    KeInitializeMutex(&mutex, 0);
    struct fixture_thread *thread = fixture_thread_start(wait_in_thread, &waiter);
    assert_int_equal(fixture_thread_join(thread), STATUS_SUCCESS);
    assert_int_equal(fixture_bugchecks, 1);
    assert_int_equal(fixture_last_bugcheck.Code, THREAD_TERMINATE_HELD_MUTEX);
    assert_ptr_equal(fixture_last_bugcheck.Parameter[1], &mutex);
}

static void release_mutex(void *argument)
{
    KeReleaseMutex(argument, FALSE);
}

static void only_the_owner_may_release(void **state)
{
    KMUTEX mutex;
    (void)state;
    KeInitializeMutex(&mutex, 0);
    assert_int_equal(fixture_raised(release_mutex, &mutex), STATUS_MUTANT_NOT_OWNED);
    assert_int_equal(KeReadStateMutex(&mutex), 1);
    assert_int_equal(wait_one(&mutex, 0), STATUS_SUCCESS); /* the dispatcher's lock is free */
    assert_int_equal(fixture_raised(release_mutex, &mutex), STATUS_SUCCESS);
}

static void exceed_semaphore(void *argument)
{
    KeReleaseSemaphore(argument, IO_NO_INCREMENT, 3, FALSE);
}

static void semaphore_keeps_its_limit(void **state)
{
    KSEMAPHORE semaphore;
    (void)state;
    KeInitializeSemaphore(&semaphore, 2, 4);
    assert_int_equal(fixture_raised(exceed_semaphore, &semaphore), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 2);
    assert_int_equal(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), 2);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 4);
}

/* ---- a machine that stops -------------------------------------------------------------------- */

static void stop_the_machine(void *argument)
{
    (void)argument;
    KeBugCheckEx(0xDEADDEAD, 1, 2, 3, 4);
}

static void stopping_sends_waiting_threads_out(void **state)
{
    KEVENT event;
    struct waiter waiter[WAITERS];
    struct fixture_thread *thread[WAITERS];
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    start_waiters(&event, waiter, thread);
    assert_int_equal(fixture_enter(stop_the_machine, NULL), STATUS_HOST_DOWN);
    for (unsigned i = 0; i < WAITERS; i++)
        assert_int_equal(fixture_thread_join(thread[i]), STATUS_HOST_DOWN);
    assert_int_equal(count_done(waiter), 0);
    assert_int_equal(fixture_bugchecks, 1);
    assert_int_equal(fixture_last_bugcheck.Code, 0xDEADDEAD);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(fixture_last_bugcheck.Parameter[i], i + 1);
    assert_int_equal(fixture_enter(stop_the_machine, NULL), STATUS_HOST_DOWN);
    assert_int_equal(fixture_bugchecks, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(relative_timeout_ends_at_its_time),
        FIXTURE_TEST(absolute_timeout_is_system_time),
        FIXTURE_TEST(zero_timeout_polls),
        FIXTURE_TEST(signalled_object_costs_no_time),
        FIXTURE_TEST(delay_lasts_as_long_as_asked),
        FIXTURE_TEST(not_one_tick_early),
        FIXTURE_TEST(signal_at_the_last_moment_wins),
        FIXTURE_TEST(longest_timeouts_do_not_wrap),
        FIXTURE_TEST(notification_event_wakes_all),
        FIXTURE_TEST(synchronization_event_wakes_one_in_order),
        FIXTURE_TEST(pulse_wakes_and_leaves_it_clear),
        FIXTURE_TEST(semaphore_wakes_as_many_as_it_counts),
        FIXTURE_TEST(thread_object_is_signalled_when_it_ends),
        FIXTURE_TEST(any_takes_the_first_signalled_only),
        FIXTURE_TEST(all_takes_nothing_until_it_can_take_all),
        FIXTURE_TEST(all_ends_with_the_last_of_them),
        FIXTURE_TEST(any_ends_with_the_index_of_who_woke_it),
        FIXTURE_TEST(too_many_objects_stop_the_machine),
        FIXTURE_TEST(mutex_is_its_owners_again_and_again),
        FIXTURE_TEST(mutant_of_a_thread_that_ended_is_abandoned_once),
        FIXTURE_TEST(thread_that_ends_with_a_mutex_stops_the_machine),
        FIXTURE_TEST(only_the_owner_may_release),
        FIXTURE_TEST(semaphore_keeps_its_limit),
        FIXTURE_TEST(stopping_sends_waiting_threads_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
