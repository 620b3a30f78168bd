/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Routines called in alertable waits: queued by clients, by drivers, by timers, by requests that
 * are done. */
#include "partner_test.h"

#include "rtl/rtl.h"

static _Thread_local char called[64];
static _Thread_local size_t calls;

static void note(ULONG_PTR letter)
{
    called[calls++] = (char)letter;
    called[calls] = '\0';
}

static void forget(void)
{
    calls = 0;
    called[0] = '\0';
}

static void in_the_order_they_were_queued(void **state)
{
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);

    (void)state;
    forget();
    assert_int_equal(SleepEx(0, TRUE), 0);
    for (char letter = 'a'; letter <= 'd'; letter++)
        assert_true(QueueUserAPC(note, GetCurrentThread(), (ULONG_PTR)letter));
    Sleep(0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    /* what is signalled comes first */
    assert_int_equal(WaitForSingleObjectEx(event, 0, TRUE), WAIT_OBJECT_0);
    assert_string_equal(called, "");
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    assert_string_equal(called, "abcd");
    assert_int_equal(SleepEx(0, TRUE), 0);
    assert_true(ResetEvent(event));
    assert_true(QueueUserAPC(note, GetCurrentThread(), 'e'));
    assert_int_equal(WaitForSingleObjectEx(event, 0, FALSE), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObjectEx(event, INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_string_equal(called, "abcde");
    assert_true(CloseHandle(event));
}

static void queue_more(ULONG_PTR letter)
{
    note(letter);
    if (letter < 'd')
        QueueUserAPC(queue_more, GetCurrentThread(), letter + 1);
}

static void wait_within(ULONG_PTR letter)
{
    note(letter);
    QueueUserAPC(note, GetCurrentThread(), 'y');
    note(SleepEx(0, TRUE) == WAIT_IO_COMPLETION ? '+' : '-');
}

static void routines_that_queue_and_wait(void **state)
{
    (void)state;
    forget();
    assert_true(QueueUserAPC(queue_more, GetCurrentThread(), 'a'));
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_string_equal(called, "abcd"); /* those queued by the way, too, before the wait ends */
    forget();
    assert_true(QueueUserAPC(wait_within, GetCurrentThread(), 'x'));
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_string_equal(called, "xy+");
}

typedef struct waiter {
    HANDLE ready, first, second;
} waiter;

static DWORD wait_for_both(LPVOID argument)
{
    waiter *self = argument;
    const HANDLE both[] = {self->first, self->second};
    DWORD answer;

    forget();
    SetEvent(self->ready);
    answer = WaitForMultipleObjectsEx(2, both, TRUE, INFINITE, TRUE);
    return answer == WAIT_IO_COMPLETION && strcmp(called, "q") == 0
        ? WaitForMultipleObjects(2, both, TRUE, INFINITE)
        : 99;
}

/* Whether the thread waits already or comes to it: the APC ends that wait, and the objects are as
 * they were. */
static void during_a_wait_for_several(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        waiter self = {CreateEventA(NULL, FALSE, FALSE, NULL),
            CreateEventA(NULL, FALSE, TRUE, NULL), CreateEventA(NULL, FALSE, FALSE, NULL)};
        HANDLE thread = start(wait_for_both, &self);
        assert_int_equal(WaitForSingleObject(self.ready, INFINITE), WAIT_OBJECT_0);
        assert_true(QueueUserAPC(note, thread, 'q'));
        assert_true(SetEvent(self.second));
        DWORD code = join(thread);
        /* Both were signalled before the APC could be seen: then the wait for them won. */
        assert_true(code == WAIT_OBJECT_0 || code == 99);
        assert_true(CloseHandle(self.ready) && CloseHandle(self.first) && CloseHandle(self.second));
    }
}

static DWORD wait_alertably(LPVOID argument)
{
    waiter *self = argument;
    forget();
    SetEvent(self->ready);
    return WaitForSingleObjectEx(self->first, INFINITE, TRUE) == WAIT_IO_COMPLETION ? (DWORD)calls
                                                                                    : 99;
}

static void from_another_thread(void **state)
{
    waiter self = {
        CreateEventA(NULL, FALSE, FALSE, NULL), CreateEventA(NULL, FALSE, FALSE, NULL), NULL};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(wait_alertably, &self);
        assert_int_equal(WaitForSingleObject(self.ready, INFINITE), WAIT_OBJECT_0);
        assert_true(QueueUserAPC(note, thread, 'q'));
        assert_int_equal(join(thread), 1);
    }
    assert_true(CloseHandle(self.ready) && CloseHandle(self.first));
}

static DWORD wait_plainly(LPVOID argument)
{
    waiter *self = argument;
    forget();
    SetEvent(self->ready);
    WaitForSingleObject(self->first, INFINITE);
    return (DWORD)calls;
}

