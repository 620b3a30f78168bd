/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * printf for drivers, and the C library's text, number and sorting functions.
 */
#include "rtl_test.h"

static char text[128];
static WCHAR wide[128];

#define PRINT(...) \
    (memset(text, 'z', sizeof(text)), NtCrt_snprintf(text, sizeof(text), __VA_ARGS__))
#define PRINTW(...) \
    (memset(wide, 0x7A, sizeof(wide)), NtCrt_snwprintf(wide, RTL_NUMBER_OF(wide), __VA_ARGS__))

#define assert_prints(expected, ...)                                \
    do {                                                            \
        assert_int_equal(PRINT(__VA_ARGS__), sizeof(expected) - 1); \
        assert_string_equal(text, expected);                        \
    } while (0)

static void integers(void **state)
{
    (void)state;
    assert_prints("42 -42 42", "%d %i %u", 42, -42, 42);
    assert_prints("2a 2A 52", "%x %X %o", 42, 42, 42);
    assert_prints("0x2a 0X2A 052 0 0", "%#x %#X %#o %#x %#o", 42, 42, 42, 0, 0);
    assert_prints("+42  42 -42", "%+d % d % d", 42, 42, -42);
    assert_prints("   42|42   |00042|  042", "%5d|%-5d|%05d|%5.3d", 42, 42, 42, 42);
    assert_prints("   42|42   |00042", "%*d|%*d|%.*d", 5, 42, -5, 42, 5, 42);
    assert_prints("-0042|0x002a|   2a", "%05d|%#06x|%05.1x", -42, 42, 42);
    assert_prints("||0", "%.0d|%.0x|%.*d", 0, 0, -1, 0);
    assert_prints("0|00", "%#.0o|%#.2o", 0, 0);
    assert_prints("4294967295 -2147483648", "%u %d", 0xFFFFFFFFu, (int)0x80000000);
}

static void sizes(void **state)
{
    (void)state;
    assert_prints("-1 65535 -1 255", "%hd %hu %hhd %hhu", 0xFFFF, -1, 0xFF, -1);
    assert_prints("-1 ffffffff", "%ld %lx", (LONG)-1, (ULONG)-1);
    assert_prints("81985529216486895 123456789abcdef", "%I64d %llx", 0x123456789ABCDEFll,
        0x123456789ABCDEFll);
    assert_prints("-1 7 8 9", "%I32d %I64u %jd %d", -1, 7ll, 8ll, 9);
    assert_prints("5 6 7 end", "%Id %zu %tx end", (SIZE_T)5, (SIZE_T)6, (SIZE_T)7);
    assert_prints("18446744073709551615", "%I64u", ~0ull);
#if defined(__x86_64__)
    assert_prints("0000000000ABCDEF", "%p", (void *)0xABCDEF);
    assert_prints("  0000000000000000", "%18p", NULL);
    assert_prints("ffffffffffffffff", "%Ix", MAXSIZE_T);
#else
    assert_prints("00ABCDEF", "%p", (void *)0xABCDEF);
    assert_prints("  00000000", "%10p", NULL);
    assert_prints("ffffffff", "%Ix", MAXSIZE_T);
#endif
}

static void strings(void **state)
{
    (void)state;
    assert_prints(
        "abc|  abc|abc  |ab|   ab", "%s|%5s|%-5s|%.2s|%5.2s", "abc", "abc", "abc", "abc", "abc");
    assert_prints("abc abc abc abc", "%ls %S %ws %hs", u"abc", u"abc", u"abc", "abc");
    assert_prints("x x x x x", "%c %lc %C %hc %wc", 'x', u'x', u'x', 'x', u'x');
    assert_prints("(null) (null) (null) (n", "%s %ls %wZ %.2s", NULL, NULL, NULL, NULL);
    assert_prints("\x80?", "%ls", u"€Ж");
    assert_prints("ab", "%.2s", ((char[]){'a', 'b'})); /* needs no terminator */
    assert_prints("00abc", "%05s", "abc");
    assert_prints("[wide] [narrow] [(null)]", "[%wZ] [%Z] [%Z]", U(u"wide"), A("narrow"),
        &(STRING){4, 4, NULL});
    assert_prints("[  wide] [wide  ]", "[%6wZ] [%-6lZ]", U(u"wide"), U(u"wide"));
    assert_int_equal(PRINT("%c", 0), 1);
}

