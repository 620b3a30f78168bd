/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Integers to and from text. Bases are 2, 8, 10 and 16; 0 means 10 when writing and "look at the
 * prefix" when reading. Digits above 9 are written in upper case and read in either.
 */
#include "rtl/rtlp.h"

char *RtlpWriteDigits(ULONGLONG Value, unsigned Base, BOOLEAN UpperCase, char Digits[RTLP_DIGITS])
{
    char *At = Digits + RTLP_DIGITS;

    do {
        unsigned Digit = (unsigned)(Value % Base);
        *--At = (char)(Digit < 10 ? '0' + Digit : (UpperCase ? 'A' : 'a') + Digit - 10);
        Value /= Base;
    } while (Value != 0);
    return At;
}

static inline BOOLEAN RtlpBaseIsValid(ULONG Base)
{
    return Base == 2 || Base == 8 || Base == 10 || Base == 16;
}

static NTSTATUS RtlpNumberToString(ULONGLONG Value, ULONG Base, UNICODE_STRING *String)
{
    char Digits[RTLP_DIGITS];
    char *First;
    SIZE_T Count;

    if (Base == 0)
        Base = 10;
    if (!RtlpBaseIsValid(Base))
        return STATUS_INVALID_PARAMETER;
    First = RtlpWriteDigits(Value, Base, TRUE, Digits);
    Count = (SIZE_T)(Digits + RTLP_DIGITS - First);
    if ((Count + 1) * sizeof(WCHAR) > String->MaximumLength) {
        RtlpTellLength(&String->Length, Count * sizeof(WCHAR));
        return STATUS_BUFFER_OVERFLOW;
    }
    for (SIZE_T At = 0; At < Count; At++)
        String->Buffer[At] = (UCHAR)First[At];
    String->Buffer[Count] = 0;
    String->Length = (USHORT)(Count * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/*
 * RtlIntegerToUnicodeString, RtlInt64ToUnicodeString - write a number, unsigned and terminated,
 * into the caller's buffer.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: Base; BUFFER_OVERFLOW: no room for digits and terminator;
 *          before Windows 11 Length then says what it would be. The buffer is untouched on failure.
 * Source:  DOC wdm/RtlIntegerToUnicodeString, RtlInt64ToUnicodeString; Length INF from public tests
 *          that pass on Windows
 */
NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, UNICODE_STRING *String)
{
    return RtlpNumberToString(Value, Base, String);
}

NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, UNICODE_STRING *String)
{
    return RtlpNumberToString(Value, Base, String);
}

/*
 * Digits of Value, with zeros in front up to Width when OutputLength is negative, and a terminator
 * when there is room for one. Calls Store for every character.
 */
static inline NTSTATUS RtlpNumberToText(
    ULONG Value, ULONG Base, LONG OutputLength, void *Text, void (*Store)(void *, SIZE_T, char))
{
    char Digits[RTLP_DIGITS];
    SIZE_T Room = OutputLength < 0 ? 0 - (SIZE_T)(LONG_PTR)OutputLength : (SIZE_T)OutputLength;
    SIZE_T Zeros;
    SIZE_T Count;
    char *First;

    if (Base == 0)
        Base = 10;
    if (!RtlpBaseIsValid(Base))
        return STATUS_INVALID_PARAMETER;
    First = RtlpWriteDigits(Value, Base, TRUE, Digits);
    Count = (SIZE_T)(Digits + RTLP_DIGITS - First);
    if (Count > Room)
        return STATUS_BUFFER_OVERFLOW;
    Zeros = OutputLength < 0 ? Room - Count : 0;
    for (SIZE_T At = 0; At < Zeros; At++)
        Store(Text, At, '0');
    for (SIZE_T At = 0; At < Count; At++)
        Store(Text, Zeros + At, First[At]);
    if (Zeros + Count < Room)
        Store(Text, Zeros + Count, '\0');
    return STATUS_SUCCESS;
}

static inline void RtlpStoreNarrow(void *Text, SIZE_T At, char Character)
{
    ((char *)Text)[At] = Character;
}

static inline void RtlpStoreWide(void *Text, SIZE_T At, char Character)
{
    ((WCHAR *)Text)[At] = (UCHAR)Character;
}

