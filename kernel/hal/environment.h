/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Variables of the firmware (environment.c). */
#pragma once

#include "hal/hal.h"

/* As the firmware of ARC machines numbers them. */
typedef enum ARC_STATUS {
    ARC_SUCCESS = 0,
    ARC_NO_ENTRY = 14,
    ARC_NO_MEMORY = 16,
} ARC_STATUS;

void HalpResetEnvironment(void);

ARC_STATUS NTAPI HalGetEnvironmentVariable(const char *Variable, USHORT Length, char *Buffer);
ARC_STATUS NTAPI HalSetEnvironmentVariable(const char *Variable, const char *Value);
NTSTATUS NTAPI HalGetEnvironmentVariableEx(const WCHAR *VariableName, const GUID *VendorGuid,
    void *Value, ULONG *ValueLength, ULONG *Attributes);
NTSTATUS NTAPI HalSetEnvironmentVariableEx(const WCHAR *VariableName, const GUID *VendorGuid,
    void *Value, ULONG ValueLength, ULONG Attributes);
NTSTATUS NTAPI HalEnumerateEnvironmentVariablesEx(
    ULONG InformationClass, void *Buffer, ULONG *BufferLength);
