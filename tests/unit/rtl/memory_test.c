/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Copying, filling and comparing, against the plainest loops, at every size and offset that takes
 * another way through.
 */
#include "rtl_test.h"

#define ROOM 6000

static UCHAR actual[ROOM];
static UCHAR expected[ROOM];

static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 34, 47, 48, 49,
    63, 64, 65, 100, 127, 128, 129, 255, 256, 1000, 2047, 2048, 2049, 4000};

static void scramble(void)
{
    for (size_t i = 0; i < ROOM; i++)
        actual[i] = expected[i] = (UCHAR)(i * 7 + i / 256);
}

static void moving_takes_any_overlap(void **state)
{
    static const int distances[] = {
        -64, -33, -32, -17, -16, -15, -8, -1, 0, 1, 3, 8, 15, 16, 17, 31, 32, 33, 100, 1500};

    (void)state;
    for (size_t s = 0; s < RTL_NUMBER_OF(sizes); s++) {
        for (size_t d = 0; d < RTL_NUMBER_OF(distances); d++) {
            UCHAR *from = actual + 101;
            UCHAR *to = from + distances[d];

            scramble();
            memmove(expected + 101 + distances[d], expected + 101, sizes[s]);
            assert_ptr_equal(NtCrt_memmove(to, from, sizes[s]), to);
            assert_memory_equal(actual, expected, ROOM);
            scramble();
            memmove(expected + 101 + distances[d], expected + 101, sizes[s]);
            RtlMoveMemory(to, from, sizes[s]);
            assert_memory_equal(actual, expected, ROOM);
        }
    }
}

static void copying_stays_inside(void **state)
{
    (void)state;
    for (size_t s = 0; s < RTL_NUMBER_OF(sizes); s++) {
        for (size_t offset = 0; offset < 18; offset++) {
            UCHAR source[4096];

            memset(source, 0xA5, sizeof(source));
            scramble();
            memcpy(expected + offset, source, sizes[s]);
            assert_ptr_equal(NtCrt_memcpy(actual + offset, source, sizes[s]), actual + offset);
            assert_memory_equal(actual, expected, ROOM);
            scramble();
            RtlCopyMemory(actual + offset, source, sizes[s]);
            memcpy(expected + offset, source, sizes[s]);
            assert_memory_equal(actual, expected, ROOM);
        }
    }
}

static void filling_stays_inside(void **state)
{
    (void)state;
    for (size_t s = 0; s < RTL_NUMBER_OF(sizes); s++) {
        for (size_t offset = 0; offset < 18; offset++) {
            scramble();
            memset(expected + offset, 0xC3, sizes[s]);
            assert_ptr_equal(NtCrt_memset(actual + offset, 0x5C3, sizes[s]), actual + offset);
            assert_memory_equal(actual, expected, ROOM);
            memset(expected + offset, 0, sizes[s]);
            RtlZeroMemory(actual + offset, sizes[s]);
            assert_memory_equal(actual, expected, ROOM);
            memset(expected + offset, 0x42, sizes[s]);
            RtlFillMemory(actual + offset, sizes[s], 0x42);
            assert_memory_equal(actual, expected, ROOM);
        }
    }
}

static void patterns(void **state)
{
    (void)state;
    scramble();
    RtlFillMemoryUlong(actual, 11, 0x11223344);
    assert_memory_equal(actual, "\x44\x33\x22\x11\x44\x33\x22\x11", 8);
    assert_memory_equal(actual + 8, expected + 8, 100);
    assert_int_equal(RtlCompareMemoryUlong(actual, 8, 0x11223344), 8);
    assert_int_equal(RtlCompareMemoryUlong(actual, 16, 0x11223344), 8);
    assert_int_equal(RtlCompareMemoryUlong(actual, 7, 0x11223344), 4);
    assert_int_equal(RtlCompareMemoryUlong(actual, 8, 0), 0);
    RtlFillMemoryUlonglong(actual, 15, 0x1122334455667788ull);
    assert_memory_equal(actual, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
    assert_memory_equal(actual + 8, expected + 8, 100);
    RtlPrefetchMemoryNonTemporal(actual, sizeof(actual));
}

static void comparing_finds_the_first_difference(void **state)
{
    (void)state;
    for (size_t size = 0; size < 70; size++) {
        scramble();
        assert_int_equal(RtlCompareMemory(actual + 1, expected + 1, size), size);
        assert_int_equal(NtCrt_memcmp(actual + 1, expected + 1, size), 0);
        for (size_t at = 0; at < size; at++) {
            scramble();
            actual[1 + at] = 0xFF;
            expected[1 + at] = 0x01;
            actual[1 + size] = 0;
            assert_int_equal(RtlCompareMemory(actual + 1, expected + 1, size), at);
            assert_true(NtCrt_memcmp(actual + 1, expected + 1, size) > 0);
            assert_true(NtCrt_memcmp(expected + 1, actual + 1, size) < 0);
        }
    }
    assert_ptr_equal(NtCrt_memchr("abcb", 'b', 4), memchr("abcb", 'b', 4));
    assert_null(NtCrt_memchr("abcb", 'x', 4));
    assert_null(NtCrt_memchr("abcb", 'a', 0));
}

static void secure_copies(void **state)
{
    char block[4] = "abc";

    (void)state;
    assert_int_equal(NtCrt_memcpy_s(block, 4, "xyz", 3), 0);
    assert_string_equal(block, "xyz");
    assert_int_equal(NtCrt_memmove_s(block, 3, "12345", 5), NTCRT_ERANGE);
    assert_string_equal(block, "xyz");
    assert_int_equal(NtCrt_memcpy_s(block, 3, "12345", 5), NTCRT_ERANGE);
    assert_memory_equal(block, "\0\0\0\0", 4);
    assert_int_equal(NtCrt_memcpy_s(NULL, 3, "1", 1), NTCRT_EINVAL);
    assert_int_equal(NtCrt_memcpy_s(block, 3, NULL, 1), NTCRT_EINVAL);
    assert_int_equal(NtCrt_memmove_s(block, 3, NULL, 1), NTCRT_EINVAL);
    assert_int_equal(NtCrt_memcpy_s(NULL, 0, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_takes_any_overlap),
        cmocka_unit_test(copying_stays_inside),
        cmocka_unit_test(filling_stays_inside),
        cmocka_unit_test(patterns),
        cmocka_unit_test(comparing_finds_the_first_difference),
        cmocka_unit_test(secure_copies),
    };

    return cmocka_run_group_tests_name("rtl/memory", tests, NULL, NULL);
}
