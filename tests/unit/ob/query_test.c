/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What services tell about dispatcher objects, and what they say to the wrong class, length,
 * handle, access or address. */
#include "ob_test.h"

#define MISSING ((void *)0x1000) /* user memory nobody has */

static HANDLE handle;
static ULONG length;
static LARGE_INTEGER zero;

#define assert_status(actual, wanted) assert_int_equal((ULONG)(actual), (ULONG)(wanted))

typedef NTSTATUS (*query)(
    HANDLE Handle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength);

/* As every one of these services sees to it. Mutants are Other's objects but where those are asked
 * for. */
static void check_errors(query ask, ULONG bytes, HANDLE other)
{
    static UCHAR answer[32];
    HANDLE weak;

    assert_status(ask(handle, 1, answer, bytes, NULL), STATUS_INVALID_INFO_CLASS);
    assert_status(ask(handle, 0, answer, bytes - 1, NULL), STATUS_INFO_LENGTH_MISMATCH);
    assert_status(ask(NULL, 0, answer, bytes, NULL), STATUS_INVALID_HANDLE);
    assert_status(ask(other, 0, answer, bytes, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(ask(handle, 0, MISSING, bytes, NULL), STATUS_ACCESS_VIOLATION);
    assert_status(ask(handle, 0, answer, bytes, MISSING), STATUS_ACCESS_VIOLATION);
    assert_status(SysDuplicateObject(
                      (HANDLE)(LONG_PTR)-1, handle, (HANDLE)(LONG_PTR)-1, &weak, SYNCHRONIZE, 0, 0),
        STATUS_SUCCESS);
    assert_status(ask(weak, 0, answer, bytes, NULL), STATUS_ACCESS_DENIED);
    assert_status(SysClose(weak), STATUS_SUCCESS);
}

AS_CLIENT(a_semaphore_tells_count_and_limit)
{
    LONG answer[2] = {-1, -1};
    HANDLE other;

    assert_status(SysCreateMutant(&other, MUTANT_ALL_ACCESS, NULL, FALSE), STATUS_SUCCESS);
    assert_status(SysCreateSemaphore(&handle, SEMAPHORE_ALL_ACCESS, NULL, 2, 7), STATUS_SUCCESS);
    assert_status(SysQuerySemaphore(handle, 0, answer, sizeof(answer), &length), STATUS_SUCCESS);
    assert_int_equal(answer[0], 2);
    assert_int_equal(answer[1], 7);
    assert_int_equal(length, sizeof(answer));
    check_errors(SysQuerySemaphore, sizeof(answer), other);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose(other), STATUS_SUCCESS);
}

AS_CLIENT(a_mutant_tells_its_owner)
{
    struct {
        LONG count;
        BOOLEAN owned, abandoned;
    } answer = {0};
    HANDLE other;

    assert_status(
        SysCreateEvent(&other, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(SysCreateMutant(&handle, MUTANT_ALL_ACCESS, NULL, TRUE), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysQueryMutant(handle, 0, &answer, sizeof(answer), NULL), STATUS_SUCCESS);
    assert_int_equal(answer.count, -1);
    assert_true(answer.owned && !answer.abandoned);
    assert_status(SysReleaseMutant(handle, NULL), STATUS_SUCCESS);
    assert_status(SysReleaseMutant(handle, NULL), STATUS_SUCCESS);
    assert_status(SysQueryMutant(handle, 0, &answer, sizeof(answer), NULL), STATUS_SUCCESS);
    assert_int_equal(answer.count, 1);
    assert_false(answer.owned);
    check_errors(SysQueryMutant, sizeof(answer), other);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose(other), STATUS_SUCCESS);
}

AS_CLIENT(a_timer_tells_its_time)
{
    struct {
        LARGE_INTEGER remaining;
        BOOLEAN state;
    } answer = {.state = TRUE};
    LARGE_INTEGER hour = {.QuadPart = -36000000000}, at_once = {.QuadPart = -1};
    HANDLE other;

    assert_status(
        SysCreateEvent(&other, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(
        SysCreateTimer(&handle, TIMER_ALL_ACCESS, NULL, NotificationTimer), STATUS_SUCCESS);
    assert_status(SysSetTimer(handle, &hour, NULL, NULL, FALSE, 0, NULL), STATUS_SUCCESS);
    assert_status(SysQueryTimer(handle, 0, &answer, sizeof(answer), &length), STATUS_SUCCESS);
    assert_true(answer.remaining.QuadPart > 0 && answer.remaining.QuadPart <= 36000000000);
    assert_false(answer.state);
    assert_status(
        SysSetTimer(handle, &at_once, NULL, NULL, TRUE, 0, NULL), STATUS_TIMER_RESUME_IGNORED);
    assert_status(SysWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
    assert_status(SysQueryTimer(handle, 0, &answer, sizeof(answer), NULL), STATUS_SUCCESS);
    assert_true(answer.remaining.QuadPart <= 0 && answer.state);
    check_errors(SysQueryTimer, sizeof(answer), other);
    assert_status(
        SysSetTimer(handle, MISSING, NULL, NULL, FALSE, 0, NULL), STATUS_ACCESS_VIOLATION);
    assert_status(SysCancelTimer(handle, MISSING), STATUS_ACCESS_VIOLATION);
    assert_status(
        SysCreateTimer(&handle, TIMER_ALL_ACCESS, NULL, (TIMER_TYPE)2), STATUS_INVALID_PARAMETER_4);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose(other), STATUS_SUCCESS);
}

AS_CLIENT(a_port_tells_its_packets)
{
    LONG depth = -1;
    HANDLE other;

    assert_status(
        SysCreateEvent(&other, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(SysCreateIoCompletion(&handle, 0x1F0003, NULL, 0), STATUS_SUCCESS);
    assert_status(SysSetIoCompletion(handle, NULL, NULL, STATUS_SUCCESS, 0), STATUS_SUCCESS);
    assert_status(SysQueryIoCompletion(handle, 0, &depth, sizeof(depth), &length), STATUS_SUCCESS);
    assert_int_equal(depth, 1);
    assert_status(
        SysRemoveIoCompletion(handle, MISSING, MISSING, MISSING, &zero), STATUS_ACCESS_VIOLATION);
    assert_status(SysQueryIoCompletion(handle, 0, &depth, sizeof(depth), &length), STATUS_SUCCESS);
    assert_int_equal(depth, 1); /* no packet was lost to the bad address */
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_OBJECT_TYPE_MISMATCH);
    check_errors(SysQueryIoCompletion, sizeof(depth), other);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose(other), STATUS_SUCCESS);
}

AS_CLIENT(signalling_goes_before_waiting)
{
    HANDLE semaphore, mutant;

    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE),
        STATUS_SUCCESS);
    assert_status(SysCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS, NULL, 0, 1), STATUS_SUCCESS);
    assert_status(SysCreateMutant(&mutant, MUTANT_ALL_ACCESS, NULL, FALSE), STATUS_SUCCESS);
    assert_status(SysSignalAndWaitForSingleObject(handle, handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysSignalAndWaitForSingleObject(semaphore, handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysSignalAndWaitForSingleObject(semaphore, handle, FALSE, &zero),
        STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_status(
        SysSignalAndWaitForSingleObject(mutant, handle, FALSE, &zero), STATUS_MUTANT_NOT_OWNED);
    assert_status(
        SysSignalAndWaitForSingleObject(handle, NULL, FALSE, &zero), STATUS_INVALID_HANDLE);
    /* nothing was signalled then */
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose(semaphore), STATUS_SUCCESS);
    assert_status(SysClose(mutant), STATUS_SUCCESS);
}

AS_CLIENT(an_alert_ends_an_alertable_wait)
{
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE),
        STATUS_SUCCESS);
    assert_status(SysAlertThread((HANDLE)(LONG_PTR)-2), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysWaitForSingleObject(handle, TRUE, &zero), STATUS_ALERTED);
    assert_status(SysWaitForSingleObject(handle, TRUE, &zero), STATUS_TIMEOUT);
    assert_status(SysAlertThread(handle), STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(SysClose(handle), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_semaphore_tells_count_and_limit),
        TEST(a_mutant_tells_its_owner),
        TEST(a_timer_tells_its_time),
        TEST(a_port_tells_its_packets),
        TEST(signalling_goes_before_waiting),
        TEST(an_alert_ends_an_alertable_wait),
    };
    return cmocka_run_group_tests_name("ob/query", tests, open_machine, close_machine);
}
