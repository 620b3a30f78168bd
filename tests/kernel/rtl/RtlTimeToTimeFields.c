/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlTimeToTimeFields - a system time as calendar fields.
 */
#include "ktest.h"

static VOID Expect(LONGLONG Time, CSHORT Year, CSHORT Month, CSHORT Day, CSHORT Weekday)
{
    LARGE_INTEGER Value;
    TIME_FIELDS Fields;

    Value.QuadPart = Time;
    RtlTimeToTimeFields(&Value, &Fields);
    CHECK_EQ(Fields.Year, Year);
    CHECK_EQ(Fields.Month, Month);
    CHECK_EQ(Fields.Day, Day);
    CHECK_EQ(Fields.Weekday, Weekday);
}

TEST(RtlTimeToTimeFields, KnowsTheCalendar)
{
    Expect(0, 1601, 1, 1, 1);
    Expect(116444736000000000, 1970, 1, 1, 4);
    Expect(125961696000000000, 2000, 2, 28, 1);
    Expect(125962560000000000, 2000, 2, 29, 2);
    Expect(125963424000000000, 2000, 3, 1, 3);
    Expect(128487168000000000, 2008, 2, 29, 5);
}

TEST(RtlTimeToTimeFields, SplitsTheDay)
{
    LARGE_INTEGER Value;
    TIME_FIELDS Fields;

    Value.QuadPart = 125962560000000000 + 45296789 * 10000LL + 9999;
    RtlTimeToTimeFields(&Value, &Fields);
    CHECK_EQ(Fields.Hour, 12);
    CHECK_EQ(Fields.Minute, 34);
    CHECK_EQ(Fields.Second, 56);
    CHECK_EQ(Fields.Milliseconds, 789);
}
