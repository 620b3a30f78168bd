/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateTimer, ZwOpenTimer, ZwSetTimer, ZwSetTimerEx, ZwCancelTimer - timers by handle and name.
 */
#include "ob_test.h"

#ifndef TIMER_ALL_ACCESS
#define TIMER_ALL_ACCESS 0x001F0003
#endif

#define TIMER_LATER (-10000000LL * 100000) /* more than a day */

static HANDLE NewTimer(const WCHAR *Path, TIMER_TYPE Type)
{
    OB_TEST_NAME Name;
    HANDLE Handle = NULL;

    CHECK_STATUS(ZwCreateTimer(&Handle, TIMER_ALL_ACCESS, ObTestName(&Name, Path, 0), Type),
                 STATUS_SUCCESS);
    return Handle;
}

static NTSTATUS SetTo(HANDLE Handle, LONGLONG DueTime, LONG Period, BOOLEAN *State)
{
    LARGE_INTEGER Due;

    Due.QuadPart = DueTime;
    return ZwSetTimer(Handle, &Due, NULL, NULL, FALSE, Period, State);
}

TEST(ZwCreateTimer, IsNotSignalled)
{
    HANDLE Handle = NewTimer(NULL, NotificationTimer);

    if (Handle == NULL)
        return;
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwCreateTimer, KnowsTwoTypes)
{
    OB_TEST_NAME Name;
    HANDLE Handle = NULL;

    CHECK_STATUS(ZwCreateTimer(&Handle, TIMER_ALL_ACCESS, ObTestName(&Name, NULL, 0),
                               (TIMER_TYPE)2),
                 STATUS_INVALID_PARAMETER_4);
    CHECK_PTR(Handle, NULL);
}

