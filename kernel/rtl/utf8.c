/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * UTF-8 and UTF-16. Whatever is not well-formed becomes U+FFFD, one for every longest part that
 * could have begun a character, as Unicode recommends; but as on Windows, a lead byte takes the
 * second byte along that makes it a surrogate, too long a form or too large (INF from public tests
 * that pass there).
 */
#include "rtl/rtlp.h"

#define RTLP_REPLACEMENT 0xFFFDu

/* Bounds of the second byte, which for four lead bytes are narrower than 80..BF. */
static inline BOOLEAN RtlpSecondByteFits(UCHAR Lead, UCHAR Second)
{
    UCHAR Low = Lead == 0xE0 ? 0xA0 : Lead == 0xF0 ? 0x90 : 0x80;
    UCHAR High = Lead == 0xED ? 0x9F : Lead == 0xF4 ? 0x8F : 0xBF;

    return Second >= Low && Second <= High;
}

ULONG RtlpDecodeUtf8(const UCHAR *Text, SIZE_T Size, SIZE_T *At, BOOLEAN *Malformed)
{
    UCHAR Lead = Text[(*At)++];
    unsigned More = Lead >= 0xF0 ? 3 : Lead >= 0xE0 ? 2 : 1;
    ULONG Code;

    if (Lead < 0x80)
        return Lead;
    if (Lead < 0xC2 || Lead > 0xF4) {
        *Malformed = TRUE;
        return RTLP_REPLACEMENT;
    }
    Code = Lead & (0x3Fu >> More);
    for (unsigned Index = 0; Index < More; Index++) {
        UCHAR Next = *At < Size ? Text[*At] : 0;
        if ((Next & 0xC0) != 0x80 || (Index == 0 && !RtlpSecondByteFits(Lead, Next))) {
            *At += (Next & 0xC0) == 0x80;
            *Malformed = TRUE;
            return RTLP_REPLACEMENT;
        }
        Code = Code << 6 | (Next & 0x3Fu);
        (*At)++;
    }
    return Code;
}

ULONG RtlpDecodeUtf16(const WCHAR *Text, SIZE_T Count, SIZE_T *At, BOOLEAN *Malformed)
{
    WCHAR First = Text[(*At)++];

    if (First < 0xD800 || First > 0xDFFF)
        return First;
    if (First < 0xDC00 && *At < Count && (Text[*At] & 0xFC00) == 0xDC00)
        return 0x10000u + ((First & 0x3FFu) << 10) + (Text[(*At)++] & 0x3FFu);
    *Malformed = TRUE;
    return RTLP_REPLACEMENT;
}

unsigned RtlpEncodeUtf8(ULONG Code, UCHAR Bytes[4])
{
    unsigned Length = Code < 0x80 ? 1 : Code < 0x800 ? 2 : Code < 0x10000 ? 3 : 4;
    static const UCHAR Marks[] = {0, 0x00, 0xC0, 0xE0, 0xF0};

    for (unsigned Index = Length - 1; Index > 0; Index--) {
        Bytes[Index] = 0x80 | (Code & 0x3F);
        Code >>= 6;
    }
    Bytes[0] = (UCHAR)(Marks[Length] | Code);
    return Length;
}

unsigned RtlpEncodeUtf16(ULONG Code, WCHAR Characters[2])
{
    if (Code < 0x10000) {
        Characters[0] = (WCHAR)Code;
        return 1;
    }
    Code -= 0x10000;
    Characters[0] = (WCHAR)(0xD800 | Code >> 10);
    Characters[1] = (WCHAR)(0xDC00 | (Code & 0x3FF));
    return 2;
}

static NTSTATUS RtlpToUtf8N(
    UCHAR *Destination, ULONG Maximum, ULONG *Actual, const WCHAR *Source, SIZE_T Count)
{
    BOOLEAN Malformed = FALSE;
    ULONG Written = 0;

    for (SIZE_T At = 0; At < Count;) {
        UCHAR Bytes[4];
        unsigned Length = RtlpEncodeUtf8(RtlpDecodeUtf16(Source, Count, &At, &Malformed), Bytes);

        if (Destination != NULL) {
            if (Length > Maximum - Written) {
                *Actual = Written;
                return STATUS_BUFFER_TOO_SMALL;
            }
            for (unsigned Index = 0; Index < Length; Index++)
                Destination[Written + Index] = Bytes[Index];
        }
        Written += Length;
    }
    *Actual = Written;
    return Malformed ? STATUS_SOME_NOT_MAPPED : STATUS_SUCCESS;
}

