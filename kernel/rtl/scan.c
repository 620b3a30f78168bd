/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The scanf family as the kernel exports it: one reader for both widths of characters. Text goes
 * into buffers whose sizes follow them among the arguments, as everywhere in the functions that end
 * in _s. Floating point is not read: conversions of it, as those that do not exist, end the scan.
 */
#include "rtl/text.h"

typedef enum RTLP_SCAN_SIZE {
    RtlpScanInt,
    RtlpScanShort,
    RtlpScanChar,
    RtlpScanWide64
} RTLP_SCAN_SIZE;

/* A scan under way. */
typedef struct RTLP_SCAN {
    RTLP_TEXT Input, Format;
    SIZE_T Left; /* characters of input that may be looked at */
    NT_VA_LIST Arguments;
    int Stored;
    BOOLEAN Matched; /* something was converted, stored or not */
} RTLP_SCAN;

/* A conversion: what stands between the percent sign and what it is behind. */
typedef struct RTLP_CONVERSION {
    BOOLEAN Discard, HasWidth;
    SIZE_T Width;
    RTLP_SCAN_SIZE Size;
    BOOLEAN Wide;  /* text: of wide characters */
    BOOLEAN Sized; /* text: h, l or w said so */
    WCHAR Kind;
} RTLP_CONVERSION;

static WCHAR RtlpPeek(const RTLP_SCAN *Scan)
{
    return Scan->Left != 0 ? RtlpNextCharacter(&Scan->Input) : 0;
}

static void RtlpTake(RTLP_SCAN *Scan)
{
    Scan->Input.At++;
    Scan->Left--;
}

static void RtlpSkipSpace(RTLP_SCAN *Scan)
{
    while (NtCrt_isspace(RtlpPeek(Scan)))
        RtlpTake(Scan);
}

static BOOLEAN RtlpTakeFormat(RTLP_TEXT *Format, WCHAR Wanted)
{
    if (RtlpNextCharacter(Format) != Wanted)
        return FALSE;
    Format->At++;
    return TRUE;
}

static void RtlpReadSize(RTLP_TEXT *Format, RTLP_CONVERSION *Conversion)
{
    if (RtlpTakeFormat(Format, 'h')) {
        Conversion->Size = RtlpTakeFormat(Format, 'h') ? RtlpScanChar : RtlpScanShort;
        Conversion->Sized = TRUE;
        Conversion->Wide = FALSE;
    } else if (RtlpTakeFormat(Format, 'l')) {
        if (RtlpTakeFormat(Format, 'l'))
            Conversion->Size = RtlpScanWide64;
        Conversion->Sized = Conversion->Wide = TRUE;
    } else if (RtlpTakeFormat(Format, 'w')) {
        Conversion->Sized = Conversion->Wide = TRUE;
    } else if (RtlpTakeFormat(Format, 'L')) {
        Conversion->Size = RtlpScanWide64;
    } else if (RtlpTakeFormat(Format, 'I')) {
        const WCHAR First = RtlpNextCharacter(Format),
                    Second = First != 0 ? RtlpTextCharacter(Format, Format->At + 1) : 0;
        if ((First == '6' && Second == '4') || (First == '3' && Second == '2'))
            Format->At += 2;
        if (First == '6' || (First != '3' && sizeof(void *) == sizeof(ULONGLONG)))
            Conversion->Size = RtlpScanWide64;
    }
}