/* Nobody calls them, and their memory is given back. */
static void a_thread_that_ends_with_some(void **state)
{
    waiter self = {
        CreateEventA(NULL, FALSE, FALSE, NULL), CreateEventA(NULL, FALSE, FALSE, NULL), NULL};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE thread = start(wait_plainly, &self);
        assert_int_equal(WaitForSingleObject(self.ready, INFINITE), WAIT_OBJECT_0);
        for (int count = 0; count < 3; count++)
            assert_true(QueueUserAPC(note, thread, 'q'));
        assert_true(SetEvent(self.first));
        assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
        assert_fails(QueueUserAPC(note, thread, 'q'), ERROR_GEN_FAILURE);
        assert_int_equal(join(thread), 0);
    }
    assert_true(CloseHandle(self.ready) && CloseHandle(self.first));
}

/* ---- requests -------------------------------------------------------------------------------- */

static _Thread_local struct {
    DWORD error, bytes;
    OVERLAPPED *overlapped;
} done[8];

static void request_done(DWORD error, DWORD bytes, LPOVERLAPPED overlapped)
{
    done[calls].error = error;
    done[calls].bytes = bytes;
    done[calls].overlapped = overlapped;
    note('r');
}

static void requests_tell_in_the_order_they_end(void **state)
{
    HANDLE file = open_partner(FILE_FLAG_OVERLAPPED);
    LONG number[4] = {0};
    OVERLAPPED overlapped[4];

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        forget();
        memset(overlapped, 0, sizeof(overlapped));
        for (int index = 0; index < 4; index++)
            assert_true(
                ReadFileEx(file, &number[index], sizeof(LONG), &overlapped[index], request_done));
        assert_int_equal(SleepEx(0, TRUE), 0);
        complete_reads(4, STATUS_SUCCESS);
        assert_true(HasOverlappedIoCompleted(&overlapped[3]));
        assert_int_equal(calls, 0);
        assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
        assert_int_equal(calls, 4);
        for (int index = 0; index < 4; index++) {
            assert_int_equal(done[index].error, 0);
            assert_int_equal(done[index].bytes, sizeof(LONG));
            assert_ptr_equal(done[index].overlapped, &overlapped[index]);
            assert_int_equal(number[index], number[0] + index);
        }
    }
    assert_true(CloseHandle(file));
}

static DWORD complete_one(LPVOID unused)
{
    (void)unused;
    complete_reads(1, STATUS_SUCCESS);
    return 0;
}

static void a_request_ends_while_its_thread_waits(void **state)
{
    HANDLE file = open_partner(FILE_FLAG_OVERLAPPED);
    LONG number;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        OVERLAPPED overlapped = {0};
        forget();
        assert_true(ReadFileEx(file, &number, sizeof(number), &overlapped, request_done));
        HANDLE thread = start(complete_one, NULL);
        assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
        assert_int_equal(calls, 1);
        assert_int_equal(done[0].bytes, sizeof(LONG));
        join(thread);
    }
    assert_true(CloseHandle(file));
}

static void requests_that_fail(void **state)
{
    HANDLE file = open_partner(FILE_FLAG_OVERLAPPED), reader;
    OVERLAPPED overlapped = {0};
    LONG number;

    (void)state;
    forget();
    assert_true(ReadFileEx(file, &number, sizeof(number), &overlapped, request_done));
    assert_true(CancelIo(file));
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(done[0].error, ERROR_OPERATION_ABORTED);
    assert_int_equal(done[0].bytes, 0);
    forget();
    assert_fails(
        ReadFileEx(file, &number, 1, &overlapped, request_done), ERROR_INSUFFICIENT_BUFFER);
    assert_fails(WriteFileEx(file, &number, 0, &overlapped, request_done), ERROR_INVALID_PARAMETER);
    assert_int_equal(SleepEx(0, TRUE), 0);
    assert_true(WriteFileEx(file, &number, 3, &overlapped, request_done));
    assert_int_equal(calls, 0);
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(done[0].bytes, 3);
    reader = CreateFileA("\\\\.\\Partner", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
        OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    assert_fails(WriteFileEx(reader, &number, 3, &overlapped, request_done), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(reader) && CloseHandle(file));
}

static DWORD leave_a_read(LPVOID file)
{
    static OVERLAPPED overlapped;
    static LONG number;
    return ReadFileEx(file, &number, sizeof(number), &overlapped, request_done) ? 0 : 1;
}

/* It is cancelled with its thread; its routine is nobody's to call any more. */
static void a_thread_that_ends_with_a_request(void **state)
{
    HANDLE file = open_partner(FILE_FLAG_OVERLAPPED);

    (void)state;
    for (int round = 0; round < ROUNDS; round++)
        assert_int_equal(join(start(leave_a_read, file)), 0);
    assert_true(CloseHandle(file));
}

/* ---- timers and drivers ---------------------------------------------------------------------- */

static void timer_came(LPVOID argument, DWORD low, DWORD high)
{
    assert_ptr_equal(argument, &done);
    assert_true(low != 0 && high != 0);
    note('t');
}

static void timers_call(void **state)
{
    const LARGE_INTEGER at_once = {.QuadPart = -1}, never = {.QuadPart = INT64_MIN};
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        forget();
        assert_true(SetWaitableTimer(timer, &at_once, 0, timer_came, &done, FALSE));
        assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
        assert_string_equal(called, "t");
    }
    forget();
    assert_true(SetWaitableTimer(timer, &at_once, 1, timer_came, &done, FALSE));
    for (int beat = 0; beat < 3; beat++)
        assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_true(CancelWaitableTimer(timer));
    forget();
    assert_int_equal(SleepEx(0, TRUE), 0); /* cancelled with what it had queued */
    assert_true(SetWaitableTimer(timer, &never, 0, timer_came, &done, FALSE));
    assert_true(CloseHandle(timer));
}

