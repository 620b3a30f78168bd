/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Local time, identifiers and processor features. What the shared user data page says holds here,
 * too. */
#include "ex/misc.h"

#include "nt/kuser.h"

static LONGLONG ExpTimeZoneBias(void)
{
    KSYSTEM_TIME Bias;
    KeReadSharedData(FIELD_OFFSET(KUSER_SHARED_DATA, TimeZoneBias), &Bias, sizeof(Bias));
    return (LONGLONG)((ULONG64)(ULONG)Bias.High1Time << 32 | Bias.LowPart);
}

/*
 * ExSystemTimeToLocalTime - a time of day where the machine is. IRQL: any.
 * Source: DOC wdm/ExSystemTimeToLocalTime; OBS tests/kernel/ex/ExSystemTimeToLocalTime.c
 */
void NTAPI ExSystemTimeToLocalTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *LocalTime)
{
    LocalTime->QuadPart = SystemTime->QuadPart - ExpTimeZoneBias();
}

/* ExLocalTimeToSystemTime - the reverse. IRQL: any. Source: DOC wdm/ExLocalTimeToSystemTime; OBS as
 * above. */
void NTAPI ExLocalTimeToSystemTime(LARGE_INTEGER *LocalTime, LARGE_INTEGER *SystemTime)
{
    SystemTime->QuadPart = LocalTime->QuadPart + ExpTimeZoneBias();
}

/*
 * RtlSystemTimeToLocalTime, RtlLocalTimeToSystemTime - the same. IRQL: any. Returns: SUCCESS.
 * Source: DOC winternl/RtlLocalTimeToSystemTime; OBS tests/kernel/ex/RtlLocalTimeToSystemTime.c
 */
NTSTATUS NTAPI RtlSystemTimeToLocalTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *LocalTime)
{
    ExSystemTimeToLocalTime(SystemTime, LocalTime);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlLocalTimeToSystemTime(LARGE_INTEGER *LocalTime, LARGE_INTEGER *SystemTime)
{
    ExLocalTimeToSystemTime(LocalTime, SystemTime);
    return STATUS_SUCCESS;
}

/*
 * RtlQueryElevationFlags - 1: accounts are asked before they get rights, 2: writes are redirected,
 * 4: installers are recognized.
 * IRQL: any. Returns: SUCCESS. Source: INF public headers' SharedDataFlags: undocumented
 */
NTSTATUS NTAPI RtlQueryElevationFlags(ULONG *Flags)
{
    ULONG Shared;
    KeReadSharedData(FIELD_OFFSET(KUSER_SHARED_DATA, SharedDataFlags), &Shared, sizeof(Shared));
    *Flags = Shared >> 1 & 7;
    return STATUS_SUCCESS;
}

#define EXP_SINCE_1582 5748192000000000 /* 100 ns from that October 15th to 1601 */

/* The time of an identifier: later than all before. */
static LONG64 ExpUuidTime(void)
{
    static LONG64 Last;
    LONG64 Before = __atomic_load_n(&Last, __ATOMIC_RELAXED), Now;
    LARGE_INTEGER System;
    do {
        KeQuerySystemTimePrecise(&System);
        Now = System.QuadPart + EXP_SINCE_1582;
        Now = Now > Before ? Now : Before + 1;
    } while (!__atomic_compare_exchange_n(
        &Last, &Before, Now, FALSE, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return Now;
}

/*
 * ExUuidCreate - an identifier nobody else has, of version 1: the time, and random numbers where a
 * network card's address would stand, marked as such (RFC 4122).
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntddk/ExUuidCreate; OBS
 * tests/kernel/ex/ExUuidCreate.c; INF the version, from public tests that pass on Windows
 */
NTSTATUS NTAPI ExUuidCreate(GUID *Uuid)
{
    const LONG64 Time = ExpUuidTime();
    GUID Made;
    host_random(&Made, sizeof(Made));
    Made.Data1 = (ULONG)Time;
    Made.Data2 = (USHORT)(Time >> 32);
    Made.Data3 = (USHORT)((Time >> 48 & 0x0FFF) | 0x1000);
    Made.Data4[0] = (UCHAR)((Made.Data4[0] & 0x3F) | 0x80);
    Made.Data4[2] |= 1;
    *Uuid = Made;
    return STATUS_SUCCESS;
}

/*
 * ExIsProcessorFeaturePresent - one of the PF_ numbers; FALSE for those there are not.
 * IRQL: any. Source: DOC ntddk/ExIsProcessorFeaturePresent; OBS
 * tests/kernel/ex/ExIsProcessorFeaturePresent.c
 */
BOOLEAN NTAPI ExIsProcessorFeaturePresent(ULONG ProcessorFeature)
{
    BOOLEAN Present = FALSE;
    if (ProcessorFeature < PROCESSOR_FEATURE_MAX)
        KeReadSharedData(FIELD_OFFSET(KUSER_SHARED_DATA, ProcessorFeatures) + ProcessorFeature,
            &Present, sizeof(Present));
    return Present;
}

/* ExGetFirmwareType - a BIOS, though there is not much of it. IRQL: up to APC_LEVEL. Source: DOC
 * wdm; OBS tests as above. */
enum SYSTEM_FIRMWARE_TYPE NTAPI ExGetFirmwareType(void)
{
    return FirmwareTypeBios;
}

/* ExIsSoftBoot - FALSE: a machine starts from nothing. IRQL: up to APC_LEVEL. Source: DOC ntddk;
 * OBS tests as above. */
BOOLEAN NTAPI ExIsSoftBoot(void)
{
    return FALSE;
}

/*
 * ExVerifySuite - whether a product suite (SUITE_TYPE, the number of its bit in SuiteMask) is
 * installed.
 * IRQL: any. Source: DOC wdm/ExVerifySuite; OBS tests/kernel/ex/ExVerifySuite.c
 */
BOOLEAN NTAPI ExVerifySuite(ULONG SuiteType)
{
    ULONG Suites;
    KeReadSharedData(FIELD_OFFSET(KUSER_SHARED_DATA, SuiteMask), &Suites, sizeof(Suites));
    return SuiteType < 32 && (Suites >> SuiteType & 1) != 0;
}