/*
 * RtlIntegerToChar, RtlIntegerToUnicode - write a number, unsigned, into OutputLength characters.
 *
 * OutputLength: negative asks for that many digits, zeros in front.
 * IRQL:    any
 * Returns: SUCCESS, terminated unless the digits fill the buffer; INVALID_PARAMETER: Base;
 *          BUFFER_OVERFLOW: more digits than characters, nothing written.
 * Source:  INF (not documented)
 */
NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, LONG OutputLength, CHAR *String)
{
    return RtlpNumberToText(Value, Base, OutputLength, String, RtlpStoreNarrow);
}

NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength, WCHAR *String)
{
    return RtlpNumberToText(Value, Base, OutputLength, String, RtlpStoreWide);
}

/* Reads a number through Next, which gives the next character, 0 at the end, again and again. */
typedef struct RTLP_READER {
    const CHAR *Narrow; /* terminated; NULL: read Wide */
    const WCHAR *Wide;
    SIZE_T Count; /* characters of Wide */
    SIZE_T At;
} RTLP_READER;

static inline unsigned RtlpPeek(const RTLP_READER *Reader)
{
    if (Reader->Narrow != NULL)
        return (UCHAR)Reader->Narrow[Reader->At];
    return Reader->At < Reader->Count ? Reader->Wide[Reader->At] : 0;
}

/* The base a prefix asks for; the prefix is consumed. */
static ULONG RtlpReadPrefix(RTLP_READER *Reader)
{
    ULONG Base = 10;

    if (RtlpPeek(Reader) != '0')
        return Base;
    Reader->At++;
    switch (RtlpPeek(Reader)) {
    case 'x':
        Base = 16;
        break;
    case 'o':
        Base = 8;
        break;
    case 'b':
        Base = 2;
        break;
    default:
        return Base; /* the zero was a digit, and worth nothing */
    }
    Reader->At++;
    return Base;
}

static NTSTATUS RtlpReadNumber(RTLP_READER *Reader, ULONG Base, ULONG *Value)
{
    ULONG Result = 0;
    BOOLEAN Negative = FALSE;

    while (RtlpPeek(Reader) != 0 && RtlpPeek(Reader) <= ' ')
        Reader->At++;
    if (RtlpPeek(Reader) == '+' || RtlpPeek(Reader) == '-') {
        Negative = RtlpPeek(Reader) == '-';
        Reader->At++;
    }
    if (Base == 0)
        Base = RtlpReadPrefix(Reader);
    else if (!RtlpBaseIsValid(Base))
        return STATUS_INVALID_PARAMETER;
    for (; RtlpDigit(RtlpPeek(Reader)) < Base; Reader->At++)
        Result = Result * Base + RtlpDigit(RtlpPeek(Reader));
    *Value = Negative ? 0 - Result : Result;
    return STATUS_SUCCESS;
}

/*
 * RtlUnicodeStringToInteger - read a number: white space, a sign, digits up to the first that is
 * none.
 *
 * Base:    0 takes 0x, 0o, 0b for 16, 8, 2 and nothing for 10.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also when there were no digits (0) or too many (modulo 2^32);
 *          INVALID_PARAMETER: Base, or an empty string or one with half a character, which before
 *          Windows Vista are 0 and taken without that.
 * Source:  DOC wdm/RtlUnicodeStringToInteger; overflow, half characters and older systems INF from
 *          public tests that pass on Windows
 */
NTSTATUS NTAPI RtlUnicodeStringToInteger(const UNICODE_STRING *String, ULONG Base, ULONG *Value)
{
    RTLP_READER Reader = {.Wide = String->Buffer, .Count = String->Length / sizeof(WCHAR)};

    if ((Reader.Count == 0 || String->Length % sizeof(WCHAR) != 0) &&
        RtlpSinceBuild(RTLP_BUILD_VISTA))
        return STATUS_INVALID_PARAMETER;
    return RtlpReadNumber(&Reader, Base, Value);
}

/*
 * RtlCharToInteger - the same for terminated text; an empty one is 0.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: Base.
 * Source:  DOC ntddk/RtlCharToInteger
 */
NTSTATUS NTAPI RtlCharToInteger(const CHAR *String, ULONG Base, ULONG *Value)
{
    RTLP_READER Reader = {.Narrow = String};

    return RtlpReadNumber(&Reader, Base, Value);
}
