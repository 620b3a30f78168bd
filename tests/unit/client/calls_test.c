/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The Win32 calls against a machine with two drivers: hello, and never_complete, which holds
 * requests until they are cancelled. The drivers are looked for where the build puts them; without
 * them there is nothing to test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"

#define HELLO "\\\\.\\HelloDrv"
#define HOLDER "\\\\.\\NeverComplete"
#define IOCTL_HOLD 0x222004 /* pends with a cancel routine */

static dotsys_machine *machine;
static unsigned findings;

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static void count_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    findings++;
    fprintf(stderr, "finding: %s\n", finding->text);
}

/* A path in the build folder, which this program's is tests/unit of. */
static bool built(const char *relative, char *path, size_t size)
{
    char self[1024];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (length <= 0)
        return false;
    self[length] = '\0';
    *strrchr(self, '/') = '\0';
    snprintf(path, size, "%s/../../%s", self, relative);
    return access(path, R_OK) == 0;
}

static int open_machine(void **state)
{
    dotsys_options options = {.size = sizeof(options), .log = no_log, .finding = count_finding};
    char hello[2048], holder[2048];

    (void)state;
    if (!built("drivers/x64/free/hello.sys", hello, sizeof(hello)) ||
        !built("tests/kernel/x64/never_complete.sys", holder, sizeof(holder)))
        return 0;
    return dotsys_machine_open(&options, &machine) != DOTSYS_OK ||
        dotsys_driver_start(machine, "hello", hello) != DOTSYS_OK ||
        dotsys_driver_start(machine, "never_complete", holder) != DOTSYS_OK;
}

