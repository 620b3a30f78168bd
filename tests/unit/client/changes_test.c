/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Waiting for changes in folders: ReadDirectoryChangesW in its three forms, and
 * FindFirstChangeNotification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"

#define FOLDER "C:\\Windows\\Temp\\changes_test"
#define NAMES (FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME)
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static dotsys_machine *machine;
static _Alignas(8) UCHAR answer[1024];

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

static void make(const char *name)
{
    HANDLE file = CreateFileA(
        name, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(CloseHandle(file));
}

static HANDLE open_folder(DWORD access, DWORD flags)
{
    HANDLE folder = CreateFileA(
        FOLDER, access, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, NULL);

    assert_ptr_not_equal(folder, INVALID_HANDLE_VALUE);
    return folder;
}

static void expect_entry(const void *buffer, DWORD bytes, DWORD action, const WCHAR *name)
{
    const FILE_NOTIFY_INFORMATION *entry = buffer;
    const SIZE_T length = BasepWideLength(name) * sizeof(WCHAR);

    assert_int_equal(bytes, FIELD_OFFSET(FILE_NOTIFY_INFORMATION, FileName) + length);
    assert_int_equal(entry->NextEntryOffset, 0);
    assert_int_equal(entry->Action, action);
    assert_int_equal(entry->FileNameLength, length);
    assert_memory_equal(entry->FileName, name, length);
}

static void overlapped_requests_tell_names(void **state)
{
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL)};
    HANDLE folder = open_folder(FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);
    DWORD bytes;

    (void)state;
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, NULL, &overlapped, NULL));
    assert_false(GetOverlappedResult(folder, &overlapped, &bytes, FALSE));
    assert_int_equal(GetLastError(), ERROR_IO_INCOMPLETE);
    make(FOLDER "\\a.txt");
    assert_true(GetOverlappedResult(folder, &overlapped, &bytes, TRUE));
    expect_entry(answer, bytes, FILE_ACTION_ADDED, u"a.txt");
    /* What changes in between waits for the next request. */
    assert_true(DeleteFileA(FOLDER "\\a.txt"));
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, NULL, &overlapped, NULL));
    assert_true(GetOverlappedResult(folder, &overlapped, &bytes, TRUE));
    expect_entry(answer, bytes, FILE_ACTION_REMOVED, u"a.txt");
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, NULL, &overlapped, NULL));
    assert_true(CancelIo(folder));
    assert_false(GetOverlappedResult(folder, &overlapped, &bytes, TRUE));
    assert_int_equal(GetLastError(), ERROR_OPERATION_ABORTED);
    assert_true(CloseHandle(folder));
    assert_true(CloseHandle(overlapped.hEvent));
}

static void too_much_is_no_bytes(void **state)
{
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL)};
    HANDLE folder = open_folder(FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);
    DWORD bytes = 1;

    (void)state;
    assert_true(ReadDirectoryChangesW(folder, answer, 16, FALSE, NAMES, NULL, &overlapped, NULL));
    make(FOLDER "\\a long name");
    assert_true(GetOverlappedResult(folder, &overlapped, &bytes, TRUE));
    assert_int_equal(bytes, 0);
    assert_true(DeleteFileA(FOLDER "\\a long name"));
    assert_true(CloseHandle(folder));
    assert_true(CloseHandle(overlapped.hEvent));
}

static DWORD WINAPI watch_once(void *bytes)
{
    HANDLE folder = open_folder(FILE_LIST_DIRECTORY, 0);
    BOOL done = ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, bytes, NULL, NULL);

    CloseHandle(folder);
    return done;
}

/* How often a file has to be made until the thread that watches has seen one is the scheduler's
 * matter. */
static void synchronous_requests_wait(void **state)
{
    DWORD bytes = 0, done = 0;
    HANDLE thread = CreateThread(NULL, 0, watch_once, &bytes, 0, NULL);

    (void)state;
    assert_ptr_not_equal(thread, NULL);
    while (WaitForSingleObject(thread, 0) == WAIT_TIMEOUT) {
        make(FOLDER "\\b");
        assert_true(DeleteFileA(FOLDER "\\b"));
    }
    assert_true(GetExitCodeThread(thread, &done));
    assert_true(done);
    expect_entry(answer, bytes, ((FILE_NOTIFY_INFORMATION *)(void *)answer)->Action, u"b");
    assert_true(CloseHandle(thread));
}

