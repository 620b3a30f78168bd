/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* vf/race.c and vf/clock.c: what is a race and what is not, told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vf/clock.h"
#include "vf/race.h"

#define BASE  0x10000000u
#define BYTES 0x100000u

static ULONG_PTR itself(ULONG_PTR pc)
{
    return pc;
}

static int begin(void **state)
{
    (void)state;
    return VfpStartClocks() && VfpStartRaces(BASE, BYTES, itself) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    VfpStopRaces();
    VfpStopClocks();
    return 0;
}

static VFP_RACE found;

/* An access at an instruction of its own. */
static BOOLEAN touch(ULONG thread, ULONG_PTR offset, ULONG bytes, BOOLEAN write, BOOLEAN atomic)
{
    const VFP_STACK stack = {2, {0x1000 + thread * 0x100 + offset + write, 0x9000}};
    return VfpNoteAccess(&(VFP_ACCESS){.Thread = thread,
                             .Address = BASE + offset,
                             .SizeBytes = bytes,
                             .Write = write,
                             .Atomic = atomic,
                             .Stack = VfpKeepStack(&stack)},
        &found);
}

static void unordered(void **state)
{
    (void)state;
    assert_false(touch(1, 0x100, 8, TRUE, FALSE));
    assert_false(touch(1, 0x100, 8, FALSE, FALSE)); /* one thread is no race */
    assert_true(touch(2, 0x100, 8, FALSE, FALSE));
    assert_int_equal(found.Now.Thread, 2);
    assert_int_equal(found.Earlier.Thread, 1);
    assert_true(found.Earlier.Write);
    assert_int_equal(VfpGetStack(found.Earlier.Stack)->Frame[0], 0x1201);
    assert_int_equal(VfpGetStack(found.Now.Stack)->Frame[1], 0x9000);
    assert_false(touch(2, 0x100, 8, FALSE, FALSE)); /* once */
}

static void reads(void **state)
{
    (void)state;
    assert_false(touch(1, 0x100, 4, FALSE, FALSE));
    assert_false(touch(2, 0x100, 4, FALSE, FALSE));
    assert_true(touch(3, 0x100, 4, TRUE, FALSE));
}

/* Neighbours in the same eight bytes have nothing to do with one another; what reaches over
 * does. */
static void parts(void **state)
{
    (void)state;
    assert_false(touch(1, 0x100, 1, TRUE, FALSE));
    assert_false(touch(2, 0x101, 1, TRUE, FALSE));
    assert_false(touch(3, 0x104, 4, TRUE, FALSE));
    assert_true(touch(4, 0x107, 2, TRUE, FALSE));
    assert_int_equal(found.Earlier.Thread, 3);
    assert_true(touch(5, 0x108, 8, FALSE, FALSE));
    assert_int_equal(found.Earlier.Thread, 4);
}

static void ordered(void **state)
{
    (void)state;
    assert_false(touch(1, 0x100, 8, TRUE, FALSE));
    VfpBefore(1, 0x5000);
    VfpAfter(2, 0x5000);
    assert_false(touch(2, 0x100, 8, TRUE, FALSE));
    VfpBefore(2, 0x6000);
    VfpAfter(3, 0x6000); /* and what came before the second */
    assert_false(touch(3, 0x100, 8, TRUE, FALSE));
    assert_false(touch(1, 0x200, 8, TRUE, FALSE)); /* after it let go */
    VfpAfter(2, 0x5000);
    assert_true(touch(2, 0x200, 8, TRUE, FALSE));
}

static void locked_instructions(void **state)
{
    (void)state;
    assert_false(touch(1, 0x100, 4, TRUE, TRUE));
    assert_false(touch(2, 0x100, 4, TRUE, TRUE));
    assert_false(touch(3, 0x100, 4, FALSE, FALSE)); /* how a count is looked at */
    assert_true(touch(4, 0x100, 4, TRUE, FALSE));
}

static void freed(void **state)
{
    const VFP_STACK stack = {1, {0x7777}};
    VFP_ACCESS frees = {
        .Thread = 2, .Address = BASE + 0x200, .SizeBytes = 64, .Write = TRUE, .Frees = TRUE};

    (void)state;
    frees.Stack = VfpKeepStack(&stack);
    assert_false(touch(1, 0x220, 8, FALSE, FALSE));
    assert_true(VfpNoteAccess(&frees, &found));
    assert_int_equal(found.Earlier.Thread, 1);
    assert_true(touch(3, 0x230, 4, FALSE, FALSE));
    assert_true(found.Earlier.Frees);
    VfpForgetAccesses(BASE + 0x200, 64);
    assert_false(touch(4, 0x220, 8, TRUE, FALSE)); /* it is another block */
}

static void shared(void **state)
{
    (void)state;
    assert_false(VfpIsShared(1, BASE + 0x300));
    touch(1, 0x300, 8, TRUE, FALSE);
    assert_false(VfpIsShared(1, BASE + 0x300));
    assert_true(VfpIsShared(2, BASE + 0x304));
    assert_false(VfpIsShared(2, BASE + 0x308));
    VfpBefore(1, 0x5000);
    VfpAfter(2, 0x5000);
    assert_false(VfpIsShared(2, BASE + 0x300));
    assert_false(touch(2, BYTES, 8, TRUE, FALSE)); /* not looked after */
    assert_false(touch(1, BYTES, 8, TRUE, FALSE));
}

static void many_stacks(void **state)
{
    VFP_STACK stack = {.Count = 1};
    ULONG last = 0, none = 0;

    (void)state;
    for (ULONG i = 1; i < 40000; i++) {
        stack.Frame[0] = i;
        ULONG number = VfpKeepStack(&stack);
        assert_true(number == 0 || number == last + 1);
        last = number != 0 ? number : last;
        none += number == 0;
    }
    assert_true(none > 0);
    stack.Frame[0] = 1;
    assert_int_equal(VfpKeepStack(&stack), 1);
    assert_null(VfpGetStack(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unordered, begin, end),
        cmocka_unit_test_setup_teardown(reads, begin, end),
        cmocka_unit_test_setup_teardown(parts, begin, end),
        cmocka_unit_test_setup_teardown(ordered, begin, end),
        cmocka_unit_test_setup_teardown(locked_instructions, begin, end),
        cmocka_unit_test_setup_teardown(freed, begin, end),
        cmocka_unit_test_setup_teardown(shared, begin, end),
        cmocka_unit_test_setup_teardown(many_stacks, begin, end),
    };

    return cmocka_run_group_tests_name("vf/race", tests, NULL, NULL);
}
