/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Numbers in the C library the kernel exports: text to number and back. Numbers that do not fit
 * become the largest or smallest there is; there is no errno in the kernel.
 */
#include "rtl/rtlp.h"

static inline BOOLEAN RtlpIsSpace(unsigned Character)
{
    return Character == ' ' || (Character >= '\t' && Character <= '\r');
}

/* What the readers below have in common: characters of either width by index. */
typedef struct RTLP_DIGIT_SOURCE {
    const char *Narrow; /* NULL: Wide */
    const WCHAR *Wide;
} RTLP_DIGIT_SOURCE;

static inline unsigned RtlpCharacterAt(const RTLP_DIGIT_SOURCE *Source, SIZE_T At)
{
    return Source->Narrow != NULL ? (UCHAR)Source->Narrow[At] : Source->Wide[At];
}

/* Skips white space and a sign; returns whether that was a minus. */
static BOOLEAN RtlpReadSign(const RTLP_DIGIT_SOURCE *Source, SIZE_T *At)
{
    unsigned Sign;

    while (RtlpIsSpace(RtlpCharacterAt(Source, *At)))
        (*At)++;
    Sign = RtlpCharacterAt(Source, *At);
    if (Sign == '-' || Sign == '+')
        (*At)++;
    return Sign == '-';
}

/*
 * Reads digits of Base (0: by prefix) up to Maximum, which stands for all above. *At ends behind
 * the last digit; where there is none, it is 0.
 */
static ULONGLONG RtlpReadMagnitude(const RTLP_DIGIT_SOURCE *Source, SIZE_T *At, unsigned Base,
    ULONGLONG Maximum, BOOLEAN *Overflow)
{
    ULONGLONG Value = 0;
    SIZE_T First;

    if ((Base == 0 || Base == 16) && RtlpCharacterAt(Source, *At) == '0'
        && (RtlpCharacterAt(Source, *At + 1) | 0x20) == 'x'
        && RtlpDigit(RtlpCharacterAt(Source, *At + 2)) < 16) {
        Base = 16;
        *At += 2;
    } else if (Base == 0) {
        Base = RtlpCharacterAt(Source, *At) == '0' ? 8 : 10;
    }
    First = *At;
    for (;; (*At)++) {
        unsigned Digit = RtlpDigit(RtlpCharacterAt(Source, *At));

        if (Digit >= Base)
            break;
        if (Value > (Maximum - Digit) / Base)
            *Overflow = TRUE;
        Value = Value * Base + Digit;
    }
    if (*At == First)
        *At = 0;
    return *Overflow ? Maximum : Value;
}

static LONG RtlpReadLong(const RTLP_DIGIT_SOURCE *Source)
{
    SIZE_T At = 0;
    BOOLEAN Overflow = FALSE;
    BOOLEAN Negative = RtlpReadSign(Source, &At);
    ULONGLONG Limit = Negative ? (ULONGLONG)MAXLONG + 1 : MAXLONG;
    ULONGLONG Magnitude = RtlpReadMagnitude(Source, &At, 10, Limit, &Overflow);

    return (LONG)(Negative ? 0 - Magnitude : Magnitude);
}

/*
 * atoi, atol, _wtoi, _wtol - a decimal number behind white space; 0: there is none.
 *
 * IRQL:    any, if resident
 * Source:  DOC crt/atoi, _wtoi
 */
int NTAPIV NtCrt_atoi(const char *Text)
{
    return RtlpReadLong(&(RTLP_DIGIT_SOURCE){.Narrow = Text});
}

LONG NTAPIV NtCrt_atol(const char *Text)
{
    return RtlpReadLong(&(RTLP_DIGIT_SOURCE){.Narrow = Text});
}

int NTAPIV NtCrt_wtoi(const WCHAR *Text)
{
    return RtlpReadLong(&(RTLP_DIGIT_SOURCE){.Wide = Text});
}

LONG NTAPIV NtCrt_wtol(const WCHAR *Text)
{
    return RtlpReadLong(&(RTLP_DIGIT_SOURCE){.Wide = Text});
}

/*
 * wcstoul, _strtoui64 - an unsigned number of any base, behind white space and a sign.
 *
 * Base:    2 to 36; 0 takes 0x for 16, 0 for 8 and other digits for 10.
 * *End:    optional; behind the number, or Text when there is none.
 * IRQL:    any, if resident
 * Returns: 0: no number or no such base; the largest number: too large. A minus negates.
 * Source:  DOC C standard, crt/_strtoui64
 */
ULONG NTAPIV NtCrt_wcstoul(const WCHAR *Text, WCHAR **End, int Base)
{
    RTLP_DIGIT_SOURCE Source = {.Wide = Text};
    SIZE_T At = 0;
    BOOLEAN Overflow = FALSE;
    BOOLEAN Negative = FALSE;
    ULONG Value = 0;

    if (Base == 0 || (Base >= 2 && Base <= 36)) {
        Negative = RtlpReadSign(&Source, &At);
        Value = (ULONG)RtlpReadMagnitude(&Source, &At, (unsigned)Base, MAXULONG, &Overflow);
    }
    if (End != NULL)
        *End = (WCHAR *)(ULONG_PTR)(Text + At);
    return Negative && !Overflow ? 0 - Value : Value;
}

