/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Times, versions, 64-bit arithmetic and random numbers.
 */
#include "rtl_test.h"

#include "exports/exports.h"
#include "ldr/ldr.h"

ULONG LdrTargetVersion; /* ldr's own is not linked in */

#define DAY 864000000000ll

static void fields_of(LONGLONG time, TIME_FIELDS *fields)
{
    LARGE_INTEGER value = {.QuadPart = time};

    RtlTimeToTimeFields(&value, fields);
}

static void every_day_goes_round(void **state)
{
    static const int days_of_month[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1601, month = 1, day = 1;

    (void)state;
    for (LONGLONG number = 0; year < 2410; number++) {
        TIME_FIELDS fields;
        LARGE_INTEGER time;
        LONGLONG expected = number * DAY + 45296789 * 10000ll; /* 12:34:56.789 */
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        fields_of(expected + 9999, &fields);
        assert_int_equal(fields.Year, year);
        assert_int_equal(fields.Month, month);
        assert_int_equal(fields.Day, day);
        assert_int_equal(fields.Hour, 12);
        assert_int_equal(fields.Minute, 34);
        assert_int_equal(fields.Second, 56);
        assert_int_equal(fields.Milliseconds, 789);
        assert_int_equal(fields.Weekday, (number + 1) % 7);
        assert_true(RtlTimeFieldsToTime(&fields, &time));
        assert_true(time.QuadPart == expected);
        if (++day > days_of_month[month - 1] + (leap && month == 2)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
}

static void the_last_time_there_is(void **state)
{
    TIME_FIELDS fields;
    LARGE_INTEGER time;

    (void)state;
    fields_of(MAXLONGLONG, &fields);
    assert_int_equal(fields.Year, 30828);
    assert_int_equal(fields.Month, 9);
    assert_int_equal(fields.Day, 14);
    fields = (TIME_FIELDS){30827, 12, 31, 23, 59, 59, 999, 0};
    assert_true(RtlTimeFieldsToTime(&fields, &time));
    fields = (TIME_FIELDS){30828, 1, 1, 0, 0, 0, 0, 0};
    assert_false(RtlTimeFieldsToTime(&fields, &time));
}

static void wrong_fields_are_refused(void **state)
{
    static const TIME_FIELDS wrong[] = {
        {1600, 1, 1, 0, 0, 0, 0, 0},
        {2000, 0, 1, 0, 0, 0, 0, 0},
        {2000, 13, 1, 0, 0, 0, 0, 0},
        {2000, 1, 0, 0, 0, 0, 0, 0},
        {2000, 1, 32, 0, 0, 0, 0, 0},
        {2001, 2, 29, 0, 0, 0, 0, 0},
        {1900, 2, 29, 0, 0, 0, 0, 0},
        {2000, 1, 1, 24, 0, 0, 0, 0},
        {2000, 1, 1, -1, 0, 0, 0, 0},
        {2000, 1, 1, 0, 60, 0, 0, 0},
        {2000, 1, 1, 0, 0, 60, 0, 0},
        {2000, 1, 1, 0, 0, 0, 1000, 0},
    };
    LARGE_INTEGER time = {.QuadPart = 42};

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(wrong); i++)
        assert_false(RtlTimeFieldsToTime(&wrong[i], &time));
    assert_int_equal(time.QuadPart, 42);
    assert_true(RtlTimeFieldsToTime(&(TIME_FIELDS){2000, 2, 29, 0, 0, 0, 0, 99}, &time));
}

static void elapsed_time(void **state)
{
    LARGE_INTEGER time = {.QuadPart = 400 * DAY + 37230005 * 10000ll};
    TIME_FIELDS fields;

    (void)state;
    RtlTimeToElapsedTimeFields(&time, &fields);
    assert_int_equal(fields.Year, 0);
    assert_int_equal(fields.Day, 400);
    assert_int_equal(fields.Hour, 10);
    assert_int_equal(fields.Minute, 20);
    assert_int_equal(fields.Second, 30);
    assert_int_equal(fields.Milliseconds, 5);
}

static void seconds_since(void **state)
{
    LARGE_INTEGER time;
    ULONG seconds = 7;

    (void)state;
    RtlSecondsSince1970ToTime(0, &time);
    assert_true(time.QuadPart == 116444736000000000ll);
    time.QuadPart--;
    assert_false(RtlTimeToSecondsSince1970(&time, &seconds));
    assert_int_equal(seconds, 7);
    RtlSecondsSince1970ToTime(MAXULONG, &time);
    assert_true(RtlTimeToSecondsSince1970(&time, &seconds));
    assert_int_equal(seconds, MAXULONG);
    time.QuadPart += 10000000;
    assert_false(RtlTimeToSecondsSince1970(&time, &seconds));
    RtlSecondsSince1980ToTime(0, &time);
    assert_true(RtlTimeToSecondsSince1970(&time, &seconds));
    assert_int_equal(seconds, 315532800);
    assert_true(RtlTimeToSecondsSince1980(&time, &seconds));
    assert_int_equal(seconds, 0);
    time.QuadPart = -1;
    assert_false(RtlTimeToSecondsSince1970(&time, &seconds));
}

/* ---- Versions -------------------------------------------------------------------------------- */

static void the_version_is_the_targets(void **state)
{
    RTL_OSVERSIONINFOEXW info = {.dwOSVersionInfoSize = sizeof(info)};
    RTL_OSVERSIONINFOW small = {.dwOSVersionInfoSize = sizeof(small)};

    (void)state;
    LdrTargetVersion = WINVER_WIN7;
    assert_int_equal(RtlGetVersion((RTL_OSVERSIONINFOW *)&info), STATUS_SUCCESS);
    assert_int_equal(info.dwMajorVersion, 6);
    assert_int_equal(info.dwMinorVersion, 1);
    assert_int_equal(info.dwBuildNumber, 7601);
    assert_int_equal(info.dwPlatformId, VER_PLATFORM_WIN32_NT);
    assert_int_equal(info.wServicePackMajor, 1);
    assert_int_equal(info.wProductType, VER_NT_WORKSTATION);
    assert_memory_equal(info.szCSDVersion, u"Service Pack 1", 30);
    LdrTargetVersion = WINVER_WIN10_20H2;
    assert_int_equal(RtlGetVersion(&small), STATUS_SUCCESS);
    assert_int_equal(small.dwMajorVersion, 10);
    assert_int_equal(small.dwBuildNumber, 19042);
    assert_int_equal(small.szCSDVersion[0], 0);
    for (LdrTargetVersion = 0; LdrTargetVersion < WINVER_ALWAYS; LdrTargetVersion++)
        assert_true(RtlpCurrentVersion()->Build >= 2195);
}

static NTSTATUS verify(ULONG major, ULONG minor, USHORT pack, UCHAR condition)
{
    RTL_OSVERSIONINFOEXW info = {
        .dwMajorVersion = major, .dwMinorVersion = minor, .wServicePackMajor = pack};
    ULONG types = VER_MAJORVERSION | VER_MINORVERSION | VER_SERVICEPACKMAJOR;
    ULONGLONG mask = 0;

    mask = VerSetConditionMask(mask, VER_MAJORVERSION, condition);
    mask = VerSetConditionMask(mask, VER_MINORVERSION, condition);
    mask = VerSetConditionMask(mask, VER_SERVICEPACKMAJOR, condition);
    return RtlVerifyVersionInfo(&info, types, mask);
}

static void versions_are_compared_part_by_part(void **state)
{
    RTL_OSVERSIONINFOEXW info = {.wProductType = VER_NT_WORKSTATION, .dwBuildNumber = 7601};

    (void)state;
    LdrTargetVersion = WINVER_WIN7; /* 6.1 service pack 1 */
    assert_int_equal(verify(6, 1, 1, VER_GREATER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(5, 2, 2, VER_GREATER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(6, 0, 2, VER_GREATER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(6, 1, 2, VER_GREATER_EQUAL), STATUS_REVISION_MISMATCH);
    assert_int_equal(verify(6, 2, 0, VER_GREATER_EQUAL), STATUS_REVISION_MISMATCH);
    assert_int_equal(verify(10, 0, 0, VER_LESS), STATUS_SUCCESS);
    assert_int_equal(verify(6, 1, 1, VER_LESS), STATUS_REVISION_MISMATCH);
    assert_int_equal(verify(6, 1, 0, VER_GREATER), STATUS_SUCCESS);
    assert_int_equal(verify(6, 1, 1, VER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(6, 1, 0, VER_EQUAL), STATUS_REVISION_MISMATCH);
    assert_int_equal(RtlVerifyVersionInfo(&info, 0, 0), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlVerifyVersionInfo(&info, VER_BUILDNUMBER, 0), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlVerifyVersionInfo(&info, VER_PRODUCT_TYPE | VER_BUILDNUMBER,
                         VerSetConditionMask(VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL),
                             VER_BUILDNUMBER, VER_GREATER_EQUAL)),
        STATUS_SUCCESS);
    info.wSuiteMask = VER_SUITE_DATACENTER;
    assert_int_equal(
        RtlVerifyVersionInfo(&info, VER_SUITENAME, VerSetConditionMask(0, VER_SUITENAME, VER_AND)),
        STATUS_REVISION_MISMATCH);
}

static void ddi_versions(void **state)
{
    (void)state;
    LdrTargetVersion = WINVER_WIN7;
    assert_true(RtlIsNtDdiVersionAvailable(0x06010000));
    assert_true(RtlIsNtDdiVersionAvailable(0x05010000));
    assert_false(RtlIsNtDdiVersionAvailable(0x06020000));
    assert_false(RtlIsNtDdiVersionAvailable(0x05010100));
    assert_true(RtlIsServicePackVersionInstalled(0x06010100));
    assert_false(RtlIsServicePackVersionInstalled(0x06010200));
    assert_false(RtlIsServicePackVersionInstalled(0x06000100));
    LdrTargetVersion = WINVER_WIN10_1809;
    assert_true(RtlIsNtDdiVersionAvailable(0x0A000006));
    assert_false(RtlIsNtDdiVersionAvailable(0x0A000007));
}

/* ---- Arithmetic and chance ------------------------------------------------------------------- */

static LARGE_INTEGER large(LONGLONG value)
{
    return (LARGE_INTEGER){.QuadPart = value};
}

static void arithmetic(void **state)
{
    LARGE_INTEGER rest;
    ULONG remainder;

    (void)state;
    assert_true(RtlExtendedIntegerMultiply(large(-5000000000), 3) == -15000000000);
    assert_true(RtlExtendedLargeIntegerDivide(large(10000000000), 3, &remainder) == 3333333333);
    assert_int_equal(remainder, 1);
    assert_true(RtlExtendedLargeIntegerDivide(large(10), 3, NULL) == 3);
    assert_true(RtlLargeIntegerDivide(large(10000000001), large(5000000000), &rest) == 2);
    assert_true(rest.QuadPart == 1);
    /* 2^64 / 10 rounded up, and a shift of 0: a tenth. */
    assert_true(RtlExtendedMagicDivide(large(12345), large(0x199999999999999A), 0) == 1234);
    assert_true(RtlExtendedMagicDivide(large(-12345), large(0x199999999999999A), 0) == -1234);
    assert_true(
        RtlExtendedMagicDivide(large(0x7FFFFFFFFFFFFFFF), large(-1), 0) == 0x7FFFFFFFFFFFFFFE);
    assert_true(RtlLargeIntegerAdd(large(MAXLONGLONG), large(1)) == (LONGLONG)(1ull << 63));
    assert_true(RtlLargeIntegerSubtract(large(1), large(2)) == -1);
    assert_true(RtlLargeIntegerNegate(large(5)) == -5);
    assert_true(RtlLargeIntegerShiftLeft(large(1), 63) == (LONGLONG)(1ull << 63));
    assert_true(RtlLargeIntegerShiftRight(large(-1), 63) == 1);
    assert_true(RtlLargeIntegerArithmeticShift(large(-8), 2) == -2);
    assert_true(RtlConvertLongToLargeInteger(-1) == -1);
    assert_true(RtlConvertUlongToLargeInteger(MAXULONG) == 0xFFFFFFFF);
    assert_true(RtlEnlargedIntegerMultiply(-65536, 65536) == -4294967296);
    assert_true(RtlEnlargedUnsignedMultiply(MAXULONG, 2) == 0x1FFFFFFFE);
    assert_int_equal(
        RtlEnlargedUnsignedDivide((ULARGE_INTEGER){.QuadPart = 0x100000001}, 2, &remainder),
        0x80000000);
    assert_int_equal(remainder, 1);
    assert_int_equal(RtlUshortByteSwap(0x1234), 0x3412);
    assert_int_equal(RtlUlongByteSwap(0x12345678), 0x78563412);
    assert_true(RtlUlonglongByteSwap(0x123456789ABCDEF0) == 0xF0DEBC9A78563412);
}

static void random_numbers(void **state)
{
    ULONG seeds[2] = {42, 0xFFFFFFFF};
    ULONG highest = 0;
    ULONG lowest = MAXULONG;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        ULONG before = seeds[i & 1];
        ULONG number = i < 10000 ? RtlRandom(&seeds[i & 1]) : RtlRandomEx(&seeds[i & 1]);
        assert_true(number < MAXLONG);
        assert_int_not_equal(seeds[i & 1], before);
        highest = number > highest ? number : highest;
        lowest = number < lowest ? number : lowest;
    }
    assert_true(highest > MAXLONG / 100 * 99);
    assert_true(lowest < MAXLONG / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_goes_round),
        cmocka_unit_test(the_last_time_there_is),
        cmocka_unit_test(wrong_fields_are_refused),
        cmocka_unit_test(elapsed_time),
        cmocka_unit_test(seconds_since),
        cmocka_unit_test(the_version_is_the_targets),
        cmocka_unit_test(versions_are_compared_part_by_part),
        cmocka_unit_test(ddi_versions),
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(random_numbers),
    };

    return cmocka_run_group_tests_name("rtl/time", tests, NULL, NULL);
}