static int close_machine(void **state)
{
    (void)state;
    if (machine == NULL)
        return 0;
    dotsys_machine_close(machine);
    if (machine_elsewhere())
        return 0; /* it stays */
    return findings != 0 ||
        CreateFileA(HELLO, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE ||
        GetLastError() != ERROR_HOST_DOWN;
}

static HANDLE open_device(const char *name, DWORD flags)
{
    if (machine == NULL)
        skip();
    HANDLE device = CreateFileA(
        name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
    assert_true(device != INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    return device;
}

/* What CreateFileA fails with. */
static DWORD open_error(const char *name, DWORD access, DWORD disposition)
{
    SetLastError(12345);
    assert_true(CreateFileA(name, access, 0, NULL, disposition, 0, NULL) == INVALID_HANDLE_VALUE);
    return GetLastError();
}

static void opening(void **state)
{
    HANDLE device = open_device(HELLO, 0);

    (void)state;
    SetLastError(12345);
    assert_int_equal(GetFileType(device), FILE_TYPE_UNKNOWN); /* which FILE_DEVICE_UNKNOWN is,
                                                                 without an error */
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    assert_true(CloseHandle(device));
    assert_false(CloseHandle(device));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_int_equal(
        open_error("\\\\.\\NoSuchDevice", GENERIC_READ, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
    assert_int_equal(
        open_error("\\\\.\\NoSuchDevice\\file", GENERIC_READ, OPEN_EXISTING), ERROR_PATH_NOT_FOUND);
    assert_int_equal(open_error("HelloDrv", GENERIC_READ, OPEN_EXISTING), ERROR_FILE_NOT_FOUND);
    assert_int_equal(open_error("", GENERIC_READ, OPEN_EXISTING), ERROR_PATH_NOT_FOUND);
    assert_int_equal(open_error(NULL, GENERIC_READ, OPEN_EXISTING), ERROR_PATH_NOT_FOUND);
    assert_int_equal(open_error(HELLO, GENERIC_READ, 0), ERROR_INVALID_PARAMETER);
    assert_int_equal(open_error(HELLO, GENERIC_READ, 6), ERROR_INVALID_PARAMETER);
    assert_int_equal(open_error(HELLO, GENERIC_READ, TRUNCATE_EXISTING), ERROR_INVALID_PARAMETER);

    device = CreateFileW(u"\\\\.\\hellodrv", GENERIC_READ, 0, NULL, OPEN_ALWAYS, 0, NULL);
    assert_true(device != INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_SUCCESS); /* the driver does not say that it has opened
                                                        something that existed */
    assert_false(WriteFile(device, "x", 1, NULL, NULL)); /* opened for reading only */
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(device));
}

static void reading_and_writing(void **state)
{
    HANDLE device = open_device(HELLO, 0);
    char buffer[1100] = "";
    DWORD bytes = 99;

    (void)state;
    assert_true(WriteFile(device, "hello", 5, &bytes, NULL));
    assert_int_equal(bytes, 5);
    assert_true(ReadFile(device, buffer, sizeof(buffer), &bytes, NULL));
    assert_int_equal(bytes, 5);
    assert_memory_equal(buffer, "hello", 5);
    assert_false(WriteFile(device, buffer, 1025, &bytes, NULL));
    assert_int_equal(GetLastError(), ERROR_NO_SYSTEM_RESOURCES);
    assert_int_equal(bytes, 0);
    assert_true(ReadFile(device, buffer, 3, &bytes, NULL));
    assert_int_equal(bytes, 3);
    bytes = 99;
    assert_false(DeviceIoControl(device, 0x222000, NULL, 0, NULL, 0, &bytes, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_FUNCTION);
    bytes = 99;
    assert_false(ReadFile((HANDLE)(ULONG_PTR)0x7FFC, buffer, 1, &bytes, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_int_equal(bytes, 0);
    assert_true(CloseHandle(device));
}

static void overlapped_at_once(void **state)
{
    HANDLE device = open_device(HELLO, FILE_FLAG_OVERLAPPED);
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    HANDLE event = overlapped.hEvent;
    char buffer[16];
    DWORD bytes = 0;

    (void)state;
    assert_non_null(event);
    assert_true(WriteFile(device, "async", 5, &bytes, &overlapped));
    assert_int_equal(bytes, 5);
    assert_int_equal(overlapped.Internal, 0);
    assert_int_equal(overlapped.InternalHigh, 5);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);

    overlapped.hEvent = (HANDLE)((ULONG_PTR)event | 1); /* keeps it off a completion port, and is
                                                           still this event */
    assert_true(ReadFile(device, buffer, sizeof(buffer), NULL, &overlapped));
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_true(GetOverlappedResult(device, &overlapped, &bytes, FALSE));
    assert_int_equal(bytes, 5);
    assert_memory_equal(buffer, "async", 5);
    assert_true(CloseHandle(event));
    assert_true(CloseHandle(device));
}

static void pending_and_cancelled(void **state)
{
    HANDLE device = open_device(HOLDER, FILE_FLAG_OVERLAPPED);
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL)};
    DWORD bytes = 99;

    (void)state;
    for (int ex = 0; ex < 2; ex++) {
        assert_false(DeviceIoControl(device, IOCTL_HOLD, NULL, 0, NULL, 0, NULL, &overlapped));
        assert_int_equal(GetLastError(), ERROR_IO_PENDING);
        assert_false(HasOverlappedIoCompleted(&overlapped));
        assert_int_equal(WaitForSingleObject(overlapped.hEvent, 0), WAIT_TIMEOUT);
        assert_false(GetOverlappedResult(device, &overlapped, &bytes, FALSE));
        assert_int_equal(GetLastError(), ERROR_IO_INCOMPLETE);
        assert_false(GetOverlappedResultEx(device, &overlapped, &bytes, 1, FALSE));
        assert_int_equal(GetLastError(), WAIT_TIMEOUT);
        assert_true(ex ? CancelIoEx(device, &overlapped) : CancelIo(device));
        assert_false(GetOverlappedResult(device, &overlapped, &bytes, TRUE));
        assert_int_equal(GetLastError(), ERROR_OPERATION_ABORTED);
        assert_int_equal(bytes, 0);
        assert_true(HasOverlappedIoCompleted(&overlapped));
    }
    assert_false(CancelIoEx(device, NULL));
    assert_int_equal(GetLastError(), ERROR_NOT_FOUND);
    assert_true(CancelIo(device));
    assert_true(CloseHandle(overlapped.hEvent));
    assert_true(CloseHandle(device));
}

static void file_pointers(void **state)
{
    HANDLE device = open_device(HELLO, 0);
    LARGE_INTEGER distance = {.QuadPart = -20}, position;
    LONG high = 1;

    (void)state;
    assert_int_equal(SetFilePointer(device, 10, NULL, FILE_BEGIN), 10);
    assert_int_equal(SetFilePointer(device, 5, NULL, FILE_CURRENT), 15);
    assert_int_equal(SetFilePointer(device, -16, NULL, FILE_CURRENT), INVALID_SET_FILE_POINTER);
    assert_int_equal(GetLastError(), ERROR_NEGATIVE_SEEK);
    assert_false(SetFilePointerEx(device, distance, &position, FILE_CURRENT));
    assert_int_equal(GetLastError(), ERROR_NEGATIVE_SEEK);
    assert_false(SetFilePointerEx(device, distance, &position, 3));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(SetFilePointer(device, -1, &high, FILE_BEGIN), INVALID_SET_FILE_POINTER);
    assert_int_equal(GetLastError(), ERROR_SUCCESS); /* 0x1FFFFFFFF is a position like any other */
    assert_int_equal(high, 1);
    distance.QuadPart = 1;
    assert_true(SetFilePointerEx(device, distance, &position, FILE_CURRENT));
    assert_true(position.QuadPart == 0x200000000);
    assert_true(CloseHandle(device));
}

static void duplicates(void **state)
{
    HANDLE device = open_device(HELLO, 0), copy = NULL;
    DWORD bytes;

    (void)state;
    assert_true(DuplicateHandle(GetCurrentProcess(), device, GetCurrentProcess(), &copy, 0, FALSE,
        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    assert_false(CloseHandle(device));
    assert_true(WriteFile(copy, "copy", 4, &bytes, NULL));
    assert_true(CloseHandle(copy));
    assert_false(
        DuplicateHandle(GetCurrentProcess(), device, GetCurrentProcess(), &copy, 0, FALSE, 0));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
}

static void *set_soon(void *event)
{
    Sleep(5);
    return SetEvent(event) ? event : NULL;
}

static void events(void **state)
{
    pthread_t thread;
    void *set;

    (void)state;
    if (machine == NULL)
        skip();
    HANDLE both[2] = {
        CreateEventA(NULL, FALSE, FALSE, NULL), CreateEventW(NULL, TRUE, FALSE, NULL)};
    assert_non_null(both[0]);
    assert_non_null(both[1]);
    assert_int_equal(WaitForSingleObject(both[0], 1), WAIT_TIMEOUT);
    assert_int_equal(pthread_create(&thread, NULL, set_soon, both[0]), 0);
    assert_int_equal(WaitForSingleObject(both[0], INFINITE), WAIT_OBJECT_0);
    pthread_join(thread, &set);
    assert_non_null(set);
    assert_int_equal(WaitForSingleObject(both[0], 0), WAIT_TIMEOUT); /* the wait has reset it */
    assert_true(SetEvent(both[1]));
    assert_int_equal(WaitForSingleObjectEx(both[1], 0, TRUE), WAIT_OBJECT_0);
    assert_int_equal(WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_OBJECT_0 + 1);
    assert_int_equal(WaitForMultipleObjects(2, both, TRUE, 1), WAIT_TIMEOUT);
    assert_true(SetEvent(both[0]));
    assert_int_equal(WaitForMultipleObjectsEx(2, both, TRUE, INFINITE, TRUE), WAIT_OBJECT_0);
    assert_true(ResetEvent(both[1]));
    assert_int_equal(WaitForSingleObject(both[1], 0), WAIT_TIMEOUT);
    assert_true(PulseEvent(both[1]));
    assert_int_equal(WaitForSingleObject(both[1], 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForMultipleObjects(0, both, FALSE, 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(both[0]));
    assert_int_equal(WaitForSingleObject(both[0], 0), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(both[1]));
}

static void named_events(void **state)
{
    (void)state;
    if (machine == NULL)
        skip();
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, "Global\\calls_test");
    assert_non_null(first);
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    HANDLE second = CreateEventW(NULL, FALSE, FALSE, u"calls_test");
    assert_non_null(second);
    assert_int_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    HANDLE third = OpenEventA(EVENT_MODIFY_STATE, FALSE, "Local\\calls_test");
    assert_non_null(third);
    assert_true(SetEvent(third));
    assert_int_equal(WaitForSingleObject(first, 0), WAIT_OBJECT_0);
    /* the first decided that it is manual */
    assert_int_equal(WaitForSingleObject(second, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(third, 0), WAIT_FAILED);    /* no SYNCHRONIZE */
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(first));
    assert_true(CloseHandle(second));
    assert_true(CloseHandle(third));
    assert_null(OpenEventA(EVENT_ALL_ACCESS, FALSE, "calls_test"));
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
    assert_null(OpenEventA(EVENT_ALL_ACCESS, FALSE, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_null(CreateEventA(NULL, FALSE, FALSE, "no\\such\\directory"));
    assert_int_equal(GetLastError(), ERROR_PATH_NOT_FOUND);
}

static void dos_devices(void **state)
{
    static const char target[] = "\\Device\\HELLODRV_Ver2";
    char names[4096], link[64];
    WCHAR wide[64];
    bool found = false;

    (void)state;
    if (machine == NULL)
        skip();
    assert_int_equal(QueryDosDeviceA("HelloDrv", link, sizeof(link)), sizeof(target) + 1);
    assert_memory_equal(link, target, sizeof(target));
    assert_int_equal(link[sizeof(target)], '\0');
    assert_int_equal(QueryDosDeviceA("hellodrv", link, sizeof(target)), sizeof(target));
    assert_int_equal(QueryDosDeviceA("HelloDrv", link, sizeof(target) - 1), 0);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(QueryDosDeviceW(u"HelloDrv", wide, 64), sizeof(target) + 1);
    assert_int_equal(wide[0], u'\\');
    assert_int_equal(QueryDosDeviceA("NoSuch", link, sizeof(link)), 0);
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);

    DWORD length = QueryDosDeviceA(NULL, names, sizeof(names));
    assert_true(length > 2);
    assert_memory_equal(names + length - 2, "\0\0", 2);
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1)
        found |= strcmp(name, "HelloDrv") == 0;
    assert_true(found);
    assert_int_equal(QueryDosDeviceA(NULL, names, length), length);
    assert_int_equal(QueryDosDeviceA(NULL, names, length - 1), 0);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
}

static void *other_error(void *unused)
{
    (void)unused;
    SetLastError(7);
    return GetLastError() == 7 ? &machine : NULL;
}

static void who_and_when(void **state)
{
    OSVERSIONINFOA version = {.dwOSVersionInfoSize = sizeof(version)};
    ULONGLONG before = GetTickCount64();
    pthread_t thread;
    void *own;

    (void)state;
    assert_int_equal(GetCurrentProcessId(), getpid());
    assert_int_equal(GetCurrentThreadId(), gettid());
    Sleep(3);
    assert_true(GetTickCount64() >= before + 3);
    if (machine != NULL) {
        assert_true(GetVersionExA(&version));
        assert_int_equal(version.dwMajorVersion, 10);
        assert_int_equal(version.dwPlatformId, VER_PLATFORM_WIN32_NT);
    }
    version.dwOSVersionInfoSize = 1;
    assert_false(GetVersionExA(&version));
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(pthread_create(&thread, NULL, other_error, NULL), 0);
    pthread_join(thread, &own);
    assert_non_null(own);
    assert_int_equal(GetLastError(), ERROR_INSUFFICIENT_BUFFER); /* each thread has its own */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening),
        cmocka_unit_test(reading_and_writing),
        cmocka_unit_test(overlapped_at_once),
        cmocka_unit_test(pending_and_cancelled),
        cmocka_unit_test(file_pointers),
        cmocka_unit_test(duplicates),
        cmocka_unit_test(events),
        cmocka_unit_test(named_events),
        cmocka_unit_test(dos_devices),
        cmocka_unit_test(who_and_when),
    };

    return cmocka_run_group_tests_name("client/calls", tests, open_machine, close_machine);
}
