/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bitmaps against one byte a bit, over sizes around the width of a word and random contents.
 */
#include "rtl_test.h"

#define WORDS 5
#define BITS  (WORDS * 32)

static ULONG words[WORDS];
static UCHAR model[BITS];
static RTL_BITMAP map;
static ULONG seed = 1;

static ULONG below(ULONG limit)
{
    return limit == 0 ? 0 : RtlRandomEx(&seed) % limit;
}

/* Random contents with runs; the bits behind the size are garbage. */
static void fill(ULONG size)
{
    UCHAR bit = (UCHAR)below(2);

    for (ULONG i = 0; i < WORDS; i++)
        words[i] = below(0x7FFFFFFF) * 2;
    RtlInitializeBitMap(&map, words, size);
    for (ULONG i = 0; i < size; i++) {
        if (below(4) == 0)
            bit = !bit;
        model[i] = bit;
        if (bit)
            RtlSetBit(&map, i);
        else
            RtlClearBit(&map, i);
    }
}

static void check(ULONG size)
{
    for (ULONG i = 0; i < size; i++)
        assert_int_equal(RtlTestBit(&map, i), model[i]);
}

static int all(ULONG start, ULONG count, UCHAR value)
{
    for (ULONG i = 0; i < count; i++) {
        if (model[start + i] != value)
            return 0;
    }
    return 1;
}

static ULONG find(ULONG size, ULONG count, ULONG hint, UCHAR value)
{
    if (hint >= size)
        hint = 0;
    for (ULONG start = hint; start + count <= size; start++) {
        if (all(start, count, value))
            return start;
    }
    for (ULONG start = 0; start < hint && start + count <= size; start++) {
        if (all(start, count, value))
            return start;
    }
    return 0xFFFFFFFF;
}

/* Runs clear bits to the array; returns how many. */
static ULONG runs_of(ULONG size, ULONG from, RTL_BITMAP_RUN *runs)
{
    ULONG count = 0;

    for (ULONG i = from; i < size; i++) {
        if (model[i])
            continue;
        runs[count].StartingIndex = i;
        while (i < size && !model[i])
            i++;
        runs[count].NumberOfBits = i - runs[count].StartingIndex;
        count++;
    }
    return count;
}

static const ULONG bitmap_sizes[] = {0, 1, 7, 31, 32, 33, 63, 64, 65, 100, 159, 160};

#define FOR_RANDOM_BITMAPS(size)                                             \
    for (ULONG round = 0; round < RTL_NUMBER_OF(bitmap_sizes) * 50; round++) \
        for (ULONG size = bitmap_sizes[round / 50], once = (fill(size), 1); once; once = 0)

static void ranges_change_nothing_else(void **state)
{
    (void)state;
    FOR_RANDOM_BITMAPS (size) {
        ULONG start = below(size);
        ULONG count = below(size - start + 1);
        ULONG behind = size % 32 != 0 ? words[size / 32] >> size % 32 : 0;

        RtlSetBits(&map, start, count);
        memset(model + start, 1, count);
        check(size);
        start = below(size);
        count = below(size - start + 1);
        RtlClearBits(&map, start, count);
        memset(model + start, 0, count);
        check(size);
        if (size % 32 != 0)
            assert_int_equal(words[size / 32] >> size % 32, behind);
    }
}

static void counting_and_asking(void **state)
{
    (void)state;
    FOR_RANDOM_BITMAPS (size) {
        ULONG set = 0;
        ULONG start = below(size);
        ULONG count = below(size - start + 1);

        for (ULONG i = 0; i < size; i++)
            set += model[i];
        assert_int_equal(RtlNumberOfSetBits(&map), set);
        assert_int_equal(RtlNumberOfClearBits(&map), size - set);
        assert_int_equal(RtlAreBitsSet(&map, start, count), count != 0 && all(start, count, 1));
        assert_int_equal(RtlAreBitsClear(&map, start, count), count != 0 && all(start, count, 0));
        assert_false(RtlAreBitsClear(&map, start, size - start + 1));
        assert_false(RtlAreBitsSet(&map, size, 1));
        assert_false(RtlAreBitsSet(&map, 1, 0xFFFFFFFF));
    }
    RtlInitializeBitMap(&map, words, 40);
    RtlSetAllBits(&map);
    assert_int_equal(RtlNumberOfSetBits(&map), 40);
    RtlClearAllBits(&map);
    assert_int_equal(RtlNumberOfSetBits(&map), 0);
    assert_int_equal(words[1], 0);
    assert_int_equal(RtlNumberOfSetBitsUlongPtr(MAXSIZE_T), 8 * sizeof(ULONG_PTR));
    assert_int_equal(RtlNumberOfSetBitsUlongPtr(0x11), 2);
}

