/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The beginning of the window on clients' pages, when several clients come first. The rest is tested with clients. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "kernel_fixture.h"
#include "mm/space.h"

static atomic_bool returned;
static bool fetching;
static pthread_t second;

static void *serve_second(void *argument)
{
    (void)argument;
    MmServeClients();
    fetching = KeClientPageFetch != NULL;
    atomic_store(&returned, true);
    return NULL;
}

/* In the middle of the first call: until the second has returned, or waits, which takes time. */
static void let_second_come(void)
{
    const uint64_t start = host_clock_monotonic();

    assert_int_equal(pthread_create(&second, NULL, serve_second, NULL), 0);
    while (!atomic_load(&returned) && host_clock_monotonic() == start)
        sched_yield();
}

static void test_who_comes_second_is_served_too(void **state)
{
    (void)state;
    fake_host_reset();
    fake_host_set_yield_cost(1);
    fake_make_room = let_second_come;
    MmServeClients();
    fake_make_room = NULL;
    assert_int_equal(pthread_join(second, NULL), 0);
    assert_true(fetching);
    assert_non_null(KeClientPageFetch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_comes_second_is_served_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
