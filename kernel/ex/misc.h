/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Small services: local time, identifiers, processor features. */
#pragma once

#include "ex/ex.h"
#include "nt/sysinfo.h"

void NTAPI ExSystemTimeToLocalTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *LocalTime);
void NTAPI ExLocalTimeToSystemTime(LARGE_INTEGER *LocalTime, LARGE_INTEGER *SystemTime);
NTSTATUS NTAPI RtlSystemTimeToLocalTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *LocalTime);
NTSTATUS NTAPI RtlLocalTimeToSystemTime(LARGE_INTEGER *LocalTime, LARGE_INTEGER *SystemTime);
NTSTATUS NTAPI RtlQueryElevationFlags(ULONG *Flags);
NTSTATUS NTAPI ExUuidCreate(GUID *Uuid);
BOOLEAN NTAPI ExIsProcessorFeaturePresent(ULONG ProcessorFeature);
BOOLEAN NTAPI ExVerifySuite(ULONG SuiteType);
enum SYSTEM_FIRMWARE_TYPE NTAPI ExGetFirmwareType(void);
BOOLEAN NTAPI ExIsSoftBoot(void);