static NTSTATUS RtlpToUtf16N(
    WCHAR *Destination, ULONG MaximumBytes, ULONG *Actual, const UCHAR *Source, ULONG Size)
{
    BOOLEAN Malformed = FALSE;
    ULONG Maximum = MaximumBytes / sizeof(WCHAR);
    ULONG Written = 0;

    for (SIZE_T At = 0; At < Size;) {
        WCHAR Characters[2];
        unsigned Length =
            RtlpEncodeUtf16(RtlpDecodeUtf8(Source, Size, &At, &Malformed), Characters);

        if (Destination != NULL) {
            if (Length > Maximum - Written) {
                *Actual = Written * sizeof(WCHAR);
                return STATUS_BUFFER_TOO_SMALL;
            }
            for (unsigned Index = 0; Index < Length; Index++)
                Destination[Written + Index] = Characters[Index];
        }
        Written += Length;
    }
    *Actual = Written * sizeof(WCHAR);
    return Malformed ? STATUS_SOME_NOT_MAPPED : STATUS_SUCCESS;
}

/*
 * RtlUnicodeToUTF8N - UTF-16 to UTF-8, by byte counts; a terminator is converted like any
 * character.
 *
 * UTF8StringDestination: NULL asks for the bytes needed.
 * UTF8StringActualByteCount: bytes written, also when the buffer is too small.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SOME_NOT_MAPPED: unpaired surrogates became U+FFFD; BUFFER_TOO_SMALL: as many
 *          whole characters as fit were written; INVALID_PARAMETER: nowhere to put the count;
 *          INVALID_PARAMETER_4: no source; INVALID_PARAMETER_5: half a character, which does not
 *          count where only the bytes are asked for.
 * Source:  DOC ntifs/RtlUnicodeToUTF8N; INVALID_PARAMETER with a destination but no count INF; half
 *          a character INF from public tests that pass on Windows
 */
NTSTATUS NTAPI RtlUnicodeToUTF8N(CHAR *UTF8StringDestination, ULONG UTF8StringMaxByteCount,
    ULONG *UTF8StringActualByteCount, const WCHAR *UnicodeStringSource,
    ULONG UnicodeStringByteCount)
{
    if (UnicodeStringSource == NULL)
        return STATUS_INVALID_PARAMETER_4;
    if (UTF8StringActualByteCount == NULL)
        return STATUS_INVALID_PARAMETER;
    if (UTF8StringDestination != NULL && UnicodeStringByteCount % sizeof(WCHAR) != 0)
        return STATUS_INVALID_PARAMETER_5;
    return RtlpToUtf8N((UCHAR *)UTF8StringDestination, UTF8StringMaxByteCount,
        UTF8StringActualByteCount, UnicodeStringSource, UnicodeStringByteCount / sizeof(WCHAR));
}

/*
 * RtlUTF8ToUnicodeN - UTF-8 to UTF-16, by byte counts; a terminator is converted like any
 * character.
 *
 * UnicodeStringDestination: NULL asks for the bytes needed.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SOME_NOT_MAPPED: malformed parts became U+FFFD; BUFFER_TOO_SMALL: as many whole
 *          characters as fit were written; INVALID_PARAMETER: nowhere to put the count;
 *          INVALID_PARAMETER_4: no source.
 * Source:  DOC ntifs/RtlUTF8ToUnicodeN; INVALID_PARAMETER with a destination but no count INF
 */
NTSTATUS NTAPI RtlUTF8ToUnicodeN(WCHAR *UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
    ULONG *UnicodeStringActualByteCount, const CHAR *UTF8StringSource, ULONG UTF8StringByteCount)
{
    if (UTF8StringSource == NULL)
        return STATUS_INVALID_PARAMETER_4;
    if (UnicodeStringActualByteCount == NULL)
        return STATUS_INVALID_PARAMETER;
    return RtlpToUtf16N(UnicodeStringDestination, UnicodeStringMaxByteCount,
        UnicodeStringActualByteCount, (const UCHAR *)UTF8StringSource, UTF8StringByteCount);
}

/*
 * RtlUTF8StringToUnicodeString - a UNICODE_STRING, terminated, from a UTF8_STRING.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SOME_NOT_MAPPED; INVALID_PARAMETER_2: longer than a UNICODE_STRING can be;
 *          NO_MEMORY; BUFFER_OVERFLOW: the caller's buffer has no room. Nothing is written on
 *          failure.
 * Owner:   caller, if allocated; RtlFreeUnicodeString.
 * Source:  DOC ntifs/RtlUTF8StringToUnicodeString; statuses INF from RtlAnsiStringToUnicodeString
 */
NTSTATUS NTAPI RtlUTF8StringToUnicodeString(UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    const UCHAR *Source = (const UCHAR *)SourceString->Buffer;
    WCHAR *Buffer = DestinationString->Buffer;
    ULONG Length = 0;
    NTSTATUS Status = RtlpToUtf16N(NULL, 0, &Length, Source, SourceString->Length);

    if (Length > RTLP_MAX_UNICODE_BYTES)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        Buffer = RtlpAllocate(Length + sizeof(WCHAR), (ULONG_PTR)__builtin_return_address(0));
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        DestinationString->Buffer = Buffer;
        DestinationString->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    } else if (Length + sizeof(WCHAR) > DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    RtlpToUtf16N(Buffer, Length, &Length, Source, SourceString->Length);
    Buffer[Length / sizeof(WCHAR)] = 0;
    DestinationString->Length = (USHORT)Length;
    return Status;
}

