/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* IRQL and spin locks: exclusion, the level they run at, and what misuse ends with. */
#include "kernel_fixture.h"

#define THREADS 4
#define ROUNDS 5000

static KSPIN_LOCK lock;
static volatile unsigned counter;
static _Atomic unsigned wrong_irql;

static void raise_and_lower(void **state)
{
    KIRQL old = 99;
    (void)state;
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(APC_LEVEL, &old);
    assert_int_equal(old, PASSIVE_LEVEL);
    assert_int_equal(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_int_equal(KfRaiseIrql(DISPATCH_LEVEL), DISPATCH_LEVEL);
    KeLowerIrql(APC_LEVEL);
    KfLowerIrql(PASSIVE_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void raise_downwards(void *argument)
{
    (void)argument;
    KeRaiseIrqlToDpcLevel();
    KfRaiseIrql(APC_LEVEL);
}

static void lower_upwards(void *argument)
{
    (void)argument;
    KeLowerIrql(APC_LEVEL);
}

static void raise_too_far(void *argument)
{
    (void)argument;
    KfRaiseIrql(HIGH_LEVEL + 1);
}

static void wrong_way_stops_the_machine(void **state)
{
    (void)state;
    assert_int_equal(fixture_bugcheck(raise_downwards, NULL), IRQL_NOT_GREATER_OR_EQUAL);
    assert_int_equal(fixture_last_bugcheck.Irql, DISPATCH_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL); /* as it was when the thread entered */
    assert_int_equal(fixture_bugcheck(lower_upwards, NULL), IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(fixture_bugcheck(raise_too_far, NULL), IRQL_NOT_GREATER_OR_EQUAL);
}

static void count_with_plain_lock(void *argument)
{
    (void)argument;
    for (unsigned round = 0; round < ROUNDS; round++) {
        KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);
        wrong_irql += KeGetCurrentIrql() != DISPATCH_LEVEL;
        counter++;
        KeReleaseSpinLock(&lock, old);
    }
}

static void count_with_queued_lock(void *argument)
{
    (void)argument;
    for (unsigned round = 0; round < ROUNDS; round++) {
        KLOCK_QUEUE_HANDLE handle;
        KeAcquireInStackQueuedSpinLock(&lock, &handle);
        wrong_irql += KeGetCurrentIrql() != DISPATCH_LEVEL;
        counter++;
        KeReleaseInStackQueuedSpinLock(&handle);
    }
}

/* Both families work on the same word. */
static void one_holder_at_a_time(void **state)
{
    struct fixture_thread *thread[THREADS];
    (void)state;
    counter = 0;
    KeInitializeSpinLock(&lock);
    for (unsigned i = 0; i < THREADS; i++)
        thread[i] = fixture_thread_start(
            i % 2 == 0 ? count_with_plain_lock : count_with_queued_lock, NULL);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(fixture_thread_join(thread[i]), STATUS_SUCCESS);
    assert_int_equal(counter, THREADS * ROUNDS);
    assert_int_equal(wrong_irql, 0);
}

static void try_takes_only_a_free_lock(void **state)
{
    KIRQL old;
    (void)state;
    KeInitializeSpinLock(&lock);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    assert_true(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    assert_false(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    assert_true(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
}

static _Atomic unsigned spinning;

static void spin_for_ever(void *argument)
{
    (void)argument;
    spinning++;
    KeAcquireSpinLockRaiseToDpc(&lock);
}

static void stop(void *argument)
{
    (void)argument;
    KeBugCheck(0xE2);
}

/* Its lock is never released: the thread leaves the kernel all the same, at the IRQL it came
 * with. */
static void spinning_thread_leaves_a_stopped_machine(void **state)
{
    (void)state;
    KeInitializeSpinLock(&lock);
    KeRaiseIrqlToDpcLevel();
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeLowerIrql(PASSIVE_LEVEL);
    struct fixture_thread *thread = fixture_thread_start(spin_for_ever, NULL);
    while (spinning == 0)
        host_yield();
    assert_int_equal(fixture_enter(stop, NULL), STATUS_HOST_DOWN);
    assert_int_equal(fixture_thread_join(thread), STATUS_HOST_DOWN);
}

static void fail_an_assertion(void *argument)
{
    int *two = argument;
    ASSERT(*two + *two == 5);
}

static void assertion_stops_the_machine(void **state)
{
    int two = 2;
    (void)state;
    assert_int_equal(fixture_bugcheck(fail_an_assertion, &two), KMODE_EXCEPTION_NOT_HANDLED);
    assert_int_equal((NTSTATUS)fixture_last_bugcheck.Parameter[0], STATUS_ASSERTION_FAILURE);
    assert_non_null(strstr(fake_host_complaints(), "*two + *two == 5"));
    fake_host_reset(); /* the teardown looks for complaints */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(raise_and_lower),
        FIXTURE_TEST(wrong_way_stops_the_machine),
        FIXTURE_TEST(one_holder_at_a_time),
        FIXTURE_TEST(try_takes_only_a_free_lock),
        FIXTURE_TEST(spinning_thread_leaves_a_stopped_machine),
        FIXTURE_TEST(assertion_stops_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
