/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* System time, interrupt time, ticks and the shared user data page, on virtual time. */
#include "kernel_fixture.h"

#define SECOND 10000000
#define TICK 156250

static void system_time_is_utc(void **state)
{
    LARGE_INTEGER before, after, precise;
    (void)state;
    KeQuerySystemTime(&before);
    fake_host_advance(86400LL * SECOND);
    KeQuerySystemTime(&after);
    KeQuerySystemTimePrecise(&precise);
    assert_int_equal(before.QuadPart, FAKE_BOOT_UTC);
    assert_int_equal(after.QuadPart - before.QuadPart, 86400LL * SECOND);
    assert_int_equal(precise.QuadPart, after.QuadPart);
}

static void interrupt_time_starts_with_the_machine(void **state)
{
    ULONG64 counter;
    (void)state;
    assert_int_equal(KeQueryInterruptTime(), 0);
    fake_host_advance(5LL * SECOND + 3);
    assert_int_equal(KeQueryInterruptTime(), 5LL * SECOND + 3);
    assert_int_equal(KeQueryInterruptTimePrecise(&counter), 5LL * SECOND + 3);
    assert_int_equal(counter, host_counter());
    fixture_stop(); /* and again with the next machine */
    assert_int_equal(fixture_start(), STATUS_SUCCESS);
    assert_int_equal(KeQueryInterruptTime(), 0);
}

static void ticks_are_whole(void **state)
{
    LARGE_INTEGER ticks;
    (void)state;
    assert_int_equal(KeQueryTimeIncrement(), TICK);
    fake_host_advance(TICK - 1);
    KeQueryTickCount(&ticks);
    assert_int_equal(ticks.QuadPart, 0);
    fake_host_advance(1);
    KeQueryTickCount(&ticks);
    assert_int_equal(ticks.QuadPart, 1);
    fake_host_advance(64LL * TICK);
    KeQueryTickCount(&ticks);
    assert_int_equal(ticks.QuadPart, 65);
}

static void performance_counter_has_its_frequency(void **state)
{
    LARGE_INTEGER frequency, before, after;
    (void)state;
    before = KeQueryPerformanceCounter(&frequency);
    fake_host_advance(SECOND);
    after = KeQueryPerformanceCounter(NULL);
    assert_true(frequency.QuadPart > 0);
    assert_int_equal(after.QuadPart - before.QuadPart, frequency.QuadPart);
}

static void stall_lasts_as_long_as_asked(void **state)
{
    uint64_t start = host_clock_monotonic();
    (void)state;
    fake_host_set_yield_cost(7);
    KeStallExecutionProcessor(50);
    assert_in_range(host_clock_monotonic() - start, 500, 506);
    KeStallExecutionProcessor(0);
    assert_in_range(host_clock_monotonic() - start, 500, 506);
}

static ULONG64 read_time(ULONG offset)
{
    KSYSTEM_TIME time;
    KeReadSharedData(offset, &time, sizeof(time));
    assert_int_equal(time.High1Time, time.High2Time);
    return (ULONG64)(ULONG)time.High1Time << 32 | time.LowPart;
}

static void shared_data_follows_the_clock(void **state)
{
    (void)state;
    fake_host_advance(1000000LL * SECOND + 5);
    assert_int_equal(
        read_time(FIELD_OFFSET(KUSER_SHARED_DATA, InterruptTime)), 1000000LL * SECOND + 5);
    assert_int_equal(read_time(FIELD_OFFSET(KUSER_SHARED_DATA, SystemTime)),
        FAKE_BOOT_UTC + 1000000LL * SECOND + 5);
    assert_int_equal(
        read_time(FIELD_OFFSET(KUSER_SHARED_DATA, TickCount)), (1000000LL * SECOND + 5) / TICK);
}

/* Milliseconds as GetTickCount computes them from the page: ticks times multiplier, less 24
 * bits. */
static void tick_count_multiplier_gives_milliseconds(void **state)
{
    ULONG multiplier;
    ULONG64 ticks;
    (void)state;
    fake_host_advance(3600LL * SECOND);
    KeReadSharedData(
        FIELD_OFFSET(KUSER_SHARED_DATA, TickCountMultiplier), &multiplier, sizeof(multiplier));
    KeReadSharedData(FIELD_OFFSET(KUSER_SHARED_DATA, TickCount), &ticks, sizeof(ticks));
    assert_in_range(ticks * multiplier >> 24, 3600000 - 16, 3600000);
}

static void shared_data_ends_in_zeros(void **state)
{
    UCHAR bytes[16];
    (void)state;
    memset(bytes, 0xFF, sizeof(bytes));
    KeReadSharedData(sizeof(KUSER_SHARED_DATA) - 8, bytes, sizeof(bytes));
    for (unsigned i = 8; i < 16; i++)
        assert_int_equal(bytes[i], 0);
    memset(bytes, 0xFF, sizeof(bytes));
    KeReadSharedData(PAGE_SIZE - 8, bytes, 8);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(bytes[i], 0);
}

static void no_machine_without_fault_handlers(void **state)
{
    (void)state;
    fixture_stop();
    fake_host_fail(FAKE_FAULTS_INSTALL, 1, false);
    assert_int_equal(fixture_start(), STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(fixture_start(), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(system_time_is_utc),
        FIXTURE_TEST(interrupt_time_starts_with_the_machine),
        FIXTURE_TEST(ticks_are_whole),
        FIXTURE_TEST(performance_counter_has_its_frequency),
        FIXTURE_TEST(stall_lasts_as_long_as_asked),
        FIXTURE_TEST(shared_data_follows_the_clock),
        FIXTURE_TEST(tick_count_multiplier_gives_milliseconds),
        FIXTURE_TEST(shared_data_ends_in_zeros),
        FIXTURE_TEST(no_machine_without_fault_handlers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
