/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* client/path.c and client/utf.c: every kind of Win32 path, as the NT path it becomes or the status
 * it is refused with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

/* The NT path of a Win32 path, as UTF-8; the status when it is refused. */
static NTSTATUS convert(const char *path, char *result, size_t size)
{
    BASEP_PATH converted;
    NTSTATUS status = BasepPathFromUtf8(path, &converted);

    if (!NT_SUCCESS(status))
        return status;
    size_t length = BasepUtf8FromUtf16(
        converted.Name.Buffer, converted.Name.Length / sizeof(WCHAR), result, size - 1);
    assert_true(length < size);
    result[length] = '\0';
    assert_true(converted.Name.Length <= converted.Name.MaximumLength);
    BasepFreePath(&converted);
    return status;
}

static void expect(const char *path, const char *expected)
{
    char result[2048];
    NTSTATUS status = convert(path, result, sizeof(result));

    if (!NT_SUCCESS(status))
        fail_msg("%s: refused with 0x%08X instead of %s", path, (unsigned)status, expected);
    if (strcmp(result, expected) != 0)
        fail_msg("%s: became %s instead of %s", path, result, expected);
}

static void refuse(const char *path, NTSTATUS expected)
{
    char result[2048];

    assert_int_equal(convert(path, result, sizeof(result)), expected);
}

static void local_devices(void **state)
{
    (void)state;
    expect("\\\\.\\HelloDrv", "\\??\\HelloDrv");
    expect("//./HelloDrv", "\\??\\HelloDrv");
    expect("\\\\.\\HelloDrv\\", "\\??\\HelloDrv\\");
    expect("\\\\.\\HelloDrv\\file name", "\\??\\HelloDrv\\file name");
    expect("\\\\.\\C:", "\\??\\C:");
    expect("\\\\.\\GLOBALROOT\\Device\\X", "\\??\\GLOBALROOT\\Device\\X");
    expect("\\\\.\\a\\..\\b", "\\??\\b");
    expect("\\\\.\\a\\..\\..\\b", "\\??\\b");
    expect("\\\\.\\a\\.\\b\\\\c", "\\??\\a\\b\\c");
    expect("\\\\.\\NUL", "\\??\\NUL");
    expect("\\\\.\\NUL.txt", "\\??\\NUL.txt");
    expect("\\\\.\\X. . ", "\\??\\X");
    expect("\\\\.", "\\??\\");
    expect("\\\\.\\", "\\??\\");
}

static void verbatim_paths_stay_as_they_are(void **state)
{
    (void)state;
    expect("\\\\?\\HelloDrv", "\\??\\HelloDrv");
    expect("\\??\\HelloDrv", "\\??\\HelloDrv");
    expect("\\\\?\\C:\\a/b\\..\\c. ", "\\??\\C:\\a/b\\..\\c. ");
    expect("\\\\?\\UNC\\server\\share", "\\??\\UNC\\server\\share");
    expect("\\\\?\\", "\\??\\");
}

static void drives_and_servers(void **state)
{
    (void)state;
    expect("C:\\windows\\fonts", "\\??\\C:\\windows\\fonts");
    expect("c:/windows//fonts/", "\\??\\c:\\windows\\fonts\\");
    expect("C:\\", "\\??\\C:\\");
    expect("C:", "\\??\\C:\\");
    expect("C:file", "\\??\\C:\\file");
    expect("C:\\a\\..\\..\\b", "\\??\\C:\\b");
    expect("C:\\a.\\b...", "\\??\\C:\\a\\b");
    expect("\\\\server\\share\\file", "\\??\\UNC\\server\\share\\file");
}

static void dos_devices(void **state)
{
    (void)state;
    expect("NUL", "\\??\\NUL");
    expect("nul", "\\??\\nul");
    expect("NUL:", "\\??\\NUL");
    expect("NUL.txt", "\\??\\NUL");
    expect("NUL  ", "\\??\\NUL");
    expect("C:\\temp\\COM1", "\\??\\COM1");
    expect("C:aux", "\\??\\aux");
    expect("sub/LPT9.log", "\\??\\LPT9");
    expect("COM\xC2\xB9", "\\??\\COM\xC2\xB9");
    expect("CONIN$", "\\??\\CONIN$");
    refuse("COM0", STATUS_OBJECT_NAME_NOT_FOUND);
    refuse("COM10", STATUS_OBJECT_NAME_NOT_FOUND);
    refuse("NULL", STATUS_OBJECT_NAME_NOT_FOUND);
}

