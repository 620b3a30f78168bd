/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Bugchecks in words: every code the machine stops with has them, codes that are many in one say
 * which, and values mean something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kd/bugcodes.h"

static KD_BUGCHECK_WORDS describe(
    ULONG code, ULONG64 first, ULONG64 second, ULONG64 third, ULONG64 fourth)
{
    const ULONG64 parameter[4] = {first, second, third, fourth};
    KD_BUGCHECK_WORDS words;

    KdDescribeBugcheck(code, parameter, &words);
    return words;
}

/* What kernel/ stops the machine with. */
static void test_all_raised(void **state)
{
    static const ULONG codes[] = {IRQL_NOT_LESS_OR_EQUAL, DRIVER_IRQL_NOT_LESS_OR_EQUAL,
        PAGE_FAULT_IN_NONPAGED_AREA, KMODE_EXCEPTION_NOT_HANDLED, SYSTEM_SERVICE_EXCEPTION,
        SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, APC_INDEX_MISMATCH, REFERENCE_BY_POINTER,
        NO_MORE_IRP_STACK_LOCATIONS, MULTIPLE_IRP_COMPLETE_REQUESTS, CANCEL_STATE_IN_COMPLETED_IRP,
        IRQL_GT_ZERO_AT_SYSTEM_SERVICE, UNEXPECTED_KERNEL_MODE_TRAP,
        ATTEMPTED_WRITE_TO_READONLY_MEMORY, ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, BAD_POOL_CALLER,
        DRIVER_VERIFIER_DETECTED_VIOLATION, DRIVER_VERIFIER_IOMANAGER_VIOLATION,
        DRIVER_VERIFIER_DMA_VIOLATION, SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION,
        DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL, DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
        DRIVER_CAUGHT_MODIFYING_FREED_POOL, DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS,
        DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS, IRQL_NOT_GREATER_OR_EQUAL,
        MAXIMUM_WAIT_OBJECTS_EXCEEDED, ATTEMPTED_SWITCH_FROM_DPC, IRQL_UNEXPECTED_VALUE,
        TIMER_OR_DPC_INVALID, WORKER_INVALID, RESOURCE_NOT_OWNED, MUST_SUCCEED_POOL_EMPTY,
        THREAD_TERMINATE_HELD_MUTEX, INVALID_PROCESS_ATTACH_ATTEMPT, TARGET_MDL_TOO_SMALL,
        NO_MORE_SYSTEM_PTES, SYSTEM_PTE_MISUSE, INVALID_CANCEL_OF_FILE_OPEN,
        BUGCHECK_RETURN_TO_FIRMWARE, BUGCHECK_UNIMPLEMENTED_EXPORT};
    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const KD_BUGCHECK_WORDS words = describe(codes[i], 0, 0, 0, 0);
        assert_non_null(words.Name);
        assert_true(words.Meaning[0] != '\0');
    }
}

static void test_access(void **state)
{
    KD_BUGCHECK_WORDS words = describe(
        DRIVER_IRQL_NOT_LESS_OR_EQUAL, 0x18, DISPATCH_LEVEL, 1, 0x1234);

    (void)state;
    assert_string_equal(words.Name, "DRIVER_IRQL_NOT_LESS_OR_EQUAL");
    assert_string_equal(words.Parameter[0], "the address that was touched");
    assert_string_equal(words.Value[0], "near NULL");
    assert_string_equal(words.Value[1], "DISPATCH_LEVEL");
    assert_string_equal(words.Value[2], "write");
    assert_string_equal(words.Value[3], "");
    assert_string_equal(describe(DRIVER_IRQL_NOT_LESS_OR_EQUAL, 0, 0, 8, 0).Value[2], "execution");
    assert_string_equal(describe(PAGE_FAULT_IN_NONPAGED_AREA, 0, 2, 0, 0).Value[1], "write");
    assert_string_equal(describe(PAGE_FAULT_IN_NONPAGED_AREA, 0, 0x10, 0, 0).Value[1], "execution");
}

static void test_status(void **state)
{
    (void)state;
    assert_string_equal(describe(SYSTEM_SERVICE_EXCEPTION, 0xC0000005, 0, 0, 0).Value[0],
        "STATUS_ACCESS_VIOLATION");
    assert_string_equal(describe(KMODE_EXCEPTION_NOT_HANDLED, 0xFFFFFFFFC0000094, 0, 0, 0).Value[0],
        "STATUS_INTEGER_DIVIDE_BY_ZERO");
    assert_string_equal(describe(UNEXPECTED_KERNEL_MODE_TRAP, 8, 0, 0, 0).Value[0], "double fault");
    assert_string_equal(describe(UNEXPECTED_KERNEL_MODE_TRAP, 0x1000, 0, 0, 0).Value[0], "");
    assert_string_equal(
        describe(KERNEL_SECURITY_CHECK_FAILURE, 3, 0, 0, 0).Value[0], "a LIST_ENTRY is damaged");
}

