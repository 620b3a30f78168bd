/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Every allocation failing in the life of a cached file (tests/kernel/cachelife): whatever the
 * driver is told, the machine goes on, what is dirty is written, and nothing is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "mm/mm.h"

static unsigned Findings;
static char LastFinding[512];

static void Ignore(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void Note(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    Findings++;
    snprintf(LastFinding, sizeof(LastFinding), "%s", Finding->text);
}

/* FALSE: there were fewer allocations. */
static BOOLEAN LifeWithFailure(dotsys_machine *Machine, LONG Number, BOOLEAN Forever)
{
    char Path[600];
    const char *Report;
    snprintf(Path, sizeof(Path), "%s/tests/kernel/x64/cachelife.sys", getenv("DOTSYS_TEST_BUILD"));
    MmFailAllocation(Number, Forever);
    if (dotsys_driver_start(Machine, "cachelife", Path) == 0)
        assert_int_equal(dotsys_driver_stop(Machine, "cachelife"), 0);
    const BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
    MmFailAllocation(-1, FALSE);
    if (dotsys_machine_stopped(Machine, &Report))
        fail_msg("allocation %d failing%s stopped the machine:\n%s", Number,
            Forever ? " for good" : "", Report);
    if (Findings != 0)
        fail_msg("allocation %d failing%s: %s", Number, Forever ? " for good" : "", LastFinding);
    return Reached;
}

static void Fail(BOOLEAN Forever, LONG AtLeast)
{
    const dotsys_options Options = {.size = sizeof(Options), .log = Ignore, .finding = Note};
    dotsys_machine *Machine;
    LONG Number = 1;
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    while (LifeWithFailure(Machine, Number, Forever))
        Number++;
    assert_true(Number > AtLeast); /* there were some */
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static void EveryAllocationFailsOnce(void **State)
{
    (void)State;
    Fail(FALSE, 50);
}

static void EveryAllocationFailsForGood(void **State)
{
    (void)State;
    Fail(TRUE, 20);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(EveryAllocationFailsOnce),
        cmocka_unit_test(EveryAllocationFailsForGood),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
