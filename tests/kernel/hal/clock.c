/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The clock at 0x70 as drivers read it: registers are read when no update is in progress, and the
 * date is the system's; a checksum over the CMOS's standard part; status registers that can only be
 * read.
 */
#include <ntddk.h>

#include "ktest.h"

#define CMOS_INDEX ((PUCHAR)0x70)
#define CMOS_VALUE ((PUCHAR)0x71)

static UCHAR Read(UCHAR Register)
{
    WRITE_PORT_UCHAR(CMOS_INDEX, Register);
    return READ_PORT_UCHAR(CMOS_VALUE);
}

static ULONG Number(UCHAR Value, UCHAR StatusB)
{
    return StatusB & 4 ? Value : (Value >> 4) * 10u + (Value & 15u);
}

/* The clock runs in UTC here, in local time on most other machines: a day's difference at most. */
TEST(Clock, DateIsTheSystems)
{
    LARGE_INTEGER Time, Now;
    TIME_FIELDS Fields;
    LONGLONG Difference;
    UCHAR StatusB = Read(0x0B);

    while (Read(0x0A) & 0x80)
        ;
    RtlZeroMemory(&Fields, sizeof(Fields));
    Fields.Second = (CSHORT)Number(Read(0), StatusB);
    Fields.Minute = (CSHORT)Number(Read(2), StatusB);
    Fields.Hour = 12;
    Fields.Day = (CSHORT)Number(Read(7), StatusB);
    Fields.Month = (CSHORT)Number(Read(8), StatusB);
    Fields.Year = (CSHORT)(2000 + Number(Read(9), StatusB));
    CHECK(Fields.Second < 60);
    if (!CHECK(RtlTimeFieldsToTime(&Fields, &Time)))
        return;
    KeQuerySystemTime(&Now);
    Difference = Now.QuadPart - Time.QuadPart;
    CHECK(Difference < 2 * 864000000000ll && Difference > -2 * 864000000000ll);
}

TEST(Clock, SumOfTheStandardRegisters)
{
    ULONG Sum = 0;
    UCHAR Register;

    for (Register = 0x10; Register <= 0x2D; Register++)
        Sum += Read(Register);
    CHECK_EQ(Sum & 0xFFFF, (ULONG)Read(0x2E) << 8 | Read(0x2F));
}

TEST(Clock, TheBatteryIsGoodAndStatusDCannotBeWritten)
{
    CHECK_EQ(Read(0x0D) & 0x80, 0x80);
    WRITE_PORT_UCHAR(CMOS_INDEX, 0x0D);
    WRITE_PORT_UCHAR(CMOS_VALUE, 0);
    CHECK_EQ(Read(0x0D) & 0x80, 0x80);
}