static void requests_end_with_their_handle(void **state)
{
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, FALSE, FALSE, NULL)};
    HANDLE folder = open_folder(FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);

    (void)state;
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, NULL, &overlapped, NULL));
    assert_true(CloseHandle(folder));
    assert_int_equal(WaitForSingleObject(overlapped.hEvent, INFINITE), WAIT_OBJECT_0);
    assert_int_equal(overlapped.Internal, STATUS_NOTIFY_CLEANUP);
    assert_true(CloseHandle(overlapped.hEvent));
}

static DWORD told_error, told_bytes;
static OVERLAPPED *told_of;

static void WINAPI told(DWORD error, DWORD bytes, OVERLAPPED *overlapped)
{
    told_error = error;
    told_bytes = bytes;
    told_of = overlapped;
}

static void a_routine_is_called(void **state)
{
    OVERLAPPED overlapped = {0};
    HANDLE folder = open_folder(FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);

    (void)state;
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), TRUE, NAMES, NULL, &overlapped, told));
    assert_true(CreateDirectoryA(FOLDER "\\sub", NULL));
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_ptr_equal(told_of, &overlapped);
    assert_int_equal(told_error, ERROR_SUCCESS);
    expect_entry(answer, told_bytes, FILE_ACTION_ADDED, u"sub");
    assert_true(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), TRUE, NAMES, NULL, &overlapped, told));
    make(FOLDER "\\sub\\c");
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    expect_entry(answer, told_bytes, FILE_ACTION_ADDED, u"sub\\c");
    assert_true(DeleteFileA(FOLDER "\\sub\\c"));
    assert_true(RemoveDirectoryA(FOLDER "\\sub"));
    assert_true(CloseHandle(folder));
}

static void handles_are_signalled(void **state)
{
    HANDLE change = FindFirstChangeNotificationA(FOLDER, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);

    (void)state;
    assert_ptr_not_equal(change, INVALID_HANDLE_VALUE);
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_TIMEOUT);
    assert_true(CreateDirectoryA(FOLDER "\\sub", NULL)); /* not asked for */
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_TIMEOUT);
    make(FOLDER "\\d");
    assert_int_equal(WaitForSingleObject(change, INFINITE), WAIT_OBJECT_0);
    assert_true(FindNextChangeNotification(change));
    assert_int_equal(WaitForSingleObject(change, 0), WAIT_TIMEOUT);
    assert_true(DeleteFileA(FOLDER "\\d"));
    assert_int_equal(WaitForSingleObject(change, INFINITE), WAIT_OBJECT_0);
    make(FOLDER "\\d");
    assert_true(FindNextChangeNotification(change));
    /* what came in between */
    assert_int_equal(WaitForSingleObject(change, INFINITE), WAIT_OBJECT_0);
    assert_true(DeleteFileA(FOLDER "\\d"));
    assert_true(RemoveDirectoryA(FOLDER "\\sub"));
    assert_true(FindCloseChangeNotification(change));
}

static void bad_requests_fail(void **state)
{
    OVERLAPPED overlapped = {0};
    HANDLE folder = open_folder(FILE_READ_ATTRIBUTES, FILE_FLAG_OVERLAPPED);

    (void)state;
    assert_false(ReadDirectoryChangesW(
        folder, answer, sizeof(answer), FALSE, NAMES, NULL, &overlapped, NULL));
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(folder));
    folder = open_folder(FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);
    assert_false(
        ReadDirectoryChangesW(folder, answer, sizeof(answer), FALSE, 0, NULL, &overlapped, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_false(
        ReadDirectoryChangesW(folder, answer + 1, 512, FALSE, NAMES, NULL, &overlapped, NULL));
    assert_int_equal(GetLastError(), ERROR_NOACCESS);
    assert_true(CloseHandle(folder));
    assert_ptr_equal(
        FindFirstChangeNotificationA(FOLDER "\\none", FALSE, NAMES), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
    assert_ptr_equal(FindFirstChangeNotificationA(FOLDER, FALSE, 0), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapped_requests_tell_names),
        cmocka_unit_test(too_much_is_no_bytes),
        cmocka_unit_test(synchronous_requests_wait),
        cmocka_unit_test(requests_end_with_their_handle),
        cmocka_unit_test(a_routine_is_called),
        cmocka_unit_test(handles_are_signalled),
        cmocka_unit_test(bad_requests_fail),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
