/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The clock and its memory: an MC146818 at ports 0x70 (which register) and 0x71 (its value), laid out as a PC's firmware leaves
 * it: time in registers 0-9 and 0x32, equipment and memory sizes, and the checksum over 0x10-0x2D in 0x2E. The clock is the
 * host's, in UTC: setting it changes nothing. Bytes are written one at a time; the register chosen is one for the machine.
 */
#include <string.h>

#include "hal/halp.h"

#define CMOS_STATUS_A 0x0A
#define CMOS_STATUS_B 0x0B
#define CMOS_STATUS_C 0x0C
#define CMOS_STATUS_D 0x0D
#define CMOS_CENTURY 0x32
#define CMOS_CHECKSUM_FIRST 0x10
#define CMOS_CHECKSUM_LAST 0x2D
#define CMOS_STATUS_B_BINARY 0x04
#define CMOS_STATUS_B_24_HOURS 0x02
#define CMOS_BASE_KIB 640u
#define CMOS_TICKS_PER_SECOND 10000000u
#define CMOS_SECONDS_PER_DAY 86400u

static UCHAR HalpCmos[HALP_CMOS_BYTES];
static UCHAR HalpCmosIndex;

typedef struct HALP_DATE {
    ULONG Second, Minute, Hour, Weekday, Day, Month, Year; /* Weekday 1 is Sunday */
} HALP_DATE;

/* Calendar of a number of days since 1601-01-01, by the 400-year cycle of March-based years. */
static void HalpSplitTime(ULONG64 Time100ns, HALP_DATE *Date)
{
    ULONG64 Seconds = Time100ns / CMOS_TICKS_PER_SECOND;
    ULONG Days = (ULONG)(Seconds / CMOS_SECONDS_PER_DAY);
    ULONG Rest = (ULONG)(Seconds % CMOS_SECONDS_PER_DAY);
    Date->Second = Rest % 60;
    Date->Minute = Rest / 60 % 60;
    Date->Hour = Rest / 3600;
    Date->Weekday = (Days + 1) % 7 + 1; /* 1601-01-01 was a Monday */
    ULONG Shifted = Days + 306;         /* since 1600-03-01, the start of a cycle */
    ULONG Cycle = Shifted / 146097, DayOfCycle = Shifted % 146097;
    ULONG YearOfCycle = (DayOfCycle - DayOfCycle / 1460 + DayOfCycle / 36524 - DayOfCycle / 146096) / 365;
    ULONG DayOfYear = DayOfCycle - (365 * YearOfCycle + YearOfCycle / 4 - YearOfCycle / 100);
    ULONG Month = (5 * DayOfYear + 2) / 153;
    Date->Day = DayOfYear - (153 * Month + 2) / 5 + 1;
    Date->Month = Month < 10 ? Month + 3 : Month - 9;
    Date->Year = 1600 + Cycle * 400 + YearOfCycle + (Date->Month <= 2);
}

static UCHAR HalpClockDigit(ULONG Value)
{
    return (UCHAR)(HalpCmos[CMOS_STATUS_B] & CMOS_STATUS_B_BINARY ? Value : Value / 10 << 4 | Value % 10);
}

static UCHAR HalpClockHour(ULONG Hour)
{
    if (HalpCmos[CMOS_STATUS_B] & CMOS_STATUS_B_24_HOURS)
        return HalpClockDigit(Hour);
    return (UCHAR)(HalpClockDigit((Hour + 11) % 12 + 1) | (Hour >= 12 ? 0x80 : 0));
}

