/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Counted strings: initializing, copying, appending, comparing, case, code pages, UTF-8, numbers,
 * GUIDs.
 */
#include "rtl_test.h"

/* ---- Initializing ---------------------------------------------------------------------------- */

static void initializing_measures_the_text(void **state)
{
    UNICODE_STRING wide;
    STRING narrow;

    (void)state;
    RtlInitUnicodeString(&wide, u"abc");
    assert_int_equal(wide.Length, 6);
    assert_int_equal(wide.MaximumLength, 8);
    RtlInitAnsiString(&narrow, "abc");
    assert_int_equal(narrow.Length, 3);
    assert_int_equal(narrow.MaximumLength, 4);
    RtlInitUnicodeString(&wide, NULL);
    assert_null(wide.Buffer);
    assert_int_equal(wide.MaximumLength, 0);
    RtlInitString(&narrow, NULL);
    assert_null(narrow.Buffer);
}

static void initializing_stops_at_what_a_string_can_say(void **state)
{
    size_t count = 70000;
    WCHAR *wide_text = calloc(count + 1, sizeof(WCHAR));
    char *text = calloc(count + 1, 1);
    UNICODE_STRING wide = {1, 2, wide_text};
    STRING narrow = {1, 2, text};

    (void)state;
    memset(wide_text, 'x', count * sizeof(WCHAR));
    memset(text, 'x', count);
    assert_int_equal(RtlInitUnicodeStringEx(&wide, wide_text), STATUS_NAME_TOO_LONG);
    assert_int_equal(RtlInitAnsiStringEx(&narrow, text), STATUS_NAME_TOO_LONG);
    assert_int_equal(wide.Length, 1);
    assert_int_equal(narrow.Length, 1);
    RtlInitUnicodeString(&wide, wide_text);
    assert_int_equal(wide.Length, 0xFFFC);
    assert_int_equal(wide.MaximumLength, 0xFFFE);
    RtlInitAnsiString(&narrow, text);
    assert_int_equal(narrow.Length, 0xFFFE);
    assert_int_equal(narrow.MaximumLength, 0xFFFF);

    wide_text[0xFFFC / 2] = 0;
    text[0xFFFE] = 0;
    assert_int_equal(RtlInitUnicodeStringEx(&wide, wide_text), STATUS_SUCCESS);
    assert_int_equal(RtlInitStringEx(&narrow, text), STATUS_SUCCESS);
    assert_int_equal(RtlInitUnicodeStringEx(&wide, NULL), STATUS_SUCCESS);
    assert_null(wide.Buffer);
    free(wide_text);
    free(text);
}

/* ---- Copying and appending ------------------------------------------------------------------- */

static void copying_cuts_and_terminates_where_it_can(void **state)
{
    WCHAR buffer[4] = u"zzz";
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    char narrow_buffer[4] = "zzz";
    STRING narrow = {0, 3, narrow_buffer};

    (void)state;
    RtlCopyUnicodeString(&to, U(u"ab"));
    assert_wide(to.Buffer, to.Length, u"ab");
    assert_int_equal(buffer[2], 0);
    RtlCopyUnicodeString(&to, U(u"abcdef"));
    assert_wide(to.Buffer, to.Length, u"abcd");
    RtlCopyUnicodeString(&to, NULL);
    assert_int_equal(to.Length, 0);
    RtlCopyString(&narrow, A("ab"));
    assert_int_equal(narrow.Length, 2);
    assert_int_equal(narrow_buffer[2], 'z');
    RtlCopyString(&narrow, A("abcd"));
    assert_int_equal(narrow.Length, 3);
    assert_int_equal(narrow_buffer[3], 0);
    RtlCopyString(&narrow, NULL);
    assert_int_equal(narrow.Length, 0);
}

