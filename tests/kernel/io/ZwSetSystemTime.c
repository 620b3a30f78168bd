/*
 * SPDX-License-Identifier: MIT SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetSystemTime - the clock goes on from there; what waits for a moment of it is not late. It is
 * set back.
 */
#include "ktest.h"

NTSTATUS NTAPI ZwSetSystemTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER PreviousTime);

#define HOUR (3600LL * 10000000)

static LARGE_INTEGER Plus(LARGE_INTEGER Time, LONGLONG Difference)
{
    Time.QuadPart += Difference;
    return Time;
}

static LONGLONG DistanceTo(LARGE_INTEGER Time)
{
    LARGE_INTEGER Now;

    KeQuerySystemTime(&Now);
    return Now.QuadPart > Time.QuadPart ? Now.QuadPart - Time.QuadPart
                                        : Time.QuadPart - Now.QuadPart;
}

TEST(ZwSetSystemTime, MovesTheClockOnly)
{
    LARGE_INTEGER Start, Later, Back, Previous = {.QuadPart = 0};
    ULONGLONG Before = KeQueryInterruptTime();

    KeQuerySystemTime(&Start);
    Later = Plus(Start, 5 * HOUR);
    if (!CHECK_STATUS(ZwSetSystemTime(&Later, &Previous), STATUS_SUCCESS))
        return;
    CHECK(Previous.QuadPart >= Start.QuadPart && Previous.QuadPart < Start.QuadPart + HOUR);
    CHECK(DistanceTo(Later) < HOUR);
    CHECK(KeQueryInterruptTime() - Before < HOUR);
    KeQuerySystemTime(&Back);
    Back = Plus(Back, -5 * HOUR);
    CHECK_STATUS(ZwSetSystemTime(&Back, NULL), STATUS_SUCCESS);
    CHECK(DistanceTo(Start) < HOUR);
}

TEST(ZwSetSystemTime, TimersFollowIt)
{
    LARGE_INTEGER Start, Due, Back;
    KTIMER Absolute, Relative;

    KeInitializeTimer(&Absolute);
    KeInitializeTimer(&Relative);
    KeQuerySystemTime(&Start);
    Due = Plus(Start, 5 * HOUR);
    KeSetTimer(&Absolute, Due, NULL);
    KeSetTimer(&Relative, (LARGE_INTEGER){.QuadPart = -5 * HOUR}, NULL);
    CHECK(!KeReadStateTimer(&Absolute));
    Due = Plus(Due, HOUR);
    if (CHECK_STATUS(ZwSetSystemTime(&Due, NULL), STATUS_SUCCESS)) {
        CHECK_STATUS(KeWaitForSingleObject(&Absolute, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);
        CHECK(!KeReadStateTimer(&Relative));
        KeQuerySystemTime(&Back);
        Back = Plus(Back, -6 * HOUR);
        CHECK_STATUS(ZwSetSystemTime(&Back, NULL), STATUS_SUCCESS);
    }
    KeCancelTimer(&Absolute);
    CHECK(KeCancelTimer(&Relative));
}

static VOID NTAPI Told(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Argument1;
    (VOID) Argument2;
    InterlockedIncrement(Context);
}

TEST(ZwSetSystemTime, TellsWhoWantsToKnow)
{
    OBJECT_ATTRIBUTES Attributes;
    LARGE_INTEGER Now;
    PCALLBACK_OBJECT Callback;
    LONG Times = 0;
    PVOID Registration;
    KTEST_STRING(Name, L"\\Callback\\SetSystemTime");

    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!CHECK_STATUS(ExCreateCallback(&Callback, &Attributes, FALSE, TRUE), STATUS_SUCCESS))
        return;
    Registration = ExRegisterCallback(Callback, Told, &Times);
    KeQuerySystemTime(&Now);
    CHECK_STATUS(ZwSetSystemTime(&Now, NULL), STATUS_SUCCESS);
    CHECK(Times >= 1);
    ExUnregisterCallback(Registration);
    ObDereferenceObject(Callback);
}

TEST(ZwSetSystemTime, RefusesNonsense)
{
    LARGE_INTEGER Time = {.QuadPart = -1};

    CHECK_STATUS(ZwSetSystemTime(&Time, NULL), STATUS_INVALID_PARAMETER);
}