static void odd_formats(void **state)
{
    int stored = 7;

    (void)state;
    assert_prints("100% y %", "%d%% %y %%", 100);
    assert_prints("end", "end%");
    assert_prints("end", "end%-5.3l");
    assert_prints("[] 5", "[%f] %d", 5); /* no floating point, no argument */
    assert_prints("ab", "a%nb", &stored);
    assert_int_equal(stored, 7);
}

static void wide_formats(void **state)
{
    (void)state;
    assert_int_equal(PRINTW(u"%s|%S|%hs|%ls|%c|%C", u"ab", "cd", "ef", u"gh", u'i', 'j'), 15);
    assert_memory_equal(wide, u"ab|cd|ef|gh|i|j", 32);
    assert_int_equal(
        PRINTW(u"%wZ %Z %5d %p", U(u"€"), A("\x80"), -3, NULL), 10 + 2 * (int)sizeof(void *));
    assert_memory_equal(wide, u"€ €    -3 0000", 28);
    assert_int_equal(PRINTW(u"%I64x%%", 0x1FFFFFFFFll), 10);
    assert_memory_equal(wide, u"1ffffffff%", 22);
}

static void no_room(void **state)
{
    (void)state;
    memset(text, 'z', sizeof(text));
    assert_int_equal(NtCrt_snprintf(text, 3, "abc"), 3);
    assert_memory_equal(text, "abcz", 4);
    assert_int_equal(NtCrt_snprintf(text, 3, "%s", "defg"), -1);
    assert_memory_equal(text, "defz", 4);
    assert_int_equal(NtCrt_snprintf(text, 0, "x"), -1);
    assert_int_equal(NtCrt_snprintf(NULL, 0, "abc%d", 10), 5);
    assert_int_equal(NtCrt_snwprintf(NULL, 0, u"abc%d", 10), 5);
    /* Full: later arguments are not looked at. */
    assert_int_equal(NtCrt_snprintf(text, 1, "ab%s", (char *)1), -1);
    assert_int_equal(NtCrt_snprintf(text, 4, "%2000000000d", 1), -1);
    assert_memory_equal(wide, wide, 1);
    assert_int_equal(NtCrt_snwprintf(wide, 2, u"abc"), -1);
    assert_memory_equal(wide, u"ab", 4);
}