static void appending_is_all_or_nothing(void **state)
{
    WCHAR buffer[5] = u"zzzz";
    UNICODE_STRING to = {0, sizeof(buffer), buffer};
    char narrow_buffer[4] = "zzz";
    STRING narrow = {0, 3, narrow_buffer};

    (void)state;
    assert_int_equal(RtlAppendUnicodeToString(&to, u"ab"), STATUS_SUCCESS);
    assert_int_equal(buffer[2], 0);
    assert_int_equal(RtlAppendUnicodeStringToString(&to, U(u"cdef")), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(to.Length, 4);
    assert_int_equal(RtlAppendUnicodeStringToString(&to, U(u"cde")), STATUS_SUCCESS);
    assert_wide(to.Buffer, to.Length, u"abcde");
    assert_int_equal(RtlAppendUnicodeToString(&to, NULL), STATUS_SUCCESS);
    assert_int_equal(RtlAppendUnicodeToString(&to, u"f"), STATUS_BUFFER_TOO_SMALL);

    assert_int_equal(RtlAppendAsciizToString(&narrow, "ab"), STATUS_SUCCESS);
    assert_int_equal(narrow_buffer[2], 'z');
    assert_int_equal(RtlAppendStringToString(&narrow, A("cd")), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(RtlAppendStringToString(&narrow, A("c")), STATUS_SUCCESS);
    assert_int_equal(RtlAppendAsciizToString(&narrow, NULL), STATUS_SUCCESS);
    assert_memory_equal(narrow_buffer, "abc", 3);
}

static void appending_does_not_wrap_at_sixteen_bits(void **state)
{
    size_t size = 0xFFFE;
    WCHAR *buffer = malloc(size);
    UNICODE_STRING to = {0xFFF0, (USHORT)size, buffer};
    UNICODE_STRING source = {0xFFF0, 0xFFF0, buffer};

    (void)state;
    memset(buffer, 1, size);
    assert_int_equal(RtlAppendUnicodeStringToString(&to, &source), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(to.Length, 0xFFF0);
    free(buffer);
}

static void validation_finds_every_contradiction(void **state)
{
    WCHAR buffer[4] = {0};
    UNICODE_STRING bad[] = {
        {1, 8, buffer},
        {2, 7, buffer},
        {6, 4, buffer},
        {0, 2, NULL},
        {2, 2, NULL},
    };

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++)
        assert_int_equal(RtlValidateUnicodeString(0, &bad[i]), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlValidateUnicodeString(0, NULL), STATUS_SUCCESS);
    assert_int_equal(RtlValidateUnicodeString(0, &(UNICODE_STRING){0}), STATUS_SUCCESS);
    assert_int_equal(RtlValidateUnicodeString(0, U(u"ab")), STATUS_SUCCESS);
    assert_int_equal(RtlValidateUnicodeString(1, U(u"ab")), STATUS_INVALID_PARAMETER);
}

static void copies_of_their_own_are_freed(void **state)
{
    UNICODE_STRING copy;

    (void)state;
    assert_true(RtlCreateUnicodeString(&copy, u"text"));
    assert_wide(copy.Buffer, copy.Length, u"text");
    assert_int_equal(copy.MaximumLength, 10);
    RtlFreeUnicodeString(&copy);
    assert_null(copy.Buffer);
    assert_int_equal(copy.MaximumLength, 0);
    RtlFreeUnicodeString(&copy);

    assert_int_equal(RtlDuplicateUnicodeString(1, U(u"text"), &copy), STATUS_SUCCESS);
    assert_int_equal(copy.MaximumLength, 10);
    assert_int_equal(copy.Buffer[4], 0);
    RtlFreeUnicodeString(&copy);
    assert_int_equal(RtlDuplicateUnicodeString(0, U(u"text"), &copy), STATUS_SUCCESS);
    assert_int_equal(copy.MaximumLength, 8);
    RtlFreeUnicodeString(&copy);
    assert_int_equal(RtlDuplicateUnicodeString(1, U(u""), &copy), STATUS_SUCCESS);
    assert_null(copy.Buffer);
    assert_int_equal(RtlDuplicateUnicodeString(3, NULL, &copy), STATUS_SUCCESS);
    assert_int_equal(copy.MaximumLength, 2);
    assert_int_equal(copy.Buffer[0], 0);
    RtlFreeUnicodeString(&copy);
    assert_int_equal(RtlDuplicateUnicodeString(2, U(u"t"), &copy), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlDuplicateUnicodeString(4, U(u"t"), &copy), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlDuplicateUnicodeString(0, U(u"t"), NULL), STATUS_INVALID_PARAMETER);
}

static void no_memory_is_a_status(void **state)
{
    UNICODE_STRING wide = {1, 2, NULL};
    STRING narrow = {1, 2, NULL};
    const GUID guid = {0};

    (void)state;
    pool_fail = 1;
    assert_false(RtlCreateUnicodeString(&wide, u"text"));
    assert_int_equal(RtlDuplicateUnicodeString(0, U(u"t"), &wide), STATUS_NO_MEMORY);
    assert_int_equal(RtlUpcaseUnicodeString(&wide, U(u"t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlAnsiStringToUnicodeString(&wide, A("t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlUnicodeStringToAnsiString(&narrow, U(u"t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlUnicodeStringToOemString(&narrow, U(u"t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlUTF8StringToUnicodeString(&wide, A("t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlUnicodeStringToUTF8String(&narrow, U(u"t"), TRUE), STATUS_NO_MEMORY);
    assert_int_equal(RtlStringFromGUID(&guid, &wide), STATUS_NO_MEMORY);
    assert_false(RtlpFromUtf8("t", &wide));
    assert_int_equal(wide.Length, 1);
    assert_int_equal(narrow.Length, 1);
}

/* ---- Comparing and case ---------------------------------------------------------------------- */

static void strings_are_ordered(void **state)
{
    (void)state;
    assert_int_equal(RtlCompareUnicodeString(U(u"abc"), U(u"abc"), FALSE), 0);
    assert_true(RtlCompareUnicodeString(U(u"abc"), U(u"abd"), FALSE) < 0);
    assert_true(RtlCompareUnicodeString(U(u"abc"), U(u"ab"), FALSE) > 0);
    assert_true(RtlCompareUnicodeString(U(u"a"), U(u"B"), FALSE) > 0);
    assert_true(RtlCompareUnicodeString(U(u"a"), U(u"B"), TRUE) < 0);
    assert_true(RtlCompareUnicodeString(U(u"a"), U(u"_"), TRUE) < 0); /* A is before it, a behind */
    assert_int_equal(RtlCompareUnicodeStrings(u"ÄbC", 3, u"äBc", 3, TRUE), 0);
    assert_true(RtlCompareUnicodeStrings(u"a", 1, u"ab", 2, TRUE) < 0);
    assert_true(RtlCompareUnicodeString(U(u"\xFFFF"), U(u"\x0001"), FALSE) > 0);
    assert_int_equal(RtlCompareString(A("abc"), A("ABC"), TRUE), 0);
    assert_true(RtlCompareString(A("\xFF"), A("a"), FALSE) > 0);
    assert_int_equal(RtlCompareString(A("\xE4"), A("\xC4"), TRUE), 0x20); /* only ASCII has case */
}

static void equality_and_prefixes(void **state)
{
    (void)state;
    assert_true(RtlEqualUnicodeString(U(u"\\Device\\X"), U(u"\\DEVICE\\x"), TRUE));
    assert_false(RtlEqualUnicodeString(U(u"\\Device\\X"), U(u"\\DEVICE\\x"), FALSE));
    assert_false(RtlEqualUnicodeString(U(u"ab"), U(u"abc"), TRUE));
    assert_true(RtlPrefixUnicodeString(U(u""), U(u"abc"), FALSE));
    assert_true(RtlPrefixUnicodeString(U(u"AB"), U(u"abc"), TRUE));
    assert_false(RtlPrefixUnicodeString(U(u"abcd"), U(u"abc"), TRUE));
    assert_true(RtlEqualString(A("ab"), A("AB"), TRUE));
    assert_false(RtlEqualString(A("ab"), A("AB"), FALSE));
    assert_true(RtlPrefixString(A("a"), A("AB"), TRUE));
    assert_false(RtlPrefixString(A("b"), A("AB"), TRUE));
}

static void case_goes_both_ways_or_not_at_all(void **state)
{
    static const WCHAR alone[] = {0xB5, 0xDF, 0x130, 0x131, 0x17F, 0x1C5, 0x345, 0x3C2, 0x3D0,
        0x1E9B, 0x1FBE, 0x2126, 0x212A, 0x212B, 0xD7, 0xF7, 0x149, 0xD800};
    static const WCHAR pairs[][2] = {{'a', 'A'}, {0xE4, 0xC4}, {0xFF, 0x178}, {0x101, 0x100},
        {0x180, 0x243}, {0x3B1, 0x391}, {0x3C3, 0x3A3}, {0x44F, 0x42F}, {0x451, 0x401},
        {0x586, 0x556}, {0x1F80, 0x1F88}, {0x1FB3, 0x1FBC}, {0x2170, 0x2160}, {0x24D0, 0x24B6},
        {0xFF41, 0xFF21}};

    (void)state;
    for (unsigned code = 0; code < 0x10000; code++) {
        WCHAR upper = RtlUpcaseUnicodeChar((WCHAR)code);
        WCHAR lower = RtlDowncaseUnicodeChar((WCHAR)code);
        if (upper != code)
            assert_int_equal(RtlDowncaseUnicodeChar(upper), code);
        if (lower != code)
            assert_int_equal(RtlUpcaseUnicodeChar(lower), code);
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(alone); i++) {
        assert_int_equal(RtlUpcaseUnicodeChar(alone[i]), alone[i]);
        assert_int_equal(RtlDowncaseUnicodeChar(alone[i]), alone[i]);
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(pairs); i++)
        assert_int_equal(RtlUpcaseUnicodeChar(pairs[i][0]), pairs[i][1]);
}

static void case_of_whole_strings(void **state)
{
    WCHAR buffer[3];
    char narrow_buffer[2];
    UNICODE_STRING upper;
    UNICODE_STRING small = {0, 2, buffer};
    STRING narrow = {0, 2, narrow_buffer};

    (void)state;
    assert_int_equal(RtlUpcaseUnicodeString(&upper, U(u"naïve"), TRUE), STATUS_SUCCESS);
    assert_wide(upper.Buffer, upper.Length, u"NAÏVE");
    assert_int_equal(upper.MaximumLength, upper.Length);
    assert_int_equal(RtlDowncaseUnicodeString(&upper, &upper, FALSE), STATUS_SUCCESS);
    assert_wide(upper.Buffer, upper.Length, u"naïve");
    RtlFreeUnicodeString(&upper);
    assert_int_equal(RtlUpcaseUnicodeString(&small, U(u"ab"), FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUpperChar('z'), 'Z');
    assert_int_equal((UCHAR)RtlUpperChar((char)0xFF), 0xFF);
    assert_int_equal((UCHAR)RtlUpperChar((char)0xDF), 0xDF);
    RtlUpperString(&narrow, A("abc"));
    assert_int_equal(narrow.Length, 2);
    assert_memory_equal(narrow_buffer, "AB", 2);
}

static void hashes(void **state)
{
    ULONG one;
    ULONG two;

    (void)state;
    assert_int_equal(RtlHashUnicodeString(U(u"aB"), FALSE, 1, &one), STATUS_SUCCESS);
    assert_int_equal(one, 'a' * 65599 + 'B');
    assert_int_equal(RtlHashUnicodeString(U(u"aB"), TRUE, 0, &one), STATUS_SUCCESS);
    assert_int_equal(RtlHashUnicodeString(U(u"Ab"), TRUE, 1, &two), STATUS_SUCCESS);
    assert_int_equal(one, two);
    assert_int_equal(RtlHashUnicodeString(U(u"a"), TRUE, 2, &one), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlHashUnicodeString(NULL, TRUE, 0, &one), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlHashUnicodeString(U(u"a"), TRUE, 0, NULL), STATUS_INVALID_PARAMETER);
}

/* ---- Code pages and UTF-8 -------------------------------------------------------------------- */

static void code_pages_go_round(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        assert_int_equal(
            RtlpUnicodeToByte(RtlpAnsiPage, RtlpByteToUnicode(RtlpAnsiPage, (UCHAR)byte)), byte);
        assert_int_equal(
            RtlpUnicodeToByte(RtlpOemPage, RtlpByteToUnicode(RtlpOemPage, (UCHAR)byte)), byte);
    }
    assert_int_equal(RtlpByteToUnicode(RtlpAnsiPage, 0x80), 0x20AC);
    assert_int_equal(RtlpByteToUnicode(RtlpOemPage, 0x81), 0xFC);
    assert_int_equal(RtlpUnicodeToByte(RtlpAnsiPage, 0x416), '?');
    /* The closest there is, which the page does not have for all that. */
    assert_int_equal(RtlpUnicodeToByte(RtlpAnsiPage, 0x100), 'A');
    assert_int_equal(RtlpUnicodeToByte(RtlpAnsiPage, 0x221E), '8');
    assert_int_equal(RtlpUnicodeToByte(RtlpAnsiPage, 0xFF5E), '~');
    assert_int_equal(RtlpUnicodeToByte(RtlpAnsiPage, 0x3B2), 0xDF);
    assert_false(RtlpPageHas(RtlpAnsiPage, 0x100));
}

static void ansi_strings(void **state)
{
    WCHAR wide_buffer[3];
    char buffer[3];
    UNICODE_STRING wide = {9, sizeof(wide_buffer), wide_buffer};
    STRING narrow = {9, sizeof(buffer), buffer};
    STRING longest = {0x7FFF, 0x7FFF, buffer};

    (void)state;
    assert_int_equal(RtlxAnsiStringToUnicodeSize(A("abc")), 8);
    assert_int_equal(RtlxUnicodeStringToAnsiSize(U(u"abc")), 4);
    assert_int_equal(RtlAnsiStringToUnicodeString(&wide, A("a\x80"), FALSE), STATUS_SUCCESS);
    assert_wide(wide.Buffer, wide.Length, u"a€");
    assert_int_equal(wide_buffer[2], 0);
    assert_int_equal(RtlAnsiStringToUnicodeString(&wide, A("abc"), FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(
        RtlAnsiStringToUnicodeString(&wide, &longest, TRUE), STATUS_INVALID_PARAMETER_2);
    assert_int_equal(wide.Length, 6); /* as it would have been */
    assert_int_equal(RtlAnsiStringToUnicodeString(&wide, A("abc"), TRUE), STATUS_SUCCESS);
    assert_int_equal(wide.MaximumLength, 8);
    RtlFreeUnicodeString(&wide);

    assert_int_equal(RtlUnicodeStringToAnsiString(&narrow, U(u"€Ж"), FALSE), STATUS_SUCCESS);
    assert_string_equal(buffer, "\x80?");
    assert_int_equal(
        RtlUnicodeStringToAnsiString(&narrow, U(u"abc"), FALSE), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(buffer, "ab");
    assert_int_equal(narrow.Length, 2);
    narrow.MaximumLength = 0;
    assert_int_equal(RtlUnicodeStringToAnsiString(&narrow, U(u""), FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUpcaseUnicodeStringToAnsiString(&narrow, U(u"aé"), TRUE), STATUS_SUCCESS);
    assert_string_equal(narrow.Buffer, "A\xC9");
    assert_int_equal(narrow.MaximumLength, 3);
    RtlFreeAnsiString(&narrow);
    assert_null(narrow.Buffer);
}

static void oem_strings(void **state)
{
    char buffer[3];
    STRING narrow = {0, sizeof(buffer), buffer};
    UNICODE_STRING wide;

    (void)state;
    assert_int_equal(RtlUnicodeStringToOemString(&narrow, U(u"ü€"), FALSE), STATUS_SUCCESS);
    assert_string_equal(buffer, "\x81?");
    assert_int_equal(
        RtlUnicodeStringToOemString(&narrow, U(u"abc"), FALSE), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUnicodeStringToCountedOemString(&narrow, U(u"abü"), FALSE), STATUS_SUCCESS);
    assert_memory_equal(buffer, "ab\x81", 3);
    assert_int_equal(
        RtlUnicodeStringToCountedOemString(&narrow, U(u"€"), FALSE), STATUS_UNMAPPABLE_CHARACTER);
    assert_int_equal(RtlUpcaseUnicodeStringToOemString(&narrow, U(u"aü"), FALSE), STATUS_SUCCESS);
    assert_string_equal(buffer, "A\x9A");
    assert_int_equal(
        RtlUpcaseUnicodeStringToOemString(&narrow, U(u"à"), FALSE), STATUS_UNMAPPABLE_CHARACTER);
    assert_int_equal(
        RtlUpcaseUnicodeStringToCountedOemString(&narrow, U(u"abc"), TRUE), STATUS_SUCCESS);
    assert_int_equal(narrow.MaximumLength, 3);
    assert_memory_equal(narrow.Buffer, "ABC", 3);
    RtlFreeOemString(&narrow);
    assert_int_equal(RtlOemStringToUnicodeString(&wide, A("\x81"), TRUE), STATUS_SUCCESS);
    assert_wide(wide.Buffer, wide.Length, u"ü");
    RtlFreeUnicodeString(&wide);
    assert_int_equal(RtlOemStringToCountedUnicodeString(&wide, A("\x81"), TRUE), STATUS_SUCCESS);
    assert_int_equal(wide.MaximumLength, 2);
    RtlFreeUnicodeString(&wide);
}

static void conversions_by_count(void **state)
{
    WCHAR wide[4];
    char narrow[4];
    ULONG size;
    UCHAR text[] = "\x80z";
    UCHAR *at = text;

    (void)state;
    assert_int_equal(RtlMultiByteToUnicodeN(wide, 7, &size, "abcd", 4), STATUS_SUCCESS);
    assert_int_equal(size, 6);
    assert_memory_equal(wide, u"abc", 6);
    assert_int_equal(RtlUnicodeToMultiByteN(narrow, 2, &size, u"abc", 6), STATUS_SUCCESS);
    assert_int_equal(size, 2);
    assert_int_equal(RtlUnicodeToMultiByteN(narrow, 4, NULL, u"ab", 4), STATUS_SUCCESS);
    assert_int_equal(RtlUpcaseUnicodeToMultiByteN(narrow, 4, &size, u"aé", 4), STATUS_SUCCESS);
    assert_memory_equal(narrow, "A\xC9", 2);
    assert_int_equal(RtlOemToUnicodeN(wide, 2, &size, "ab", 2), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUnicodeToOemN(narrow, 1, &size, u"ab", 4), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlUpcaseUnicodeToOemN(narrow, 4, &size, u"aü", 4), STATUS_SUCCESS);
    assert_memory_equal(narrow, "A\x9A", 2);
    RtlMultiByteToUnicodeSize(&size, "abc", 3);
    assert_int_equal(size, 6);
    RtlUnicodeToMultiByteSize(&size, u"abc", 6);
    assert_int_equal(size, 3);
    assert_int_equal(RtlAnsiCharToUnicodeChar(&at), 0x20AC);
    assert_int_equal(RtlAnsiCharToUnicodeChar(&at), 'z');
}

static void utf8_by_count(void **state)
{
    char bytes[16];
    WCHAR wide[8];
    ULONG size;

    (void)state;
    assert_int_equal(
        RtlUnicodeToUTF8N(bytes, 16, &size, u"a\u00E9\u20AC\U0001F600", 10), STATUS_SUCCESS);
    assert_int_equal(size, 10);
    assert_memory_equal(bytes, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10);
    assert_int_equal(RtlUTF8ToUnicodeN(wide, 16, &size, bytes, 10), STATUS_SUCCESS);
    assert_int_equal(size, 10);
    assert_memory_equal(wide, u"a\u00E9\u20AC\U0001F600", 10);

    assert_int_equal(RtlUnicodeToUTF8N(NULL, 0, &size, u"\u20AC", 2), STATUS_SUCCESS);
    assert_int_equal(size, 3);
    assert_int_equal(RtlUnicodeToUTF8N(bytes, 3, &size, u"a\u20AC", 4), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(size, 1);
    assert_int_equal(
        RtlUTF8ToUnicodeN(wide, 2, &size, "\xF0\x9F\x98\x80", 4), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(size, 0);
    assert_int_equal(RtlUnicodeToUTF8N(bytes, 16, &size, u"a", 1), STATUS_INVALID_PARAMETER_5);
    assert_int_equal(RtlUnicodeToUTF8N(bytes, 16, &size, NULL, 0), STATUS_INVALID_PARAMETER_4);
    assert_int_equal(RtlUnicodeToUTF8N(NULL, 0, NULL, u"a", 2), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUTF8ToUnicodeN(wide, 16, &size, NULL, 0), STATUS_INVALID_PARAMETER_4);
    assert_int_equal(RtlUTF8ToUnicodeN(NULL, 0, NULL, "a", 1), STATUS_INVALID_PARAMETER);
}

static void malformed_text_is_replaced(void **state)
{
    /* Each with the number of replacement characters; the ASCII behind it must survive. */
    static const struct {
        const char *bytes;
        ULONG replaced;
    } cases[] = {
        {"\x80", 1},
        {"\xC0\x80", 2},
        {"\xE0\x80\x80", 2},
        {"\xED\xA0\x80", 2},
        {"\xF4\x90\x80\x80", 3},
        {"\xF5", 1},
        {"\xE2\x82", 1},
        {"\xF0\x9F\x98", 1},
        {"\xC3", 1},
        {"\xF0\x9F\xE2\x82", 2},
    };
    char bytes[8];
    WCHAR wide[8];
    ULONG size;

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(cases); i++) {
        strcpy(bytes, cases[i].bytes);
        strcat(bytes, "z");
        assert_int_equal(RtlUTF8ToUnicodeN(wide, 16, &size, bytes, (ULONG)strlen(bytes)),
            STATUS_SOME_NOT_MAPPED);
        assert_int_equal(size / 2, cases[i].replaced + 1);
        assert_int_equal(wide[0], 0xFFFD);
        assert_int_equal(wide[cases[i].replaced], 'z');
        assert_int_equal(
            RtlUTF8ToUnicodeN(wide, 16, &size, cases[i].bytes, (ULONG)strlen(cases[i].bytes)),
            STATUS_SOME_NOT_MAPPED);
        assert_int_equal(size / 2, cases[i].replaced);
    }
    assert_int_equal(
        RtlUnicodeToUTF8N(bytes, 8, &size, (WCHAR[]){0xDC00, 0xD800}, 4), STATUS_SOME_NOT_MAPPED);
    assert_int_equal(size, 6);
    assert_memory_equal(bytes, "\xEF\xBF\xBD\xEF\xBF\xBD", 6);
}

static void utf8_strings(void **state)
{
    UNICODE_STRING wide;
    STRING narrow;
    char text[8];

    (void)state;
    assert_int_equal(RtlUTF8StringToUnicodeString(&wide, A("\xC3\xA9"), TRUE), STATUS_SUCCESS);
    assert_wide(wide.Buffer, wide.Length, u"é");
    assert_int_equal(RtlUnicodeStringToUTF8String(&narrow, &wide, TRUE), STATUS_SUCCESS);
    assert_string_equal(narrow.Buffer, "\xC3\xA9");
    RtlFreeUTF8String(&narrow);
    RtlFreeUnicodeString(&wide);

    assert_true(RtlpFromUtf8("\xC3\xA9", &wide));
    assert_wide(wide.Buffer, wide.Length, u"é");
    assert_int_equal(RtlpToUtf8(&wide, text, sizeof(text)), 2);
    assert_string_equal(text, "\xC3\xA9");
    assert_int_equal(RtlpToUtf8(&wide, text, 2), 2);
    assert_string_equal(text, "");
    assert_int_equal(RtlpToUtf8(&wide, NULL, 0), 2);
    RtlpFree(wide.Buffer);
    assert_false(RtlpFromUtf8("\xC3", &wide));
    RtlpAnsiToUtf8("\xE9", 1, text, sizeof(text));
    assert_string_equal(text, "\xC3\xA9");
    RtlpAnsiToUtf8("\xC3\xA9", 2, text, sizeof(text));
    assert_string_equal(text, "\xC3\xA9");
}

/* ---- Numbers and GUIDs ----------------------------------------------------------------------- */

static void numbers_are_written(void **state)
{
    WCHAR buffer[70];
    UNICODE_STRING string = {0, sizeof(buffer), buffer};
    char text[12];

    (void)state;
    assert_int_equal(RtlIntegerToUnicodeString(0, 0, &string), STATUS_SUCCESS);
    assert_wide(string.Buffer, string.Length, u"0");
    assert_int_equal(RtlIntegerToUnicodeString(0xBEEF, 16, &string), STATUS_SUCCESS);
    assert_wide(string.Buffer, string.Length, u"BEEF");
    assert_int_equal(RtlInt64ToUnicodeString(~0ull, 10, &string), STATUS_SUCCESS);
    assert_wide(string.Buffer, string.Length, u"18446744073709551615");
    assert_int_equal(RtlInt64ToUnicodeString(~0ull, 2, &string), STATUS_SUCCESS);
    assert_int_equal(string.Length, 128);
    assert_int_equal(RtlIntegerToUnicodeString(1, 7, &string), STATUS_INVALID_PARAMETER);
    string.MaximumLength = 4;
    assert_int_equal(RtlIntegerToUnicodeString(12, 10, &string), STATUS_BUFFER_OVERFLOW);

    memset(text, 'z', sizeof(text));
    assert_int_equal(RtlIntegerToChar(42, 10, 2, text), STATUS_SUCCESS);
    assert_memory_equal(text, "42z", 3);
    assert_int_equal(RtlIntegerToChar(42, 10, 3, text), STATUS_SUCCESS);
    assert_string_equal(text, "42");
    assert_int_equal(RtlIntegerToChar(42, 10, 1, text), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(RtlIntegerToChar(42, 16, -4, text), STATUS_SUCCESS);
    assert_memory_equal(text, "002A", 4);
    assert_int_equal(RtlIntegerToUnicode(42, 8, 4, buffer), STATUS_SUCCESS);
    assert_memory_equal(buffer, u"52", 6);
}

static void numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        ULONG base, value;
    } cases[] = {
        {"0x1f", 0, 0x1F},
        {"0o17", 0, 15},
        {"0b101", 0, 5},
        {"017", 0, 17},
        {"  -345", 10, (ULONG)-345},
        {"   +678abc", 16, 0x678ABC},
        {"789", 8, 7},
        {"FGH", 16, 15},
        {"xyz", 10, 0},
        {"   ", 10, 0},
        {"0x10", 16, 0},
        {"4294967296", 10, 0},
    };
    ULONG value;

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(cases); i++) {
        UNICODE_STRING string;
        assert_int_equal(RtlCharToInteger(cases[i].text, cases[i].base, &value), STATUS_SUCCESS);
        assert_int_equal(value, cases[i].value);
        assert_true(RtlpFromUtf8(cases[i].text, &string));
        value = ~value;
        assert_int_equal(RtlUnicodeStringToInteger(&string, cases[i].base, &value), STATUS_SUCCESS);
        assert_int_equal(value, cases[i].value);
        RtlFreeUnicodeString(&string);
    }
    assert_int_equal(RtlUnicodeStringToInteger(U(u""), 10, &value), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlUnicodeStringToInteger(U(u"1"), 3, &value), STATUS_INVALID_PARAMETER);
    assert_int_equal(RtlCharToInteger("", 10, &value), STATUS_SUCCESS);
    assert_int_equal(value, 0);
}

static void guids_go_round(void **state)
{
    static const GUID guid = {
        0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF}};
    static const char *const bad[] = {
        "",
        "{00112233-4455-6677-8899-AABBCCDDEEFF",
        "00112233-4455-6677-8899-AABBCCDDEEFF",
        "{00112233-4455-6677-8899-AABBCCDDEEFG}",
        "{00112233+4455-6677-8899-AABBCCDDEEFF}",
        "{00112233-4455-6677-8899-AABBCCDDEEFF}x",
        "{0011223344556677-8899-AABBCCDDEEFF}--",
    };
    UNICODE_STRING string;
    GUID read;

    (void)state;
    assert_int_equal(RtlStringFromGUID(&guid, &string), STATUS_SUCCESS);
    assert_wide(string.Buffer, string.Length, u"{00112233-4455-6677-8899-AABBCCDDEEFF}");
    assert_int_equal(string.MaximumLength, 78);
    assert_int_equal(RtlGUIDFromString(&string, &read), STATUS_SUCCESS);
    assert_memory_equal(&read, &guid, sizeof(guid));
    string.Length = 78; /* the terminator counted */
    assert_int_equal(RtlGUIDFromString(&string, &read), STATUS_SUCCESS);
    RtlFreeUnicodeString(&string);
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        assert_true(RtlpFromUtf8(bad[i], &string));
        assert_int_equal(RtlGUIDFromString(&string, &read), STATUS_INVALID_PARAMETER);
        RtlFreeUnicodeString(&string);
    }
    assert_memory_equal(&read, &guid, sizeof(guid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        POOL_TEST(initializing_measures_the_text),
        POOL_TEST(initializing_stops_at_what_a_string_can_say),
        POOL_TEST(copying_cuts_and_terminates_where_it_can),
        POOL_TEST(appending_is_all_or_nothing),
        POOL_TEST(appending_does_not_wrap_at_sixteen_bits),
        POOL_TEST(validation_finds_every_contradiction),
        POOL_TEST(copies_of_their_own_are_freed),
        POOL_TEST(no_memory_is_a_status),
        POOL_TEST(strings_are_ordered),
        POOL_TEST(equality_and_prefixes),
        POOL_TEST(case_goes_both_ways_or_not_at_all),
        POOL_TEST(case_of_whole_strings),
        POOL_TEST(hashes),
        POOL_TEST(code_pages_go_round),
        POOL_TEST(ansi_strings),
        POOL_TEST(oem_strings),
        POOL_TEST(conversions_by_count),
        POOL_TEST(utf8_by_count),
        POOL_TEST(malformed_text_is_replaced),
        POOL_TEST(utf8_strings),
        POOL_TEST(numbers_are_written),
        POOL_TEST(numbers_are_read),
        POOL_TEST(guids_go_round),
    };

    return cmocka_run_group_tests_name("rtl/string", tests, NULL, NULL);
}
