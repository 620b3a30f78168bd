/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Alignment checking without a signal: the memory operands of instructions, and what becomes of a
 * misaligned access by who makes it. The instructions are bytes of this program, which ldr's part
 * in it (KeImageLookup) calls a driver.
 */
#include "kernel_fixture.h"

#include "ke/operand.h"

#define EFLAGS_TRAP 0x100u

/* ---- operands -------------------------------------------------------------------------------- */

static UCHAR code[16];

#define CODE ((ULONG_PTR)0) /* distance from the instruction: known when it runs */
#define IN_RAX  0x100000u
#define IN_RCX  0x200001u
#define IN_RDX  0x300u
#define IN_RSP  0x400000u
#define IN_RBP  0x500000u
#define IN_RSI  0x600001u
#define IN_RDI  0x700002u
#define IN_R9   0x900003u
#define IN_R12  0xC00001u

static const struct {
    const char *text, *bytes;
    size_t length;
    ULONG_PTR address;
    ULONG size;
    bool write;
} instructions[] = {
    {"movl 0x1(%rax), %edx", "\x8b\x50\x01", 3, IN_RAX + 1, 4, false},
    {"movq %rdx, 0x8(%rcx,%rdx,4)", "\x48\x89\x54\x91\x08", 5, IN_RCX + 4 * IN_RDX + 8, 8, true},
    {"movw $7, (%rcx)", "\x66\xc7\x01\x07\x00", 5, IN_RCX, 2, true},
    {"addl $1, 0x10(%r9)", "\x41\x83\x41\x10\x01", 5, IN_R9 + 0x10, 4, true},
    {"cmpl $5, (%rcx)", "\x83\x39\x05", 3, IN_RCX, 4, false},
    {"cmpq %rdx, -8(%rax)", "\x48\x39\x50\xf8", 4, IN_RAX - 8, 8, false},
    {"testb $1, 3(%rax)", "\xf6\x40\x03\x01", 4, IN_RAX + 3, 1, false},
    {"movzwl (%rcx), %eax", "\x0f\xb7\x01", 3, IN_RCX, 2, false},
    {"movsbl (%rcx), %eax", "\x0f\xbe\x01", 3, IN_RCX, 1, false},
    {"movslq (%rcx), %rax", "\x48\x63\x01", 3, IN_RCX, 4, false},
    {"sete (%rcx)", "\x0f\x94\x01", 3, IN_RCX, 1, true},
    {"cmovel (%rcx), %eax", "\x0f\x44\x01", 3, IN_RCX, 4, false},
    {"lock xaddl %eax, (%rcx)", "\xf0\x0f\xc1\x01", 4, IN_RCX, 4, true},
    {"lock cmpxchg8b (%rcx)", "\xf0\x0f\xc7\x09", 4, IN_RCX, 8, true},
    {"xchgw %ax, (%rcx)", "\x66\x87\x01", 3, IN_RCX, 2, true},
    {"lock cmpxchgl %edx, (%r12)", "\xf0\x41\x0f\xb1\x14\x24", 6, IN_R12, 4, true},
    {"movsd (%rcx), %xmm0", "\xf2\x0f\x10\x01", 4, IN_RCX, 8, false},
    {"movss %xmm0, (%rcx)", "\xf3\x0f\x11\x01", 4, IN_RCX, 4, true},
    {"movq %xmm0, (%rcx)", "\x66\x0f\xd6\x01", 4, IN_RCX, 8, true},
    {"movq (%rcx), %xmm0", "\xf3\x0f\x7e\x01", 4, IN_RCX, 8, false},
    {"movd %xmm0, (%rcx)", "\x66\x0f\x7e\x01", 4, IN_RCX, 4, true},
    {"movups (%rcx), %xmm0", "\x0f\x10\x01", 3, IN_RCX, 16, false},
    {"movdqa %xmm9, (%rcx)", "\x66\x44\x0f\x7f\x09", 5, IN_RCX, 16, true},
    {"addsd (%rcx), %xmm0", "\xf2\x0f\x58\x01", 4, IN_RCX, 8, false},
    {"cvtsi2sdl (%rcx), %xmm0", "\xf2\x0f\x2a\x01", 4, IN_RCX, 4, false},
    {"cvttsd2si (%rcx), %eax", "\xf2\x0f\x2c\x01", 4, IN_RCX, 8, false},
    {"vmovups (%r9), %ymm1", "\xc4\xc1\x7c\x10\x09", 5, IN_R9, 32, false},
    {"vmovsd %xmm1, 4(%rcx)", "\xc5\xfb\x11\x49\x04", 5, IN_RCX + 4, 8, true},
    {"vpaddd (%rcx), %xmm1, %xmm1", "\xc5\xf1\xfe\x09", 4, IN_RCX, 16, false},
    {"flds (%rcx)", "\xd9\x01", 2, IN_RCX, 4, false},
    {"fldl (%rcx)", "\xdd\x01", 2, IN_RCX, 8, false},
    {"fstpl (%rcx)", "\xdd\x19", 2, IN_RCX, 8, true},
    {"fildll (%rcx)", "\xdf\x29", 2, IN_RCX, 8, false},
    {"fistpl (%rcx)", "\xdb\x19", 2, IN_RCX, 4, true},
    {"fnstcw (%rcx)", "\xd9\x39", 2, IN_RCX, 2, true},
    {"fldcw (%rcx)", "\xd9\x29", 2, IN_RCX, 2, false},
    {"pushq %rbx", "\x53", 1, IN_RSP - 8, 8, true},
    {"popq %rbx", "\x5b", 1, IN_RSP, 8, false},
    {"pushq (%rcx)", "\xff\x31", 2, IN_RCX, 8, false},
    {"call *8(%rcx)", "\xff\x51\x08", 3, IN_RCX + 8, 8, false},
    {"jmp *(%rcx)", "\xff\x21", 2, IN_RCX, 8, false},
    {"rep movsl", "\xf3\xa5", 2, IN_RSI, 4, false},
    {"stosq", "\x48\xab", 2, IN_RDI, 8, true},
    {"lodsw", "\x66\xad", 2, IN_RSI, 2, false},
    {"movl 0x10(%rip), %eax", "\x8b\x05\x10\x00\x00\x00", 6, CODE + 6 + 0x10, 4, false},
    {"movl $1, 0x10(%rip)", "\xc7\x05\x10\x00\x00\x00\x01\x00\x00\x00", 10, CODE + 10 + 0x10, 4,
        true},
    {"movabs 0x1122334455, %eax", "\xa1\x55\x44\x33\x22\x11\x00\x00\x00", 9, 0x1122334455, 4,
        false},
    {"movl 0x1234, %eax", "\x8b\x04\x25\x34\x12\x00\x00", 7, 0x1234, 4, false},
    {"imull $3, (%rcx), %eax", "\x6b\x01\x03", 3, IN_RCX, 4, false},
    {"incl (%rcx)", "\xff\x01", 2, IN_RCX, 4, true},
    {"notl (%rcx)", "\xf7\x11", 2, IN_RCX, 4, true},
    {"divl (%rcx)", "\xf7\x31", 2, IN_RCX, 4, false},
    {"shll $2, (%rcx)", "\xc1\x21\x02", 3, IN_RCX, 4, true},
    {"btsl $3, (%rcx)", "\x0f\xba\x29\x03", 4, IN_RCX, 4, true},
    {"btl $3, (%rcx)", "\x0f\xba\x21\x03", 4, IN_RCX, 4, false},
    {"shldl $2, %eax, (%rcx)", "\x0f\xa4\x01\x02", 4, IN_RCX, 4, true},
    {"movbe (%rcx), %eax", "\x0f\x38\xf0\x01", 4, IN_RCX, 4, false},
    {"movnti %eax, (%rcx)", "\x0f\xc3\x01", 3, IN_RCX, 4, true},
    {"stmxcsr (%rcx)", "\x0f\xae\x19", 3, IN_RCX, 4, true},
    {"movl 4(%rsp), %eax", "\x8b\x44\x24\x04", 4, IN_RSP + 4, 4, false},
    {"leave", "\xc9", 1, IN_RBP, 8, false},
};

