/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Completion ports: packets posted and packets of requests, files associated with ports, threads
 * that share one. */
#include "partner_test.h"

static DWORD bytes;
static ULONG_PTR key;
static OVERLAPPED *overlapped;

static BOOL take(HANDLE port)
{
    bytes = 77, key = 77, overlapped = NULL;
    return GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0);
}

static HANDLE new_port(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    assert_non_null(port);
    return port;
}

static HANDLE associated(HANDLE port)
{
    HANDLE file = open_partner(FILE_FLAG_OVERLAPPED);
    assert_ptr_equal(CreateIoCompletionPort(file, port, 5, 0), port);
    return file;
}

static void posted_packets(void **state)
{
    HANDLE port = new_port();
    OVERLAPPED mark;

    (void)state;
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_null(overlapped);
    assert_true(PostQueuedCompletionStatus(port, 1, 2, &mark));
    assert_true(PostQueuedCompletionStatus(port, 3, 4, NULL));
    assert_true(take(port));
    assert_true(bytes == 1 && key == 2 && overlapped == &mark);
    assert_true(take(port));
    assert_true(bytes == 3 && key == 4 && overlapped == NULL);
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_true(PostQueuedCompletionStatus(port, 9, 9, NULL)); /* goes with the port */
    assert_true(CloseHandle(port));
    assert_fails(take(port), ERROR_INVALID_HANDLE);
    assert_fails(PostQueuedCompletionStatus(GetCurrentThread(), 1, 2, NULL), ERROR_INVALID_HANDLE);
}

static void several_at_once(void **state)
{
    HANDLE port = new_port();
    OVERLAPPED_ENTRY entry[4];
    ULONG count = 9;

    (void)state;
    assert_fails(GetQueuedCompletionStatusEx(port, entry, 4, &count, 0, FALSE), WAIT_TIMEOUT);
    assert_int_equal(count, 0);
    for (DWORD packet = 1; packet <= 5; packet++)
        assert_true(PostQueuedCompletionStatus(port, packet, packet * 10, NULL));
    assert_true(GetQueuedCompletionStatusEx(port, entry, 4, &count, INFINITE, FALSE));
    assert_int_equal(count, 4);
    for (DWORD index = 0; index < 4; index++) {
        assert_int_equal(entry[index].dwNumberOfBytesTransferred, index + 1);
        assert_int_equal(entry[index].lpCompletionKey, (index + 1) * 10);
        assert_int_equal(entry[index].Internal, 0);
    }
    assert_true(GetQueuedCompletionStatusEx(port, entry, 4, &count, 0, TRUE));
    assert_int_equal(count, 1);
    assert_fails(
        GetQueuedCompletionStatusEx(port, entry, 0, &count, 0, FALSE), ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(port));
}

static void count_call(ULONG_PTR counter)
{
    ++*(int *)counter;
}

