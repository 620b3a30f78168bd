/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: the time zone as the registry has it (timezone.c). */
#pragma once

#include "io/io.h"
#include "nt/sysinfo.h"

typedef struct RTL_DYNAMIC_TIME_ZONE_INFORMATION {
    RTL_TIME_ZONE_INFORMATION Zone;
    WCHAR TimeZoneKeyName[128];
    BOOLEAN DynamicDaylightTimeDisabled;
} RTL_DYNAMIC_TIME_ZONE_INFORMATION;

NTSTATUS NTAPI RtlQueryTimeZoneInformation(RTL_TIME_ZONE_INFORMATION *TimeZoneInformation);
NTSTATUS NTAPI RtlSetTimeZoneInformation(const RTL_TIME_ZONE_INFORMATION *TimeZoneInformation);
NTSTATUS NTAPI RtlQueryDynamicTimeZoneInformation(
    RTL_DYNAMIC_TIME_ZONE_INFORMATION *TimeZoneInformation);
NTSTATUS NTAPI RtlSetDynamicTimeZoneInformation(
    const RTL_DYNAMIC_TIME_ZONE_INFORMATION *TimeZoneInformation);
