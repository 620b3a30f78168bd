/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExUuidCreate, ExSystemTimeToLocalTime, ExLocalTimeToSystemTime, ExIsProcessorFeaturePresent.
 */
#include "ktest.h"

NTKERNELAPI NTSTATUS NTAPI ExUuidCreate(GUID *Uuid);

TEST(ExUuidCreate, NoTwoAreTheSame)
{
    GUID Uuid[16];
    ULONG One, Other;

    for (One = 0; One < RTL_NUMBER_OF(Uuid); One++) {
        CHECK(NT_SUCCESS(ExUuidCreate(&Uuid[One])));
        CHECK_EQ(Uuid[One].Data4[0] & 0xC0, 0x80);
        CHECK_EQ(Uuid[One].Data3 & 0xF000, 0x1000); /* made of the time */
        for (Other = 0; Other < One; Other++)
            CHECK(RtlCompareMemory(&Uuid[One], &Uuid[Other], sizeof(GUID)) != sizeof(GUID));
    }
}

#define MINUTE 600000000LL

TEST(ExSystemTimeToLocalTime, IsWholeMinutesAway)
{
    LARGE_INTEGER System, Local;
    LONGLONG Difference;

    KeQuerySystemTime(&System);
    ExSystemTimeToLocalTime(&System, &Local);
    Difference = Local.QuadPart - System.QuadPart;
    CHECK_EQ(Difference % MINUTE, 0);
    CHECK(Difference >= -14 * 60 * MINUTE && Difference <= 14 * 60 * MINUTE);
}

TEST(ExLocalTimeToSystemTime, IsTheReverse)
{
    LARGE_INTEGER System, Local, Back;

    KeQuerySystemTime(&System);
    ExSystemTimeToLocalTime(&System, &Local);
    ExLocalTimeToSystemTime(&Local, &Back);
    CHECK_EQ(Back.QuadPart, System.QuadPart);
}

TEST(ExIsProcessorFeaturePresent, WhatEveryX64Has)
{
    CHECK(ExIsProcessorFeaturePresent(PF_XMMI_INSTRUCTIONS_AVAILABLE));
    CHECK(ExIsProcessorFeaturePresent(PF_XMMI64_INSTRUCTIONS_AVAILABLE));
    CHECK(!ExIsProcessorFeaturePresent(PF_FLOATING_POINT_EMULATED));
    CHECK(!ExIsProcessorFeaturePresent(1000));
}
