/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The order of the kernel's own locks: one seen stays, a circle stops the machine. */
#include "kernel_fixture.h"

#include "ke/ordered.h"

static KSPIN_LOCK one, two, three;
static struct entry {
    KSPIN_LOCK Lock;
} entries[2];

static int check_orders(void **state)
{
    int failed = fixture_setup(state);

    KiResetLockOrder(TRUE);
    return failed;
}

static int check_no_more(void **state)
{
    KiResetLockOrder(FALSE);
    return fixture_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, check_orders, check_no_more)

static void one_then_two(void *argument)
{
    (void)argument;
    KIRQL outer = KiAcquireLock(&one), inner = KiAcquireLock(&two);
    KiReleaseLock(&two, inner);
    KiReleaseLock(&one, outer);
}

static void two_then_three(void *argument)
{
    (void)argument;
    KIRQL outer = KiAcquireLock(&two), inner = KiAcquireLock(&three);
    KiReleaseLock(&two, inner); /* not the one that was taken last */
    KiReleaseLock(&three, outer);
}

static void three_then_one(void *argument)
{
    (void)argument;
    KiAcquireLock(&three);
    KiAcquireLock(&one);
}

static void three_and_one(void *argument)
{
    (void)argument;
    KiReleaseLock(&three, KiAcquireLock(&three));
    KiReleaseLock(&one, KiAcquireLock(&one));
}

static void entry_in_entry(void *argument)
{
    struct entry *entry = &entries[0];
    (void)argument;
    KiAcquireLock(&entry->Lock);
    entry = &entries[1];
    KiAcquireLock(&entry->Lock);
}

static KMUTEX mutex;
static KEVENT event;

static void mutex_again_then_event(void *argument)
{
    (void)argument;
    KiAcquireMutex(&mutex);
    KiAcquireMutex(&mutex); /* its owner may */
    KiAcquireMutex(&event);
    KiReleaseLock(&one, KiAcquireLock(&one));
    KiReleaseMutex(&mutex);
    KiReleaseMutex(&mutex);
    KiReleaseEvent(&event);
}

static void event_then_mutex(void *argument)
{
    (void)argument;
    KiAcquireMutex(&event);
    KiAcquireMutex(&mutex);
}

static void expect_stop(fixture_body body)
{
    assert_int_equal(fixture_bugcheck(body, NULL), KMODE_EXCEPTION_NOT_HANDLED);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], STATUS_ASSERTION_FAILURE);
    assert_non_null(strstr(fake_host_complaints(), "taken in both orders"));
    fake_host_forget_complaints();
}

static void the_same_order_is_fine(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(fixture_bugcheck(one_then_two, NULL), 0);
        assert_int_equal(fixture_bugcheck(two_then_three, NULL), 0);
        assert_int_equal(fixture_bugcheck(three_and_one, NULL), 0); /* never at once */
    }
}

static void a_circle_of_three_stops_the_machine(void **state)
{
    (void)state;
    assert_int_equal(fixture_bugcheck(one_then_two, NULL), 0);
    assert_int_equal(fixture_bugcheck(two_then_three, NULL), 0);
    expect_stop(three_then_one);
}

static void two_of_a_kind_stop_the_machine(void **state)
{
    (void)state;
    expect_stop(entry_in_entry);
}

static void what_is_waited_for_has_an_order_too(void **state)
{
    (void)state;
    KeInitializeMutex(&mutex, 0);
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    for (int round = 0; round < 2; round++)
        assert_int_equal(fixture_bugcheck(mutex_again_then_event, NULL), 0);
    expect_stop(event_then_mutex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_order_is_fine),
        TEST(a_circle_of_three_stops_the_machine),
        TEST(two_of_a_kind_stop_the_machine),
        TEST(what_is_waited_for_has_an_order_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
