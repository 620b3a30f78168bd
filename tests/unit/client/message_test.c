/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* FormatMessageA and FormatMessageW: system texts, definitions with inserts, line breaks and
 * widths, every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

#define FROM_STRING FORMAT_MESSAGE_FROM_STRING
#define FROM_SYSTEM (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS)

static char text[512];

static DWORD format(DWORD flags, const char *definition, ...)
{
    va_list arguments;
    DWORD length;

    va_start(arguments, definition);
    SetLastError(0);
    length = FormatMessageA(FROM_STRING | flags, definition, 0, 0, text, sizeof(text), &arguments);
    va_end(arguments);
    return length;
}

/* Variable arguments are pointer-sized for FormatMessage, whatever an int is. */
#define NUMBER(value) ((ULONG_PTR)(value))

static void expect(DWORD length, const char *expected)
{
    if (length != strlen(expected) || strcmp(text, expected) != 0)
        fail_msg("got '%s' (%u) instead of '%s'", text, (unsigned)length, expected);
}

static void system_texts(void **state)
{
    static const char too_little[] =
        "Insufficient system resources exist to complete the requested service.\r\n";

    (void)state;
    assert_int_equal(
        FormatMessageA(FROM_SYSTEM, NULL, 1450, 0, text, sizeof(text), NULL), strlen(too_little));
    assert_string_equal(text, too_little);
    assert_int_equal(FormatMessageA(FROM_SYSTEM, NULL, 5,
                         MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), text, sizeof(text), NULL),
        strlen("Access is denied.\r\n"));
    assert_string_equal(text, "Access is denied.\r\n");
    assert_true(FormatMessageA(FROM_SYSTEM, NULL, 0x80070005, 0, text, sizeof(text), NULL) > 0);
    assert_string_equal(text, "Access is denied.\r\n");
    assert_true(FormatMessageA(FROM_SYSTEM | 0xFF, NULL, 5, 0, text, sizeof(text), NULL) > 0);
    assert_string_equal(text, "Access is denied. ");
    assert_true(FormatMessageA(FROM_SYSTEM, NULL, 193, 0, text, sizeof(text), NULL) > 0);
    assert_non_null(strstr(text, "%1"));
}

