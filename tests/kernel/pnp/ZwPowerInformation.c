/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

NTSYSAPI NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL, PVOID, ULONG, PVOID, ULONG);

typedef struct PROCESSOR {
    ULONG Number, MaxMhz, CurrentMhz, MhzLimit, MaxIdleState, CurrentIdleState;
} PROCESSOR;

TEST(ZwPowerInformation, ProcessorsAreDescribed)
{
    static PROCESSOR Processors[64];

    if (!CHECK_STATUS(
            ZwPowerInformation(ProcessorInformation, NULL, 0, Processors, sizeof(Processors)), STATUS_SUCCESS))
        return;
    CHECK_EQ(Processors[0].Number, 0);
    CHECK(Processors[0].MaxMhz != 0);
}

TEST(ZwPowerInformation, ATooSmallBufferIsRefused)
{
    UCHAR Byte;

    CHECK_STATUS(ZwPowerInformation(ProcessorInformation, NULL, 0, &Byte, sizeof(Byte)), STATUS_BUFFER_TOO_SMALL);
}