static void load(CONTEXT *context, const char *bytes, size_t length)
{
    memset(context, 0, sizeof(*context));
    memset(code, 0x90, sizeof(code));
    memcpy(code, bytes, length);
    context->Rip = (ULONG_PTR)code;
    context->Rax = IN_RAX;
    context->Rcx = IN_RCX;
    context->Rdx = IN_RDX;
    context->Rsp = IN_RSP;
    context->Rbp = IN_RBP;
    context->Rsi = IN_RSI;
    context->Rdi = IN_RDI;
    context->R9 = IN_R9;
    context->R12 = IN_R12;
    context->EFlags = 0x202 | KI_EFLAGS_ALIGNMENT;
}

static void operands_are_found(void **state)
{
    CONTEXT context;
    KI_OPERAND operand;
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(instructions); i++) {
        load(&context, instructions[i].bytes, instructions[i].length);
        bool relative = strstr(instructions[i].text, "rip") != NULL;
        ULONG_PTR address = instructions[i].address + (relative ? (ULONG_PTR)code : 0);
        if (!KiMemoryOperand(&context, &operand) || operand.Address != address ||
            operand.SizeBytes != instructions[i].size || operand.Write != instructions[i].write)
            fail_msg("%s: %llx, %u bytes, write %d", instructions[i].text,
                (unsigned long long)operand.Address, operand.SizeBytes, operand.Write);
    }
}

