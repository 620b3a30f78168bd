/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* host/turns.c: threads that take turns do so as they are told, and time is theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/host.h"

static char said[256];
static unsigned (*rule)(const struct host_turn *turn);
static unsigned stuck_count;
static _Atomic uint32_t never, word;

static void say(const char *what)
{
    strncat(said, what, sizeof(said) - strlen(said) - 1);
}

static unsigned choose(void *context, const struct host_turn *turn)
{
    (void)context;
    return rule(turn);
}

static unsigned first(const struct host_turn *turn)
{
    (void)turn;
    return 0;
}

static unsigned another(const struct host_turn *turn)
{
    return turn->count > 1u + turn->late && turn->goes_on ? 1 : 0;
}

static unsigned late(const struct host_turn *turn)
{
    return turn->late ? turn->count - 1 : 0;
}

static void stuck(void *context)
{
    (void)context;
    stuck_count++;
    word = 2;
    host_wake(&word, UINT32_MAX);
}

static int begin(void **state)
{
    const struct host_turns how = {choose, stuck, NULL};

    (void)state;
    said[0] = '\0';
    stuck_count = 0;
    word = 0;
    rule = first;
    host_turns_begin(&how);
    return 0;
}

static int end(void **state)
{
    (void)state;
    host_turns_end();
    return 0;
}

static void three_points(void *argument)
{
    for (int i = 0; i < 3; i++) {
        say(argument);
        host_turn_point();
    }
}

static void run_two(void (*entry)(void *))
{
    host_thread one, two;

    assert_int_equal(host_thread_create(&one, entry, (void *)"a"), 0);
    assert_int_equal(host_thread_create(&two, entry, (void *)"b"), 0);
    host_thread_join(one);
    host_thread_join(two);
}

static void points(void **state)
{
    (void)state;
    run_two(three_points);
    assert_string_equal(said, "aaabbb");
    said[0] = '\0';
    rule = another;
    run_two(three_points);
    assert_string_equal(said, "ababab");
}

static void wait_and_wake(void *argument)
{
    if (strcmp(argument, "b") == 0) {
        say("b");
        word = 1;
        host_wake(&word, 1);
        say("b");
        return;
    }
    say("a");
    while (word == 0)
        assert_int_equal(host_wait(&word, 0, HOST_FOREVER), 0);
    say("A");
    assert_int_equal(host_wait(&word, 0, HOST_FOREVER), 0); /* it is no 0 */
}

static void waits(void **state)
{
    (void)state;
    run_two(wait_and_wake);
    assert_string_equal(said, "abbA");
    assert_int_equal(stuck_count, 0);
}

static void sleep_long(void *argument)
{
    uint64_t until = host_clock_monotonic() +
        (*(const char *)argument == 'a' ? 20000000u : 10000000u);

    assert_int_equal(host_wait(&never, 0, until), ETIMEDOUT);
    assert_true(host_clock_monotonic() >= until);
    say(argument);
}

static void time_passes(void **state)
{
    uint64_t before = host_clock_utc();

    (void)state;
    run_two(sleep_long);
    assert_string_equal(said, "ba");
    assert_in_range(host_clock_utc() - before, 20000000u, 21000000u);
}

static uint64_t near;

static void sleep_or_go_on(void *argument)
{
    if (*(const char *)argument == 'a')
        host_wait(&never, 0, host_clock_monotonic() + near);
    for (int i = 0; i < 2; i++) {
        say(argument);
        host_turn_point();
    }
}

/* A time that comes while others could go on. */
static void time_is_made_to_pass(void **state)
{
    (void)state;
    rule = late;
    near = 100000;
    run_two(sleep_or_go_on);
    assert_string_equal(said, "aabb");
    said[0] = '\0';
    near = 10000000; /* one that is far does not */
    run_two(sleep_or_go_on);
    assert_string_equal(said, "bbaa");
}

static void wait_for_ever(void *argument)
{
    (void)argument;
    while (word != 2)
        host_wait(&word, word, HOST_FOREVER);
}

static void look_for_ever(void *argument)
{
    (void)argument;
    while (word != 2)
        host_yield();
}

static void nobody_goes_on(void **state)
{
    (void)state;
    run_two(wait_for_ever);
    assert_int_equal(stuck_count, 1);
    word = 0;
    run_two(look_for_ever);
    assert_int_equal(stuck_count, 2);
}

static void look_until_told(void *argument)
{
    if (*(const char *)argument == 'a') {
        while (word == 0)
            host_yield();
        say("a");
        return;
    }
    for (int i = 0; i < 3; i++)
        host_turn_point();
    say("b");
    word = 1;
}

static void who_looks_lets_others(void **state)
{
    (void)state;
    run_two(look_until_told);
    assert_string_equal(said, "ba");
    assert_int_equal(stuck_count, 0);
}

static void same_each_time(void **state)
{
    uint64_t one, other;

    (void)state;
    host_random(&one, sizeof(one));
    assert_int_equal(host_clock_monotonic(), HOST_TURNS_BOOT + 10);
    assert_int_equal(host_turn_number(), 0);
    const uint32_t thread = host_thread_id(), process = host_process_id();
    host_turns_end();
    assert_int_equal(host_turn_number(), HOST_TURNS_LIMIT);
    assert_int_not_equal(host_process_id(), process);
    begin(state);
    host_random(&other, sizeof(other));
    assert_int_equal(one, other);
    assert_int_equal(host_thread_id(), thread);
    assert_int_equal(host_process_id(), process);
}

static void nothing(void *argument)
{
    (void)argument;
}

static void too_many(void **state)
{
    host_thread thread[HOST_TURNS_LIMIT];
    unsigned made = 0;

    (void)state;
    while (made < HOST_TURNS_LIMIT && host_thread_create(&thread[made], nothing, NULL) == 0)
        made++;
    assert_int_equal(made, HOST_TURNS_LIMIT - 1);
    for (unsigned i = 0; i < made; i++)
        host_thread_join(thread[i]);
    run_two(three_points); /* numbers are used again */
    assert_string_equal(said, "aaabbb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(points, begin, end),
        cmocka_unit_test_setup_teardown(waits, begin, end),
        cmocka_unit_test_setup_teardown(time_passes, begin, end),
        cmocka_unit_test_setup_teardown(time_is_made_to_pass, begin, end),
        cmocka_unit_test_setup_teardown(nobody_goes_on, begin, end),
        cmocka_unit_test_setup_teardown(who_looks_lets_others, begin, end),
        cmocka_unit_test_setup_teardown(same_each_time, begin, end),
        cmocka_unit_test_setup_teardown(too_many, begin, end),
    };

    return cmocka_run_group_tests_name("host/turns", tests, NULL, NULL);
}
