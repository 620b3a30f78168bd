/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* cli/frontier.c: which schedules there are, in which order, and that none is tried twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frontier.h"
#include "vf/schedule.h"

#define GOES_ON(Count) ((Count) | VF_TRACE_GOES_ON)

/* Tries all there are, each with the same trace, and lists them. */
static void try_all(unsigned bound, const uint8_t *trace, size_t count, char *list, size_t size)
{
    struct frontier frontier;
    struct frontier_schedule *schedule;
    const char *text;

    list[0] = '\0';
    frontier_open(&frontier, bound);
    while ((text = frontier_next(&frontier, &schedule)) != NULL) {
        size_t used = strlen(list);
        snprintf(list + used, size - used, "%s%s", used > 0 ? " " : "", text);
        frontier_done(&frontier, schedule, trace, count);
    }
    assert_false(frontier.full);
    assert_int_equal(frontier.waiting, 0);
    frontier_close(&frontier);
}

static void by_interruptions(void **state)
{
    /* The thread waits at the second choice, which is free; it could go on at the others. */
    static const uint8_t trace[] = {GOES_ON(2), 2, GOES_ON(3)};
    char list[512];

    (void)state;
    try_all(0, trace, 3, list, sizeof(list));
    assert_string_equal(list, "plain 1:1");
    try_all(1, trace, 3, list, sizeof(list));
    assert_string_equal(list, "plain 1:1 0:1 2:1 2:2 1:1,2:1 1:1,2:2 0:1,1:1");
    try_all(2, trace, 3, list, sizeof(list));
    assert_string_equal(list,
        "plain 1:1 0:1 2:1 2:2 1:1,2:1 1:1,2:2 0:1,1:1 0:1,2:1 0:1,2:2 0:1,1:1,2:1 0:1,1:1,2:2");
}

static void time_that_comes(void **state)
{
    /* Of two the last would have to wait out its time: that interrupts, too. */
    static const uint8_t trace[] = {2 | VF_TRACE_LATE};
    char list[64];

    (void)state;
    try_all(0, trace, 1, list, sizeof(list));
    assert_string_equal(list, "plain");
    try_all(1, trace, 1, list, sizeof(list));
    assert_string_equal(list, "plain 0:1");
}

static void left_early(void **state)
{
    static const uint8_t trace[] = {GOES_ON(3), GOES_ON(3)};
    struct frontier frontier;
    struct frontier_schedule *schedule;

    (void)state;
    frontier_open(&frontier, 1);
    assert_string_equal(frontier_next(&frontier, &schedule), "plain");
    assert_int_equal(frontier_interruptions(schedule), 0);
    frontier_done(&frontier, schedule, trace, 2);
    assert_int_equal(frontier.waiting, 4);
    frontier_close(&frontier); /* gives back what was not tried: a leak checker looks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_interruptions),
        cmocka_unit_test(time_that_comes),
        cmocka_unit_test(left_early),
    };

    return cmocka_run_group_tests_name("cli/frontier", tests, NULL, NULL);
}