static bool constant(const char *bytes, size_t length)
{
    CONTEXT context;
    KI_OPERAND operand;
    load(&context, bytes, length);
    assert_true(KiMemoryOperand(&context, &operand));
    return operand.Constant;
}

static void addresses_the_compiler_chose_are_told_apart(void **state)
{
    CONTEXT context;
    KI_OPERAND operand;
    (void)state;
    assert_true(constant("\x8b\x05\x10\x00\x00\x00", 6));      /* mov 0x10(%rip), %eax */
    assert_true(constant("\x8b\x04\x25\x34\x12\x00\x00", 7));  /* mov 0x1234, %eax */
    assert_true(constant("\xa1\x55\x44\x33\x22\x11\x00\x00\x00", 9)); /* movabs */
    assert_false(constant("\x8b\x04\x8d\x34\x12\x00\x00", 7)); /* mov 0x1234(,%rcx,4), %eax */
    assert_false(constant("\x8b\x01", 2));
    load(&context, "\x8b\x44\x24\x04", 4); /* mov 4(%rsp), %eax */
    assert_true(KiMemoryOperand(&context, &operand) && operand.Frame);
    load(&context, "\x8b\x45\x04", 3); /* mov 4(%rbp), %eax */
    assert_true(KiMemoryOperand(&context, &operand) && operand.Frame);
    load(&context, "\x8b\x44\x0c\x04", 4); /* mov 4(%rsp,%rcx), %eax */
    assert_true(KiMemoryOperand(&context, &operand) && !operand.Frame);
}

static void registers_are_no_operands_in_memory(void **state)
{
    CONTEXT context;
    KI_OPERAND operand;
    (void)state;
    load(&context, "\x89\xc8", 2); /* mov %ecx, %eax */
    assert_false(KiMemoryOperand(&context, &operand));
    load(&context, "\x90", 1);
    assert_false(KiMemoryOperand(&context, &operand));
}

/* After their opcode is what would be a ModRM byte for memory. */
static void instructions_without_operands_have_none(void **state)
{
    static const char *const without[] = {
        "\x0f\x85\x17\x02\x01\x01", /* jne */
        "\x0f\x05\x01",                /* syscall */
        "\x0f\x0b\x01",                /* ud2 */
        "\x0f\x31\x01",                /* rdtsc */
        "\x0f\x77\x01",                /* emms */
        "\x0f\xa2\x01",                /* cpuid */
        "\x0f\xc9\x01",                /* bswap %ecx */
    };
    CONTEXT context;
    KI_OPERAND operand;
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(without); i++) {
        load(&context, without[i], strlen(without[i]));
        assert_false(KiMemoryOperand(&context, &operand));
    }
}

/* ---- who makes the access -------------------------------------------------------------------- */

static CONTEXT context;
static struct host_fault fault;
static bool taken, driver, checking;
static EXCEPTION_RECORD record;
static ULONG flags;

static BOOLEAN code_is_a_driver(
    ULONG_PTR address, UCHAR **base, RUNTIME_FUNCTION **table, ULONG *count)
{
    if (!driver || address - (ULONG_PTR)code >= sizeof(code))
        return FALSE;
    *base = code;
    *table = NULL;
    *count = 0;
    return TRUE;
}

/* The fault is delivered below a frame of ours on this thread's kernel stack, whose place Frame
 * operands take. */
static void deliver(void *argument)
{
    UCHAR room[16384] __attribute__((aligned(16)));
    (void)argument;
    context.Rsp = (ULONG_PTR)(room + sizeof(room));
    fault.context = &context;
    KeCheckAlignment = checking; /* no longer than this: the test itself makes such accesses as it
                                    likes */
    taken = fake_host_deliver_fault(&fault);
    KeCheckAlignment = FALSE;
    flags = context.EFlags;
    if (taken && context.Rip == (ULONG_PTR)KiFaultEntry)
        record = *(EXCEPTION_RECORD *)context.Rdi;
}

static void access_by(bool is_driver, const char *bytes, size_t length)
{
    load(&context, bytes, length);
    driver = is_driver;
    KeImageLookup = code_is_a_driver;
    memset(&record, 0, sizeof(record));
    fault = (struct host_fault){.kind = HOST_FAULT_ALIGNMENT};
    fixture_enter(deliver, NULL);
}

