/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What compilers call by themselves: stack probes and, on i386, 64-bit arithmetic, called as they
 * call it.
 */
#include "rtl_test.h"

#include "ke/ke.h"

static int raised;

void NTAPI ExRaiseStatus(NTSTATUS status)
{
    assert_int_equal(status, STATUS_NOT_IMPLEMENTED);
    raised++;
}

static void a_pure_call_raises(void **state)
{
    (void)state;
    raised = 0;
    NtCrt_purecall();
    assert_int_equal(raised, 1);
}

#if defined(__x86_64__)

static void probing_changes_no_register(void **state)
{
    static const uint64_t sizes[] = {0, 8, 4095, 4096, 4097, 100000};

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        uint64_t rax = sizes[i], rcx = 1, rdx = 2, before, after, kept[3];
        register uint64_t r8 __asm__("r8") = 3;
        register uint64_t r10 __asm__("r10") = 4;
        register uint64_t r11 __asm__("r11") = 5;

        __asm__ volatile("mov %%rsp, %[before]\n call NtCrt_chkstk\n mov %%rsp, %[after]"
                         : "+a"(rax), "+c"(rcx), "+d"(rdx), "+r"(r8), "+r"(r10), "+r"(r11),
                         [before] "=&r"(before), [after] "=&r"(after)
                         :
                         : "cc", "memory");
        kept[0] = r8; /* before anything is called */
        kept[1] = r10;
        kept[2] = r11;
        assert_int_equal(rax, sizes[i]);
        assert_int_equal(rcx, 1);
        assert_int_equal(rdx, 2);
        assert_int_equal(kept[0], 3);
        assert_int_equal(kept[1], 4);
        assert_int_equal(kept[2], 5);
        assert_int_equal(before, after);
    }
}

#define ARCHITECTURE_TESTS cmocka_unit_test(probing_changes_no_register)

#else

/* Calls a probe with Size in eax; stores how far esp moved. */
#define PROBE(name, size, moved)                                                 \
    __asm__ volatile("mov %%esp, %%esi\n call " name                             \
                     "\n mov %%esi, %%edi\n sub %%esp, %%edi\n mov %%esi, %%esp" \
                     : "=D"(moved), "+a"(size)                                   \
                     : "c"(77)                                                   \
                     : "esi", "cc", "memory")

static void probing_moves_the_stack(void **state)
{
    static const ULONG sizes[] = {0, 4, 4092, 4096, 4100, 100000};

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        ULONG size = sizes[i];
        ULONG moved;

        PROBE("NtCrt_chkstk", size, moved);
        assert_int_equal(moved, sizes[i]);
        size = sizes[i];
        PROBE("NtCrt_alloca_probe_16", size, moved);
        assert_true(moved >= sizes[i] && moved < sizes[i] + 16);
        size = sizes[i];
        PROBE("NtCrt_alloca_probe_8", size, moved);
        assert_true(moved >= sizes[i] && moved < sizes[i] + 8);
    }
}

static const LONGLONG numbers[] = {0, 1, -1, 7, -7, 0xFFFFFFFF, 0x100000000, -0x100000000,
    0x123456789ABCDEF, -0x123456789ABCDEF, MAXLONGLONG, (LONGLONG)(1ull << 63)};

#define FOR_PAIRS(a, b)                                                                   \
    for (size_t pair = 0; pair < RTL_NUMBER_OF(numbers) * RTL_NUMBER_OF(numbers); pair++) \
        for (LONGLONG a = numbers[pair / RTL_NUMBER_OF(numbers)],                         \
                      b = numbers[pair % RTL_NUMBER_OF(numbers)], once = 1;               \
             once; once = 0)

static void arithmetic_of_two_words(void **state)
{
    (void)state;
    FOR_PAIRS (a, b) {
        assert_true(NtCrt_allmul(a, b) == (LONGLONG)((ULONGLONG)a * (ULONGLONG)b));
        if (b == 0 || (b == -1 && a == (LONGLONG)(1ull << 63)))
            continue;
        assert_true(NtCrt_alldiv(a, b) == a / b);
        assert_true(NtCrt_allrem(a, b) == a % b);
        assert_true(NtCrt_aulldiv((ULONGLONG)a, (ULONGLONG)b) == (ULONGLONG)a / (ULONGLONG)b);
        assert_true(NtCrt_aullrem((ULONGLONG)a, (ULONGLONG)b) == (ULONGLONG)a % (ULONGLONG)b);
    }
}