static void system_refusals(void **state)
{
    (void)state;
    SetLastError(0);
    assert_int_equal(FormatMessageA(FROM_SYSTEM, NULL, 0x12345678, 0, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_MR_MID_NOT_FOUND);
    assert_int_equal(FormatMessageA(FROM_SYSTEM, NULL, 5, 0x0407, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_RESOURCE_LANG_NOT_FOUND);
    assert_int_equal(FormatMessageA(FROM_SYSTEM, NULL, 5, 0, text, 5, NULL), 0);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(FormatMessageA(0, NULL, 5, 0, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(FormatMessageA(FROM_SYSTEM, NULL, 5, 0, NULL, 0, NULL), 0);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(
        FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 193, 0, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER); /* an insert and no arguments */
    assert_int_equal(
        FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE, NULL, 5, 0, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_RESOURCE_TYPE_NOT_FOUND);
    assert_int_equal(FormatMessageA(FROM_STRING, NULL, 5, 0, text, sizeof(text), NULL), 0);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
}

static void allocated_buffers(void **state)
{
    char *narrow = NULL;
    WCHAR *wide = NULL;
    DWORD flags = FORMAT_MESSAGE_ALLOCATE_BUFFER | FROM_SYSTEM;

    (void)state;
    DWORD length = FormatMessageA(flags, NULL, 2, 0, (LPSTR)&narrow, 0, NULL);
    assert_non_null(narrow);
    assert_string_equal(narrow, "The system cannot find the file specified.\r\n");
    assert_int_equal(length, strlen(narrow));
    assert_null(LocalFree(narrow));
    length = FormatMessageW(flags, NULL, 2, 0, (LPWSTR)(void *)&wide, 0, NULL);
    assert_int_equal(length, BasepWideLength(wide));
    assert_memory_equal(wide, u"The system cannot", 17 * sizeof(WCHAR));
    LocalFree(wide);
    narrow = text;
    assert_int_equal(FormatMessageA(flags, NULL, 0x12345678, 0, (LPSTR)&narrow, 0, NULL), 0);
    assert_null(narrow);
}

static void inserts(void **state)
{
    (void)state;
    expect(format(0, "%1 and %2", "one", "two"), "one and two");
    expect(format(0, "%2 and %1", "one", "two"), "two and one");
    expect(format(0, "%1!s! %2!d! %3!u!", "n", NUMBER(-5), NUMBER(7)), "n -5 7");
    expect(format(0, "[%1!5s!][%1!-5s!][%1!.2s!]", "abc"), "[  abc][abc  ][ab]");
    expect(format(0, "%1!08x! %1!#X! %1!o!", NUMBER(0xBEEF)), "0000beef 0XBEEF 137357");
    expect(format(0, "%1!*.*s!|%4", NUMBER(6), NUMBER(3), "abcdef", "next"), "   abc|next");
    expect(format(0, "%1!hd! %2!c!", NUMBER(0x12345678), NUMBER('x')), "22136 x");
    expect(format(0, "%1!ws! %1!S!", u"wide"), "wide wide");
    expect(format(0, "%1", NULL), "(null)");
#if defined(__x86_64__)
    expect(format(0, "%1!I64x! %1!p!", NUMBER(0x123456789ABC)), "123456789abc 0000123456789ABC");
#endif
    expect(format(FORMAT_MESSAGE_IGNORE_INSERTS, "%1!d! %23 %%"), "%1!d! %23 %");
}

static void argument_arrays(void **state)
{
    ULONG_PTR arguments[] = {(ULONG_PTR) "a", 2};

    (void)state;
    expect(FormatMessageA(FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, "%2!d!%1", 0, 0, text,
               sizeof(text), (va_list *)(void *)arguments),
        "2a");
}

static void wide_inserts(void **state)
{
    ULONG_PTR arguments[] = {(ULONG_PTR)u"\u00e9t\u00e9", (ULONG_PTR) "narrow"};
    WCHAR wide[64];

    (void)state;
    DWORD length = FormatMessageW(FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, u"<%1|%2!S!|%2!hs!>",
        0, 0, wide, 64, (va_list *)(void *)arguments);
    assert_int_equal(length, 19);
    assert_memory_equal(wide, u"<\u00e9t\u00e9|narrow|narrow>", 20 * sizeof(WCHAR));
}

static void escapes(void **state)
{
    (void)state;
    expect(format(0, "100%% %! a%.b%rc%td%be%n"), "100% ! a.b\rc\td e\r\n");
    expect(format(0, "cut%0 here"), "cut");
    expect(format(0, "a\nb\rc\r\nd"), "a\r\nb\r\nc\r\nd");
    expect(format(0xFF, "a\nb%nc"), "a b\r\nc");
}

static void widths(void **state)
{
    (void)state;
    expect(format(10, "one two three four"), "one two\r\nthree four");
    expect(format(5, "extraordinary it is"), "extraordinary\r\nit is");
    expect(format(10, "one\r\ntwo%nthree"), "one two\r\nthree");
}

static void bad_definitions(void **state)
{
    static const char *const bad[] = {"%", "%1!f!", "%1!d", "%1!!", "%1!5"};

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        assert_int_equal(format(0, bad[i], NUMBER(1)), 0);
        assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    }
    assert_int_equal(format(0, ""), 0);
    assert_int_equal(GetLastError(), 235);
    assert_int_equal(format(0, "%1!999999d!", NUMBER(1)), 0);
    assert_int_equal(GetLastError(), ERROR_MORE_DATA);
    assert_int_equal(format(0, "%1!600d!", NUMBER(1)), 0);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_texts),
        cmocka_unit_test(system_refusals),
        cmocka_unit_test(allocated_buffers),
        cmocka_unit_test(inserts),
        cmocka_unit_test(argument_arrays),
        cmocka_unit_test(wide_inserts),
        cmocka_unit_test(escapes),
        cmocka_unit_test(widths),
        cmocka_unit_test(bad_definitions),
    };

    return cmocka_run_group_tests_name("client/message", tests, NULL, NULL);
}