static void end_step(void)
{
    fault = (struct host_fault){.kind = HOST_FAULT_STEP};
    fixture_enter(deliver, NULL);
}

static int check_alignment(void **state)
{
    int result = fixture_setup(state);
    checking = true;
    return result;
}

static int stop_checking(void **state)
{
    KeImageLookup = NULL;
    return fixture_teardown(state);
}

static void drivers_accesses_are_exceptions(void **state)
{
    (void)state;
    access_by(true, "\x89\x01", 2); /* mov %eax, (%rcx) */
    assert_true(taken);
    assert_int_equal(record.ExceptionCode, STATUS_DATATYPE_MISALIGNMENT);
    assert_int_equal(record.NumberParameters, 2);
    assert_int_equal(record.ExceptionInformation[0], EXCEPTION_WRITE_FAULT);
    assert_int_equal(record.ExceptionInformation[1], IN_RCX);
    assert_true(flags & KI_EFLAGS_ALIGNMENT); /* filters are checked as well */
}

static void passes_in_one_step(void)
{
    assert_true(taken);
    assert_int_equal(record.ExceptionCode, 0);
    assert_int_equal(context.Rip, (ULONG_PTR)code);
    assert_int_equal(flags & (KI_EFLAGS_ALIGNMENT | EFLAGS_TRAP), EFLAGS_TRAP);
    end_step();
    assert_true(taken);
    assert_int_equal(flags & (KI_EFLAGS_ALIGNMENT | EFLAGS_TRAP), KI_EFLAGS_ALIGNMENT);
}

static void marked_accesses_pass(void **state)
{
    (void)state;
    access_by(true, "\x36\x89\x01", 3); /* ss mov %eax, (%rcx) */
    passes_in_one_step();
    access_by(true, "\x36\x48\x89\x01", 4);
    passes_in_one_step();
}

static void what_the_compiler_placed_passes(void **state)
{
    (void)state;
    access_by(true, "\x89\x44\x24\xf1", 4); /* mov %eax, -15(%rsp) */
    passes_in_one_step();
    access_by(true, "\x8b\x05\x01\x00\x00\x00", 6);
    passes_in_one_step();
    access_by(true, "\x89\x45\xf1", 3); /* mov %eax, -15(%rbp), which points elsewhere */
    assert_int_equal(record.ExceptionCode, STATUS_DATATYPE_MISALIGNMENT);
}

static void our_own_accesses_pass_and_are_counted(void **state)
{
    ULONG before = KeMisalignedPassed;
    (void)state;
    access_by(false, "\x89\x01", 2);
    passes_in_one_step();
    assert_int_equal(KeMisalignedPassed, before + 1);
}

static void a_fault_in_the_step_has_the_flags_as_they_were(void **state)
{
    (void)state;
    access_by(true, "\x36\x8b\x01", 3);
    assert_int_equal(record.ExceptionCode, 0);
    fault = (struct host_fault){.kind = HOST_FAULT_PROTECTION};
    fixture_enter(deliver, NULL);
    assert_int_equal(record.ExceptionCode, STATUS_ACCESS_VIOLATION);
    assert_int_equal(flags & (KI_EFLAGS_ALIGNMENT | EFLAGS_TRAP), KI_EFLAGS_ALIGNMENT);
}

static void outside_the_kernel_nothing_is_checked(void **state)
{
    (void)state;
    load(&context, "\x89\x01", 2);
    driver = false;
    KeImageLookup = code_is_a_driver;
    fault = (struct host_fault){.kind = HOST_FAULT_ALIGNMENT};
    deliver(NULL);
    assert_true(taken);
    assert_int_equal(flags & (KI_EFLAGS_ALIGNMENT | EFLAGS_TRAP), 0);
}

static void without_checking_it_is_as_the_driver_wanted(void **state)
{
    (void)state;
    checking = false;
    access_by(true, "\x36\x89\x01", 3);
    assert_int_equal(record.ExceptionCode, STATUS_DATATYPE_MISALIGNMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operands_are_found),
        cmocka_unit_test(addresses_the_compiler_chose_are_told_apart),
        cmocka_unit_test(registers_are_no_operands_in_memory),
        cmocka_unit_test(instructions_without_operands_have_none),
        cmocka_unit_test_setup_teardown(
            drivers_accesses_are_exceptions, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(marked_accesses_pass, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(
            what_the_compiler_placed_passes, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(
            our_own_accesses_pass_and_are_counted, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(
            a_fault_in_the_step_has_the_flags_as_they_were, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(
            outside_the_kernel_nothing_is_checked, check_alignment, stop_checking),
        cmocka_unit_test_setup_teardown(
            without_checking_it_is_as_the_driver_wanted, check_alignment, stop_checking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
