/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a fault to what becomes of it, without a signal: the fake host hands faults over as a
 * handler on the signal stack would. The faulting instructions are bytes of this program, which
 * ldr's part in it (KeImageLookup) calls a driver.
 */
#include "kernel_fixture.h"

static UCHAR instruction[16];
static CONTEXT context;
static struct host_fault fault;
static bool taken;

static BOOLEAN instruction_is_a_driver(
    ULONG_PTR address, UCHAR **base, RUNTIME_FUNCTION **table, ULONG *count)
{
    if (address - (ULONG_PTR)instruction >= sizeof(instruction))
        return FALSE;
    *base = instruction;
    *table = NULL;
    *count = 0;
    return TRUE;
}

/* What a fault left behind, copied: the stack it lay on goes with the function it happened in. */
static EXCEPTION_RECORD record;
static CONTEXT before;

/* The stack the fault happened on is room below a frame of ours, on this thread's kernel stack. */
static void deliver(void *argument)
{
    UCHAR room[16384] __attribute__((aligned(16)));
    (void)argument;
    context.Rsp = (ULONG_PTR)(room + sizeof(room));
    fault.context = &context;
    taken = fake_host_deliver_fault(&fault);
    if (taken && context.Rip == (ULONG_PTR)KiFaultEntry) {
        record = *(EXCEPTION_RECORD *)context.Rdi;
        before = *(CONTEXT *)context.Rsi;
    }
}

static void fault_on(enum host_fault_kind kind, const char *code, size_t code_bytes)
{
    memset(&context, 0, sizeof(context));
    memset(&fault, 0, sizeof(fault));
    memcpy(instruction, code, code_bytes);
    KeImageLookup = instruction_is_a_driver;
    context.Rip = (ULONG_PTR)instruction;
    context.EFlags = 0x202;
    fault.kind = kind;
}

static int reset_hooks(void **state)
{
    KeImageLookup = NULL;
    KePortAccess = NULL;
    return fixture_teardown(state);
}

static void outside_the_kernel_it_is_not_ours(void **state)
{
    (void)state;
    fault_on(HOST_FAULT_PAGE, "\x90", 1);
    deliver(NULL);
    assert_false(taken);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction);
}

static void every_kind_has_its_status(void **state)
{
    static const struct {
        enum host_fault_kind kind;
        NTSTATUS status;
        ULONG parameters;
    } cases[] = {
        {HOST_FAULT_PAGE, STATUS_ACCESS_VIOLATION, 2},
        {HOST_FAULT_PROTECTION, STATUS_ACCESS_VIOLATION, 2},
        {HOST_FAULT_ILLEGAL, STATUS_ILLEGAL_INSTRUCTION, 0},
        {HOST_FAULT_DIVIDE, STATUS_INTEGER_DIVIDE_BY_ZERO, 0},
        {HOST_FAULT_OVERFLOW, STATUS_INTEGER_OVERFLOW, 0},
        {HOST_FAULT_STEP, STATUS_SINGLE_STEP, 0},
        {HOST_FAULT_ALIGNMENT, STATUS_DATATYPE_MISALIGNMENT, 0},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fault_on(cases[i].kind, "\x90\x90\x90", 3);
        assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
        assert_true(taken);
        assert_int_equal(context.Rip, (ULONG_PTR)KiFaultEntry);
        assert_int_equal(record.ExceptionCode, cases[i].status);
        assert_int_equal(record.NumberParameters, cases[i].parameters);
        assert_ptr_equal(record.ExceptionAddress, instruction);
        assert_int_equal(before.Rip, (ULONG_PTR)instruction);
        assert_int_equal(context.Rsp % 16, 0);
        assert_true(context.Rsp < before.Rsp - 128); /* the red zone of our own code */
    }
}

static void page_fault_names_address_and_access(void **state)
{
    static const ULONG_PTR information[] = {
        [HOST_ACCESS_READ] = 0, [HOST_ACCESS_WRITE] = 1, [HOST_ACCESS_EXECUTE] = 8};
    (void)state;
    for (unsigned access = HOST_ACCESS_READ; access <= HOST_ACCESS_EXECUTE; access++) {
        fault_on(HOST_FAULT_PAGE, "\x90", 1);
        fault.access = (enum host_access)access;
        fault.address = 0x1234;
        assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
        assert_int_equal(record.ExceptionInformation[0], information[access]);
        assert_int_equal(record.ExceptionInformation[1], 0x1234);
    }
}

