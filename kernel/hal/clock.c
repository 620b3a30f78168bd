/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The clock of an MC146818: time in registers 0-9 and the century, alarm, status registers A to D.
 * It runs with the host's, in UTC, by a difference that a driver changes when it sets the time; the
 * difference is forgotten when the machine closes. Bit SET of register B stops the registers for
 * that, as on the chip. There are no interrupts: flags of register C say that there would have
 * been. Runs in the fault handler. Drivers serialise what takes several registers.
 */
#include "hal/halp.h"

#define CLOCK_SET 0x80u            /* register B */
#define CLOCK_BINARY 0x04u
/* B: periodic, alarm, update; C has the flags in the same bits */
#define CLOCK_ENABLES 0x70u
#define CLOCK_PERIODIC 0x40u
#define CLOCK_ALARM 0x20u
#define CLOCK_UPDATE 0x10u
#define CLOCK_INTERRUPT 0x80u      /* C: a flag is set whose enable is */
/* A: the registers change within 244 microseconds, or are changing */
#define CLOCK_IN_PROGRESS 0x80u
#define CLOCK_UPDATE_100NS 22280u  /* 244 microseconds before the update, and its 1984 */
#define CLOCK_ANY 0xC0u            /* an alarm register that matches always */
#define CLOCK_SECOND_100NS 10000000u
#define CLOCK_DAY_SECONDS 86400u

typedef struct HALP_DATE {
    ULONG Second, Minute, Hour, Weekday, Day, Month, Year; /* Weekday 1 is Sunday */
} HALP_DATE;

static LONG64 HalpClockDifference; /* 100 ns; atomic */
static ULONG64 HalpClockSeen;      /* time up to which register C has been told; atomic */

static ULONG64 HalpClockTime(void)
{
    return host_clock_utc() + (ULONG64)__atomic_load_n(&HalpClockDifference, __ATOMIC_RELAXED);
}

/* Calendar of a number of days since 1601-01-01, by the 400-year cycle of March-based years. */
static void HalpSplitTime(ULONG64 Time100ns, HALP_DATE *Date)
{
    ULONG64 Seconds = Time100ns / CLOCK_SECOND_100NS;
    ULONG Days = (ULONG)(Seconds / CLOCK_DAY_SECONDS);
    ULONG Rest = (ULONG)(Seconds % CLOCK_DAY_SECONDS);
    Date->Second = Rest % 60;
    Date->Minute = Rest / 60 % 60;
    Date->Hour = Rest / 3600;
    Date->Weekday = (Days + 1) % 7 + 1; /* 1601-01-01 was a Monday */
    ULONG Shifted = Days + 306;         /* since 1600-03-01, the start of a cycle */
    ULONG Cycle = Shifted / 146097, DayOfCycle = Shifted % 146097;
    ULONG YearOfCycle = (DayOfCycle - DayOfCycle / 1460 + DayOfCycle / 36524 -
                            DayOfCycle / 146096) /
        365;
    ULONG DayOfYear = DayOfCycle - (365 * YearOfCycle + YearOfCycle / 4 - YearOfCycle / 100);
    ULONG Month = (5 * DayOfYear + 2) / 153;
    Date->Day = DayOfYear - (153 * Month + 2) / 5 + 1;
    Date->Month = Month < 10 ? Month + 3 : Month - 9;
    Date->Year = 1600 + Cycle * 400 + YearOfCycle + (Date->Month <= 2);
}

/* The reverse, whole seconds. FALSE: no date a clock could show. */
static BOOLEAN HalpJoinTime(const HALP_DATE *Date, ULONG64 *Time100ns)
{
    if (Date->Year < 1601 || Date->Month - 1 > 11 || Date->Day - 1 > 30 || Date->Hour > 23 ||
        Date->Minute > 59 || Date->Second > 59)
        return FALSE;
    ULONG Year = Date->Year - (Date->Month <= 2) - 1600;
    ULONG Month = Date->Month > 2 ? Date->Month - 3 : Date->Month + 9;
    ULONG Days = Year * 365 + Year / 4 - Year / 100 + Year / 400 + (153 * Month + 2) / 5 +
        Date->Day - 1 - 306;
    ULONG64 Seconds = (ULONG64)Days * CLOCK_DAY_SECONDS + Date->Hour * 3600 + Date->Minute * 60 +
        Date->Second;
    *Time100ns = Seconds * CLOCK_SECOND_100NS;
    return TRUE;
}

static UCHAR HalpStatus(UCHAR Register)
{
    return __atomic_load_n(&HalpCmos[Register], __ATOMIC_RELAXED);
}