/*
 * ebx is an output of the functions called, so that the callers here must not be position-
 * independent.
 */
typedef struct division {
    ULONG a[2], b[2];
    ULONG quotient[2], remainder[2];
    ULONG popped;
} division;

#define DIVIDE(name, d)                                                                          \
    __asm__ volatile(                                                                            \
        "push %%ebx\n push %%ebp\n mov %%esi, %%ebp\n mov %%esp, %%edi\n"                        \
        "push 12(%%esi)\n push 8(%%esi)\n push 4(%%esi)\n push (%%esi)\n call " name "\n"        \
        "mov %%eax, 16(%%ebp)\n mov %%edx, 20(%%ebp)\n mov %%ecx, 24(%%ebp)\n"                   \
        "mov %%ebx, 28(%%ebp)\n sub %%esp, %%edi\n mov %%edi, 32(%%ebp)\n pop %%ebp\n pop %%ebx" \
        :                                                                                        \
        : "S"(d)                                                                                 \
        : "eax", "ecx", "edx", "edi", "cc", "memory")

static void quotient_and_remainder_at_once(void **state)
{
    (void)state;
    FOR_PAIRS (a, b) {
        division d;
        LONGLONG quotient, remainder;

        if (b == 0 || (b == -1 && a == (LONGLONG)(1ull << 63)))
            continue;
        memcpy(d.a, &a, 8);
        memcpy(d.b, &b, 8);
        DIVIDE("NtCrt_alldvrm", &d);
        memcpy(&quotient, d.quotient, 8);
        memcpy(&remainder, d.remainder, 8);
        assert_true(quotient == a / b);
        assert_true(remainder == a % b);
        assert_int_equal(d.popped, 0);
        DIVIDE("NtCrt_aulldvrm", &d);
        memcpy(&quotient, d.quotient, 8);
        memcpy(&remainder, d.remainder, 8);
        assert_true((ULONGLONG)quotient == (ULONGLONG)a / (ULONGLONG)b);
        assert_true((ULONGLONG)remainder == (ULONGLONG)a % (ULONGLONG)b);
    }
}

#define SHIFT(name, value, count) \
    __asm__ volatile("call " name : "+A"(value) : "c"(count) : "cc", "memory")

static void shifts_of_two_words(void **state)
{
    (void)state;
    for (ULONG count = 0; count < 256; count += count < 70 ? 1 : 37) {
        for (size_t i = 0; i < RTL_NUMBER_OF(numbers); i++) {
            ULONGLONG left = (ULONGLONG)numbers[i];
            ULONGLONG right = left;
            LONGLONG arithmetic = numbers[i];

            SHIFT("NtCrt_allshl", left, count);
            assert_true(left == (count < 64 ? (ULONGLONG)numbers[i] << count : 0));
            SHIFT("NtCrt_aullshr", right, count);
            assert_true(right == (count < 64 ? (ULONGLONG)numbers[i] >> count : 0));
            SHIFT("NtCrt_allshr", arithmetic, count);
            assert_true(arithmetic == numbers[i] >> (count < 64 ? count : 63));
        }
    }
}

static void functions_of_the_floating_point_stack(void **state)
{
    double value = 2.25;

    (void)state;
    __asm__ volatile("fldl %0\n call NtCrt_CIsqrt\n fstpl %0" : "+m"(value) : : "memory");
    assert_true(value == 1.5);
    value = 0;
    __asm__ volatile("fldl %0\n call NtCrt_CIcos\n fstpl %0" : "+m"(value) : : "memory");
    assert_true(value == 1);
    __asm__ volatile("fldz\n call NtCrt_CIsin\n fstpl %0" : "=m"(value) : : "memory");
    assert_true(value == 0);
}

#define ARCHITECTURE_TESTS                                                                       \
    cmocka_unit_test(probing_moves_the_stack), cmocka_unit_test(arithmetic_of_two_words),        \
        cmocka_unit_test(quotient_and_remainder_at_once), cmocka_unit_test(shifts_of_two_words), \
        cmocka_unit_test(functions_of_the_floating_point_stack)

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pure_call_raises),
        ARCHITECTURE_TESTS,
    };

    return cmocka_run_group_tests_name("rtl/runtime", tests, NULL, NULL);
}