static DWORD leave_a_timer(LPVOID timer)
{
    const LARGE_INTEGER never = {.QuadPart = INT64_MIN};
    return SetWaitableTimer(timer, &never, 0, timer_came, &done, FALSE) ? 0 : 1;
}

static void a_thread_that_ends_with_a_timer(void **state)
{
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);

    (void)state;
    for (int round = 0; round < ROUNDS; round++)
        assert_int_equal(join(start(leave_a_timer, timer)), 0);
    assert_true(CloseHandle(timer));
}

static void note_three(void *context, void *first, void *second)
{
    note((ULONG_PTR)context);
    note('0' + (ULONG_PTR)first);
    note('0' + (ULONG_PTR)second);
}

static void a_driver_queues_one(void **state)
{
    PARTNER_APC apc = {(void *)note_three, (void *)'k'};
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);

    (void)state;
    forget();
    assert_int_equal(tell(PARTNER_QUEUE_APC, &apc, sizeof(apc)), 0);
    assert_int_equal(calls, 0);
    /* A driver that waits alertably for the client is told, and the routine runs before the call
     * returns. */
    assert_int_equal(tell_object(PARTNER_WAIT, event), 0);
    assert_string_equal(called, "k12");
    assert_int_equal(SleepEx(0, TRUE), 0);
    assert_true(CloseHandle(event));
}

/* It runs on the waiting thread, and the wait goes on. */
static void a_kernel_apc_ends_no_wait(void **state)
{
    waiter self = {
        CreateEventA(NULL, FALSE, FALSE, NULL), CreateEventA(NULL, FALSE, FALSE, NULL), NULL};
    HANDLE thread = start(wait_plainly, &self);

    (void)state;
    assert_int_equal(WaitForSingleObject(self.ready, INFINITE), WAIT_OBJECT_0);
    for (int round = 0; round < ROUNDS; round++)
        assert_int_equal(tell_object(PARTNER_KERNEL_APC, thread), 0);
    assert_int_equal(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(self.first));
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_int_equal(tell_object(PARTNER_KERNEL_APC, thread), ERROR_GEN_FAILURE);
    assert_int_equal(join(thread), 0);
    assert_int_equal(tell_object(PARTNER_KERNEL_APC, GetCurrentThread()), 0);
    assert_true(CloseHandle(self.ready) && CloseHandle(self.first));
}

static void key_changed(void *context, IO_STATUS_BLOCK *io, ULONG reserved)
{
    (void)reserved;
    note(io->Status == STATUS_NOTIFY_ENUM_DIR ? (ULONG_PTR)context : '?');
}

static void a_key_changes(void **state)
{
    UNICODE_STRING path = RTL_STRING(u"\\Registry\\Machine\\Software\\ApcTest"),
                   value = RTL_STRING(u"Number");
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io = {0};
    ULONG number = 1;
    HANDLE key;

    (void)state;
    forget();
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    assert_int_equal(
        SysCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL), STATUS_SUCCESS);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(SysNotifyChangeKey(key, NULL, (PIO_APC_ROUTINE)(void *)key_changed,
                             (void *)'n', &io, REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, TRUE),
            STATUS_PENDING);
        assert_int_equal(SleepEx(0, TRUE), 0);
        number++;
        assert_int_equal(
            SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
        assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    }
    assert_string_equal(called, "nnn");
    assert_int_equal(SysDeleteKey(key), STATUS_SUCCESS);
    assert_int_equal(SysClose(key), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_order_they_were_queued),
        cmocka_unit_test(routines_that_queue_and_wait),
        cmocka_unit_test(during_a_wait_for_several),
        cmocka_unit_test(from_another_thread),
        cmocka_unit_test(a_thread_that_ends_with_some),
        cmocka_unit_test(requests_tell_in_the_order_they_end),
        cmocka_unit_test(a_request_ends_while_its_thread_waits),
        cmocka_unit_test(requests_that_fail),
        cmocka_unit_test(a_thread_that_ends_with_a_request),
        cmocka_unit_test(timers_call),
        cmocka_unit_test(a_thread_that_ends_with_a_timer),
        cmocka_unit_test(a_driver_queues_one),
        cmocka_unit_test(a_key_changes),
        cmocka_unit_test(a_kernel_apc_ends_no_wait),
    };
    return cmocka_run_group_tests_name("client/apc", tests, open_machine, close_machine);
}
