/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Waiting and completion while memory runs out: each call fails with an error of its own or works,
 * and nothing is lost. */
#include "partner_test.h"

static volatile LONG done;

static void request_done(DWORD error, DWORD bytes, LPOVERLAPPED overlapped)
{
    (void)error, (void)bytes, (void)overlapped;
    done++;
}

static void queued(ULONG_PTR unused)
{
    (void)unused;
    done++;
}

static void timer_came(LPVOID argument, DWORD low, DWORD high)
{
    (void)argument, (void)low, (void)high;
    done++;
}

static DWORD end_at_once(LPVOID argument)
{
    WaitForSingleObject(argument, 0);
    return 3;
}

static void objects(void)
{
    const LARGE_INTEGER at_once = {.QuadPart = -1};
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 1, "memory semaphore");
    HANDLE mutex = CreateMutexA(NULL, TRUE, "memory mutex");
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);

    done = 0;
    if (timer != NULL && SetWaitableTimer(timer, &at_once, 0, timer_came, NULL, FALSE))
        WaitForSingleObject(timer, INFINITE);
    if (QueueUserAPC(queued, GetCurrentThread(), 0)) {
        SleepEx(0, TRUE);
        assert_true(done != 0);
    }
    if (mutex != NULL)
        assert_true(ReleaseMutex(mutex) && CloseHandle(mutex));
    if (semaphore != NULL)
        assert_true(CloseHandle(semaphore));
    if (timer != NULL)
        assert_true(CloseHandle(timer));
}

static void requests(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0), file, told;
    OVERLAPPED first = {0}, second = {0}, *which;
    ULONG_PTR key;
    DWORD bytes;
    char byte = 1;

    if (port == NULL)
        return;
    file = CreateFileA("\\\\.\\Partner", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
        OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (file != INVALID_HANDLE_VALUE) {
        BOOL joined = CreateIoCompletionPort(file, port, 1, 0) == port;
        BOOL written = WriteFile(file, &byte, 1, NULL, &first);
        if (joined && written) /* the packet takes no memory of its own */
            assert_true(
                GetQueuedCompletionStatus(port, &bytes, &key, &which, 0) && which == &first);
        assert_true(CloseHandle(file));
    }
    told = CreateFileA("\\\\.\\Partner", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
        OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (told != INVALID_HANDLE_VALUE) {
        done = 0;
        if (WriteFileEx(told, &byte, 1, &second, request_done)) {
            SleepEx(0, TRUE);
            assert_int_equal(done, 1);
        }
        assert_true(CloseHandle(told));
    }
    PostQueuedCompletionStatus(port, 1, 2, NULL);
    assert_true(CloseHandle(port));
}

static void threads(void)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, end_at_once, event, 0, NULL);

    if (thread != NULL)
        assert_int_equal(join(thread), 3);
    if (event != NULL)
        assert_true(CloseHandle(event));
}

static void fail_each(void (*act)(void))
{
    BOOLEAN reached = TRUE;

    act(); /* what the kernel makes once and keeps is there */
    for (LONG number = 1; reached; number++) {
        for (int forever = 0; forever < 2; forever++) {
            MmFailAllocation(number, forever);
            act();
            reached = MmAllocationCount() >= (ULONG)number;
            MmFailAllocation(-1, FALSE);
            assert_false(dotsys_machine_stopped(machine, NULL));
        }
    }
}

static void objects_without_memory(void **state)
{
    (void)state;
    fail_each(objects);
}

static void requests_without_memory(void **state)
{
    (void)state;
    fail_each(requests);
}

static void threads_without_memory(void **state)
{
    (void)state;
    fail_each(threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_without_memory),
        cmocka_unit_test(requests_without_memory),
        cmocka_unit_test(threads_without_memory),
    };
    return cmocka_run_group_tests_name("client/memory", tests, open_machine, close_machine);
}