UCHAR HalpReadCmos(UCHAR Register)
{
    HALP_DATE Date;
    Register &= HALP_CMOS_BYTES - 1;
    if (Register > 9 && Register != CMOS_CENTURY)
        return __atomic_load_n(&HalpCmos[Register], __ATOMIC_RELAXED);
    HalpSplitTime(host_clock_utc(), &Date);
    switch (Register) {
    case 0: return HalpClockDigit(Date.Second);
    case 2: return HalpClockDigit(Date.Minute);
    case 4: return HalpClockHour(Date.Hour);
    case 6: return HalpClockDigit(Date.Weekday);
    case 7: return HalpClockDigit(Date.Day);
    case 8: return HalpClockDigit(Date.Month);
    case 9: return HalpClockDigit(Date.Year % 100);
    case CMOS_CENTURY: return HalpClockDigit(Date.Year / 100);
    default: return HalpCmos[Register]; /* the alarm */
    }
}

void HalpWriteCmos(UCHAR Register, UCHAR Value)
{
    Register &= HALP_CMOS_BYTES - 1;
    if (Register != CMOS_STATUS_C && Register != CMOS_STATUS_D)
        __atomic_store_n(&HalpCmos[Register], Value, __ATOMIC_RELAXED);
}

static uint32_t HalpCmosIn(void *Context, uint16_t Offset, unsigned Bytes)
{
    (void)Context;
    if (Bytes != 1)
        return ~0u;
    return Offset == 0 ? HalpCmosIndex : HalpReadCmos(HalpCmosIndex);
}

static void HalpCmosOut(void *Context, uint16_t Offset, unsigned Bytes, uint32_t Value)
{
    (void)Context;
    if (Bytes == 2) { /* index and value in one: as the bus splits it */
        HalpCmosIndex = (UCHAR)(Value & 0x7F);
        HalpWriteCmos(HalpCmosIndex, (UCHAR)(Value >> 8));
    } else if (Offset == 0) {
        HalpCmosIndex = (UCHAR)(Value & 0x7F); /* bit 7 masks NMIs, of which there are none */
    } else {
        HalpWriteCmos(HalpCmosIndex, (UCHAR)Value);
    }
}

static void HalpStoreWord(UCHAR Register, ULONG Value)
{
    HalpCmos[Register] = (UCHAR)Value;
    HalpCmos[Register + 1] = (UCHAR)(Value >> 8);
}

NTSTATUS HalpInitializeCmos(void)
{
    static const dotsys_port_device Device = {.size = sizeof(Device),
        .name = "cmos", .base = 0x70, .count = 2, .read = HalpCmosIn, .write = HalpCmosOut};
    ULONG64 ExtendedKib = MM_RAM_BYTES / 1024 - 1024;
    ULONG64 Above16MibIn64Kib = (MM_RAM_BYTES - ((ULONG64)16 << 20)) >> 16;
    ULONG Sum = 0;

    memset(HalpCmos, 0, sizeof(HalpCmos));
    HalpCmosIndex = CMOS_STATUS_D;
    HalpCmos[CMOS_STATUS_A] = 0x26; /* 32.768 kHz, 1024 Hz */
    HalpCmos[CMOS_STATUS_B] = CMOS_STATUS_B_24_HOURS;
    HalpCmos[CMOS_STATUS_D] = 0x80; /* the battery is good */
    HalpCmos[0x12] = 0xF0;          /* one hard disk, of a type given at 0x19 */
    HalpCmos[0x19] = 0x2F;
    HalpCmos[0x14] = 0x06;          /* equipment: FPU, pointing device */
    HalpStoreWord(0x15, CMOS_BASE_KIB);
    HalpStoreWord(0x17, ExtendedKib < 0xFFFF ? (ULONG)ExtendedKib : 0xFFFF);
    HalpStoreWord(0x30, ExtendedKib < 0xFFFF ? (ULONG)ExtendedKib : 0xFFFF);
    HalpStoreWord(0x34, Above16MibIn64Kib < 0xFFFF ? (ULONG)Above16MibIn64Kib : 0xFFFF);
    for (ULONG Register = CMOS_CHECKSUM_FIRST; Register <= CMOS_CHECKSUM_LAST; Register++)
        Sum += HalpCmos[Register];
    HalpCmos[0x2E] = (UCHAR)(Sum >> 8);
    HalpCmos[0x2F] = (UCHAR)Sum;
    return HaliAttachPort(&Device);
}