ULONGLONG NTAPIV NtCrt_strtoui64(const char *Text, char **End, int Base)
{
    RTLP_DIGIT_SOURCE Source = {.Narrow = Text};
    SIZE_T At = 0;
    BOOLEAN Overflow = FALSE;
    BOOLEAN Negative = FALSE;
    ULONGLONG Value = 0;

    if (Base == 0 || (Base >= 2 && Base <= 36)) {
        Negative = RtlpReadSign(&Source, &At);
        Value = RtlpReadMagnitude(&Source, &At, (unsigned)Base, ~0ull, &Overflow);
    }
    if (End != NULL)
        *End = (char *)(ULONG_PTR)(Text + At);
    return Negative && !Overflow ? 0 - Value : Value;
}

/* ---- Numbers to text ------------------------------------------------------------------------- */

/* Writes a number into Size characters, terminated; a size of MAXSIZE_T is not one. */
typedef struct RTLP_DIGIT_SINK {
    char *Narrow; /* NULL: Wide */
    WCHAR *Wide;
    SIZE_T Size;
} RTLP_DIGIT_SINK;

static inline void RtlpStore(const RTLP_DIGIT_SINK *Sink, SIZE_T At, char Character)
{
    if (Sink->Narrow != NULL)
        Sink->Narrow[At] = Character;
    else
        Sink->Wide[At] = (UCHAR)Character;
}

static int RtlpStoreNumber(
    const RTLP_DIGIT_SINK *Sink, ULONGLONG Magnitude, BOOLEAN Negative, int Radix)
{
    char Digits[RTLP_DIGITS + 1];
    SIZE_T Count;
    char *First;

    if ((Sink->Narrow == NULL && Sink->Wide == NULL) || Sink->Size == 0)
        return NTCRT_EINVAL;
    RtlpStore(Sink, 0, '\0');
    if (Radix < 2 || Radix > 36)
        return NTCRT_EINVAL;
    First = RtlpWriteDigits(Magnitude, (unsigned)Radix, FALSE, Digits + 1);
    if (Negative)
        *--First = '-';
    Count = (SIZE_T)(Digits + sizeof(Digits) - First);
    if (Count >= Sink->Size)
        return NTCRT_ERANGE;
    for (SIZE_T At = 0; At < Count; At++)
        RtlpStore(Sink, At, First[At]);
    RtlpStore(Sink, Count, '\0');
    return 0;
}

/* Only decimal numbers have a sign. */
static int RtlpStoreLong(const RTLP_DIGIT_SINK *Sink, LONG Value, int Radix)
{
    BOOLEAN Negative = Radix == 10 && Value < 0;

    return RtlpStoreNumber(Sink, Negative ? 0 - (ULONG)Value : (ULONG)Value, Negative, Radix);
}

static int RtlpStoreLongLong(const RTLP_DIGIT_SINK *Sink, LONGLONG Value, int Radix)
{
    BOOLEAN Negative = Radix == 10 && Value < 0;

    return RtlpStoreNumber(
        Sink, Negative ? 0 - (ULONGLONG)Value : (ULONGLONG)Value, Negative, Radix);
}

/*
 * _itoa, _itow - a number as text, digits above 9 in lower case. Only decimal numbers are signed.
 *
 * Radix:   2 to 36.
 * IRQL:    any, if resident
 * Returns: Text.
 * Source:  DOC crt/_itoa, _itow
 */
char *NTAPIV NtCrt_itoa(int Value, char *Text, int Radix)
{
    RtlpStoreLong(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = MAXSIZE_T}, Value, Radix);
    return Text;
}

WCHAR *NTAPIV NtCrt_itow(int Value, WCHAR *Text, int Radix)
{
    RtlpStoreLong(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = MAXSIZE_T}, Value, Radix);
    return Text;
}

/*
 * _itoa_s, _ltoa_s, _ultoa_s, _i64toa_s, _ui64toa_s and the same with w - the same within Size
 * characters, terminator included.
 *
 * IRQL:    any, if resident
 * Returns: 0; EINVAL: no text or size, or radix not 2 to 36; ERANGE: no room. Text is then empty.
 * Source:  DOC crt/_itoa_s, _ultoa_s
 */
int NTAPIV NtCrt_itoa_s(int Value, char *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLong(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ltoa_s(LONG Value, char *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLong(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ultoa_s(ULONG Value, char *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreNumber(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = Size}, Value, FALSE, Radix);
}

int NTAPIV NtCrt_i64toa_s(LONGLONG Value, char *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLongLong(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ui64toa_s(ULONGLONG Value, char *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreNumber(&(RTLP_DIGIT_SINK){.Narrow = Text, .Size = Size}, Value, FALSE, Radix);
}

int NTAPIV NtCrt_itow_s(int Value, WCHAR *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLong(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ltow_s(LONG Value, WCHAR *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLong(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ultow_s(ULONG Value, WCHAR *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreNumber(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = Size}, Value, FALSE, Radix);
}

int NTAPIV NtCrt_i64tow_s(LONGLONG Value, WCHAR *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreLongLong(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = Size}, Value, Radix);
}

int NTAPIV NtCrt_ui64tow_s(ULONGLONG Value, WCHAR *Text, SIZE_T Size, int Radix)
{
    return RtlpStoreNumber(&(RTLP_DIGIT_SINK){.Wide = Text, .Size = Size}, Value, FALSE, Radix);
}