static void RtlpReadConversion(RTLP_TEXT *Format, RTLP_CONVERSION *Conversion)
{
    *Conversion = (RTLP_CONVERSION){.Wide = Format->Wide};
    Conversion->Discard = RtlpTakeFormat(Format, '*');
    for (ULONG Digit; (Digit = RtlpDigit(RtlpNextCharacter(Format))) < 10; Format->At++) {
        Conversion->HasWidth = TRUE;
        Conversion->Width =
            Conversion->Width < 0x1000000 ? Conversion->Width * 10 + Digit : Conversion->Width;
    }
    if (!Conversion->HasWidth)
        Conversion->Width = MAXSIZE_T;
    RtlpReadSize(Format, Conversion);
    Conversion->Kind = RtlpNextCharacter(Format);
    if (Conversion->Kind != 0)
        Format->At++;
    if ((Conversion->Kind == 'S' || Conversion->Kind == 'C') && !Conversion->Sized)
        Conversion->Wide = !Format->Wide;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static void RtlpStoreNumber(RTLP_SCAN *Scan, RTLP_SCAN_SIZE Size, ULONGLONG Value)
{
    void *Target = __builtin_va_arg(Scan->Arguments, void *);

    if (Size == RtlpScanWide64)
        *(ULONGLONG *)Target = Value;
    else if (Size == RtlpScanShort)
        *(USHORT *)Target = (USHORT)Value;
    else if (Size == RtlpScanChar)
        *(UCHAR *)Target = (UCHAR)Value;
    else
        *(ULONG *)Target = (ULONG)Value;
}

static BOOLEAN RtlpTakeWithin(RTLP_SCAN *Scan, SIZE_T *Width)
{
    RtlpTake(Scan);
    return --*Width != 0;
}

/* 0: the number says it. */
static ULONG RtlpBaseOf(WCHAR Kind)
{
    switch (Kind) {
    case 'x':
    case 'X':
    case 'p':
        return 16;
    case 'o':
        return 8;
    case 'i':
        return 0;
    default:
        return 10;
    }
}

static BOOLEAN RtlpScanNumber(RTLP_SCAN *Scan, RTLP_CONVERSION *Conversion)
{
    const WCHAR Kind = Conversion->Kind;
    ULONG Base = RtlpBaseOf(Kind);
    SIZE_T Width = Conversion->Width, Digits = 0;
    ULONGLONG Value = 0;

    RtlpSkipSpace(Scan);
    const BOOLEAN Minus = RtlpPeek(Scan) == '-';
    BOOLEAN More = Width != 0;
    if (More && (Minus || RtlpPeek(Scan) == '+'))
        More = RtlpTakeWithin(Scan, &Width);
    if (More && (Base == 0 || Base == 16) && RtlpPeek(Scan) == '0') {
        More = RtlpTakeWithin(Scan, &Width);
        Digits = 1;
        if (More && (RtlpPeek(Scan) | 0x20) == 'x') {
            More = RtlpTakeWithin(Scan, &Width);
            Base = 16;
        } else if (Base == 0) {
            Base = 8;
        }
    } else if (Base == 0) {
        Base = 10;
    }
    for (ULONG Digit; More && (Digit = RtlpDigit(RtlpPeek(Scan))) < Base; Digits++) {
        Value = Value * Base + Digit;
        More = RtlpTakeWithin(Scan, &Width);
    }
    if (Digits == 0)
        return FALSE;
    if (Kind == 'p')
        Conversion->Size = sizeof(void *) == sizeof(Value) ? RtlpScanWide64 : RtlpScanInt;
    Scan->Matched = TRUE;
    if (!Conversion->Discard) {
        RtlpStoreNumber(Scan, Conversion->Size, Minus ? 0 - Value : Value);
        Scan->Stored++;
    }
    return TRUE;
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* What %[ takes: a part of the format. */
typedef struct RTLP_SET {
    ULONG First, End; /* without the brackets */
    BOOLEAN Others;   /* what is not in it */
} RTLP_SET;

/* FALSE: it has no end. */
static BOOLEAN RtlpReadSet(RTLP_TEXT *Format, RTLP_SET *Set)
{
    Set->Others = RtlpTakeFormat(Format, '^');
    Set->First = Format->At;
    (void)RtlpTakeFormat(Format, ']');
    while (RtlpNextCharacter(Format) != ']') {
        if (RtlpNextCharacter(Format) == 0)
            return FALSE;
        Format->At++;
    }
    Set->End = Format->At++;
    return TRUE;
}

static BOOLEAN RtlpIsInSet(const RTLP_TEXT *Format, const RTLP_SET *Set, WCHAR Character)
{
    for (ULONG At = Set->First; At < Set->End; At++) {
        WCHAR Low = RtlpTextCharacter(Format, At), High = Low;
        if (At + 2 < Set->End && RtlpTextCharacter(Format, At + 1) == '-') {
            High = RtlpTextCharacter(Format, At + 2);
            At += 2;
        }
        if (High < Low) {
            const WCHAR Swapped = Low;
            Low = High;
            High = Swapped;
        }
        if (Character >= Low && Character <= High)
            return !Set->Others;
    }
    return Set->Others;
}

/* The buffer text goes to; Room counts characters of it. */
typedef struct RTLP_SCAN_BUFFER {
    void *Text;
    SIZE_T Room;
    BOOLEAN Wide;
} RTLP_SCAN_BUFFER;

/* One character of the input, converted to the buffer's width. */
static void RtlpPutCharacter(
    const RTLP_SCAN_BUFFER *Buffer, SIZE_T At, WCHAR Character, BOOLEAN FromWide)
{
    if (Buffer->Wide)
        ((WCHAR *)Buffer->Text)[At] =
            FromWide ? Character : RtlpByteToUnicode(RtlpAnsiPage, (UCHAR)Character);
    else
        ((char *)Buffer->Text)[At] =
            (char)(FromWide ? RtlpUnicodeToByte(RtlpAnsiPage, Character) : (UCHAR)Character);
}

/* %c, %s and %[. FALSE ends the scan; a buffer too small is left with no text in it. */
static BOOLEAN RtlpScanText(RTLP_SCAN *Scan, const RTLP_CONVERSION *Conversion)
{
    const BOOLEAN Characters = (Conversion->Kind | 0x20) == 'c', IsSet = Conversion->Kind == '[';
    SIZE_T Width = Characters && !Conversion->HasWidth ? 1 : Conversion->Width, Count = 0;
    RTLP_SCAN_BUFFER Buffer = {NULL, 0, Conversion->Wide};
    RTLP_SET Set = {0};

    if (IsSet && !RtlpReadSet(&Scan->Format, &Set))
        return FALSE;
    if (!Conversion->Discard) {
        Buffer.Text = __builtin_va_arg(Scan->Arguments, void *);
        Buffer.Room = __builtin_va_arg(Scan->Arguments, unsigned);
        if (Buffer.Room == 0)
            return FALSE;
        Buffer.Room -= !Characters; /* for the zero at the end */
    }
    if (!Characters && !IsSet)
        RtlpSkipSpace(Scan);
    for (WCHAR Next; Count < Width && (Next = RtlpPeek(Scan)) != 0; Count++) {
        if (IsSet ? !RtlpIsInSet(&Scan->Format, &Set, Next) : !Characters && NtCrt_isspace(Next))
            break;
        if (!Conversion->Discard && Count >= Buffer.Room) {
            RtlpPutCharacter(&Buffer, 0, 0, TRUE);
            return FALSE;
        }
        if (!Conversion->Discard)
            RtlpPutCharacter(&Buffer, Count, Next, Scan->Input.Wide);
        RtlpTake(Scan);
    }
    if (Count == 0)
        return FALSE;
    if (!Conversion->Discard && !Characters)
        RtlpPutCharacter(&Buffer, Count, 0, TRUE);
    Scan->Matched = TRUE;
    Scan->Stored += !Conversion->Discard;
    return TRUE;
}

/* ---- The scan -------------------------------------------------------------------------------- */

static BOOLEAN RtlpConvert(RTLP_SCAN *Scan)
{
    RTLP_CONVERSION Conversion;

    RtlpReadConversion(&Scan->Format, &Conversion);
    switch (Conversion.Kind) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'p': return RtlpScanNumber(Scan, &Conversion);
    case 'c':
    case 'C':
    case 's':
    case 'S':
    case '[': return RtlpScanText(Scan, &Conversion);
    case 'n':
        if (!Conversion.Discard)
            RtlpStoreNumber(Scan, Conversion.Size, Scan->Input.At);
        return TRUE;
    case '%':
        if (RtlpPeek(Scan) != '%')
            return FALSE;
        RtlpTake(Scan);
        return TRUE;
    default: return FALSE;
    }
}

/*
 * Fields stored; -1: the input ended before anything was converted, or there is no input or format.
 */
static int RtlpScan(RTLP_TEXT Input, SIZE_T Count, RTLP_TEXT Format, const NT_VA_LIST *Arguments)
{
    RTLP_SCAN Scan = {.Input = Input, .Format = Format, .Left = Count};
    BOOLEAN Going = TRUE;

    if (Input.Text == NULL || Format.Text == NULL)
        return -1;
    __builtin_memcpy(&Scan.Arguments, Arguments, sizeof(Scan.Arguments));
    for (WCHAR Next; Going && (Next = RtlpNextCharacter(&Scan.Format)) != 0;) {
        Scan.Format.At++;
        if (NtCrt_isspace(Next)) {
            RtlpSkipSpace(&Scan);
        } else if (Next == '%') {
            Going = RtlpConvert(&Scan);
        } else if (RtlpPeek(&Scan) == Next) {
            RtlpTake(&Scan);
        } else {
            Going = FALSE;
        }
    }
    return !Going && !Scan.Matched && RtlpPeek(&Scan) == 0 ? -1 : Scan.Stored;
}

/*
 * sscanf_s, swscanf_s - read fields out of text by a format.
 *
 * Behind each pointer for %c, %s and %[ stands how many characters there is room for, an unsigned
 * int.
 * IRQL:    any, if everything is resident
 * Returns: fields stored; -1: the text ended before there was one, or Buffer or Format is NULL.
 *          What does not fit ends the reading, with an empty text in its place.
 * Source:  DOC crt/sscanf_s; numbers that do not fit keep their low bits, INF from the older C
 *          library
 */
int NTAPIV NtCrt_sscanf_s(const char *Buffer, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = RtlpScan(
        (RTLP_TEXT){Buffer, FALSE, 0}, MAXSIZE_T, (RTLP_TEXT){Format, FALSE, 0}, &Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_swscanf_s(const WCHAR *Buffer, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result =
        RtlpScan((RTLP_TEXT){Buffer, TRUE, 0}, MAXSIZE_T, (RTLP_TEXT){Format, TRUE, 0}, &Arguments);
    NT_VA_END(Arguments);
    return Result;
}

/*
 * _snscanf_s, _snwscanf_s - the same, of the first Length characters.
 * IRQL: any, if everything is resident. Source: DOC crt/_snscanf_s
 */
int NTAPIV NtCrt_snscanf_s(const char *Buffer, SIZE_T Length, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result =
        RtlpScan((RTLP_TEXT){Buffer, FALSE, 0}, Length, (RTLP_TEXT){Format, FALSE, 0}, &Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_snwscanf_s(const WCHAR *Buffer, SIZE_T Length, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result =
        RtlpScan((RTLP_TEXT){Buffer, TRUE, 0}, Length, (RTLP_TEXT){Format, TRUE, 0}, &Arguments);
    NT_VA_END(Arguments);
    return Result;
}