static void alertable(void **state)
{
    HANDLE port = new_port();
    OVERLAPPED_ENTRY entry;
    ULONG count;
    int calls = 0;

    (void)state;
    assert_true(QueueUserAPC(count_call, GetCurrentThread(), (ULONG_PTR)&calls));
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_int_equal(calls, 0);
    assert_fails(
        GetQueuedCompletionStatusEx(port, &entry, 1, &count, INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(calls, 1);
    assert_true(CloseHandle(port));
}

static void who_may_be_associated(void **state)
{
    HANDLE port = new_port(), other = new_port(), file = associated(port), plain = open_partner(0);
    OVERLAPPED request = {0};
    char byte;

    (void)state;
    assert_fails(CreateIoCompletionPort(file, other, 1, 0), ERROR_INVALID_PARAMETER);
    assert_fails(CreateIoCompletionPort(file, port, 1, 0), ERROR_INVALID_PARAMETER);
    assert_fails(CreateIoCompletionPort(file, NULL, 1, 0), ERROR_INVALID_PARAMETER);
    assert_fails(CreateIoCompletionPort(plain, port, 1, 0), ERROR_INVALID_PARAMETER);
    assert_fails(CreateIoCompletionPort(INVALID_HANDLE_VALUE, port, 1, 0), ERROR_INVALID_PARAMETER);
    assert_fails(CreateIoCompletionPort(other, port, 1, 0), ERROR_INVALID_HANDLE);
    assert_fails(
        WriteFileEx(file, &byte, 1, &request, (LPOVERLAPPED_COMPLETION_ROUTINE)(void *)count_call),
        ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(other) && CloseHandle(port) && CloseHandle(file) && CloseHandle(plain));
}

static void requests_make_packets(void **state)
{
    HANDLE port = new_port(), file = associated(port);
    OVERLAPPED read = {0}, write = {0};
    LONG number = 0;
    DWORD moved;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        assert_fails(ReadFile(file, &number, sizeof(number), NULL, &read), ERROR_IO_PENDING);
        assert_fails(take(port), WAIT_TIMEOUT);
        complete_reads(1, STATUS_SUCCESS);
        assert_true(take(port));
        assert_true(bytes == sizeof(LONG) && key == 5 && overlapped == &read);
        assert_true(GetOverlappedResult(file, &read, &moved, FALSE) && moved == sizeof(LONG));
        assert_true(WriteFile(file, &number, 4, NULL, &write)); /* at once, and a packet all the
                                                                   same */
        assert_true(take(port));
        assert_true(bytes == 4 && overlapped == &write);
    }
    assert_fails(ReadFile(file, &number, sizeof(number), NULL, &read), ERROR_IO_PENDING);
    complete_reads(1, STATUS_DEVICE_DATA_ERROR);
    assert_fails(take(port), ERROR_CRC);
    assert_ptr_equal(overlapped, &read);
    assert_fails(ReadFile(file, &number, sizeof(number), NULL, &read), ERROR_IO_PENDING);
    assert_true(CancelIoEx(file, &read));
    assert_fails(take(port), ERROR_OPERATION_ABORTED);
    /* fails at once: no packet */
    assert_fails(ReadFile(file, &number, 1, NULL, &read), ERROR_INSUFFICIENT_BUFFER);
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_true(CloseHandle(file) && CloseHandle(port));
}

static void packets_not_wanted(void **state)
{
    HANDLE port = new_port(), file = associated(port),
           event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED request = {.hEvent = (HANDLE)((ULONG_PTR)event | 1)};
    LONG number = 0;

    (void)state;
    assert_fails(ReadFile(file, &number, sizeof(number), NULL, &request), ERROR_IO_PENDING);
    complete_reads(1, STATUS_SUCCESS);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_fails(take(port), WAIT_TIMEOUT);

    request.hEvent = NULL;
    assert_true(SetFileCompletionNotificationModes(
        file, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE));
    assert_true(WriteFile(file, &number, 4, NULL, &request));
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(file, 0), WAIT_TIMEOUT);
    assert_fails(ReadFile(file, &number, sizeof(number), NULL, &request), ERROR_IO_PENDING);
    complete_reads(1, STATUS_SUCCESS);
    assert_true(take(port)); /* pended: a packet */
    assert_int_equal(WaitForSingleObject(file, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(file) && CloseHandle(port) && CloseHandle(event));
}

static void files_outlive_ports(void **state)
{
    HANDLE port = new_port(), file = associated(port);
    OVERLAPPED request = {0};
    LONG number = 0;

    (void)state;
    assert_true(CloseHandle(port));
    assert_true(WriteFile(file, &number, 4, NULL, &request));
    assert_fails(ReadFile(file, &number, sizeof(number), NULL, &request), ERROR_IO_PENDING);
    assert_true(CloseHandle(file)); /* with a request and packets nobody takes */
}

static void an_association_is_replaced(void **state)
{
    HANDLE port = new_port(), other = new_port(), file = associated(port);
    FILE_COMPLETION_INFORMATION completion = {.Port = other, .Key = (void *)6};
    OVERLAPPED request = {0};
    IO_STATUS_BLOCK io;
    char byte = 0;

    (void)state;
    assert_int_equal(SysSetInformationFile(file, &io, &completion, sizeof(completion),
                         FileReplaceCompletionInformation),
        STATUS_SUCCESS);
    assert_true(WriteFile(file, &byte, 1, NULL, &request));
    assert_fails(take(port), WAIT_TIMEOUT);
    assert_true(take(other) && key == 6);
    completion.Port = NULL;
    assert_int_equal(SysSetInformationFile(file, &io, &completion, sizeof(completion),
                         FileReplaceCompletionInformation),
        STATUS_SUCCESS);
    assert_true(WriteFile(file, &byte, 1, NULL, &request));
    assert_fails(take(other), WAIT_TIMEOUT);
    assert_true(CloseHandle(file) && CloseHandle(port) && CloseHandle(other));
}

static DWORD wait_until_closed(LPVOID port)
{
    DWORD moved;
    ULONG_PTR its_key;
    OVERLAPPED *request;
    return GetQueuedCompletionStatus(port, &moved, &its_key, &request, INFINITE) ? 0
                                                                                 : GetLastError();
}

static void closing_ends_waits(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        HANDLE port = new_port(), thread[3];
        for (int index = 0; index < 3; index++)
            thread[index] = start(wait_until_closed, port);
        assert_true(CloseHandle(port));
        for (int index = 0; index < 3; index++) {
            DWORD error = join(thread[index]);
            assert_true(error == ERROR_ABANDONED_WAIT_0 || error == ERROR_INVALID_HANDLE);
        }
    }
}

