/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Events, semaphores, mutexes and timers by handle and name, and waits from both sides: the
 * client's and a driver's. */
#include "partner_test.h"

static const LARGE_INTEGER at_once = {.QuadPart = -1}, never = {.QuadPart = INT64_MIN};

static void semaphores(void **state)
{
    LONG previous = -1;
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, NULL);

    (void)state;
    assert_non_null(semaphore);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    assert_true(ReleaseSemaphore(semaphore, 2, &previous));
    assert_int_equal(previous, 0);
    assert_fails(ReleaseSemaphore(semaphore, 2, &previous), ERROR_TOO_MANY_POSTS);
    assert_fails(ReleaseSemaphore(semaphore, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_true(ReleaseSemaphore(semaphore, 1, &previous));
    assert_int_equal(previous, 2);
    assert_true(CloseHandle(semaphore));
    assert_fails(CreateSemaphoreA(NULL, 4, 3, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(CreateSemaphoreA(NULL, 0, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(ReleaseSemaphore(GetCurrentThread(), 1, NULL), ERROR_INVALID_HANDLE);
}

static void names(void **state)
{
    HANDLE first = CreateSemaphoreA(NULL, 0, 5, "Global\\shared"), again, opened;

    (void)state;
    assert_non_null(first);
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    again = CreateSemaphoreW(NULL, 3, 3, u"shared");
    assert_non_null(again);
    assert_int_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    opened = OpenSemaphoreA(SYNCHRONIZE, FALSE, "Local\\shared");
    assert_non_null(opened);
    assert_true(ReleaseSemaphore(first, 1, NULL));
    assert_int_equal(WaitForSingleObject(opened, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(again, 0), WAIT_TIMEOUT);
    assert_fails(ReleaseSemaphore(opened, 1, NULL), ERROR_ACCESS_DENIED);
    assert_fails(CreateMutexA(NULL, FALSE, "shared"), ERROR_INVALID_HANDLE);
    assert_fails(OpenMutexA(SYNCHRONIZE, FALSE, "shared"), ERROR_INVALID_HANDLE);
    assert_fails(OpenWaitableTimerA(SYNCHRONIZE, FALSE, "nowhere"), ERROR_FILE_NOT_FOUND);
    assert_true(CloseHandle(first) && CloseHandle(again) && CloseHandle(opened));
    assert_fails(OpenSemaphoreW(SYNCHRONIZE, FALSE, u"shared"), ERROR_FILE_NOT_FOUND);
}

static void mutexes(void **state)
{
    HANDLE mutex = CreateMutexA(NULL, TRUE, NULL);

    (void)state;
    assert_non_null(mutex);
    assert_int_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    assert_true(ReleaseMutex(mutex));
    assert_true(ReleaseMutex(mutex));
    assert_fails(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    assert_true(CloseHandle(mutex));
}

static DWORD take_and_end(LPVOID mutex)
{
    return WaitForSingleObject(mutex, INFINITE);
}

static void abandoned_mutex(void **state)
{
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL),
           mutex = CreateMutexA(NULL, FALSE, "left behind");
    const HANDLE both[] = {event, mutex};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(take_and_end, mutex);
        assert_int_equal(WaitForMultipleObjects(1, &thread, FALSE, INFINITE), WAIT_OBJECT_0);
        assert_int_equal(join(thread), WAIT_OBJECT_0);
        if (round & 1)
            assert_int_equal(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
        else
            assert_int_equal(
                WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_ABANDONED_0 + 1);
        assert_true(ReleaseMutex(mutex));
        assert_int_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0); /* told once */
        assert_true(ReleaseMutex(mutex));
    }
    assert_true(CloseHandle(mutex) && CloseHandle(event));
}

static void event_flags(void **state)
{
    HANDLE event = CreateEventExA(NULL, NULL, CREATE_EVENT_INITIAL_SET, EVENT_ALL_ACCESS);

    (void)state;
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(event));
    event = CreateEventExW(
        NULL, NULL, CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET, SYNCHRONIZE);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_fails(ResetEvent(event), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(event));
    assert_fails(CreateEventExA(NULL, NULL, 4, EVENT_ALL_ACCESS), ERROR_INVALID_PARAMETER);
}

static void timers(void **state)
{
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, "clock"), other;

    (void)state;
    assert_non_null(timer);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(SetWaitableTimer(timer, &at_once, 0, NULL, NULL, FALSE));
    assert_int_equal(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(SetWaitableTimer(timer, &at_once, 1, NULL, NULL, FALSE));
    for (int beat = 0; beat < 3; beat++)
        assert_int_equal(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    assert_true(CancelWaitableTimer(timer));
    assert_true(SetWaitableTimer(timer, &never, 0, NULL, NULL, TRUE));
    assert_int_equal(GetLastError(), ERROR_NOT_SUPPORTED);
    other = OpenWaitableTimerW(TIMER_QUERY_STATE, FALSE, u"clock");
    assert_non_null(other);
    assert_fails(CancelWaitableTimer(other), ERROR_ACCESS_DENIED);
    assert_fails(SetWaitableTimer(timer, &never, -1, NULL, NULL, FALSE), ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(other) && CloseHandle(timer));
    timer = CreateWaitableTimerExW(
        NULL, NULL, CREATE_WAITABLE_TIMER_MANUAL_RESET, TIMER_ALL_ACCESS);
    assert_true(SetWaitableTimer(timer, &at_once, 0, NULL, NULL, FALSE));
    assert_int_equal(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(timer));
}

static DWORD driver_sets(LPVOID event)
{
    return tell_object(PARTNER_SET_EVENT, event);
}

static DWORD driver_waits(LPVOID event)
{
    return tell_object(PARTNER_WAIT, event);
}

static void waits_from_both_sides(void **state)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL),
           semaphore = CreateSemaphoreA(NULL, 0, 1, NULL);

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(driver_sets, event);
        assert_int_equal(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
        assert_int_equal(join(thread), 0);
        thread = start(driver_waits, event);
        assert_true(SetEvent(event));
        assert_int_equal(join(thread), 0);
        assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT); /* the driver took it */
    }
    assert_int_equal(tell_object(PARTNER_RELEASE_SEMAPHORE, semaphore), 0);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    assert_int_equal(tell_object(PARTNER_SET_EVENT, semaphore), ERROR_INVALID_HANDLE);
    assert_int_equal(tell_object(PARTNER_RELEASE_SEMAPHORE, event), ERROR_INVALID_HANDLE);
    assert_int_equal(tell_object(PARTNER_SET_EVENT, NULL), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(event) && CloseHandle(semaphore));
}

typedef struct turns {
    HANDLE here, there;
    int count;
} turns;

static DWORD take_turns(LPVOID argument)
{
    turns *game = argument;
    for (int turn = 0; turn < ROUNDS; turn++) {
        if (WaitForSingleObject(game->there, INFINITE) != WAIT_OBJECT_0)
            return 1;
        game->count++;
        SetEvent(game->here);
    }
    return 0;
}

static void signal_and_wait(void **state)
{
    turns game = {
        CreateEventA(NULL, FALSE, FALSE, NULL), CreateEventA(NULL, FALSE, FALSE, NULL), 0};
    HANDLE thread = start(take_turns, &game);

    (void)state;
    for (int turn = 0; turn < ROUNDS; turn++) {
        assert_int_equal(
            SignalObjectAndWait(game.there, game.here, INFINITE, FALSE), WAIT_OBJECT_0);
        assert_int_equal(game.count, turn + 1);
    }
    assert_int_equal(join(thread), 0);
    assert_int_equal(SignalObjectAndWait(game.here, game.here, 0, FALSE), WAIT_OBJECT_0);
    assert_int_equal(SignalObjectAndWait(GetCurrentThread(), game.here, 0, FALSE), WAIT_FAILED);
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(game.here) && CloseHandle(game.there));
}

static CRITICAL_SECTION section;
static long guarded;

static DWORD count_up(LPVOID rounds)
{
    for (long round = 0; round < (long)(intptr_t)rounds; round++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        guarded++;
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
    return 0;
}

static DWORD try_it(LPVOID unused)
{
    (void)unused;
    return (DWORD)TryEnterCriticalSection(&section);
}

static void critical_sections(void **state)
{
    HANDLE thread[3];

    (void)state;
    InitializeCriticalSection(&section);
    for (int index = 0; index < 3; index++)
        thread[index] = start(count_up, (void *)20000);
    for (int index = 0; index < 3; index++)
        join(thread[index]);
    assert_int_equal(guarded, 60000);
    assert_true(TryEnterCriticalSection(&section));
    assert_int_equal(join(start(try_it, NULL)), FALSE);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(semaphores),
        cmocka_unit_test(names),
        cmocka_unit_test(mutexes),
        cmocka_unit_test(abandoned_mutex),
        cmocka_unit_test(event_flags),
        cmocka_unit_test(timers),
        cmocka_unit_test(waits_from_both_sides),
        cmocka_unit_test(signal_and_wait),
        cmocka_unit_test(critical_sections),
    };
    return cmocka_run_group_tests_name("client/sync", tests, open_machine, close_machine);
}