static void HalpStore(UCHAR Register, UCHAR Value)
{
    __atomic_store_n(&HalpCmos[Register], Value, __ATOMIC_RELAXED);
}

/* ---- numbers as register B wants them -------------------------------------------------------- */

static UCHAR HalpEncode(ULONG Value)
{
    return (UCHAR)(HalpStatus(HALP_STATUS_B) & CLOCK_BINARY ? Value : Value / 10 << 4 | Value % 10);
}

static ULONG HalpDecode(UCHAR Value)
{
    return HalpStatus(HALP_STATUS_B) & CLOCK_BINARY ? Value
                                                    : (ULONG)(Value >> 4) * 10 + (Value & 15u);
}

static UCHAR HalpEncodeHour(ULONG Hour)
{
    if (HalpStatus(HALP_STATUS_B) & HALP_STATUS_B_24_HOURS)
        return HalpEncode(Hour);
    return (UCHAR)(HalpEncode((Hour + 11) % 12 + 1) | (Hour >= 12 ? 0x80 : 0));
}

static ULONG HalpDecodeHour(UCHAR Value)
{
    if (HalpStatus(HALP_STATUS_B) & HALP_STATUS_B_24_HOURS)
        return HalpDecode(Value);
    return HalpDecode(Value & 0x7F) % 12 + (Value & 0x80 ? 12 : 0);
}

static UCHAR HalpShow(const HALP_DATE *Date, UCHAR Register)
{
    switch (Register) {
    case 0: return HalpEncode(Date->Second);
    case 2: return HalpEncode(Date->Minute);
    case 4: return HalpEncodeHour(Date->Hour);
    case 6: return HalpEncode(Date->Weekday);
    case 7: return HalpEncode(Date->Day);
    case 8: return HalpEncode(Date->Month);
    case 9: return HalpEncode(Date->Year % 100);
    default: return HalpEncode(Date->Year / 100);
    }
}

/* ---- setting the time ------------------------------------------------------------------------ */

static const UCHAR HalpTimeRegister[] = {0, 2, 4, 6, 7, 8, 9, HALP_CENTURY};

/* The registers stop at the time it is. */
static void HalpFreeze(void)
{
    HALP_DATE Date;
    HalpSplitTime(HalpClockTime(), &Date);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(HalpTimeRegister); Index++)
        HalpStore(HalpTimeRegister[Index], HalpShow(&Date, HalpTimeRegister[Index]));
}

/* They go on from what they hold. */
static void HalpThaw(void)
{
    const HALP_DATE Date = {.Second = HalpDecode(HalpStatus(0)),
        .Minute = HalpDecode(HalpStatus(2)),
        .Hour = HalpDecodeHour(HalpStatus(4)),
        .Day = HalpDecode(HalpStatus(7)),
        .Month = HalpDecode(HalpStatus(8)),
        .Year = HalpDecode(HalpStatus(HALP_CENTURY)) * 100 + HalpDecode(HalpStatus(9))};
    ULONG64 Time, Now = HalpClockTime();
    if (!HalpJoinTime(&Date, &Time))
        return;
    LONG64 Change = (LONG64)(Time - Now / CLOCK_SECOND_100NS * CLOCK_SECOND_100NS);
    __atomic_fetch_add(&HalpClockDifference, Change, __ATOMIC_RELAXED);
    __atomic_store_n(&HalpClockSeen, Now + (ULONG64)Change, __ATOMIC_RELAXED);
}

/* ---- flags of register C --------------------------------------------------------------------- */

static BOOLEAN HalpAlarmMatches(UCHAR Alarm, ULONG Value)
{
    return (Alarm & CLOCK_ANY) == CLOCK_ANY || HalpDecode(Alarm) == Value;
}

/* Whether the alarm's time of day came in the seconds after From up to To. */
static BOOLEAN HalpAlarmCame(ULONG64 From, ULONG64 To)
{
    const UCHAR HourAlarm = HalpStatus(5);
    if (To - From > CLOCK_DAY_SECONDS)
        From = To - CLOCK_DAY_SECONDS;
    for (ULONG64 Second = From + 1; Second <= To; Second++) {
        ULONG OfDay = (ULONG)(Second % CLOCK_DAY_SECONDS);
        if (HalpAlarmMatches(HalpStatus(1), OfDay % 60) &&
            HalpAlarmMatches(HalpStatus(3), OfDay / 60 % 60) &&
            ((HourAlarm & CLOCK_ANY) == CLOCK_ANY || HalpDecodeHour(HourAlarm) == OfDay / 3600))
            return TRUE;
    }
    return FALSE;
}