static void secure_forms(void **state)
{
    (void)state;
    memset(text, 'z', sizeof(text));
    assert_int_equal(NtCrt_sprintf_s(text, 4, "abc"), 3);
    assert_string_equal(text, "abc");
    assert_int_equal(NtCrt_sprintf_s(text, 3, "abc"), -1);
    assert_string_equal(text, "");
    assert_int_equal(NtCrt_sprintf_s(NULL, 3, "abc"), -1);
    assert_int_equal(NtCrt_sprintf_s(text, 0, "abc"), -1);
    assert_int_equal(NtCrt_snprintf_s(text, 4, NTCRT_TRUNCATE, "abcdef"), -1);
    assert_string_equal(text, "abc");
    assert_int_equal(NtCrt_snprintf_s(text, 8, 2, "abcdef"), -1);
    assert_string_equal(text, "ab");
    assert_int_equal(NtCrt_snprintf_s(text, 8, 2, "ab"), 2);
    assert_string_equal(text, "ab");
    assert_int_equal(NtCrt_snprintf_s(text, 4, 8, "abcdef"), -1);
    assert_string_equal(text, "");
    assert_int_equal(NtCrt_snprintf_s(text, 4, 8, "abc"), 3);
    assert_string_equal(text, "abc");
    assert_int_equal(NtCrt_snprintf_s(NULL, 0, 0, "abc"), 0);
    assert_int_equal(NtCrt_swprintf_s(wide, 3, u"%d", 12), 2);
    assert_memory_equal(wide, u"12", 6);
    assert_int_equal(NtCrt_swprintf_s(wide, 3, u"%d", 123), -1);
    assert_int_equal(wide[0], 0);
    assert_int_equal(NtCrt_snwprintf_s(wide, 3, NTCRT_TRUNCATE, u"%d", 123), -1);
    assert_memory_equal(wide, u"12", 6);
    assert_int_equal(NtCrt_sprintf(text, "%s-%d", "x", 1), 3);
    assert_string_equal(text, "x-1");
    assert_int_equal(NtCrt_swprintf(wide, u"%d", 77), 2);
    assert_memory_equal(wide, u"77", 6);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void narrow_text(void **state)
{
    (void)state;
    assert_int_equal(NtCrt_strlen("abc"), 3);
    assert_int_equal(NtCrt_strnlen("abc", 2), 2);
    memset(text, 'z', sizeof(text));
    assert_ptr_equal(NtCrt_strcpy(text, "ab"), text);
    NtCrt_strcat(text, "cd");
    assert_string_equal(text, "abcd");
    NtCrt_strncat(text, "efgh", 2);
    assert_string_equal(text, "abcdef");
    NtCrt_strncpy(text, "xy", 4);
    assert_memory_equal(text, "xy\0\0ef", 6);
    NtCrt_strncpy(text, "12345", 2);
    assert_memory_equal(text, "12", 3);
    assert_int_equal(NtCrt_strcmp("a", "b"), -1);
    assert_int_equal(NtCrt_strcmp("\xFF", "b"), 1);
    assert_int_equal(NtCrt_strncmp("abc", "abd", 2), 0);
    assert_int_equal(NtCrt_stricmp("ABC", "abc"), 0);
    assert_true(NtCrt_stricmp("ABC", "abd") < 0);
    assert_true(NtCrt_stricmp("_", "A") < 0); /* as lower case */
    assert_int_equal(NtCrt_strnicmp("ABx", "aby", 2), 0);
    assert_string_equal(NtCrt_strchr("abcb", 'b'), "bcb");
    assert_string_equal(NtCrt_strchr("ab", 0), "");
    assert_null(NtCrt_strchr("ab", 'x'));
    assert_string_equal(NtCrt_strrchr("abcb", 'b'), "b");
    assert_string_equal(NtCrt_strrchr("ab", 0), "");
    assert_string_equal(NtCrt_strstr("aabaabb", "aabb"), "aabb");
    assert_string_equal(NtCrt_strstr("ab", ""), "ab");
    assert_null(NtCrt_strstr("ab", "abc"));
    assert_int_equal(NtCrt_strspn("aabbc", "ab"), 4);
    assert_string_equal(NtCrt_strupr(strcpy(text, "aB1\xE4")), "AB1\xE4");
    assert_string_equal(NtCrt_strlwr(strcpy(text, "aB1")), "ab1");
    assert_string_equal(NtCrt_strrev(strcpy(text, "abcd")), "dcba");
    assert_string_equal(NtCrt_strset(strcpy(text, "abcd"), 'x'), "xxxx");
    assert_string_equal(NtCrt_strnset(strcpy(text, "abcd"), 'x', 2), "xxcd");
}

static void wide_text(void **state)
{
    (void)state;
    assert_int_equal(NtCrt_wcslen(u"abc"), 3);
    assert_int_equal(NtCrt_wcsnlen(u"abc", 2), 2);
    memset(wide, 0x7A, sizeof(wide));
    NtCrt_wcscat(NtCrt_wcscpy(wide, u"ab"), u"cd");
    NtCrt_wcsncat(wide, u"efgh", 2);
    assert_memory_equal(wide, u"abcdef", 14);
    NtCrt_wcsncpy(wide, u"xy", 4);
    assert_memory_equal(wide, u"xy\0\0ef", 14);
    assert_int_equal(NtCrt_wcscmp(u"a", u"\x8000"), -1);
    assert_int_equal(NtCrt_wcsncmp(u"abc", u"abd", 2), 0);
    assert_int_equal(NtCrt_wcsicmp(u"ABC", u"abc"), 0);
    assert_int_equal(NtCrt_wcsnicmp(u"ABx", u"aby", 2), 0);
    assert_true(NtCrt_wcsnicmp(u"ABx", u"aby", 3) < 0);
    assert_memory_equal(NtCrt_wcschr(u"abcb", u'b'), u"bcb", 8);
    assert_memory_equal(NtCrt_wcsrchr(u"abcb", u'b'), u"b", 4);
    assert_null(NtCrt_wcsrchr(u"abcb", u'x'));
    assert_memory_equal(NtCrt_wcsstr(u"aabaabb", u"aabb"), u"aabb", 10);
    assert_int_equal(NtCrt_wcsspn(u"aabbc", u"ab"), 4);
    assert_int_equal(NtCrt_wcscspn(u"aabbc", u"cb"), 2);
    assert_memory_equal(NtCrt_wcsupr(NtCrt_wcscpy(wide, u"aB1")), u"AB1", 8);
    assert_memory_equal(NtCrt_wcslwr(wide), u"ab1", 8);
    assert_memory_equal(NtCrt_wcsrev(wide), u"1ba", 8);
    assert_memory_equal(NtCrt_wcsnset(wide, u'x', 2), u"xxa", 8);
}

static void secure_text(void **state)
{
    char *context = NULL;

    (void)state;
    assert_int_equal(NtCrt_strcpy_s(text, 4, "abc"), 0);
    assert_int_equal(NtCrt_strcat_s(text, 4, "d"), NTCRT_ERANGE);
    assert_string_equal(text, "");
    assert_int_equal(NtCrt_strcpy_s(text, 3, "abc"), NTCRT_ERANGE);
    assert_int_equal(NtCrt_strcpy_s(text, 3, NULL), NTCRT_EINVAL);
    assert_int_equal(NtCrt_strcpy_s(NULL, 3, "abc"), NTCRT_EINVAL);
    assert_int_equal(NtCrt_strncpy_s(text, 4, "abcdef", 3), 0);
    assert_string_equal(text, "abc");
    assert_int_equal(NtCrt_strncpy_s(text, 4, "abcdef", 4), NTCRT_ERANGE);
    assert_int_equal(NtCrt_strncpy_s(text, 4, "abcdef", NTCRT_TRUNCATE), NTCRT_STRUNCATE);
    assert_string_equal(text, "abc");
    assert_int_equal(NtCrt_strncat_s(text, 6, "defg", NTCRT_TRUNCATE), NTCRT_STRUNCATE);
    assert_string_equal(text, "abcde");
    assert_int_equal(NtCrt_strncat_s(text, 8, "xyz", 2), 0);
    assert_string_equal(text, "abcdexy");
    assert_int_equal(NtCrt_strcat_s(text, 3, "x"), NTCRT_EINVAL);
    assert_int_equal(NtCrt_strset_s(strcpy(text, "abc"), 4, 'x'), 0);
    assert_string_equal(text, "xxx");
    assert_int_equal(NtCrt_wcscpy_s(wide, 4, u"abc"), 0);
    assert_int_equal(NtCrt_wcscat_s(wide, 5, u"d"), 0);
    assert_memory_equal(wide, u"abcd", 10);
    assert_int_equal(NtCrt_wcsncpy_s(wide, 3, u"abc", NTCRT_TRUNCATE), NTCRT_STRUNCATE);
    assert_memory_equal(wide, u"ab", 6);
    assert_int_equal(NtCrt_wcsncat_s(wide, 3, u"c", 1), NTCRT_ERANGE);
    assert_int_equal(wide[0], 0);
    strcpy(text, ",,a,,bc,");
    assert_string_equal(NtCrt_strtok_s(text, ",", &context), "a");
    assert_string_equal(NtCrt_strtok_s(NULL, ",", &context), "bc");
    assert_null(NtCrt_strtok_s(NULL, ",", &context));
    assert_null(NtCrt_strtok_s(NULL, ",", &context));
}

static void text_to_numbers(void **state)
{
    char *end;
    WCHAR *wide_end;

    (void)state;
    assert_int_equal(NtCrt_atoi(" \t-12x"), -12);
    assert_int_equal(NtCrt_atoi("99999999999"), MAXLONG);
    assert_int_equal(NtCrt_atol("-99999999999"), (LONG)MINLONG);
    assert_int_equal(NtCrt_atol("-2147483648"), (LONG)MINLONG);
    assert_int_equal(NtCrt_atoi("x"), 0);
    assert_int_equal(NtCrt_wtoi(u"+42"), 42);
    assert_int_equal(NtCrt_wtol(u"42"), 42);
    assert_int_equal(NtCrt_strtoui64("0x1Fz", &end, 0), 0x1F);
    assert_string_equal(end, "z");
    assert_int_equal(NtCrt_strtoui64("0xz", &end, 16), 0);
    assert_string_equal(end, "xz");
    assert_int_equal(NtCrt_strtoui64("zz", &end, 10), 0);
    assert_string_equal(end, "zz");
    assert_true(NtCrt_strtoui64("18446744073709551615", NULL, 10) == ~0ull);
    assert_true(NtCrt_strtoui64("18446744073709551616", NULL, 10) == ~0ull);
    assert_true(NtCrt_strtoui64("-1", NULL, 10) == ~0ull);
    assert_int_equal(NtCrt_wcstoul(u"077", &wide_end, 0), 077);
    assert_int_equal(*wide_end, 0);
    assert_int_equal(NtCrt_wcstoul(u"4294967296", NULL, 10), MAXULONG);
    assert_int_equal(NtCrt_wcstoul(u"z", NULL, 36), 35);
    assert_int_equal(NtCrt_wcstoul(u"1", NULL, 37), 0);
}

static void numbers_to_text(void **state)
{
    (void)state;
    assert_string_equal(NtCrt_itoa(-42, text, 10), "-42");
    assert_string_equal(NtCrt_itoa(-1, text, 16), "ffffffff");
    assert_memory_equal(NtCrt_itow((int)MINLONG, wide, 10), u"-2147483648", 24);
    assert_int_equal(NtCrt_itoa_s(-42, text, 4, 10), 0);
    assert_string_equal(text, "-42");
    assert_int_equal(NtCrt_itoa_s(-42, text, 3, 10), NTCRT_ERANGE);
    assert_string_equal(text, "");
    assert_int_equal(NtCrt_itoa_s(1, text, 3, 1), NTCRT_EINVAL);
    assert_int_equal(NtCrt_ltoa_s(7, NULL, 3, 10), NTCRT_EINVAL);
    assert_int_equal(NtCrt_ultoa_s(MAXULONG, text, 11, 10), 0);
    assert_string_equal(text, "4294967295");
    assert_int_equal(NtCrt_i64toa_s(-1, text, 65, 2), 0);
    assert_int_equal(strlen(text), 64);
    assert_int_equal(NtCrt_i64toa_s((LONGLONG)(1ull << 63), text, 65, 10), 0);
    assert_string_equal(text, "-9223372036854775808");
    assert_int_equal(NtCrt_ui64toa_s(35, text, 2, 36), 0);
    assert_string_equal(text, "z");
    assert_int_equal(NtCrt_itow_s(5, wide, 2, 10), 0);
    assert_int_equal(NtCrt_ltow_s(55, wide, 2, 10), NTCRT_ERANGE);
    assert_int_equal(NtCrt_ultow_s(5, wide, 2, 10), 0);
    assert_int_equal(NtCrt_i64tow_s(-5, wide, 3, 10), 0);
    assert_memory_equal(wide, u"-5", 6);
    assert_int_equal(NtCrt_ui64tow_s(5, wide, 2, 10), 0);
}

/* ---- The rest -------------------------------------------------------------------------------- */

static void kinds_and_case(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        int ascii = c < 128;
        assert_int_equal(!!NtCrt_isdigit(c), c >= '0' && c <= '9');
        assert_int_equal(!!NtCrt_isupper(c), c >= 'A' && c <= 'Z');
        assert_int_equal(!!NtCrt_islower(c), c >= 'a' && c <= 'z');
        assert_int_equal(!!NtCrt_isspace(c), c != 0 && ascii && strchr(" \t\n\v\f\r", c) != NULL);
        assert_int_equal(!!NtCrt_isprint(c), c >= ' ' && c <= '~');
        assert_int_equal(
            !!NtCrt_isxdigit(c), c != 0 && ascii && strchr("0123456789abcdefABCDEF", c) != NULL);
        assert_int_equal(NtCrt_toupper(c), NtCrt_islower(c) ? c - 32 : c);
        assert_int_equal(NtCrt_towlower((WCHAR)c), NtCrt_isupper(c) ? c + 32 : c);
        assert_int_equal(NtCrt_tolower(NtCrt_toupper(c)), NtCrt_tolower(c));
        assert_int_equal(NtCrt_towupper((WCHAR)c), NtCrt_toupper(c));
    }
}

