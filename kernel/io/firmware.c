/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a PC with a legacy BIOS says to those who ask for EFI; licences; and what Windows shows to a
 * user: here it goes to the log.
 */
#include <string.h>

#include "io/firmware.h"
#include "io/iop.h"
#include "ke/zw.h"
#include "services.h"

#define IOP_HARD_ERROR_PARAMETERS 5u
#define IOP_HARD_ERROR_OPTIONS 8u   /* OptionCancelTryContinue */
#define IOP_RESPONSE_RETURN_TO_CALLER 0u

/*
 * ExGetFirmwareEnvironmentVariable, ExSetFirmwareEnvironmentVariable - EFI variables; there are
 * none with a BIOS.
 * IRQL: PASSIVE_LEVEL. Returns: NOT_IMPLEMENTED: no EFI. Source: DOC wdm; OBS
 * tests/kernel/io/ExGetFirmwareEnvironmentVariable.c
 */
NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(UNICODE_STRING *VariableName, GUID *VendorGuid,
    void *Value, ULONG *ValueLength, ULONG *Attributes)
{
    (void)VariableName, (void)VendorGuid, (void)Value, (void)ValueLength, (void)Attributes;
    return STATUS_NOT_IMPLEMENTED;
}

NTSTATUS NTAPI ExSetFirmwareEnvironmentVariable(UNICODE_STRING *VariableName, GUID *VendorGuid,
    void *Value, ULONG ValueLength, ULONG Attributes)
{
    (void)VariableName, (void)VendorGuid, (void)Value, (void)ValueLength, (void)Attributes;
    return STATUS_NOT_IMPLEMENTED;
}

/*
 * ZwEnumerateBootEntries and its like - what EFI may boot, the drivers it loads before, their order
 * and the options.
 * IRQL: PASSIVE_LEVEL. Returns: NOT_IMPLEMENTED: a BIOS has none of these. Source: INF; OBS as
 * above.
 */
#define IOP_NEEDS_EFI(Name, First, Second)      \
    NTSTATUS NTAPI Name(First A, Second B)      \
    {                                           \
        (void)A, (void)B;                       \
        return STATUS_NOT_IMPLEMENTED;          \
    }
#define IOP_NEEDS_EFI_1(Name, First)            \
    NTSTATUS NTAPI Name(First A)                \
    {                                           \
        (void)A;                                \
        return STATUS_NOT_IMPLEMENTED;          \
    }
IOP_EFI_SERVICES(IOP_NEEDS_EFI, IOP_NEEDS_EFI_1)
#undef IOP_NEEDS_EFI
#undef IOP_NEEDS_EFI_1

/*
 * ZwQueryLicenseValue - one of the numbers and texts a licence fixes. The machine has the few that
 * do not depend on one.
 *
 * Type: optional, REG_*. Data: DataSize bytes. ResultDataSize: what the value takes, also when
 * there is not enough room.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND; BUFFER_TOO_SMALL; INVALID_PARAMETER: no name, or no
 * place for the size.
 * Source:  INF: undocumented, as NtQueryLicenseValue is used; OBS
 *          tests/kernel/io/ZwQueryLicenseValue.c
 */
NTSTATUS NTAPI ZwQueryLicenseValue(
    UNICODE_STRING *ValueName, ULONG *Type, void *Data, ULONG DataSize, ULONG *ResultDataSize)
{
    static const struct {
        UNICODE_STRING Name;
        ULONG Value;
    } Values[] = {
        {RTL_STRING(u"Kernel-MUI-Number-Allowed"), 1000},
        {RTL_STRING(u"Kernel-NativeVHDBoot"), 0},
        {RTL_STRING(u"Kernel-OneCore-DeviceFamilyID"), 3}, /* Desktop */
    };
    if (ValueName == NULL || ValueName->Length == 0 || ResultDataSize == NULL)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Values); Index++) {
        if (!RtlEqualUnicodeString(
                (UNICODE_STRING *)(ULONG_PTR)&Values[Index].Name, ValueName, TRUE))
            continue;
        *ResultDataSize = sizeof(ULONG);
        if (Type != NULL)
            *Type = REG_DWORD;
        if (DataSize < sizeof(ULONG))
            return STATUS_BUFFER_TOO_SMALL;
        memcpy(Data, &Values[Index].Value, sizeof(ULONG));
        return STATUS_SUCCESS;
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/*
 * ZwDisplayString - show a text on the boot screen: here in the log.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: INF: undocumented; OBS
 * tests/kernel/io/ZwQueryLicenseValue.c
 */
NTSTATUS NTAPI ZwDisplayString(UNICODE_STRING *String)
{
    char Text[512];
    RtlpToUtf8(String, Text, sizeof(Text));
    KdLog("system", "%s\n", Text);
    return STATUS_SUCCESS;
}

/*
 * ExRaiseHardError - show an error to the user and return what the user chose. Nobody is there: it
 * is in the log.
 *
 * UnicodeStringParameterMask: which of Parameters are UNICODE_STRINGs. Response: always
 * ResponseReturnToCaller.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_2: more than five parameters; INVALID_PARAMETER_4: no such
 * options.
 * Source:  DOC ntifs/ExRaiseHardError; INF which statuses bad arguments have, and that nobody
 *          answers; OBS tests/kernel/io/ExRaiseHardError.c
 */
NTSTATUS NTAPI ExRaiseHardError(NTSTATUS ErrorStatus, ULONG NumberOfParameters,
    ULONG UnicodeStringParameterMask, ULONG_PTR *Parameters, ULONG ValidResponseOptions,
    ULONG *Response)
{
    char Text[256] = "";
    if (NumberOfParameters > IOP_HARD_ERROR_PARAMETERS)
        return STATUS_INVALID_PARAMETER_2;
    if (ValidResponseOptions > IOP_HARD_ERROR_OPTIONS)
        return STATUS_INVALID_PARAMETER_4;
    for (ULONG Index = 0; Index < NumberOfParameters && Text[0] == 0; Index++) {
        if (UnicodeStringParameterMask & 1u << Index)
            RtlpToUtf8((UNICODE_STRING *)Parameters[Index], Text, sizeof(Text));
    }
    KdLog(
        "system", "hard error 0x%08X%s%s\n", (unsigned)ErrorStatus, Text[0] != 0 ? ": " : "", Text);
    *Response = IOP_RESPONSE_RETURN_TO_CALLER;
    return STATUS_SUCCESS;
}