TEST(ZwSetTimer, ANotificationTimerStaysSignalled)
{
    HANDLE Handle = NewTimer(NULL, NotificationTimer);
    BOOLEAN State = TRUE;

    if (Handle == NULL)
        return;
    CHECK_STATUS(SetTo(Handle, -1, 0, &State), STATUS_SUCCESS);
    CHECK_EQ(State, FALSE);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(SetTo(Handle, TIMER_LATER, 0, &State), STATUS_SUCCESS);
    CHECK_EQ(State, TRUE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwSetTimer, ASynchronizationTimerReleasesOneWait)
{
    HANDLE Handle = NewTimer(NULL, SynchronizationTimer);

    if (Handle == NULL)
        return;
    CHECK_STATUS(SetTo(Handle, -1, 1, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwCancelTimer(Handle, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwSetTimer, RefusesNegativePeriods)
{
    HANDLE Handle = NewTimer(NULL, NotificationTimer);

    if (Handle == NULL)
        return;
    CHECK_STATUS(SetTo(Handle, -1, -1, NULL), STATUS_INVALID_PARAMETER_6);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwSetTimer, OnlyTimers)
{
    HANDLE Event = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);

    if (Event == NULL)
        return;
    CHECK_STATUS(SetTo(Event, -1, 0, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwClose(Event), STATUS_SUCCESS);
}

TEST(ZwCancelTimer, TellsTheStateAndLeavesIt)
{
    HANDLE Handle = NewTimer(NULL, NotificationTimer);
    BOOLEAN State = TRUE;

    if (Handle == NULL)
        return;
    SetTo(Handle, TIMER_LATER, 0, NULL);
    CHECK_STATUS(ZwCancelTimer(Handle, &State), STATUS_SUCCESS);
    CHECK_EQ(State, FALSE);
    SetTo(Handle, -1, 0, NULL);
    ZwWaitForSingleObject(Handle, FALSE, NULL);
    CHECK_STATUS(ZwCancelTimer(Handle, &State), STATUS_SUCCESS);
    CHECK_EQ(State, TRUE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwOpenTimer, FindsItByName)
{
    HANDLE Handle = NewTimer(L"\\BaseNamedObjects\\ObTestTimer", NotificationTimer);
    HANDLE Opened = NULL;
    OB_TEST_NAME Name;

    if (Handle == NULL)
        return;
    CHECK_STATUS(ZwOpenTimer(&Opened, TIMER_ALL_ACCESS,
                             ObTestName(&Name, L"\\BaseNamedObjects\\ObTestTimer", 0)),
                 STATUS_SUCCESS);
    CHECK_STATUS(SetTo(Handle, -1, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(Opened, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Opened), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ZwOpenTimer(&Opened, TIMER_ALL_ACCESS,
                             ObTestName(&Name, L"\\BaseNamedObjects\\ObTestTimer", 0)),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}

/* An APC of the kernel's: at once, on this thread, when the time has come. */
static volatile LONG Fired;
static CHAR FiredMark;

static VOID NTAPI TimerRoutine(PVOID Context, ULONG Low, LONG High)
{
    UNREFERENCED_PARAMETER(Low);
    UNREFERENCED_PARAMETER(High);
    if (Context == (PVOID)&FiredMark)
        Fired++;
}

TEST(ZwSetTimer, CallsTheRoutineOnTheThreadThatSetIt)
{
    HANDLE Handle = NewTimer(NULL, NotificationTimer);
    LARGE_INTEGER Due;

    if (Handle == NULL)
        return;
    Due.QuadPart = -1;
    Fired = 0;
    CHECK_STATUS(ZwSetTimer(Handle, &Due, TimerRoutine, (PVOID)&FiredMark, FALSE, 1, NULL),
                 STATUS_SUCCESS);
    while (Fired < 2) {
        Due.QuadPart = -10000;
        KeDelayExecutionThread(KernelMode, FALSE, &Due);
    }
    CHECK_STATUS(ZwCancelTimer(Handle, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

/* TIMER_SET_COALESCABLE_TIMER_INFO, which not every kit has. */
typedef struct TIMER_SETTING {
    LARGE_INTEGER DueTime;
    PVOID ApcRoutine, ApcContext, WakeContext;
    ULONG Period, TolerableDelay;
    PBOOLEAN PreviousState;
} TIMER_SETTING;

typedef NTSTATUS NTAPI SET_TIMER_EX(HANDLE Timer, int Class, PVOID Information, ULONG Length);

TEST(ZwSetTimerEx, SetsAsZwSetTimerDoes)
{
    SET_TIMER_EX *SetEx = (PVOID)KtestExport(L"ZwSetTimerEx");
    HANDLE Handle = SetEx != NULL ? NewTimer(NULL, NotificationTimer) : NULL;
    BOOLEAN State = TRUE;
    TIMER_SETTING Setting;

    if (SetEx == NULL)
        skip("new in Windows 7");
    if (Handle == NULL)
        return;
    RtlZeroMemory(&Setting, sizeof(Setting));
    Setting.DueTime.QuadPart = -1;
    Setting.PreviousState = &State;
    CHECK_STATUS(SetEx(Handle, 0, &Setting, sizeof(Setting)), STATUS_SUCCESS);
    CHECK_EQ(State, FALSE);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    Setting.DueTime.QuadPart = TIMER_LATER;
    Setting.TolerableDelay = 100;
    CHECK_STATUS(SetEx(Handle, 0, &Setting, sizeof(Setting)), STATUS_SUCCESS);
    CHECK_EQ(State, TRUE);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    Setting.DueTime.QuadPart = -1;
    Setting.Period = 1;
    Setting.PreviousState = NULL;
    CHECK_STATUS(SetEx(Handle, 0, &Setting, sizeof(Setting)), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwSetTimerEx, RefusesWhatItDoesNotKnow)
{
    SET_TIMER_EX *SetEx = (PVOID)KtestExport(L"ZwSetTimerEx");
    HANDLE Handle = SetEx != NULL ? NewTimer(NULL, NotificationTimer) : NULL;
    TIMER_SETTING Setting;

    if (SetEx == NULL)
        skip("new in Windows 7");
    if (Handle == NULL)
        return;
    RtlZeroMemory(&Setting, sizeof(Setting));
    Setting.DueTime.QuadPart = TIMER_LATER;
    CHECK_STATUS(SetEx(Handle, 1, &Setting, sizeof(Setting)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(SetEx(Handle, 0, &Setting, sizeof(Setting) - 1), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(SetEx(NULL, 0, &Setting, sizeof(Setting)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}