static void multi_byte_text(void **state)
{
    WCHAR one;

    (void)state;
    assert_int_equal(NtCrt_mbstowcs(wide, "a\x80", 8), 2);
    assert_memory_equal(wide, u"a€", 6);
    assert_int_equal(NtCrt_mbstowcs(NULL, "abc", 0), 3);
    assert_int_equal(NtCrt_mbstowcs(wide, "abc", 2), 2);
    assert_int_equal(NtCrt_wcstombs(text, u"a€", 8), 2);
    assert_string_equal(text, "a\x80");
    assert_int_equal(NtCrt_wcstombs(NULL, u"abc", 0), 3);
    assert_true(NtCrt_wcstombs(text, u"Ж", 8) == MAXSIZE_T);
    assert_int_equal(NtCrt_mbtowc(&one, "\x80", 1), 1);
    assert_int_equal(one, 0x20AC);
    assert_int_equal(NtCrt_mbtowc(&one, "", 1), 0);
    assert_int_equal(NtCrt_mbtowc(&one, "a", 0), -1);
    assert_int_equal(NtCrt_mbtowc(&one, NULL, 0), 0);
    assert_int_equal(NtCrt_wctomb(text, 0x20AC), 1);
    assert_int_equal(NtCrt_wctomb(text, 0x416), -1);
    assert_int_equal(NtCrt_wctomb(NULL, 'a'), 0);
}

