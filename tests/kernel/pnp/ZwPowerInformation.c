/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwPowerInformation and NtPowerInformation. Answers that depend on the machine are only looked at
 * where any would be the same.
 */
#include "pnp_test.h"

NTSYSAPI NTSTATUS NTAPI ZwPowerInformation(POWER_INFORMATION_LEVEL, PVOID, ULONG, PVOID, ULONG);

/* Levels and structures the DDK's headers leave to those of Win32. */
#define LEVEL_PLATFORM ((POWER_INFORMATION_LEVEL)66)
#define LEVEL_NONE ((POWER_INFORMATION_LEVEL)100000)

typedef struct PROCESSOR {
    ULONG Number, MaxMhz, CurrentMhz, MhzLimit, MaxIdleState, CurrentIdleState;
} PROCESSOR;

typedef struct POLICY {
    ULONG Revision;
    UCHAR Between[192 - 4];
    ULONG VideoTimeout;
    UCHAR Rest[232 - 196];
} POLICY;

typedef struct CAPABILITIES {
    BOOLEAN PowerButtonPresent, SleepButtonPresent, LidPresent, SystemS1, SystemS2, SystemS3,
        SystemS4, SystemS5;
    UCHAR Rest[76 - 8];
} CAPABILITIES;

TEST(ZwPowerInformation, ProcessorsAreDescribed)
{
    static PROCESSOR Processors[64];

    if (!CHECK_STATUS(
            ZwPowerInformation(ProcessorInformation, NULL, 0, Processors, sizeof(Processors)),
            STATUS_SUCCESS))
        return;
    CHECK_EQ(Processors[0].Number, 0);
    CHECK(Processors[0].MaxMhz != 0);
}

static VOID NeedsRoom(POWER_INFORMATION_LEVEL Level, ULONG SizeBytes)
{
    UCHAR Buffer[256];

    RtlFillMemory(Buffer, sizeof(Buffer), 0xEE);
    CHECK_STATUS(
        ZwPowerInformation(Level, NULL, 0, Buffer, SizeBytes - 1), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Buffer[0], 0xEE);
    CHECK_STATUS(ZwPowerInformation(Level, NULL, 0, Buffer, SizeBytes), STATUS_SUCCESS);
    CHECK_EQ(Buffer[SizeBytes], 0xEE);
}

TEST(ZwPowerInformation, EachAnswerHasItsSize)
{
    NeedsRoom(LEVEL_PLATFORM, sizeof(BOOLEAN));
    NeedsRoom(SystemBatteryState, 32);
    NeedsRoom(SystemExecutionState, sizeof(ULONG));
    NeedsRoom(SystemPowerCapabilities, sizeof(CAPABILITIES));
    NeedsRoom(SystemPowerInformation, 16);
    NeedsRoom(SystemPowerPolicyCurrent, sizeof(POLICY));
    NeedsRoom(LastWakeTime, sizeof(ULONGLONG));
    NeedsRoom(LastSleepTime, sizeof(ULONGLONG));
}

TEST(ZwPowerInformation, QuestionsTakeNoInput)
{
    ULONG In = 0;
    UCHAR Out[256];

    CHECK_STATUS(ZwPowerInformation(LEVEL_PLATFORM, &In, sizeof(In), Out, sizeof(Out)),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwPowerInformation(SystemBatteryState, &In, sizeof(In), Out, sizeof(Out)),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwPowerInformation(SystemPowerPolicyCurrent, &In, sizeof(In), Out, sizeof(Out)),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwPowerInformation(ProcessorInformation, &In, sizeof(In), Out, sizeof(Out)),
        STATUS_INVALID_PARAMETER);
}

TEST(ZwPowerInformation, QuestionsWantAnOutput)
{
    CHECK_STATUS(ZwPowerInformation(LEVEL_PLATFORM, NULL, 0, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwPowerInformation(SystemPowerCapabilities, NULL, 0, NULL, 0), STATUS_INVALID_PARAMETER);
}

TEST(ZwPowerInformation, NoSuchLevelIsRefused)
{
    UCHAR Out[256];

    CHECK_STATUS(
        ZwPowerInformation(LEVEL_NONE, NULL, 0, Out, sizeof(Out)), STATUS_INVALID_PARAMETER);
}

TEST(ZwPowerInformation, APolicyCanBeSet)
{
    POLICY Before, Changed, After;

    if (!CHECK_STATUS(ZwPowerInformation(SystemPowerPolicyAc, NULL, 0, &Before, sizeof(Before)),
            STATUS_SUCCESS))
        return;
    CHECK_EQ(Before.Revision, 1);
    Changed = Before;
    Changed.VideoTimeout = Before.VideoTimeout + 60;
    CHECK_STATUS(
        ZwPowerInformation(SystemPowerPolicyAc, &Changed, sizeof(Changed), &After, sizeof(After)),
        STATUS_SUCCESS);
    CHECK_EQ(After.VideoTimeout, Changed.VideoTimeout);
    CHECK_STATUS(
        ZwPowerInformation(SystemPowerPolicyAc, &Before, sizeof(Before), NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwPowerInformation(SystemPowerPolicyAc, NULL, 0, &After, sizeof(After)), STATUS_SUCCESS);
    CHECK_EQ(After.VideoTimeout, Before.VideoTimeout);
}

TEST(ZwPowerInformation, APolicyIsLookedAt)
{
    POLICY Policy;

    if (!CHECK_STATUS(ZwPowerInformation(SystemPowerPolicyDc, NULL, 0, &Policy, sizeof(Policy)),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwPowerInformation(SystemPowerPolicyDc, &Policy, sizeof(Policy) - 1, NULL, 0),
        STATUS_BUFFER_TOO_SMALL);
    Policy.Revision = 77;
    CHECK_STATUS(ZwPowerInformation(SystemPowerPolicyDc, &Policy, sizeof(Policy), NULL, 0),
        STATUS_INVALID_PARAMETER);
}

TEST(ZwPowerInformation, AMachineCanBeSwitchedOff)
{
    CAPABILITIES Capabilities;

    CHECK_STATUS(
        ZwPowerInformation(SystemPowerCapabilities, NULL, 0, &Capabilities, sizeof(Capabilities)),
        STATUS_SUCCESS);
    CHECK_EQ(Capabilities.SystemS5, TRUE);
}

TEST(ZwPowerInformation, WhetherToReserveSpaceForHibernatingMustBeSaid)
{
    BOOLEAN Reserve = FALSE;

    CHECK_STATUS(
        ZwPowerInformation(SystemReserveHiberFile, NULL, 0, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        ZwPowerInformation(SystemReserveHiberFile, &Reserve, 2, NULL, 0), STATUS_INVALID_PARAMETER);
}

TEST(NtPowerInformation, AnswersAsWell)
{
    NTSTATUS(NTAPI * Power)
    (POWER_INFORMATION_LEVEL, PVOID, ULONG, PVOID, ULONG) = KtestExport(L"NtPowerInformation");
    BOOLEAN AoAc = 7;

    if (Power == NULL) {
        skip("this Windows has no such function");
        return;
    }
    CHECK_STATUS(Power(LEVEL_PLATFORM, NULL, 0, &AoAc, sizeof(AoAc)), STATUS_SUCCESS);
    CHECK(AoAc == TRUE || AoAc == FALSE);
}