static void test_pool(void **state)
{
    KD_BUGCHECK_WORDS words = describe(BAD_POOL_CALLER, 7, 0, 0x74666544, 0x5000);

    (void)state;
    assert_string_equal(words.Parameter[0], "what is wrong");
    assert_string_equal(words.Value[0], "the block had been freed");
    assert_string_equal(words.Parameter[1], "");
    assert_string_equal(words.Value[2], "'Deft'");
    words = describe(BAD_POOL_CALLER, 8, APC_LEVEL, 1, 100);
    assert_string_equal(words.Value[1], "APC_LEVEL");
    assert_string_equal(words.Value[2], "paged");
    assert_string_equal(words.Value[3], "100 bytes");
    words = describe(BAD_POOL_CALLER, 0x7777, 1, 2, 3); /* no such one */
    assert_string_equal(words.Value[0], "");
    assert_true(words.Meaning[0] != '\0');
}

/* The one that picks the row is not the first parameter. */
static void test_special_pool(void **state)
{
    KD_BUGCHECK_WORDS words = describe(
        SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION, 0x1000, 0x2000, 0, 0x24);

    (void)state;
    assert_string_equal(words.Value[3], "bytes behind the block were written to");
    assert_string_equal(words.Parameter[0], "the block");
}

/* 0x0A without an instruction is KeLowerIrql's. */
static void test_lowered_upwards(void **state)
{
    KD_BUGCHECK_WORDS words = describe(IRQL_NOT_LESS_OR_EQUAL, DISPATCH_LEVEL, APC_LEVEL, 0, 0);

    (void)state;
    assert_string_equal(words.Value[0], "DISPATCH_LEVEL");
    assert_string_equal(words.Value[1], "APC_LEVEL");
    assert_string_equal(words.Parameter[2], "");
    assert_string_equal(words.Parameter[3], "");
    assert_non_null(strstr(words.Cause, "KeLowerIrql"));
}

static void test_verifier(void **state)
{
    KD_BUGCHECK_WORDS words = describe(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1001, 0x5000, 0, 0);

    (void)state;
    assert_string_equal(
        words.Value[0], "a deadlock is possible: locks are taken in different orders");
    assert_string_equal(words.Parameter[1], "the lock");
    words = describe(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xC5, 0x5000, 0xFFFFFFFF, 0);
    assert_string_equal(words.Value[2], "-1");
    words = describe(DRIVER_VERIFIER_IOMANAGER_VIOLATION, 6, 0x103, 0x9000, 0);
    assert_string_equal(words.Value[1], "STATUS_PENDING");
}

static void test_unexpected_irql(void **state)
{
    (void)state;
    assert_string_equal(describe(IRQL_UNEXPECTED_VALUE, 0x20000, 0, 0, 0).Value[0],
        "it was 2 and should have been 0");
}

static void test_unknown(void **state)
{
    KD_BUGCHECK_WORDS words = describe(0xDEADD00D, 1, 2, 3, 4);

    (void)state;
    assert_null(words.Name);
    for (size_t i = 0; i < 4; i++)
        assert_true(words.Parameter[i][0] == '\0' && words.Value[i][0] == '\0');
    /* a name and no words */
    assert_string_equal(describe(0xF5, 0, 0, 0, 0).Name, "FLTMGR_FILE_SYSTEM");
    assert_string_equal(describe(0xF5, 0, 0, 0, 0).Meaning, "");
}

/* What is looked for at a parameter's address is what the code has there. */
static void test_kinds(void **state)
{
    static const struct {
        ULONG code;
        ULONG64 first, fourth;
        UCHAR kind[4];
    } rows[] = {
        {MULTIPLE_IRP_COMPLETE_REQUESTS, 0x5000, 0,
            {KDP_IRP, KDP_NOTHING, KDP_NOTHING, KDP_NOTHING}},
        {THREAD_TERMINATE_HELD_MUTEX, 0x5000, 0, {KDP_PLAIN, KDP_PLAIN, KDP_NOTHING, KDP_NOTHING}},
        {ATTEMPTED_SWITCH_FROM_DPC, 0x5000, 0, {KDP_PLAIN, KDP_NOTHING, KDP_PLAIN, KDP_NOTHING}},
        {DRIVER_VERIFIER_IOMANAGER_VIOLATION, 6, 0, {KDP_PLAIN, KDP_STATUS, KDP_IRP, KDP_NOTHING}},
        {DRIVER_POWER_STATE_FAILURE, 3, 0, {KDP_PLAIN, KDP_PLAIN, KDP_PLAIN, KDP_IRP}},
        {DRIVER_POWER_STATE_FAILURE, 4, 0, {KDP_PLAIN, KDP_PLAIN, KDP_PLAIN, KDP_NOTHING}},
        {IRQL_NOT_LESS_OR_EQUAL, DISPATCH_LEVEL, 0, {KDP_IRQL, KDP_IRQL, KDP_NOTHING, KDP_NOTHING}},
        {0xDEADD00D, 0, 0, {KDP_NOTHING, KDP_NOTHING, KDP_NOTHING, KDP_NOTHING}},
    };

    (void)state;
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        const ULONG64 parameter[4] = {rows[row].first, 0, 0, rows[row].fourth};
        for (ULONG i = 0; i < 4; i++)
            assert_int_equal(KdpParameterKind(rows[row].code, parameter, i), rows[row].kind[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_raised),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_special_pool),
        cmocka_unit_test(test_lowered_upwards),
        cmocka_unit_test(test_verifier),
        cmocka_unit_test(test_unexpected_irql),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
