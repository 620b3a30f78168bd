/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Locales and languages of the machine and of the current user: values of the registry, numbers as
 * hexadecimal text, as Windows has them. Where there is none, it is English of the United States.
 * Nothing of the machine depends on them.
 */
#include "cm/cm.h"
#include "ke/zw.h"
#include "ps/locale.h"
#include "rtl/rtl.h"

#define PSP_ENGLISH 0x0409u
#define PSP_DIGITS  8u

typedef struct PSP_SETTING {
    ULONG Root;          /* RTL_REGISTRY_* */
    const WCHAR *Key[2]; /* one in the other */
    const WCHAR *Value;  /* empty: the key's default one */
    ULONG Digits;
} PSP_SETTING;

static const PSP_SETTING PspSystemLocale = {
    RTL_REGISTRY_CONTROL, {u"Nls", u"Nls\\Locale"}, u"", 8};
static const PSP_SETTING PspInstallLanguage = {
    RTL_REGISTRY_CONTROL, {u"Nls", u"Nls\\Language"}, u"InstallLanguage", 4};
static const PSP_SETTING PspUserLocale = {
    RTL_REGISTRY_USER, {u"Control Panel", u"Control Panel\\International"}, u"Locale", 8};
static const PSP_SETTING PspUserLanguage = {
    RTL_REGISTRY_USER, {u"Control Panel", u"Control Panel\\Desktop"}, u"MultiUILanguageId", 8};

static ULONG PspReadSetting(const PSP_SETTING *Setting, ULONG Default)
{
    WCHAR Text[PSP_DIGITS + 1];
    UNICODE_STRING String = {.MaximumLength = sizeof(Text), .Buffer = Text};
    ULONG Number;
    RTL_QUERY_REGISTRY_TABLE Table[2] = {
        {.Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED |
                RTL_QUERY_REGISTRY_TYPECHECK,
            .Name = (WCHAR *)(ULONG_PTR)Setting->Value,
            .EntryContext = &String,
            .DefaultType = (ULONG)REG_SZ << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT}};
    if (!NT_SUCCESS(RtlQueryRegistryValues(Setting->Root, Setting->Key[1], Table, NULL, NULL)))
        return Default;
    return NT_SUCCESS(RtlUnicodeStringToInteger(&String, 16, &Number)) && Number != 0 ? Number
                                                                                      : Default;
}

static NTSTATUS PspWriteSetting(const PSP_SETTING *Setting, ULONG Number)
{
    WCHAR Text[PSP_DIGITS + 1] = {0};
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = Setting->Digits; Index-- != 0; Number >>= 4)
        Text[Index] = u"0123456789abcdef"[Number & 0xF];
    for (ULONG Index = 0; Index < 2 && NT_SUCCESS(Status); Index++)
        Status = RtlCreateRegistryKey(Setting->Root, (WCHAR *)(ULONG_PTR)Setting->Key[Index]);
    return NT_SUCCESS(Status)
               ? RtlWriteRegistryValue(Setting->Root, Setting->Key[1], Setting->Value, REG_SZ, Text,
                     (Setting->Digits + 1) * (ULONG)sizeof(WCHAR))
               : Status;
}

/*
 * ZwQueryDefaultLocale - the current user's locale, or the system's.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntifs/ZwQueryDefaultLocale; OBS
 * tests/kernel/ps/ZwQueryDefaultLocale.c
 */
NTSTATUS NTAPI ZwQueryDefaultLocale(BOOLEAN UserProfile, LCID *DefaultLocaleId)
{
    const ULONG System = PspReadSetting(&PspSystemLocale, PSP_ENGLISH);
    *DefaultLocaleId = UserProfile ? PspReadSetting(&PspUserLocale, System) : System;
    return STATUS_SUCCESS;
}

/*
 * ZwSetDefaultLocale - sets it, and keeps it in the registry.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: a number of more than a language and a
 * sort order, or of no language; what writing to the registry says. Source: DOC
 * ntifs/ZwSetDefaultLocale; INF the status; OBS as above.
 */
NTSTATUS NTAPI ZwSetDefaultLocale(BOOLEAN UserProfile, LCID DefaultLocaleId)
{
    if ((DefaultLocaleId & 0xFFF00000u) || (DefaultLocaleId & 0xFFFFu) == 0)
        return STATUS_INVALID_PARAMETER;
    return PspWriteSetting(UserProfile ? &PspUserLocale : &PspSystemLocale, DefaultLocaleId);
}

/*
 * ZwQueryInstallUILanguage - the language Windows was installed in.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntifs/ZwQueryInstallUILanguage; OBS as above.
 */
NTSTATUS NTAPI ZwQueryInstallUILanguage(LANGID *InstallUILanguageId)
{
    *InstallUILanguageId = (LANGID)PspReadSetting(&PspInstallLanguage, PSP_ENGLISH);
    return STATUS_SUCCESS;
}

/*
 * ZwQueryDefaultUILanguage - the language the current user sees Windows in.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntifs/ZwQueryDefaultUILanguage; OBS as above.
 */
NTSTATUS NTAPI ZwQueryDefaultUILanguage(LANGID *DefaultUILanguageId)
{
    LANGID Installed;
    ZwQueryInstallUILanguage(&Installed);
    *DefaultUILanguageId = (LANGID)PspReadSetting(&PspUserLanguage, Installed);
    return STATUS_SUCCESS;
}

/*
 * ZwSetDefaultUILanguage - sets that. Windows waits for the user to log on again, which nobody does
 * here.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: 0; what writing to the registry says.
 * Source: DOC ntifs/ZwSetDefaultUILanguage; INF the status.
 */
NTSTATUS NTAPI ZwSetDefaultUILanguage(LANGID DefaultUILanguageId)
{
    return DefaultUILanguageId != 0 ? PspWriteSetting(&PspUserLanguage, DefaultUILanguageId)
                                    : STATUS_INVALID_PARAMETER;
}
