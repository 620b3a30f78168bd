/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Threads: their handles, ends and exit codes, suspension, and requests they wait for that others
 * cancel. */
#include "partner_test.h"

static HANDLE gate, arrived;

static DWORD return_it(LPVOID code)
{
    return (DWORD)(ULONG_PTR)code;
}

static DWORD exit_with_it(LPVOID code)
{
    ExitThread((DWORD)(ULONG_PTR)code);
}

static DWORD pass_the_gate(LPVOID unused)
{
    (void)unused;
    SetEvent(arrived);
    WaitForSingleObject(gate, INFINITE);
    return GetCurrentThreadId();
}

static void exit_codes(void **state)
{
    DWORD code, id = 0;
    HANDLE thread;

    (void)state;
    assert_int_equal(join(start(return_it, (void *)0xC0FFEE)), 0xC0FFEE);
    assert_int_equal(join(start(exit_with_it, (void *)7)), 7);
    thread = CreateThread(NULL, 1, pass_the_gate, NULL, 0, &id);
    assert_non_null(thread);
    assert_int_equal(GetThreadId(thread), id);
    assert_true(GetExitCodeThread(thread, &code));
    assert_int_equal(code, STILL_ACTIVE);
    HANDLE opened = OpenThread(THREAD_SUSPEND_RESUME, FALSE, id);
    assert_non_null(opened);
    assert_int_equal(ResumeThread(opened), 0);
    assert_fails(GetExitCodeThread(opened, &code), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(opened));
    assert_fails(OpenThread(SYNCHRONIZE, FALSE, 0x7FFFFFFF), ERROR_INVALID_PARAMETER);
    assert_int_equal(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(gate));
    assert_int_equal(join(thread), id);
    assert_fails(GetExitCodeThread(gate, &code), ERROR_INVALID_HANDLE);
    assert_fails(CreateThread(NULL, 0, return_it, NULL, 0x80, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(WaitForSingleObject(arrived, 0), WAIT_OBJECT_0);
}

static LONG ran;

static DWORD run(LPVOID unused)
{
    (void)unused;
    InterlockedIncrement(&ran);
    return 0;
}

static void suspended_from_the_start(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = CreateThread(NULL, 0, run, NULL, CREATE_SUSPENDED, NULL);
        assert_int_equal(SuspendThread(thread), 1);
        assert_int_equal(ResumeThread(thread), 2);
        assert_int_equal(ran, round);
        assert_int_equal(ResumeThread(thread), 1);
        join(thread);
        assert_int_equal(ran, round + 1);
    }
}

/* It waits while it is suspended, and what it waits for is not lost. */
static void suspended_in_a_wait(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(pass_the_gate, NULL);
        assert_int_equal(WaitForSingleObject(arrived, INFINITE), WAIT_OBJECT_0);
        assert_int_equal(SuspendThread(thread), 0);
        assert_true(SetEvent(gate));
        assert_int_equal(ResumeThread(thread), 1);
        assert_int_equal(ResumeThread(thread), 0);
        assert_int_not_equal(join(thread), 0);
    }
}

static DWORD read_it(LPVOID unused)
{
    LONG number;
    DWORD got, error = 0;
    HANDLE file = open_partner(0);

    (void)unused;
    SetEvent(arrived);
    if (!ReadFile(file, &number, sizeof(number), &got, NULL))
        error = GetLastError();
    CloseHandle(file);
    return error;
}

static void synchronous_requests_are_cancelled(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(read_it, NULL);
        assert_int_equal(WaitForSingleObject(arrived, INFINITE), WAIT_OBJECT_0);
        while (!CancelSynchronousIo(thread)) {
            assert_int_equal(GetLastError(), ERROR_NOT_FOUND);
            SwitchToThread();
        }
        assert_int_equal(join(thread), ERROR_OPERATION_ABORTED);
    }
}

static void many_at_once(void **state)
{
    HANDLE thread[MAXIMUM_WAIT_OBJECTS];

    (void)state;
    for (DWORD index = 0; index < MAXIMUM_WAIT_OBJECTS; index++)
        thread[index] = start(return_it, (void *)(ULONG_PTR)index);
    assert_int_equal(
        WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, thread, TRUE, INFINITE), WAIT_OBJECT_0);
    for (DWORD index = 0; index < MAXIMUM_WAIT_OBJECTS; index++)
        assert_int_equal(join(thread[index]), index);
}

static void clocks(void **state)
{
    LARGE_INTEGER frequency, before, after;
    FILETIME now = {0, 0};

    (void)state;
    assert_true(QueryPerformanceFrequency(&frequency) && frequency.QuadPart > 0);
    assert_true(QueryPerformanceCounter(&before) && QueryPerformanceCounter(&after));
    assert_true(after.QuadPart >= before.QuadPart);
    GetSystemTimeAsFileTime(&now);
    assert_true(now.dwHighDateTime > 0x01D00000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_codes),
        cmocka_unit_test(suspended_from_the_start),
        cmocka_unit_test(suspended_in_a_wait),
        cmocka_unit_test(synchronous_requests_are_cancelled),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(clocks),
    };
    int failed;

    if (open_machine(NULL) != 0)
        return 1;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    arrived = CreateEventA(NULL, FALSE, FALSE, NULL);
    failed = cmocka_run_group_tests_name("client/thread", tests, NULL, NULL);
    CloseHandle(gate);
    CloseHandle(arrived);
    return close_machine(NULL) || failed;
}
