/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The Win32 calls for files, paths, the environment and resources, against a machine with a
 * throw-away C:. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"

#define FOLDER "C:\\Windows\\Temp\\files_test"

DOTSYS_RESOURCE(101, __FILE__);

static dotsys_machine *machine;

static int open_machine(void **state)
{
    dotsys_options options = {.size = sizeof(options)};

    (void)state;
    return dotsys_machine_open(&options, &machine) != DOTSYS_OK || !CreateDirectoryA(FOLDER, NULL);
}

static int close_machine(void **state)
{
    (void)state;
    BOOL removed = RemoveDirectoryA(FOLDER);
    return dotsys_machine_close(machine) != 0 || !removed;
}

static void fails_with(BOOL result, DWORD error)
{
    DWORD last = GetLastError();

    assert_false(result);
    assert_int_equal(last, error);
}

static void make(const char *name, const char *text)
{
    DWORD done;
    HANDLE file = CreateFileA(
        name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)strlen(text), &done, NULL));
    assert_int_equal(done, strlen(text));
    assert_true(CloseHandle(file));
}

static void expect_text(const char *name, const char *text)
{
    char buffer[256];
    DWORD done;
    HANDLE file = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, buffer, sizeof(buffer), &done, NULL));
    assert_int_equal(done, strlen(text));
    assert_memory_equal(buffer, text, done);
    assert_true(ReadFile(file, buffer, sizeof(buffer), &done, NULL));
    assert_int_equal(done, 0);
    assert_true(CloseHandle(file));
}

