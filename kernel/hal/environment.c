/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Variables of the firmware. A PC with a BIOS keeps one, and that is the HAL's own: whether the
 * next boot is to take the last configuration known to be good. Those of EFI are not there.
 */
#include "hal/environment.h"
#include "rtl/rtl.h"

static _Atomic BOOLEAN HalpLastKnownGood; /* set before a machine's first driver runs, never kept */

void HalpResetEnvironment(void)
{
    HalpLastKnownGood = FALSE;
}

static BOOLEAN HalpSameText(const char *A, const char *B)
{
    while (*A != 0 && RtlUpperChar(*A) == RtlUpperChar(*B))
        A++, B++;
    return *A == 0 && *B == 0;
}

/*
 * HalGetEnvironmentVariable - the value of a variable, as text.
 *
 * Variable: in any case. Buffer: Length bytes, the zero at the end included.
 * IRQL:    PASSIVE_LEVEL
 * Returns: ESUCCESS; ENOENT: any but LastKnownGood; ENOMEM: it does not fit, and nothing is
 *          written.
 * Source:  INF: undocumented, as the firmware's own call; OBS
 *          tests/kernel/hal/HalGetEnvironmentVariable.c
 */
ARC_STATUS NTAPI HalGetEnvironmentVariable(const char *Variable, USHORT Length, char *Buffer)
{
    const char *Value = HalpLastKnownGood ? "TRUE" : "FALSE";
    if (!HalpSameText(Variable, "LastKnownGood"))
        return ARC_NO_ENTRY;
    for (USHORT Index = 0; Value[Index] != 0; Index++) {
        if (Index + 1u >= Length)
            return ARC_NO_MEMORY;
    }
    do {
        *Buffer++ = *Value;
    } while (*Value++ != 0);
    return ARC_SUCCESS;
}

/*
 * HalSetEnvironmentVariable - changes it: "TRUE", or anything else.
 * IRQL: PASSIVE_LEVEL. Returns: ESUCCESS; ENOENT. Source: as above.
 */
ARC_STATUS NTAPI HalSetEnvironmentVariable(const char *Variable, const char *Value)
{
    if (!HalpSameText(Variable, "LastKnownGood"))
        return ARC_NO_ENTRY;
    HalpLastKnownGood = HalpSameText(Value, "TRUE");
    return ARC_SUCCESS;
}

/*
 * HalGetEnvironmentVariableEx, HalSetEnvironmentVariableEx, HalEnumerateEnvironmentVariablesEx -
 * those of EFI, by name and vendor.
 * IRQL: PASSIVE_LEVEL. Returns: NOT_IMPLEMENTED: the machine has a BIOS. Source: INF: undocumented,
 * as ExGetFirmwareEnvironmentVariable; OBS tests/kernel/hal/HalGetEnvironmentVariable.c
 */
NTSTATUS NTAPI HalGetEnvironmentVariableEx(const WCHAR *VariableName, const GUID *VendorGuid,
    void *Value, ULONG *ValueLength, ULONG *Attributes)
{
    (void)VariableName, (void)VendorGuid, (void)Value, (void)ValueLength, (void)Attributes;
    return STATUS_NOT_IMPLEMENTED;
}

NTSTATUS NTAPI HalSetEnvironmentVariableEx(const WCHAR *VariableName, const GUID *VendorGuid,
    void *Value, ULONG ValueLength, ULONG Attributes)
{
    (void)VariableName, (void)VendorGuid, (void)Value, (void)ValueLength, (void)Attributes;
    return STATUS_NOT_IMPLEMENTED;
}

NTSTATUS NTAPI HalEnumerateEnvironmentVariablesEx(
    ULONG InformationClass, void *Buffer, ULONG *BufferLength)
{
    (void)InformationClass, (void)Buffer, (void)BufferLength;
    return STATUS_NOT_IMPLEMENTED;
}
