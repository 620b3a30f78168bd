/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the hardware layer's query and set routines answer, by class: the buses HalGetBusData knows,
 * the clock as the one source to profile by, a display without BIOS. Classes about machine checks,
 * NUMA and profiling by interrupts are those of other machines.
 */
#include <string.h>

#include "hal/dispatch.h"

#define HALP_PROCESSOR_MHZ 1000u
#define HALP_PROFILE_DEFAULT 10000u /* 100 ns, as those below */
#define HALP_PROFILE_SHORTEST 1221u
#define HALP_PROFILE_LONGEST 10000u

static ULONG HalpProfileInterval;

void HalpResetInquiry(void)
{
    HalpProfileInterval = HALP_PROFILE_DEFAULT;
}

static NTSTATUS HalpGive(
    const void *Data, ULONG Bytes, void *Buffer, ULONG Room, ULONG *ReturnedLength)
{
    *ReturnedLength = Bytes;
    if (Room < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(Buffer, Data, Bytes);
    return STATUS_SUCCESS;
}

/* Which source is asked for stands in the buffer. */
static NTSTATUS HalpGiveSource(void *Buffer, ULONG Room, ULONG *ReturnedLength)
{
    HAL_PROFILE_SOURCE_INFORMATION Source = {0};
    if (Room < sizeof(Source))
        return HalpGive(&Source, sizeof(Source), Buffer, Room, ReturnedLength);
    Source.Source = ((const HAL_PROFILE_SOURCE_INFORMATION *)Buffer)->Source;
    Source.Supported = Source.Source == ProfileTime;
    Source.Interval = Source.Supported ? __atomic_load_n(&HalpProfileInterval, __ATOMIC_RELAXED)
                                       : 0;
    return HalpGive(&Source, sizeof(Source), Buffer, Room, ReturnedLength);
}

NTSTATUS NTAPI HalpQuerySystemInformation(
    HAL_QUERY_INFORMATION_CLASS Class, ULONG BufferSize, void *Buffer, ULONG *ReturnedLength)
{
    static const HAL_BUS_INFORMATION Buses[] = {{Internal, ConfigurationSpaceUndefined, 0, 0},
        {Isa, Cmos, 0, 0}, {PCIBus, PCIConfiguration, 0, 0}};
    const HAL_PROCESSOR_SPEED_INFORMATION Speed = {HALP_PROCESSOR_MHZ};
    const HAL_PROCESSOR_FEATURE Features = {0};
    const HAL_PLATFORM_INFORMATION Platform = {0};
    const HAL_DISPLAY_BIOS_INFORMATION Display = HalDisplayNoBios;
    const BOOLEAN Caching = FALSE;
    switch (Class) {
    case HalInstalledBusInformation:
        return HalpGive(Buses, sizeof(Buses), Buffer, BufferSize, ReturnedLength);
    case HalProfileSourceInformation: return HalpGiveSource(Buffer, BufferSize, ReturnedLength);
    case HalProcessorSpeedInformation:
        return HalpGive(&Speed, sizeof(Speed), Buffer, BufferSize, ReturnedLength);
    case HalFrameBufferCachingInformation:
        return HalpGive(&Caching, sizeof(Caching), Buffer, BufferSize, ReturnedLength);
    case HalDisplayBiosInformation:
        return HalpGive(&Display, sizeof(Display), Buffer, BufferSize, ReturnedLength);
    case HalProcessorFeatureInformation:
        return HalpGive(&Features, sizeof(Features), Buffer, BufferSize, ReturnedLength);
    case HalPlatformInformation:
        return HalpGive(&Platform, sizeof(Platform), Buffer, BufferSize, ReturnedLength);
    default: *ReturnedLength = 0; return STATUS_INVALID_LEVEL;
    }
}

static NTSTATUS HalpSetInterval(const HAL_PROFILE_SOURCE_INTERVAL *Wanted)
{
    ULONG_PTR Interval = Wanted->Interval;
    if (Wanted->Source != ProfileTime)
        return STATUS_NOT_SUPPORTED;
    if (Interval < HALP_PROFILE_SHORTEST)
        Interval = HALP_PROFILE_SHORTEST;
    if (Interval > HALP_PROFILE_LONGEST)
        Interval = HALP_PROFILE_LONGEST;
    __atomic_store_n(&HalpProfileInterval, (ULONG)Interval, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI HalpSetSystemInformation(
    HAL_SET_INFORMATION_CLASS Class, ULONG BufferSize, void *Buffer)
{
    switch (Class) {
    case HalProfileSourceInterval:
        return BufferSize == sizeof(HAL_PROFILE_SOURCE_INTERVAL) ? HalpSetInterval(Buffer)
                                                                 : STATUS_INFO_LENGTH_MISMATCH;
    case HalMcaRegisterDriver: return STATUS_NO_SUCH_DEVICE; /* there is no machine check */
    default: return STATUS_INVALID_LEVEL;
    }
}
