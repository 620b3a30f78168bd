/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Comparing and hashing counted strings. Without case, both sides are compared in upper case. Order
 * is that of the characters' numbers, a string before what it is the beginning of.
 */
#include "rtl/rtlp.h"

static inline LONG RtlpCompareWide(
    const WCHAR *A, SIZE_T CountA, const WCHAR *B, SIZE_T CountB, BOOLEAN CaseInsensitive)
{
    SIZE_T Common = RtlpMinimum(CountA, CountB);

    for (SIZE_T At = 0; At < Common; At++) {
        WCHAR CharA = A[At];
        WCHAR CharB = B[At];

        if (CharA == CharB)
            continue;
        if (CaseInsensitive) {
            CharA = RtlpUpcase(CharA);
            CharB = RtlpUpcase(CharB);
        }
        if (CharA != CharB)
            return (LONG)CharA - (LONG)CharB;
    }
    return (LONG)CountA - (LONG)CountB;
}

static inline LONG RtlpCompareNarrow(
    const char *A, SIZE_T CountA, const char *B, SIZE_T CountB, BOOLEAN CaseInsensitive)
{
    SIZE_T Common = RtlpMinimum(CountA, CountB);

    for (SIZE_T At = 0; At < Common; At++) {
        char CharA = A[At];
        char CharB = B[At];

        if (CharA == CharB)
            continue;
        if (CaseInsensitive) {
            CharA = RtlUpperChar(CharA);
            CharB = RtlUpperChar(CharB);
        }
        if (CharA != CharB)
            return (LONG)(UCHAR)CharA - (LONG)(UCHAR)CharB;
    }
    return (LONG)CountA - (LONG)CountB;
}

/*
 * RtlCompareUnicodeString, RtlCompareUnicodeStrings - order two strings; the second takes
 * characters and their counts.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: below, above or zero as String1 is before, behind or the same as String2.
 * Source:  DOC wdm/RtlCompareUnicodeString, RtlCompareUnicodeStrings
 */
LONG NTAPI RtlCompareUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive)
{
    return RtlpCompareWide(String1->Buffer, String1->Length / sizeof(WCHAR), String2->Buffer,
        String2->Length / sizeof(WCHAR), CaseInsensitive);
}

LONG NTAPI RtlCompareUnicodeStrings(const WCHAR *String1, SIZE_T String1Length,
    const WCHAR *String2, SIZE_T String2Length, BOOLEAN CaseInSensitive)
{
    return RtlpCompareWide(String1, String1Length, String2, String2Length, CaseInSensitive);
}

/*
 * RtlEqualUnicodeString - whether two strings are the same.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC wdm/RtlEqualUnicodeString
 */
BOOLEAN NTAPI RtlEqualUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive)
{
    SIZE_T Count = String1->Length / sizeof(WCHAR);

    if (String1->Length != String2->Length)
        return FALSE;
    return RtlpCompareWide(String1->Buffer, Count, String2->Buffer, Count, CaseInsensitive) == 0;
}

/*
 * RtlPrefixUnicodeString - whether String2 begins with String1.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntddk/RtlPrefixUnicodeString
 */
BOOLEAN NTAPI RtlPrefixUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive)
{
    SIZE_T Count = String1->Length / sizeof(WCHAR);

    if (String1->Length > String2->Length)
        return FALSE;
    return RtlpCompareWide(String1->Buffer, Count, String2->Buffer, Count, CaseInsensitive) == 0;
}

/*
 * RtlCompareString, RtlEqualString, RtlPrefixString - the same for strings of the ANSI code page.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntddk/RtlCompareString, RtlEqualString, RtlPrefixString
 */
LONG NTAPI RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInsensitive)
{
    return RtlpCompareNarrow(
        String1->Buffer, String1->Length, String2->Buffer, String2->Length, CaseInsensitive);
}

BOOLEAN NTAPI RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInsensitive)
{
    SIZE_T Count = String1->Length;

    if (Count != String2->Length)
        return FALSE;
    return RtlpCompareNarrow(String1->Buffer, Count, String2->Buffer, Count, CaseInsensitive) == 0;
}

BOOLEAN NTAPI RtlPrefixString(const STRING *String1, const STRING *String2, BOOLEAN CaseInsensitive)
{
    SIZE_T Count = String1->Length;

    if (Count > String2->Length)
        return FALSE;
    return RtlpCompareNarrow(String1->Buffer, Count, String2->Buffer, Count, CaseInsensitive) == 0;
}

/*
 * RtlHashUnicodeString - a hash of a string's characters, the same for both cases if asked.
 *
 * HashAlgorithm: HASH_STRING_ALGORITHM_DEFAULT or _X65599, which are the same.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no string, nowhere to put the hash, or another algorithm.
 * Source:  DOC wdm/RtlHashUnicodeString; the default INF
 */
NTSTATUS NTAPI RtlHashUnicodeString(
    const UNICODE_STRING *String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm, ULONG *HashValue)
{
    ULONG Hash = 0;

    if (String == NULL || HashValue == NULL)
        return STATUS_INVALID_PARAMETER;
    if (HashAlgorithm != HASH_STRING_ALGORITHM_DEFAULT
        && HashAlgorithm != HASH_STRING_ALGORITHM_X65599)
        return STATUS_INVALID_PARAMETER;
    for (SIZE_T At = 0; At < String->Length / sizeof(WCHAR); At++) {
        WCHAR Character = String->Buffer[At];
        Hash = Hash * 65599 + (CaseInSensitive ? RtlpUpcase(Character) : Character);
    }
    *HashValue = Hash;
    return STATUS_SUCCESS;
}
