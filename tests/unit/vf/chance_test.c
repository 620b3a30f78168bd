/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* vf/chance.c and what it decides: who waits where threads are delayed, and in what order a bus has
 * its devices. The same seed says the same; the clock stands still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "ke/turns.h"
#include "vf/chance.h"
#include "vf/request.h"

#define CALLS        1000
#define DEVICES      6
#define SHORT_100NS  200
#define LONG_100NS   5000
#define NO_WAIT      0

static bool counts;
static unsigned waits, yields;
static uint64_t waited;

int __real_host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
int __wrap_host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
int __wrap_host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    if (!counts)
        return __real_host_wait(word, expected, deadline);
    waits++;
    waited = deadline;
    return 0;
}

void __real_host_yield(void);
void __wrap_host_yield(void);
void __wrap_host_yield(void)
{
    if (!counts)
        __real_host_yield();
    yields += counts;
}

uint64_t __real_host_clock_monotonic(void);
uint64_t __wrap_host_clock_monotonic(void);
uint64_t __wrap_host_clock_monotonic(void)
{
    return counts ? 0 : __real_host_clock_monotonic();
}

static void quiet(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

static void in_machine(uint32_t verify, NTSTATUS (*run)(void *))
{
    const dotsys_options options = {.size = sizeof(options), .verify = verify, .log = quiet};
    dotsys_machine *machine;

    assert_int_equal(dotsys_machine_open(&options, &machine), 0);
    assert_int_equal(KeEnterKernel(run, NULL, KernelMode), STATUS_SUCCESS);
    counts = false;
    assert_int_equal(dotsys_machine_close(machine), 0);
}

static bool is_point(const char *name)
{
    const LDR_EXPORT export = {.Name = name};

    return LdrIsPoint(&export);
}

/* How long each call waits. */
static void delays_of(const char *seed, uint64_t delays[CALLS])
{
    VfpPrepareChance(seed);
    for (unsigned call = 0; call < CALLS; call++) {
        waited = NO_WAIT;
        KeAtPoint();
        delays[call] = waited;
    }
}

static unsigned count(const uint64_t delays[CALLS], uint64_t delay)
{
    unsigned found = 0;

    for (unsigned call = 0; call < CALLS; call++)
        found += delays[call] == delay;
    return found;
}

static NTSTATUS power(void *argument)
{
    static uint64_t first[CALLS], again[CALLS], other[CALLS];

    (void)argument;
    assert_true(is_point("PoFxActivateComponent"));
    assert_true(is_point("PoFxIdleComponent"));
    assert_false(is_point("PoStartNextPowerIrp"));
    assert_false(is_point("KeSetEvent"));
    counts = true;
    delays_of("7", first);
    delays_of("7", again);
    delays_of("8", other);
    assert_memory_equal(first, again, sizeof(first));
    assert_memory_not_equal(first, other, sizeof(first));
    assert_in_range(count(first, SHORT_100NS), 130, 230);
    assert_in_range(count(first, LONG_100NS), 5, 45);
    assert_int_equal(count(first, NO_WAIT) + count(first, SHORT_100NS) + count(first, LONG_100NS),
        CALLS);
    assert_int_equal(yields, 0);
    return STATUS_SUCCESS;
}

static NTSTATUS raised(void *argument)
{
    static uint64_t none[CALLS];
    KIRQL irql;

    (void)argument;
    assert_true(is_point("KeSetEvent"));
    assert_true(is_point("IofCallDriver"));
    assert_false(is_point("PoFxActivateComponent"));
    assert_false(is_point("RtlInitUnicodeString"));
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    waits = yields = 0;
    counts = true;
    delays_of("7", none);
    counts = false;
    KeLowerIrql(irql);
    assert_int_equal(waits, 0);
    assert_int_equal(yields % 3, 0);
    assert_in_range(yields, 3 * 150, 3 * 250);
    return STATUS_SUCCESS;
}

static NTSTATUS nothing(void *argument)
{
    (void)argument;
    assert_null(KeAtPoint);
    assert_null(LdrIsPoint);
    return STATUS_SUCCESS;
}

static void test_delays(void **state)
{
    (void)state;
    in_machine(DOTSYS_VERIFY_POWER_DELAY, power);
    in_machine(DOTSYS_VERIFY_DELAY, raised);
    in_machine(DOTSYS_VERIFY_STANDARD, nothing);
}

/* The order devices 0, 1, … get, in digits. */
static void shuffled(const char *seed, char order[DEVICES + 1])
{
    union {
        DEVICE_RELATIONS list;
        char room[sizeof(DEVICE_RELATIONS) + DEVICES * sizeof(DEVICE_OBJECT *)];
    } relations;
    static DEVICE_OBJECT device[DEVICES];
    unsigned seen = 0;

    relations.list.Count = DEVICES;
    for (unsigned index = 0; index < DEVICES; index++)
        relations.list.Objects[index] = &device[index];
    VfpPrepareChance(seed);
    VfpShuffle(&relations.list);
    assert_int_equal(relations.list.Count, DEVICES);
    for (unsigned index = 0; index < DEVICES; index++) {
        const ptrdiff_t which = relations.list.Objects[index] - device;

        order[index] = (char)('0' + which);
        seen |= 1u << which;
    }
    order[DEVICES] = 0;
    assert_int_equal(seen, (1u << DEVICES) - 1);
}

static NTSTATUS shuffles(void *argument)
{
    char order[DEVICES + 1], again[DEVICES + 1], text[] = "a";
    unsigned different = 0, firsts = 0;

    (void)argument;
    for (; text[0] <= 'z'; text[0]++) {
        shuffled(text, order);
        shuffled(text, again);
        assert_string_equal(order, again);
        different += strcmp(order, "012345") != 0;
        firsts |= 1u << (order[0] - '0');
    }
    assert_in_range(different, 20, 26);
    assert_int_equal(firsts, (1u << DEVICES) - 1);
    return STATUS_SUCCESS;
}

static NTSTATUS keeps(void *argument)
{
    char order[DEVICES + 1];

    (void)argument;
    shuffled("7", order);
    assert_string_equal(order, "012345");
    return STATUS_SUCCESS;
}

static void test_order(void **state)
{
    (void)state;
    in_machine(DOTSYS_VERIFY_ENHANCED_IO, shuffles);
    in_machine(DOTSYS_VERIFY_STANDARD, keeps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_delays), cmocka_unit_test(test_order)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
