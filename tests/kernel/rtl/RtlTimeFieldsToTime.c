/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlTimeFieldsToTime - calendar fields as a system time.
 */
#include "ktest.h"

TEST(RtlTimeFieldsToTime, KnowsTheCalendar)
{
    TIME_FIELDS Fields = {2000, 2, 29, 12, 34, 56, 789, 0};
    LARGE_INTEGER Time;

    CHECK(RtlTimeFieldsToTime(&Fields, &Time));
    CHECK_EQ(Time.QuadPart, 125962560000000000 + 45296789 * 10000LL);
}

TEST(RtlTimeFieldsToTime, IgnoresTheWeekday)
{
    TIME_FIELDS Fields = {1970, 1, 1, 0, 0, 0, 0, 99};
    LARGE_INTEGER Time;

    CHECK(RtlTimeFieldsToTime(&Fields, &Time));
    CHECK_EQ(Time.QuadPart, 116444736000000000);
}

TEST(RtlTimeFieldsToTime, RefusesWhatDoesNotExist)
{
    TIME_FIELDS NoLeapYear = {2001, 2, 29, 0, 0, 0, 0, 0};
    TIME_FIELDS TooEarly = {1600, 12, 31, 0, 0, 0, 0, 0};
    TIME_FIELDS NoMonth = {2000, 13, 1, 0, 0, 0, 0, 0};
    TIME_FIELDS NoDay = {2000, 4, 31, 0, 0, 0, 0, 0};
    TIME_FIELDS NoHour = {2000, 1, 1, 24, 0, 0, 0, 0};
    TIME_FIELDS NoMinute = {2000, 1, 1, 0, 60, 0, 0, 0};
    LARGE_INTEGER Time;

    CHECK(!RtlTimeFieldsToTime(&NoLeapYear, &Time));
    CHECK(!RtlTimeFieldsToTime(&TooEarly, &Time));
    CHECK(!RtlTimeFieldsToTime(&NoMonth, &Time));
    CHECK(!RtlTimeFieldsToTime(&NoDay, &Time));
    CHECK(!RtlTimeFieldsToTime(&NoHour, &Time));
    CHECK(!RtlTimeFieldsToTime(&NoMinute, &Time));
}