#define TAKERS 4
#define PACKETS 1000

static LONG taken[PACKETS + 1];

static DWORD take_packets(LPVOID port)
{
    DWORD moved;
    ULONG_PTR number;
    OVERLAPPED *request;
    while (GetQueuedCompletionStatus(port, &moved, &number, &request, INFINITE) && number != 0)
        InterlockedIncrement(&taken[number]);
    return number == 0 ? 0 : 1;
}

static void threads_share_a_port(void **state)
{
    (void)state;
    for (DWORD concurrency = 0; concurrency < 3; concurrency++) {
        HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency),
               thread[TAKERS];
        memset(taken, 0, sizeof(taken));
        for (int index = 0; index < TAKERS; index++)
            thread[index] = start(take_packets, port);
        for (ULONG_PTR number = 1; number <= PACKETS; number++)
            assert_true(PostQueuedCompletionStatus(port, 0, number, NULL));
        for (int index = 0; index < TAKERS; index++)
            assert_true(PostQueuedCompletionStatus(port, 0, 0, NULL));
        for (int index = 0; index < TAKERS; index++)
            assert_int_equal(join(thread[index]), 0);
        for (int number = 1; number <= PACKETS; number++)
            assert_int_equal(taken[number], 1);
        assert_true(CloseHandle(port));
    }
}

static DWORD complete_many(LPVOID count)
{
    complete_reads((ULONG)(ULONG_PTR)count, STATUS_SUCCESS);
    return 0;
}

/* The status block is there before the packet. */
static void requests_end_while_threads_wait(void **state)
{
    HANDLE port = new_port(), file = associated(port);
    OVERLAPPED request[8];
    LONG number[8];

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        memset(request, 0, sizeof(request));
        for (int index = 0; index < 8; index++)
            assert_fails(ReadFile(file, &number[index], sizeof(LONG), NULL, &request[index]),
                ERROR_IO_PENDING);
        HANDLE thread = start(complete_many, (void *)8);
        for (int index = 0; index < 8; index++) {
            DWORD moved = 0;
            assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE));
            assert_ptr_equal(overlapped, &request[index]);
            assert_true(GetOverlappedResult(file, overlapped, &moved, FALSE));
            assert_int_equal(moved, sizeof(LONG));
        }
        join(thread);
    }
    assert_true(CloseHandle(file) && CloseHandle(port));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posted_packets),
        cmocka_unit_test(several_at_once),
        cmocka_unit_test(alertable),
        cmocka_unit_test(who_may_be_associated),
        cmocka_unit_test(requests_make_packets),
        cmocka_unit_test(packets_not_wanted),
        cmocka_unit_test(files_outlive_ports),
        cmocka_unit_test(an_association_is_replaced),
        cmocka_unit_test(closing_ends_waits),
        cmocka_unit_test(threads_share_a_port),
        cmocka_unit_test(requests_end_while_threads_wait),
    };
    return cmocka_run_group_tests_name("client/port", tests, open_machine, close_machine);
}