static void files_are_made_read_and_deleted(void **state)
{
    (void)state;
    make(FOLDER "\\a.txt", "hello");
    expect_text(FOLDER "/A.TXT", "hello");
    expect_text("\\\\?\\C:\\Windows\\Temp\\files_test\\a.txt", "hello");
    assert_int_equal(GetFileAttributesA(FOLDER "\\a.txt"), FILE_ATTRIBUTE_ARCHIVE);
    assert_int_equal(GetFileAttributesA(FOLDER), FILE_ATTRIBUTE_DIRECTORY);
    assert_true(DeleteFileA(FOLDER "\\a.txt"));
    fails_with(DeleteFileA(FOLDER "\\a.txt"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(GetFileAttributesA(FOLDER "\\a.txt"), INVALID_FILE_ATTRIBUTES);
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
}

static DWORD create_error(const char *name, DWORD access, DWORD disposition)
{
    HANDLE file = CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD error = GetLastError();

    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return error;
}

static void create_file_tells_windows_errors(void **state)
{
    (void)state;
    make(FOLDER "\\a", "x");
    assert_int_equal(create_error(FOLDER "\\a", GENERIC_READ, CREATE_NEW), ERROR_FILE_EXISTS);
    assert_int_equal(
        create_error(FOLDER "\\a", GENERIC_WRITE, CREATE_ALWAYS), ERROR_ALREADY_EXISTS);
    assert_int_equal(create_error(FOLDER "\\a", GENERIC_READ, OPEN_ALWAYS), ERROR_ALREADY_EXISTS);
    assert_int_equal(create_error(FOLDER "\\a", GENERIC_READ, OPEN_EXISTING), ERROR_SUCCESS);
    assert_int_equal(create_error(FOLDER "\\b", GENERIC_READ, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
    assert_int_equal(
        create_error(FOLDER "\\b", GENERIC_WRITE, TRUNCATE_EXISTING), ERROR_FILE_NOT_FOUND);
    assert_int_equal(
        create_error(FOLDER "\\b\\c", GENERIC_READ, OPEN_EXISTING), ERROR_PATH_NOT_FOUND);
    assert_int_equal(create_error(FOLDER "\\b|c", GENERIC_READ, OPEN_EXISTING), ERROR_INVALID_NAME);
    assert_int_equal(create_error(FOLDER, GENERIC_READ, OPEN_EXISTING), ERROR_ACCESS_DENIED);
    assert_int_equal(create_error(FOLDER "\\a\\", GENERIC_READ, OPEN_EXISTING), ERROR_INVALID_NAME);
    assert_int_equal(
        create_error("Z:\\etc\\passwd", GENERIC_READ, OPEN_EXISTING), ERROR_PATH_NOT_FOUND);
    assert_true(DeleteFileA(FOLDER "\\a"));
}

static void sharing_and_read_only(void **state)
{
    (void)state;
    make(FOLDER "\\a", "x");
    HANDLE file = CreateFileA(
        FOLDER "\\a", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(
        create_error(FOLDER "\\a", GENERIC_WRITE, OPEN_EXISTING), ERROR_SHARING_VIOLATION);
    fails_with(DeleteFileA(FOLDER "\\a"), ERROR_SHARING_VIOLATION);
    assert_true(CloseHandle(file));
    assert_true(SetFileAttributesA(FOLDER "\\a", FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN));
    assert_int_equal(
        GetFileAttributesA(FOLDER "\\a"), FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN);
    fails_with(DeleteFileA(FOLDER "\\a"), ERROR_ACCESS_DENIED);
    assert_int_equal(create_error(FOLDER "\\a", GENERIC_WRITE, OPEN_EXISTING), ERROR_ACCESS_DENIED);
    assert_true(SetFileAttributesA(FOLDER "\\a", 0));
    assert_int_equal(GetFileAttributesA(FOLDER "\\a"), FILE_ATTRIBUTE_NORMAL);
    assert_true(DeleteFileA(FOLDER "\\a"));
}

static void folders(void **state)
{
    (void)state;
    assert_true(CreateDirectoryA(FOLDER "\\d", NULL));
    fails_with(CreateDirectoryA(FOLDER "\\D", NULL), ERROR_ALREADY_EXISTS);
    fails_with(CreateDirectoryA(FOLDER "\\e\\f", NULL), ERROR_PATH_NOT_FOUND);
    make(FOLDER "\\d\\a", "x");
    fails_with(RemoveDirectoryA(FOLDER "\\d"), ERROR_DIR_NOT_EMPTY);
    fails_with(RemoveDirectoryA(FOLDER "\\d\\a"), ERROR_DIRECTORY);
    fails_with(DeleteFileA(FOLDER "\\d"), ERROR_ACCESS_DENIED);
    assert_true(DeleteFileA(FOLDER "\\d\\a"));
    assert_true(RemoveDirectoryA(FOLDER "\\d"));
}

static void moving_and_copying(void **state)
{
    (void)state;
    make(FOLDER "\\a", "one");
    make(FOLDER "\\b", "two");
    fails_with(MoveFileA(FOLDER "\\a", FOLDER "\\b"), ERROR_ALREADY_EXISTS);
    assert_true(MoveFileExA(FOLDER "\\a", FOLDER "\\b", MOVEFILE_REPLACE_EXISTING));
    expect_text(FOLDER "\\b", "one");
    fails_with(MoveFileA(FOLDER "\\a", FOLDER "\\c"), ERROR_FILE_NOT_FOUND);
    assert_true(CreateDirectoryA(FOLDER "\\d", NULL));
    assert_true(MoveFileA(FOLDER "\\b", FOLDER "\\d\\b"));
    assert_true(CopyFileA(FOLDER "\\d\\b", FOLDER "\\c", TRUE));
    expect_text(FOLDER "\\c", "one");
    fails_with(CopyFileA(FOLDER "\\d\\b", FOLDER "\\c", TRUE), ERROR_FILE_EXISTS);
    assert_true(CopyFileA(FOLDER "\\d\\b", FOLDER "\\c", FALSE));
    fails_with(CopyFileA(FOLDER "\\none", FOLDER "\\c", FALSE), ERROR_FILE_NOT_FOUND);
    assert_true(DeleteFileA(FOLDER "\\c"));
    assert_true(DeleteFileA(FOLDER "\\d\\b"));
    assert_true(RemoveDirectoryA(FOLDER "\\d"));
}

/* The names a pattern finds, each with a bar after it. */
static const char *found(const char *pattern)
{
    static char names[512];
    WIN32_FIND_DATAA data;
    HANDLE find = FindFirstFileA(pattern, &data);

    names[0] = 0;
    if (find == INVALID_HANDLE_VALUE)
        return NULL;
    do {
        strcat(names, data.cFileName);
        strcat(names, "|");
    } while (FindNextFileA(find, &data));
    assert_int_equal(GetLastError(), ERROR_NO_MORE_FILES);
    assert_true(FindClose(find));
    return names;
}

static void finding(void **state)
{
    (void)state;
    make(FOLDER "\\one.txt", "12345");
    make(FOLDER "\\Two.c", "");
    make(FOLDER "\\three", "");
    assert_string_equal(found(FOLDER "\\*"), ".|..|one.txt|three|Two.c|");
    assert_string_equal(found(FOLDER "\\*.*"), ".|..|one.txt|three|Two.c|");
    assert_string_equal(found(FOLDER "\\*.TXT"), "one.txt|");
    assert_string_equal(found(FOLDER "\\t*"), "three|Two.c|");
    assert_string_equal(found(FOLDER "\\t??.c"), "Two.c|");
    assert_string_equal(found(FOLDER "\\ONE.TXT"), "one.txt|");
    assert_string_equal(found(FOLDER "\\three.*"), "three|");
    assert_null(found(FOLDER "\\none*"));
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
    assert_null(found(FOLDER "\\none\\*"));
    assert_int_equal(GetLastError(), ERROR_PATH_NOT_FOUND);
    assert_null(found(FOLDER "\\"));
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
    fails_with(FindClose(INVALID_HANDLE_VALUE), ERROR_INVALID_HANDLE);
    assert_true(DeleteFileA(FOLDER "\\one.txt"));
    assert_true(DeleteFileA(FOLDER "\\two.c"));
    assert_true(DeleteFileA(FOLDER "\\three"));
}

static void finding_many(void **state)
{
    WIN32_FIND_DATAA data;
    char name[64];
    int count = 1;

    (void)state;
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), FOLDER "\\file %03d with a longer name", i);
        make(name, "");
    }
    HANDLE find = FindFirstFileA(FOLDER "\\file*", &data);
    assert_ptr_not_equal(find, INVALID_HANDLE_VALUE);
    for (; FindNextFileA(find, &data); count++)
        assert_int_equal(atoi(data.cFileName + 5), count);
    assert_int_equal(count, 200);
    assert_true(FindClose(find));
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), FOLDER "\\file %03d with a longer name", i);
        assert_true(DeleteFileA(name));
    }
}