static int NTAPIV compare_ints(const void *first, const void *second)
{
    int a = *(const int *)first;
    int b = *(const int *)second;

    return (a > b) - (a < b);
}

static void sorting_and_searching(void **state)
{
    int numbers[100];

    (void)state;
    NtCrt_srand(1);
    assert_int_equal(NtCrt_rand(), 41);
    assert_int_equal(NtCrt_rand(), 18467);
    for (size_t count = 0; count <= 100; count++) {
        long sum = 0;
        for (size_t i = 0; i < count; i++) {
            numbers[i] = NtCrt_rand() % 50;
            sum += numbers[i];
        }
        NtCrt_qsort(numbers, count, sizeof(int), compare_ints);
        for (size_t i = 0; i < count; i++) {
            sum -= numbers[i];
            assert_true(i == 0 || numbers[i - 1] <= numbers[i]);
            assert_int_equal(
                *(int *)NtCrt_bsearch(&numbers[i], numbers, count, sizeof(int), compare_ints),
                numbers[i]);
        }
        assert_int_equal(sum, 0);
        assert_null(NtCrt_bsearch(&(int){50}, numbers, count, sizeof(int), compare_ints));
        assert_null(NtCrt_bsearch(&(int){-1}, numbers, count, sizeof(int), compare_ints));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(sizes),
        cmocka_unit_test(strings),
        cmocka_unit_test(odd_formats),
        cmocka_unit_test(wide_formats),
        cmocka_unit_test(no_room),
        cmocka_unit_test(secure_forms),
        cmocka_unit_test(narrow_text),
        cmocka_unit_test(wide_text),
        cmocka_unit_test(secure_text),
        cmocka_unit_test(text_to_numbers),
        cmocka_unit_test(numbers_to_text),
        cmocka_unit_test(kinds_and_case),
        cmocka_unit_test(multi_byte_text),
        cmocka_unit_test(sorting_and_searching),
    };

    return cmocka_run_group_tests_name("rtl/format", tests, NULL, NULL);
}