static void finding_bits(void **state)
{
    (void)state;
    FOR_RANDOM_BITMAPS (size) {
        ULONG count = 1 + below(12);
        ULONG hint = below(size + 3);
        ULONG found;

        assert_int_equal(RtlFindClearBits(&map, count, hint), find(size, count, hint, 0));
        assert_int_equal(RtlFindSetBits(&map, count, hint), find(size, count, hint, 1));
        found = find(size, count, hint, 0);
        assert_int_equal(RtlFindClearBitsAndSet(&map, count, hint), found);
        if (found != 0xFFFFFFFF)
            memset(model + found, 1, count);
        check(size);
        found = find(size, count, hint, 1);
        assert_int_equal(RtlFindSetBitsAndClear(&map, count, hint), found);
        if (found != 0xFFFFFFFF)
            memset(model + found, 0, count);
        check(size);
    }
    RtlInitializeBitMap(&map, words, 64);
    RtlClearAllBits(&map);
    assert_int_equal(RtlFindClearBits(&map, 65, 0), 0xFFFFFFFF);
    assert_int_equal(RtlFindClearBits(&map, 64, 63), 0);
    assert_int_equal(RtlFindClearBits(&map, 0, 13), 8);
}

static void runs(void **state)
{
    RTL_BITMAP_RUN expected[BITS];
    RTL_BITMAP_RUN actual[BITS];
    ULONG start;

    (void)state;
    FOR_RANDOM_BITMAPS (size) {
        ULONG from = below(size);
        ULONG count = runs_of(size, from, expected);
        ULONG longest = 0;
        ULONG last;

        assert_int_equal(
            RtlFindNextForwardRunClear(&map, from, &start), count ? expected[0].NumberOfBits : 0);
        assert_int_equal(start, count ? expected[0].StartingIndex : size);
        count = runs_of(size, 0, expected);
        assert_int_equal(RtlFindFirstRunClear(&map, &start), count ? expected[0].NumberOfBits : 0);
        for (ULONG i = 1; i < count; i++) {
            if (expected[i].NumberOfBits > expected[longest].NumberOfBits)
                longest = i;
        }
        assert_int_equal(
            RtlFindLongestRunClear(&map, &start), count ? expected[longest].NumberOfBits : 0);
        assert_int_equal(start, count ? expected[longest].StartingIndex : 0);
        assert_int_equal(RtlFindClearRuns(&map, actual, BITS, FALSE), count);
        assert_memory_equal(actual, expected, count * sizeof(*actual));
        assert_int_equal(RtlFindClearRuns(&map, actual, 2, FALSE), count < 2 ? count : 2);
        assert_int_equal(RtlFindClearRuns(&map, actual, 3, TRUE), count < 3 ? count : 3);
        for (ULONG i = 0; i < (count < 3 ? count : 3); i++) {
            ULONG longer = 0;
            for (ULONG j = 0; j < count; j++)
                longer += expected[j].NumberOfBits > actual[i].NumberOfBits;
            assert_true(longer <= i);
            assert_true(all(actual[i].StartingIndex, actual[i].NumberOfBits, 0));
        }
        for (last = from; size != 0 && last != 0 && model[last]; last--) {
        }
        start = 12345;
        if (size == 0 || model[last]) {
            assert_int_equal(RtlFindLastBackwardRunClear(&map, from, &start), 0);
        } else {
            ULONG length = RtlFindLastBackwardRunClear(&map, from, &start);
            assert_int_equal(start + length - 1, last);
            assert_true(all(start, length, 0));
            assert_true(start == 0 || model[start - 1]);
        }
    }
    assert_int_equal(RtlFindClearRuns(&map, actual, 0, TRUE), 0);
}

static void significant_bits(void **state)
{
    (void)state;
    assert_int_equal(RtlFindMostSignificantBit(0), -1);
    assert_int_equal(RtlFindLeastSignificantBit(0), -1);
    for (int bit = 0; bit < 64; bit++) {
        assert_int_equal(RtlFindMostSignificantBit(1ull << bit | 1), bit);
        assert_int_equal(RtlFindLeastSignificantBit(1ull << bit | 1ull << 63), bit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_change_nothing_else),
        cmocka_unit_test(counting_and_asking),
        cmocka_unit_test(finding_bits),
        cmocka_unit_test(runs),
        cmocka_unit_test(significant_bits),
    };

    return cmocka_run_group_tests_name("rtl/bitmap", tests, NULL, NULL);
}