static void breakpoint_is_reported_at_the_int3(void **state)
{
    (void)state;
    fault_on(HOST_FAULT_BREAKPOINT, "\xCC\x90", 2);
    context.Rip++; /* where a processor stands after it */
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(record.ExceptionCode, STATUS_BREAKPOINT);
    assert_ptr_equal(record.ExceptionAddress, instruction);
}

/* ---- instructions carried out ---------------------------------------------------------------- */

static void write_cr8(void *argument)
{
    ULONG64 *level = argument;
    context.Rax = *level;
    deliver(NULL);
    *level = KiGetIrql();
    KiSetIrql(PASSIVE_LEVEL);
}

static void cr8_is_the_irql(void **state)
{
    ULONG64 level = DISPATCH_LEVEL;
    (void)state;
    fault_on(HOST_FAULT_PROTECTION, "\x44\x0F\x22\xC0", 4); /* mov cr8, rax */
    assert_int_equal(fixture_bugcheck(write_cr8, &level), 0);
    assert_int_equal(level, DISPATCH_LEVEL);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction + 4);

    fault_on(HOST_FAULT_PROTECTION, "\x44\x0F\x20\xC1", 4); /* mov rcx, cr8 */
    context.Rcx = 77;
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(context.Rcx, PASSIVE_LEVEL);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction + 4);
}

static struct {
    USHORT port;
    UCHAR bytes;
    BOOLEAN write;
    ULONG value;
} access_seen;

static BOOLEAN port_70(USHORT port, UCHAR bytes, BOOLEAN write, ULONG *value)
{
    access_seen.port = port;
    access_seen.bytes = bytes;
    access_seen.write = write;
    access_seen.value = write ? *value : 0;
    if (port != 0x70)
        return FALSE;
    if (!write)
        *value = 0xA1B2C3D4;
    return TRUE;
}

static void ports_reach_hal(void **state)
{
    (void)state;
    KePortAccess = port_70;
    fault_on(HOST_FAULT_PROTECTION, "\xE4\x70", 2); /* in al, 70h */
    context.Rax = 0x1122334455667788;
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(context.Rax, 0x11223344556677D4);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction + 2);

    fault_on(HOST_FAULT_PROTECTION, "\xED", 1); /* in eax, dx: the upper half is zeroed */
    context.Rax = 0x1122334455667788;
    context.Rdx = 0x70;
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(context.Rax, 0xA1B2C3D4);

    fault_on(HOST_FAULT_PROTECTION, "\x66\xEF", 2); /* out dx, ax */
    context.Rax = 0xFFFF1234;
    context.Rdx = 0xFFFF0071;
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_true(access_seen.write);
    assert_int_equal(access_seen.port, 0x71);
    assert_int_equal(access_seen.bytes, 2);
    assert_int_equal(access_seen.value, 0x1234);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction + 2);
}

static void empty_bus_floats_high(void **state)
{
    (void)state;
    fault_on(HOST_FAULT_PROTECTION, "\xEC", 1); /* in al, dx */
    context.Rdx = 0x300;
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(context.Rax, 0xFF);
    assert_int_equal(context.Rip, (ULONG_PTR)instruction + 1);
}

static void same_instruction_of_others_is_a_fault(void **state)
{
    (void)state;
    fault_on(HOST_FAULT_PROTECTION, "\xEC", 1);
    KeImageLookup = NULL; /* no driver's: our own code never does this */
    assert_int_equal(fixture_bugcheck(deliver, NULL), 0);
    assert_int_equal(context.Rip, (ULONG_PTR)KiFaultEntry);
    assert_int_equal(record.ExceptionCode, STATUS_ACCESS_VIOLATION);
}

#define TRAP_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, reset_hooks)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAP_TEST(outside_the_kernel_it_is_not_ours),
        TRAP_TEST(every_kind_has_its_status),
        TRAP_TEST(page_fault_names_address_and_access),
        TRAP_TEST(breakpoint_is_reported_at_the_int3),
        TRAP_TEST(cr8_is_the_irql),
        TRAP_TEST(ports_reach_hal),
        TRAP_TEST(empty_bus_floats_high),
        TRAP_TEST(same_instruction_of_others_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