static void sizes_and_times(void **state)
{
    FILETIME created = {0, 0x01BF53EB}, written = {0, 0x01C073B0}, got;
    BY_HANDLE_FILE_INFORMATION information;
    WIN32_FILE_ATTRIBUTE_DATA data;
    LARGE_INTEGER size;

    (void)state;
    make(FOLDER "\\a", "abcdef");
    HANDLE file = CreateFileA(
        FOLDER "\\a", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(GetFileType(file), FILE_TYPE_DISK);
    assert_int_equal(SetFilePointer(file, -2, NULL, FILE_END), 4);
    assert_true(SetEndOfFile(file));
    assert_true(GetFileSizeEx(file, &size));
    assert_int_equal(size.QuadPart, 4);
    assert_true(SetFileTime(file, &created, NULL, &written));
    assert_true(GetFileTime(file, &got, NULL, NULL));
    assert_memory_equal(&got, &created, sizeof(got));
    assert_true(GetFileTime(file, NULL, NULL, &got));
    assert_memory_equal(&got, &written, sizeof(got));
    assert_true(GetFileInformationByHandle(file, &information));
    assert_int_equal(information.nFileSizeLow, 4);
    assert_int_equal(information.nNumberOfLinks, 1);
    assert_true(CloseHandle(file));
    assert_true(GetFileAttributesExA(FOLDER "\\a", GetFileExInfoStandard, &data));
    assert_int_equal(data.nFileSizeLow, 4);
    assert_memory_equal(&data.ftLastWriteTime, &written, sizeof(written));
    assert_true(DeleteFileA(FOLDER "\\a"));
}

static void paths(void **state)
{
    char text[2048], expected[2048], cwd[1024], *part;

    (void)state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(expected, sizeof(expected), "Z:%s\\msjdrvr.sys", cwd);
    for (char *at = expected; *at != 0; at++)
        *at = *at == '/' ? '\\' : *at;
    assert_int_equal(GetFullPathNameA("msjdrvr.sys", sizeof(text), text, &part), strlen(expected));
    assert_string_equal(text, expected);
    assert_string_equal(part, "msjdrvr.sys");
    assert_int_equal(GetFullPathNameA("msjdrvr.sys", 4, text, NULL), strlen(expected) + 1);
    assert_int_equal(GetFullPathNameA("/a/b", sizeof(text), text, NULL), 6);
    assert_string_equal(text, "Z:\\a\\b");
    assert_true(GetFullPathNameA("C:/a/./b/../c", sizeof(text), text, NULL));
    assert_string_equal(text, "C:\\a\\c");
    assert_true(GetFullPathNameA("nul", sizeof(text), text, NULL));
    assert_string_equal(text, "\\\\.\\nul");
    assert_true(GetTempPathA(sizeof(text), text));
    assert_string_equal(text, "C:\\Windows\\Temp\\");
    assert_int_equal(GetWindowsDirectoryA(text, 5), 11);
    assert_int_equal(GetSystemDirectoryA(text, sizeof(text)), strlen("C:\\Windows\\System32"));
    assert_string_equal(text, "C:\\Windows\\System32");
    assert_true(GetModuleFileNameA(NULL, text, sizeof(text)));
    assert_memory_equal(text, "Z:\\", 3);
    assert_non_null(strstr(text, "files_test"));
    assert_int_equal(GetModuleFileNameA(NULL, text, 4), 4);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
}

static void the_current_directory(void **state)
{
    char before[2048], text[2048];

    (void)state;
    assert_true(GetCurrentDirectoryA(sizeof(before), before));
    assert_memory_equal(before, "Z:\\", 3);
    assert_int_equal(create_error("none.txt", GENERIC_READ, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
    assert_true(SetCurrentDirectoryA(FOLDER));
    assert_true(GetCurrentDirectoryA(sizeof(text), text));
    assert_string_equal(text, FOLDER);
    make("a", "relative");
    expect_text(FOLDER "\\a", "relative");
    expect_text("..\\files_test\\a", "relative");
    expect_text("\\Windows\\Temp\\files_test\\a", "relative");
    expect_text("C:a", "relative");
    assert_string_equal(found("*"), ".|..|a|");
    fails_with(SetCurrentDirectoryA("a"), ERROR_DIRECTORY);
    fails_with(SetCurrentDirectoryA("none"), ERROR_FILE_NOT_FOUND);
    assert_true(DeleteFileA("a"));
    assert_true(SetCurrentDirectoryA(before));
}

static void temporary_names(void **state)
{
    char name[MAX_PATH], other[MAX_PATH];

    (void)state;
    UINT number = GetTempFileNameA(FOLDER, "drv", 0, name);
    assert_int_not_equal(number, 0);
    assert_int_not_equal(GetTempFileNameA(FOLDER, "drv", 0, other), 0);
    assert_string_not_equal(name, other);
    expect_text(name, "");
    assert_true(DeleteFileA(name));
    assert_true(DeleteFileA(other));
    assert_int_equal(GetTempFileNameA(FOLDER, "driver", 0x12, name), 0x12);
    assert_string_equal(name, FOLDER "\\dri12.TMP");
    assert_int_equal(GetTempFileNameA(FOLDER "\\none", "drv", 0, name), 0);
    assert_int_equal(GetLastError(), ERROR_DIRECTORY);
}

static void the_environment(void **state)
{
    char text[128];
    WCHAR wide[128];

    (void)state;
    setenv("FILES_TEST", "value", 1);
    assert_int_equal(GetEnvironmentVariableA("files_test", text, sizeof(text)), 5);
    assert_string_equal(text, "value");
    assert_int_equal(GetEnvironmentVariableA("FILES_TEST", text, 5), 6);
    assert_int_equal(GetEnvironmentVariableA("FILES_TEST_NONE", text, 5), 0);
    assert_int_equal(GetLastError(), ERROR_ENVVAR_NOT_FOUND);
    assert_int_equal(ExpandEnvironmentStringsA(
                         "%SystemRoot%\\x %FILES_TEST% 100% %NO_SUCH%", text, sizeof(text)),
        strlen("C:\\Windows\\x value 100% %NO_SUCH%") + 1);
    assert_string_equal(text, "C:\\Windows\\x value 100% %NO_SUCH%");
    assert_int_equal(ExpandEnvironmentStringsW(u"%FILES_TEST%", wide, 128), 6);
    assert_int_equal(wide[5], 0);
}

static void resources(void **state)
{
    (void)state;
    HRSRC resource = FindResourceA(NULL, MAKEINTRESOURCEA(101), RT_RCDATA);
    assert_non_null(resource);
    assert_ptr_equal(FindResourceA(NULL, "#101", RT_RCDATA), resource);
    assert_memory_equal(LockResource(LoadResource(NULL, resource)), "/* SPDX", 7);
    assert_true(SizeofResource(NULL, resource) > 1000);
    assert_null(FindResourceA(NULL, MAKEINTRESOURCEA(102), RT_RCDATA));
    assert_int_equal(GetLastError(), ERROR_RESOURCE_NAME_NOT_FOUND);
    assert_null(FindResourceA(NULL, MAKEINTRESOURCEA(101), MAKEINTRESOURCEA(3)));
    assert_int_equal(GetLastError(), ERROR_RESOURCE_TYPE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_made_read_and_deleted),
        cmocka_unit_test(create_file_tells_windows_errors),
        cmocka_unit_test(sharing_and_read_only),
        cmocka_unit_test(folders),
        cmocka_unit_test(moving_and_copying),
        cmocka_unit_test(finding),
        cmocka_unit_test(finding_many),
        cmocka_unit_test(sizes_and_times),
        cmocka_unit_test(paths),
        cmocka_unit_test(the_current_directory),
        cmocka_unit_test(temporary_names),
        cmocka_unit_test(the_environment),
        cmocka_unit_test(resources),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
