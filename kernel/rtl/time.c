/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Times: 100 ns since 1601 to calendar fields and to seconds since 1970 and 1980, and back. The
 * calendar is the Gregorian one throughout; there are no leap seconds.
 */
#include "rtl/rtlp.h"

#define RTLP_PER_MILLISECOND 10000ll
#define RTLP_PER_SECOND      (1000 * RTLP_PER_MILLISECOND)
#define RTLP_MS_PER_DAY      86400000ll
#define RTLP_DAYS_PER_400    146097
#define RTLP_DAYS_PER_100    36524
#define RTLP_DAYS_PER_4      1461
#define RTLP_SECONDS_TO_1970 11644473600ll
#define RTLP_SECONDS_TO_1980 11960006400ll
#define RTLP_LAST_YEAR       30827 /* the last that fits */

static inline BOOLEAN RtlpLeapYear(LONG Year)
{
    return Year % 4 == 0 && (Year % 100 != 0 || Year % 400 == 0);
}

/* Days of the year before a month, 0 to 12. */
static LONG RtlpDaysBefore(LONG Month, BOOLEAN Leap)
{
    static const SHORT Days[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

    return Days[Month] + (Leap && Month >= 2);
}

/* Days since 1601-01-01 to year, month and day. 1601 begins a cycle of 400 years. */
static void RtlpSplitDays(LONG Days, TIME_FIELDS *Fields)
{
    LONG Cycle400 = Days / RTLP_DAYS_PER_400;
    LONG Cycle100;
    LONG Cycle4;
    LONG Year;
    LONG Month = 0;

    Days %= RTLP_DAYS_PER_400;
    Cycle100 = Days / RTLP_DAYS_PER_100;
    Cycle100 -= Cycle100 == 4; /* 31 December of the cycle's last year */
    Days -= Cycle100 * RTLP_DAYS_PER_100;
    Cycle4 = Days / RTLP_DAYS_PER_4;
    Days %= RTLP_DAYS_PER_4;
    Year = Days / 365;
    Year -= Year == 4;
    Days -= Year * 365;
    Year += 1601 + Cycle400 * 400 + Cycle100 * 100 + Cycle4 * 4;
    while (Days >= RtlpDaysBefore(Month + 1, RtlpLeapYear(Year)))
        Month++;
    Fields->Year = (CSHORT)Year;
    Fields->Month = (CSHORT)(Month + 1);
    Fields->Day = (CSHORT)(Days - RtlpDaysBefore(Month, RtlpLeapYear(Year)) + 1);
}

static void RtlpSplitDay(LONG Milliseconds, TIME_FIELDS *Fields)
{
    Fields->Milliseconds = (CSHORT)(Milliseconds % 1000);
    Fields->Second = (CSHORT)(Milliseconds / 1000 % 60);
    Fields->Minute = (CSHORT)(Milliseconds / 60000 % 60);
    Fields->Hour = (CSHORT)(Milliseconds / 3600000);
}

/*
 * RtlTimeToTimeFields - a system time as calendar fields. What is below a millisecond is dropped.
 *
 * IRQL:    any, if both are resident
 * Source:  DOC wdm/RtlTimeToTimeFields
 */
void NTAPI RtlTimeToTimeFields(const LARGE_INTEGER *Time, TIME_FIELDS *TimeFields)
{
    ULONGLONG Milliseconds = (ULONGLONG)Time->QuadPart / RTLP_PER_MILLISECOND;
    LONG Days = (LONG)(Milliseconds / RTLP_MS_PER_DAY);

    RtlpSplitDays(Days, TimeFields);
    RtlpSplitDay((LONG)(Milliseconds % RTLP_MS_PER_DAY), TimeFields);
    TimeFields->Weekday = (CSHORT)((Days + 1) % 7); /* 1601-01-01 was a Monday */
}

/*
 * RtlTimeToElapsedTimeFields - a duration as days and what is left of a day. Year, Month and
 * Weekday are not used and become 0.
 *
 * IRQL:    any, if both are resident
 * Source:  INF (not documented)
 */
void NTAPI RtlTimeToElapsedTimeFields(const LARGE_INTEGER *Time, TIME_FIELDS *TimeFields)
{
    ULONGLONG Milliseconds = (ULONGLONG)Time->QuadPart / RTLP_PER_MILLISECOND;

    TimeFields->Year = 0;
    TimeFields->Month = 0;
    TimeFields->Weekday = 0;
    TimeFields->Day = (CSHORT)(Milliseconds / RTLP_MS_PER_DAY);
    RtlpSplitDay((LONG)(Milliseconds % RTLP_MS_PER_DAY), TimeFields);
}

static BOOLEAN RtlpFieldsAreValid(const TIME_FIELDS *Fields)
{
    BOOLEAN Leap = RtlpLeapYear(Fields->Year);

    if (Fields->Year < 1601 || Fields->Year > RTLP_LAST_YEAR || Fields->Month < 1
        || Fields->Month > 12)
        return FALSE;
    if (Fields->Day < 1
        || Fields->Day
               > RtlpDaysBefore(Fields->Month, Leap) - RtlpDaysBefore(Fields->Month - 1, Leap))
        return FALSE;
    return (USHORT)Fields->Hour < 24 && (USHORT)Fields->Minute < 60 && (USHORT)Fields->Second < 60
           && (USHORT)Fields->Milliseconds < 1000;
}

/*
 * RtlTimeFieldsToTime - calendar fields as a system time. Weekday is not looked at.
 *
 * IRQL:    any, if both are resident
 * Returns: FALSE: no such date or time, or before 1601; *Time untouched.
 * Source:  DOC wdm/RtlTimeFieldsToTime; the last year INF
 */
BOOLEAN NTAPI RtlTimeFieldsToTime(const TIME_FIELDS *TimeFields, LARGE_INTEGER *Time)
{
    LONG Years = TimeFields->Year - 1601;
    LONGLONG Days;
    LONGLONG Milliseconds;

    if (!RtlpFieldsAreValid(TimeFields))
        return FALSE;
    Days = Years * 365 + Years / 4 - Years / 100 + Years / 400
           + RtlpDaysBefore(TimeFields->Month - 1, RtlpLeapYear(TimeFields->Year)) + TimeFields->Day
           - 1;
    Milliseconds =
        ((Days * 24 + TimeFields->Hour) * 60 + TimeFields->Minute) * 60 + TimeFields->Second;
    Milliseconds = Milliseconds * 1000 + TimeFields->Milliseconds;
    if (Milliseconds > MAXLONGLONG / RTLP_PER_MILLISECOND)
        return FALSE;
    Time->QuadPart = Milliseconds * RTLP_PER_MILLISECOND;
    return TRUE;
}

/*
 * RtlTimeToSecondsSince1970, RtlTimeToSecondsSince1980 - a system time as whole seconds since the
 * first moment of that year.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: FALSE: before it, or more than 32 bits; the result is untouched.
 * Source:  DOC ntifs/RtlTimeToSecondsSince1970, RtlTimeToSecondsSince1980
 */
static inline BOOLEAN RtlpSecondsSince(LONGLONG Epoch, const LARGE_INTEGER *Time, ULONG *Seconds)
{
    LONGLONG Elapsed = (LONGLONG)((ULONGLONG)Time->QuadPart / RTLP_PER_SECOND) - Epoch;

    if (Elapsed < 0 || Elapsed > MAXULONG)
        return FALSE;
    *Seconds = (ULONG)Elapsed;
    return TRUE;
}

BOOLEAN NTAPI RtlTimeToSecondsSince1970(const LARGE_INTEGER *Time, ULONG *ElapsedSeconds)
{
    return RtlpSecondsSince(RTLP_SECONDS_TO_1970, Time, ElapsedSeconds);
}

BOOLEAN NTAPI RtlTimeToSecondsSince1980(const LARGE_INTEGER *Time, ULONG *ElapsedSeconds)
{
    return RtlpSecondsSince(RTLP_SECONDS_TO_1980, Time, ElapsedSeconds);
}

/*
 * RtlSecondsSince1970ToTime, RtlSecondsSince1980ToTime - the reverse.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Source:  DOC ntifs/RtlSecondsSince1970ToTime, RtlSecondsSince1980ToTime
 */
void NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, LARGE_INTEGER *Time)
{
    Time->QuadPart = (ElapsedSeconds + RTLP_SECONDS_TO_1970) * RTLP_PER_SECOND;
}

void NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, LARGE_INTEGER *Time)
{
    Time->QuadPart = (ElapsedSeconds + RTLP_SECONDS_TO_1980) * RTLP_PER_SECOND;
}
