/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* vf/schedule.c: what schedules there are, and that each says the same every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "vf/schedule.h"

static unsigned choose(VF_SCHEDULE *schedule, unsigned count, bool goes_on, bool late)
{
    const struct host_turn turn = {.count = count, .goes_on = goes_on, .late = late};
    unsigned choice = VfChoose(schedule, &turn);

    assert_in_range(choice, 0, count - 1);
    return choice;
}

static void texts(void **state)
{
    static const char *const wrong[] = {"", "r", "x", "1:", "1:2,", "1:2,1:3", "2:1,1:1", "1 ",
        "-1", "18446744073709551616", "1:2x", "1:4711", "plains"};
    VF_SCHEDULE schedule;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(VfParseSchedule(wrong[i], &schedule));
    assert_true(VfParseSchedule("18446744073709551615", &schedule));
    assert_true(schedule.Random && !schedule.Follows);
    assert_true(VfParseSchedule("r7", &schedule));
    assert_true(schedule.Random && schedule.Follows);
    assert_true(VfParseSchedule("rplain", &schedule));
    assert_true(!schedule.Random && schedule.Follows);
    assert_int_equal(schedule.DeviationCount, 0);
    assert_true(VfParseSchedule("3:1,40:2", &schedule));
    assert_int_equal(schedule.DeviationCount, 2);
    assert_int_equal(schedule.Deviation[1].Step, 40);
    assert_int_equal(schedule.Deviation[1].Choice, 2);
}

static void told(void **state)
{
    VF_SCHEDULE schedule;

    (void)state;
    assert_true(VfParseSchedule("1:2,3:1,4:9", &schedule));
    assert_int_equal(choose(&schedule, 3, true, false), 0);
    assert_int_equal(choose(&schedule, 3, true, false), 2);
    assert_int_equal(choose(&schedule, 3, false, false), 0);
    assert_int_equal(choose(&schedule, 2, false, false), 1);
    assert_int_equal(choose(&schedule, 2, false, false), 0); /* there are not so many */
    assert_int_equal(choose(&schedule, 2, false, false), 0);
}

static void chance(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 200; seed++) {
        VF_SCHEDULE first, second;
        char text[16];
        unsigned others = 0;
        snprintf(text, sizeof(text), "%u", seed);
        assert_true(VfParseSchedule(text, &first) && VfParseSchedule(text, &second));
        for (unsigned i = 0; i < 2000; i++) {
            unsigned choice = choose(&first, 3, i % 4 != 0, i % 8 == 0);
            assert_int_equal(choice, choose(&second, 3, i % 4 != 0, i % 8 == 0));
            others += choice != 0;
        }
        assert_true(others > 0);
    }
}

/* Seeds differ in how often they interrupt, down to once. */
static void interruptions(void **state)
{
    unsigned often = 0, seldom = 0;

    (void)state;
    for (unsigned seed = 1; seed <= 100; seed++) {
        VF_SCHEDULE schedule;
        char text[16];
        unsigned count = 0;
        snprintf(text, sizeof(text), "%u", seed);
        assert_true(VfParseSchedule(text, &schedule));
        for (unsigned i = 0; i < 1024; i++)
            count += choose(&schedule, 2, true, false) != 0;
        often += count > 400;
        seldom += count <= 3;
    }
    assert_in_range(often, 10, 50);
    assert_in_range(seldom, 30, 70);
}

static void trace(void **state)
{
    VF_SCHEDULE schedule;
    UCHAR room[3] = {0};

    (void)state;
    assert_true(VfParseSchedule("plain", &schedule));
    schedule.Trace = room;
    schedule.TraceRoom = 2;
    choose(&schedule, 2, true, false);
    choose(&schedule, 100, false, true);
    choose(&schedule, 2, true, false);
    assert_int_equal(schedule.Step, 3);
    assert_int_equal(room[0], 2 | VF_TRACE_GOES_ON);
    assert_int_equal(room[1], VF_TRACE_COUNT | VF_TRACE_LATE);
    assert_int_equal(room[2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(told),
        cmocka_unit_test(chance),
        cmocka_unit_test(interruptions),
        cmocka_unit_test(trace),
    };

    return cmocka_run_group_tests_name("vf/schedule", tests, NULL, NULL);
}