/*
 * RtlUnicodeStringToUTF8String - a UTF8_STRING, terminated, from a UNICODE_STRING.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as RtlUTF8StringToUnicodeString.
 * Owner:   caller, if allocated; RtlFreeUTF8String.
 * Source:  DOC ntifs/RtlUnicodeStringToUTF8String; statuses INF from RtlUnicodeStringToAnsiString
 */
NTSTATUS NTAPI RtlUnicodeStringToUTF8String(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    SIZE_T Count = SourceString->Length / sizeof(WCHAR);
    CHAR *Buffer = DestinationString->Buffer;
    ULONG Length = 0;
    NTSTATUS Status = RtlpToUtf8N(NULL, 0, &Length, SourceString->Buffer, Count);

    if (Length > RTLP_MAX_ANSI_BYTES)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        Buffer = RtlpAllocate(Length + 1, (ULONG_PTR)__builtin_return_address(0));
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        DestinationString->Buffer = Buffer;
        DestinationString->MaximumLength = (USHORT)(Length + 1);
    } else if (Length + 1 > DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    RtlpToUtf8N((UCHAR *)Buffer, Length, &Length, SourceString->Buffer, Count);
    Buffer[Length] = '\0';
    DestinationString->Length = (USHORT)Length;
    return Status;
}

/* ---- For the kernel -------------------------------------------------------------------------- */

BOOLEAN RtlpFromUtf8(const char *Text, UNICODE_STRING *Result)
{
    SIZE_T Size = RtlpStrLength(Text);
    ULONG Length = 0;
    WCHAR *Buffer;

    /* Every byte becomes at most one character, so that the sizes below cannot wrap. */
    if (Size > RTLP_MAX_ANSI_BYTES)
        return FALSE;
    if (RtlpToUtf16N(NULL, 0, &Length, (const UCHAR *)Text, (ULONG)Size) != STATUS_SUCCESS)
        return FALSE;
    if (Length > RTLP_MAX_UNICODE_BYTES)
        return FALSE;
    Buffer = RtlpAllocate(Length + sizeof(WCHAR), (ULONG_PTR)__builtin_return_address(0));
    if (Buffer == NULL)
        return FALSE;
    RtlpToUtf16N(Buffer, Length, &Length, (const UCHAR *)Text, (ULONG)Size);
    Buffer[Length / sizeof(WCHAR)] = 0;
    Result->Buffer = Buffer;
    Result->Length = (USHORT)Length;
    Result->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    return TRUE;
}

SIZE_T RtlpToUtf8(const UNICODE_STRING *String, char *Text, SIZE_T Size)
{
    BOOLEAN Malformed = FALSE;
    SIZE_T Count = String->Length / sizeof(WCHAR);
    SIZE_T Needed = 0;
    SIZE_T Written = 0;

    for (SIZE_T At = 0; At < Count;) {
        UCHAR Bytes[4];
        unsigned Length =
            RtlpEncodeUtf8(RtlpDecodeUtf16(String->Buffer, Count, &At, &Malformed), Bytes);

        /* Never half a character, and none behind one that did not fit. */
        if (Written == Needed && Written + Length < Size) {
            for (unsigned Index = 0; Index < Length; Index++)
                Text[Written++] = (char)Bytes[Index];
        }
        Needed += Length;
    }
    if (Size != 0)
        Text[Written] = '\0';
    return Needed;
}

static BOOLEAN RtlpIsUtf8(const UCHAR *Text, SIZE_T Length)
{
    BOOLEAN Malformed = FALSE;

    for (SIZE_T At = 0; At < Length && !Malformed;)
        RtlpDecodeUtf8(Text, Length, &At, &Malformed);
    return !Malformed;
}

void RtlpAnsiToUtf8(const char *Text, SIZE_T Length, char *Result, SIZE_T Size)
{
    const UCHAR *Source = (const UCHAR *)Text;
    BOOLEAN Utf8 = RtlpIsUtf8(Source, Length);
    BOOLEAN Malformed = FALSE;
    SIZE_T Written = 0;

    for (SIZE_T At = 0; At < Length;) {
        UCHAR Bytes[4];
        ULONG Code = Utf8 ? RtlpDecodeUtf8(Source, Length, &At, &Malformed)
                          : RtlpByteToUnicode(RtlpAnsiPage, Source[At++]);
        unsigned Count = RtlpEncodeUtf8(Code, Bytes);

        if (Written + Count >= Size)
            break;
        for (unsigned Index = 0; Index < Count; Index++)
            Result[Written++] = (char)Bytes[Index];
    }
    Result[Written] = '\0';
}
