/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * GUIDs to and from their registry form, {00112233-4455-6677-8899-AABBCCDDEEFF}: 38 characters, of
 * which the first three groups are numbers and the rest bytes.
 */
#include "rtl/rtlp.h"

#define RTLP_GUID_CHARACTERS 38

/* Bytes of a GUID in the order they are written; the first three groups are numbers. */
static const UCHAR RtlpGuidOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static inline BOOLEAN RtlpDashBefore(unsigned Index)
{
    return Index == 4 || Index == 6 || Index == 8 || Index == 10;
}

/*
 * RtlStringFromGUID - a GUID as text, terminated, digits in upper case.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_MEMORY: GuidString untouched.
 * Owner:   caller; RtlFreeUnicodeString.
 * Source:  DOC wdm/RtlStringFromGUID; NO_MEMORY INF
 */
NTSTATUS NTAPI RtlStringFromGUID(const GUID *Guid, UNICODE_STRING *GuidString)
{
    const UCHAR *Bytes = (const UCHAR *)Guid;
    SIZE_T Size = (RTLP_GUID_CHARACTERS + 1) * sizeof(WCHAR);
    WCHAR *Buffer = RtlpAllocate(Size, (ULONG_PTR)__builtin_return_address(0));
    WCHAR *At = Buffer;

    if (Buffer == NULL)
        return STATUS_NO_MEMORY;
    *At++ = '{';
    for (unsigned Index = 0; Index < 16; Index++) {
        UCHAR Byte = Bytes[RtlpGuidOrder[Index]];
        if (RtlpDashBefore(Index))
            *At++ = '-';
        *At++ = (UCHAR) "0123456789ABCDEF"[Byte >> 4];
        *At++ = (UCHAR) "0123456789ABCDEF"[Byte & 15];
    }
    *At++ = '}';
    *At = 0;
    GuidString->Buffer = Buffer;
    GuidString->Length = RTLP_GUID_CHARACTERS * sizeof(WCHAR);
    GuidString->MaximumLength = (USHORT)Size;
    return STATUS_SUCCESS;
}

static BOOLEAN RtlpReadByte(const WCHAR *Text, UCHAR *Byte)
{
    unsigned High = RtlpDigit(Text[0]);
    unsigned Low = RtlpDigit(Text[1]);

    if (High > 15 || Low > 15)
        return FALSE;
    *Byte = (UCHAR)(High << 4 | Low);
    return TRUE;
}

/*
 * RtlGUIDFromString - read a GUID, digits in either case. Behind it only a terminator may stand.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: not of that form, *Guid untouched.
 * Source:  DOC wdm/RtlGUIDFromString; what may follow INF
 */
NTSTATUS NTAPI RtlGUIDFromString(const UNICODE_STRING *GuidString, GUID *Guid)
{
    SIZE_T Count = GuidString->Length / sizeof(WCHAR);
    const WCHAR *At = GuidString->Buffer;
    union {
        GUID Guid;
        UCHAR Bytes[16];
    } Result;

    if (Count < RTLP_GUID_CHARACTERS
        || (Count > RTLP_GUID_CHARACTERS && At[RTLP_GUID_CHARACTERS] != 0))
        return STATUS_INVALID_PARAMETER;
    if (At[0] != '{' || At[RTLP_GUID_CHARACTERS - 1] != '}')
        return STATUS_INVALID_PARAMETER;
    At++;
    for (unsigned Index = 0; Index < 16; Index++) {
        if (RtlpDashBefore(Index) && *At++ != '-')
            return STATUS_INVALID_PARAMETER;
        if (!RtlpReadByte(At, &Result.Bytes[RtlpGuidOrder[Index]]))
            return STATUS_INVALID_PARAMETER;
        At += 2;
    }
    *Guid = Result.Guid;
    return STATUS_SUCCESS;
}