static void relative_paths_are_refused(void **state)
{
    (void)state;
    refuse("HelloDrv", STATUS_OBJECT_NAME_NOT_FOUND);
    refuse("\\HelloDrv", STATUS_OBJECT_NAME_NOT_FOUND);
    refuse("dir\\file", STATUS_OBJECT_PATH_NOT_FOUND);
    refuse("\\Device\\Null", STATUS_OBJECT_PATH_NOT_FOUND);
    refuse("", STATUS_OBJECT_PATH_NOT_FOUND);
    refuse(NULL, STATUS_OBJECT_PATH_NOT_FOUND);
    assert_int_equal(RtlpStatusToWin32(STATUS_OBJECT_NAME_NOT_FOUND), ERROR_FILE_NOT_FOUND);
    assert_int_equal(RtlpStatusToWin32(STATUS_OBJECT_PATH_NOT_FOUND), ERROR_PATH_NOT_FOUND);
}

static void long_paths(void **state)
{
    static char path[40000];
    BASEP_PATH result;

    (void)state;
    memset(path, 'a', sizeof(path) - 1);
    memcpy(path, "\\\\.\\", 4);
    path[MAX_PATH - 1] = '\0';
    assert_int_equal(BasepPathFromUtf8(path, &result), STATUS_SUCCESS);
    /* \\.\ and \??\ are equally long */
    assert_int_equal(result.Name.Length, (MAX_PATH - 1) * sizeof(WCHAR));
    BasepFreePath(&result);
    path[MAX_PATH - 1] = 'a';
    path[MAX_PATH] = '\0';
    assert_int_equal(BasepPathFromUtf8(path, &result), STATUS_OBJECT_PATH_NOT_FOUND);

    memset(path, 'a', sizeof(path) - 1);
    memcpy(path, "\\\\?\\", 4);
    path[32767] = '\0';
    assert_int_equal(BasepPathFromUtf8(path, &result), STATUS_SUCCESS);
    assert_int_equal(result.Name.Length, 32767 * sizeof(WCHAR));
    BasepFreePath(&result);
    path[32767] = 'a';
    assert_int_equal(BasepPathFromUtf8(path, &result), STATUS_NAME_TOO_LONG);
}

static void text_conversions(void **state)
{
    static const WCHAR wide[] = {u'a', 0xE9, 0x20AC, 0xD83D, 0xDE00, 0xD800, u'z'};
    static const char narrow[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBDz";
    WCHAR units[16];
    char bytes[32];

    (void)state;
    assert_int_equal(
        BasepUtf8FromUtf16(wide, RTL_NUMBER_OF(wide), bytes, sizeof(bytes)), sizeof(narrow) - 1);
    assert_memory_equal(bytes, narrow, sizeof(narrow) - 1);
    assert_int_equal(BasepUtf16FromUtf8(narrow, sizeof(narrow) - 1, units, 16), 7);
    assert_int_equal(units[3], 0xD83D);
    assert_int_equal(units[4], 0xDE00);
    assert_int_equal(units[5], 0xFFFD);
    /* Overlong, cut short, a surrogate, beyond Unicode, a lone continuation byte. */
    assert_int_equal(BasepUtf16FromUtf8("\xC0\x80", 2, units, 16), 2);
    assert_int_equal(units[0], 0xFFFD);
    assert_int_equal(BasepUtf16FromUtf8("\xE2\x82", 2, units, 16), 1);
    assert_int_equal(units[0], 0xFFFD);
    assert_int_equal(BasepUtf16FromUtf8("\xED\xA0\x80", 3, units, 16), 1);
    assert_int_equal(units[0], 0xFFFD);
    assert_int_equal(BasepUtf16FromUtf8("\xF4\x90\x80\x80", 4, units, 16), 1);
    assert_int_equal(units[0], 0xFFFD);
    assert_int_equal(BasepUtf16FromUtf8("\x80!", 2, units, 16), 2);
    assert_int_equal(units[1], u'!');
    /* Nothing is written beyond the room, and the whole need is told. */
    units[1] = u'#';
    assert_int_equal(BasepUtf16FromUtf8("ab", 2, units, 1), 2);
    assert_int_equal(units[1], u'#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_devices),
        cmocka_unit_test(verbatim_paths_stay_as_they_are),
        cmocka_unit_test(drives_and_servers),
        cmocka_unit_test(dos_devices),
        cmocka_unit_test(relative_paths_are_refused),
        cmocka_unit_test(long_paths),
        cmocka_unit_test(text_conversions),
    };

    return cmocka_run_group_tests_name("client/path", tests, NULL, NULL);
}
