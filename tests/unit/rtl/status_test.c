/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The status and error tables and the lookups over them. The tables are included here once more,
 * so that every row is checked, not a sample.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rtl/status.h"
#include "nt/ntdef.h"

#define MR_MID_NOT_FOUND 317

struct status_row {
    const char *name;
    ULONG value;
    ULONG win32;
};

struct win32_row {
    const char *name;
    const char *text;
    ULONG value;
};

static const struct status_row statuses[] = {
#define STATUS(Name, Value, Win32Error) { #Name, Value, Win32Error },
#include "exports/status.def"
};

static const struct win32_row errors[] = {
#define WIN32_ERROR(Name, Value, Text) { #Name, Text, Value },
#include "exports/win32.def"
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void statuses_are_in_order_and_agree(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT_OF(statuses); i++) {
        assert_true(statuses[i - 1].value <= statuses[i].value);
        if (statuses[i - 1].value == statuses[i].value)
            assert_int_equal(statuses[i - 1].win32, statuses[i].win32);
    }
}

static void errors_are_in_order_without_duplicates(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT_OF(errors); i++)
        assert_true(errors[i - 1].value < errors[i].value);
}

static void every_status_is_found_both_ways(void **state)
{
    const char *canonical = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        NTSTATUS value = -1;

        if (i == 0 || statuses[i].value != statuses[i - 1].value)
            canonical = statuses[i].name;
        assert_string_equal(RtlpStatusName((NTSTATUS)statuses[i].value), canonical);
        assert_true(RtlpStatusFromName(statuses[i].name, &value));
        assert_int_equal((ULONG)value, statuses[i].value);
        assert_int_equal(RtlpStatusToWin32((NTSTATUS)statuses[i].value), statuses[i].win32);
    }
}

static void every_error_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        assert_string_equal(RtlpWin32Name(errors[i].value), errors[i].name);
        if (errors[i].text[0] != '\0')
            assert_string_equal(RtlpWin32Text(errors[i].value), errors[i].text);
        else
            assert_null(RtlpWin32Text(errors[i].value));
    }
}

/* Codes above 16 bits that Windows passes on unchanged have no name of their own. */
static void what_a_status_becomes_has_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].win32 <= 0xFFFF)
            assert_non_null(RtlpWin32Name(statuses[i].win32));
}

static void shared_values_show_the_canonical_name(void **state)
{
    (void)state;
    assert_string_equal(RtlpStatusName(0), "STATUS_SUCCESS");
    assert_string_equal(RtlpStatusName(0x80), "STATUS_ABANDONED_WAIT_0");
    assert_string_equal(RtlpStatusName(0x103), "STATUS_PENDING");
    assert_string_equal(RtlpWin32Name(997), "ERROR_IO_PENDING");
}

static void documented_translations_hold(void **state)
{
    static const struct {
        ULONG status;
        ULONG win32;
    } expected[] = {
        { 0x00000000, 0 },    { 0x00000102, 1460 }, { 0x00000103, 997 },  { 0x80000005, 234 },
        { 0x80000006, 18 },   { 0x8000001A, 259 },  { 0xC0000001, 31 },   { 0xC0000002, 1 },
        { 0xC0000005, 998 },  { 0xC0000008, 6 },    { 0xC000000D, 87 },   { 0xC000000F, 2 },
        { 0xC0000010, 1 },    { 0xC0000011, 38 },   { 0xC0000017, 8 },    { 0xC0000022, 5 },
        { 0xC0000023, 122 },  { 0xC0000033, 123 },  { 0xC0000034, 2 },    { 0xC0000035, 183 },
        { 0xC000003A, 3 },    { 0xC0000043, 32 },   { 0xC0000056, 5 },    { 0xC000007A, 127 },
        { 0xC000007B, 193 },  { 0xC000009A, 1450 }, { 0xC00000A3, 21 },   { 0xC00000B5, 121 },
        { 0xC00000BB, 50 },   { 0xC0000120, 995 },  { 0xC0000135, 126 },  { 0xC0000139, 127 },
        { 0xC0000184, 22 },   { 0xC0000185, 1117 }, { 0xC0000225, 1168 }, { 0xC0000262, 182 },
        { 0xC0000263, 127 },  { 0xC000026C, 2001 }, { 0xC0000365, 647 },  { 0xC0000428, 577 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(RtlpStatusToWin32((NTSTATUS)expected[i].status), expected[i].win32);
}

static void rules_cover_what_no_row_does(void **state)
{
    (void)state;
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0xC0070020u), 0x20);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0x80070020u), 0x20);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0xC0011234u), 0x1234);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0xD0000022u), 5);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0xE0001234u), 0xE0001234u);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0x20000001u), 0x20000001u);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0xC0FF1234u), MR_MID_NOT_FOUND);
    assert_int_equal(RtlpStatusToWin32((NTSTATUS)0x90000005u), MR_MID_NOT_FOUND);
}

static void unknown_ones_have_no_name(void **state)
{
    NTSTATUS status = 42;

    (void)state;
    assert_null(RtlpStatusName((NTSTATUS)0xC0FF1234u));
    assert_null(RtlpStatusName(-1));
    assert_null(RtlpWin32Name(0xFFFFFFFFu));
    assert_null(RtlpWin32Text(0xFFFFFFFFu));
    assert_false(RtlpStatusFromName("STATUS_NO_SUCH_STATUS", &status));
    assert_false(RtlpStatusFromName("", &status));
    assert_int_equal(status, 42);
}

static void texts_are_one_line(void **state)
{
    (void)state;
    assert_string_equal(
        RtlpWin32Text(1450),
        "Insufficient system resources exist to complete the requested service.");
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        size_t length = strlen(errors[i].text);

        assert_null(strpbrk(errors[i].text, "\r\n\t"));
        assert_null(strstr(errors[i].text, "  "));
        if (length != 0)
            assert_non_null(strchr(".)", errors[i].text[length - 1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_are_in_order_and_agree),
        cmocka_unit_test(errors_are_in_order_without_duplicates),
        cmocka_unit_test(every_status_is_found_both_ways),
        cmocka_unit_test(every_error_is_found),
        cmocka_unit_test(what_a_status_becomes_has_a_name),
        cmocka_unit_test(shared_values_show_the_canonical_name),
        cmocka_unit_test(documented_translations_hold),
        cmocka_unit_test(rules_cover_what_no_row_does),
        cmocka_unit_test(unknown_ones_have_no_name),
        cmocka_unit_test(texts_are_one_line),
    };

    return cmocka_run_group_tests_name("rtl/status", tests, NULL, NULL);
}