/* Length of the periodic rate's period in 32768ths of a second; 0: none. Rates 1 and 2 are those of
 * 8 and 9. */
static ULONG HalpPeriod(void)
{
    const ULONG Rate = HalpStatus(HALP_STATUS_A) & 15u;
    return Rate == 0 ? 0 : 1u << ((Rate < 3 ? Rate + 7 : Rate) - 1);
}

/* Ticks of the chip's crystal, 32768 a second: 4096 in 1250000 units. */
static ULONG64 HalpTicks(ULONG64 Time100ns)
{
    return Time100ns / 1250000 * 4096 + Time100ns % 1250000 * 4096 / 1250000;
}

/* What has happened since register C was read last; reading clears it. */
static UCHAR HalpReadFlags(void)
{
    const ULONG64 Now = HalpClockTime();
    const ULONG64 Before = __atomic_exchange_n(&HalpClockSeen, Now, __ATOMIC_RELAXED);
    const ULONG Period = HalpPeriod();
    UCHAR Flags = 0;
    if (Now <= Before)
        return 0;
    if (Period != 0 && HalpTicks(Now) / Period != HalpTicks(Before) / Period)
        Flags |= CLOCK_PERIODIC;
    if (!(HalpStatus(HALP_STATUS_B) & CLOCK_SET) &&
        Now / CLOCK_SECOND_100NS != Before / CLOCK_SECOND_100NS) {
        Flags |= CLOCK_UPDATE;
        if (HalpAlarmCame(Before / CLOCK_SECOND_100NS, Now / CLOCK_SECOND_100NS))
            Flags |= CLOCK_ALARM;
    }
    if (Flags & HalpStatus(HALP_STATUS_B) & CLOCK_ENABLES)
        Flags |= CLOCK_INTERRUPT;
    return Flags;
}

/* ---- registers ------------------------------------------------------------------------------- */

BOOLEAN HalpIsClock(UCHAR Register)
{
    return Register <= HALP_STATUS_D || Register == HALP_CENTURY;
}

static BOOLEAN HalpIsTime(UCHAR Register)
{
    return Register == HALP_CENTURY ||
        (Register <= 9 && Register != 1 && Register != 3 && Register != 5);
}

UCHAR HalpReadClock(UCHAR Register)
{
    HALP_DATE Date;
    const BOOLEAN Stopped = (HalpStatus(HALP_STATUS_B) & CLOCK_SET) != 0;
    if (HalpIsTime(Register) && !Stopped) {
        HalpSplitTime(HalpClockTime(), &Date);
        return HalpShow(&Date, Register);
    }
    if (Register == HALP_STATUS_A && !Stopped &&
        HalpClockTime() % CLOCK_SECOND_100NS >= CLOCK_SECOND_100NS - CLOCK_UPDATE_100NS)
        return HalpStatus(HALP_STATUS_A) | CLOCK_IN_PROGRESS;
    if (Register == HALP_STATUS_C)
        return HalpReadFlags();
    return HalpStatus(Register);
}

void HalpWriteClock(UCHAR Register, UCHAR Value)
{
    const UCHAR Mode = HalpStatus(HALP_STATUS_B);
    if (Register == HALP_STATUS_C || Register == HALP_STATUS_D)
        return; /* read-only */
    if (Register == HALP_STATUS_A) {
        HalpStore(Register, Value & (UCHAR)~CLOCK_IN_PROGRESS);
    } else if (Register == HALP_STATUS_B) {
        if (!(Mode & CLOCK_SET) && (Value & CLOCK_SET))
            HalpFreeze();
        HalpStore(Register, Value);
        if ((Mode & CLOCK_SET) && !(Value & CLOCK_SET))
            HalpThaw();
    } else if (!HalpIsTime(Register) || (Mode & CLOCK_SET)) {
        HalpStore(Register, Value);
    } else {
        HalpFreeze();
        HalpStore(Register, Value);
        HalpThaw();
    }
}

void HalpInitializeClock(void)
{
    HalpClockDifference = 0;
    HalpClockSeen = host_clock_utc();
    HalpCmos[HALP_STATUS_A] = 0x26; /* 32.768 kHz, 1024 Hz */
    HalpCmos[HALP_STATUS_B] = HALP_STATUS_B_24_HOURS;
    HalpCmos[HALP_STATUS_C] = 0;
    HalpCmos[HALP_STATUS_D] = 0x80; /* the battery is good */
}
