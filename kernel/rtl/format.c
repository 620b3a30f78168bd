/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * printf for drivers: one reader of formats for narrow and wide text. Characters that change width
 * go through the ANSI code page. Writing stops where the buffer ends, and with it the reading of
 * arguments.
 *
 * Conversions: d i u o x X p c C s S Z, Z for counted strings (ANSI_STRING; with w or l
 * UNICODE_STRING). Sizes: hh h l ll w L I I32 I64 j z t. Floating point conversions write nothing
 * and take no argument, like the kernel's; n takes its argument and stores nothing. Any other
 * character stands for itself.
 */
#include "rtl/rtlp.h"

enum RTLP_SIZE {
    RtlpSizeNone,
    RtlpSizeByte,
    RtlpSizeShort,
    RtlpSizeLong, /* 32 bits, and wide text */
    RtlpSize64,
    RtlpSizePointer,
};

typedef struct RTLP_FORMAT {
    const char *Narrow; /* what is left of the format; the other is NULL */
    const WCHAR *Wide;
    char *NarrowBuffer; /* the one of the format's width is in use */
    WCHAR *WideBuffer;
    BOOLEAN Counting; /* no buffer: only count */
    SIZE_T Count;     /* characters the buffer holds */
    SIZE_T Length;    /* characters of the result so far; more than Count: it is full */
    NT_VA_LIST Arguments;
} RTLP_FORMAT;

typedef struct RTLP_CONVERSION {
    BOOLEAN Left, Plus, Space, Alternate, Zero;
    BOOLEAN WideText; /* prefix l or w */
    int Width;
    int Precision; /* -1: not given */
    enum RTLP_SIZE Size;
} RTLP_CONVERSION;

/* Text to be written: one of the two pointers, Length characters. */
typedef struct RTLP_TEXT {
    const char *Narrow;
    const WCHAR *Wide;
    SIZE_T Length;
} RTLP_TEXT;

static inline unsigned RtlpPeekFormat(const RTLP_FORMAT *Format)
{
    return Format->Narrow != NULL ? (UCHAR)*Format->Narrow : *Format->Wide;
}

static inline void RtlpSkipFormat(RTLP_FORMAT *Format)
{
    if (Format->Narrow != NULL)
        Format->Narrow++;
    else
        Format->Wide++;
}

static inline BOOLEAN RtlpIsFull(const RTLP_FORMAT *Format)
{
    return Format->Length > Format->Count;
}

/* Writes one character of the format's own width. */
static void RtlpPut(RTLP_FORMAT *Format, unsigned Character)
{
    if (RtlpIsFull(Format))
        return;
    if (Format->Length < Format->Count && !Format->Counting) {
        if (Format->Narrow != NULL)
            Format->NarrowBuffer[Format->Length] = (char)Character;
        else
            Format->WideBuffer[Format->Length] = (WCHAR)Character;
    }
    Format->Length++;
}

static void RtlpPutRepeated(RTLP_FORMAT *Format, unsigned Character, SIZE_T Times)
{
    for (; Times != 0 && !RtlpIsFull(Format); Times--)
        RtlpPut(Format, Character);
}

static void RtlpPutText(RTLP_FORMAT *Format, const RTLP_TEXT *Text)
{
    for (SIZE_T At = 0; At < Text->Length && !RtlpIsFull(Format); At++) {
        if (Format->Narrow != NULL)
            RtlpPut(Format, Text->Narrow != NULL ? (UCHAR)Text->Narrow[At]
                                                 : RtlpUnicodeToByte(RtlpAnsiPage, Text->Wide[At]));
        else
            RtlpPut(Format, Text->Wide != NULL
                                ? Text->Wide[At]
                                : RtlpByteToUnicode(RtlpAnsiPage, (UCHAR)Text->Narrow[At]));
    }
}

/* Sign or radix, zeros the precision asks for, and the text, padded to the width. */
static void RtlpPutField(RTLP_FORMAT *Format, const RTLP_CONVERSION *Conversion, const char *Prefix,
    SIZE_T Zeros, const RTLP_TEXT *Text)
{
    RTLP_TEXT Front = {.Narrow = Prefix, .Length = RtlpStrLength(Prefix)};
    SIZE_T Length = Front.Length + Zeros + Text->Length;
    SIZE_T Padding = (SIZE_T)Conversion->Width > Length ? (SIZE_T)Conversion->Width - Length : 0;

    if (!Conversion->Left && !Conversion->Zero)
        RtlpPutRepeated(Format, ' ', Padding);
    RtlpPutText(Format, &Front);
    if (!Conversion->Left && Conversion->Zero)
        RtlpPutRepeated(Format, '0', Padding);
    RtlpPutRepeated(Format, '0', Zeros);
    RtlpPutText(Format, Text);
    if (Conversion->Left)
        RtlpPutRepeated(Format, ' ', Padding);
}

/* ---- Reading a conversion -------------------------------------------------------------------- */

static void RtlpReadFlags(RTLP_FORMAT *Format, RTLP_CONVERSION *Conversion)
{
    for (;; RtlpSkipFormat(Format)) {
        switch (RtlpPeekFormat(Format)) {
        case '-':
            Conversion->Left = TRUE;
            break;
        case '+':
            Conversion->Plus = TRUE;
            break;
        case ' ':
            Conversion->Space = TRUE;
            break;
        case '#':
            Conversion->Alternate = TRUE;
            break;
        case '0':
            Conversion->Zero = TRUE;
            break;
        default:
            return;
        }
    }
}

/* Digits or a star; more than fits an int is as much as an int holds. */
static int RtlpReadCount(RTLP_FORMAT *Format)
{
    LONGLONG Count = 0;

    if (RtlpPeekFormat(Format) == '*') {
        RtlpSkipFormat(Format);
        return __builtin_va_arg(Format->Arguments, int);
    }
    for (; RtlpDigit(RtlpPeekFormat(Format)) < 10; RtlpSkipFormat(Format)) {
        Count = Count * 10 + RtlpDigit(RtlpPeekFormat(Format));
        if (Count > MAXLONG)
            Count = MAXLONG;
    }
    return (int)Count;
}

static BOOLEAN RtlpTakeIf(RTLP_FORMAT *Format, unsigned Character)
{
    if (RtlpPeekFormat(Format) != Character)
        return FALSE;
    RtlpSkipFormat(Format);
    return TRUE;
}

/* Behind an I: 32 and 64 belong to it, nothing else does. */
static enum RTLP_SIZE RtlpReadIntegerSize(RTLP_FORMAT *Format)
{
    unsigned First = RtlpPeekFormat(Format);
    unsigned Second = First == 0               ? 0
                      : Format->Narrow != NULL ? (UCHAR)Format->Narrow[1]
                                               : Format->Wide[1];

    if ((First != '6' || Second != '4') && (First != '3' || Second != '2'))
        return RtlpSizePointer;
    RtlpSkipFormat(Format);
    RtlpSkipFormat(Format);
    return First == '6' ? RtlpSize64 : RtlpSizeLong;
}

static void RtlpReadSize(RTLP_FORMAT *Format, RTLP_CONVERSION *Conversion)
{
    for (;;) {
        unsigned Character = RtlpPeekFormat(Format);

        switch (Character) {
        case 'h':
            Conversion->Size = Conversion->Size == RtlpSizeShort ? RtlpSizeByte : RtlpSizeShort;
            break;
        case 'l':
            Conversion->Size = Conversion->Size == RtlpSizeLong ? RtlpSize64 : RtlpSizeLong;
            Conversion->WideText = TRUE;
            break;
        case 'w':
            Conversion->WideText = TRUE;
            break;
        case 'L':
            break;
        case 'j':
            Conversion->Size = RtlpSize64;
            break;
        case 'z':
        case 't':
            Conversion->Size = RtlpSizePointer;
            break;
        case 'I':
            RtlpSkipFormat(Format);
            Conversion->Size = RtlpReadIntegerSize(Format);
            continue;
        default:
            return;
        }
        RtlpSkipFormat(Format);
    }
}

/* ---- Conversions ----------------------------------------------------------------------------- */

static LONGLONG RtlpTakeInteger(RTLP_FORMAT *Format, enum RTLP_SIZE Size, BOOLEAN Signed)
{
    int Value;

    if (Size == RtlpSize64 || (Size == RtlpSizePointer && sizeof(void *) == 8))
        return __builtin_va_arg(Format->Arguments, long long);
    Value = __builtin_va_arg(Format->Arguments, int);
    if (Size == RtlpSizeShort)
        return Signed ? (LONGLONG)(SHORT)Value : (LONGLONG)(USHORT)Value;
    if (Size == RtlpSizeByte)
        return Signed ? (LONGLONG)(SCHAR)Value : (LONGLONG)(UCHAR)Value;
    return Signed ? (LONGLONG)Value : (LONGLONG)(ULONG)Value;
}

static void RtlpPutInteger(RTLP_FORMAT *Format, RTLP_CONVERSION *Conversion, unsigned Type)
{
    BOOLEAN Signed = Type == 'd' || Type == 'i';
    unsigned Base = Type == 'o' ? 8 : Type == 'x' || Type == 'X' ? 16 : 10;
    LONGLONG Value = RtlpTakeInteger(Format, Conversion->Size, Signed);
    ULONGLONG Magnitude = Signed && Value < 0 ? 0 - (ULONGLONG)Value : (ULONGLONG)Value;
    char Digits[RTLP_DIGITS];
    RTLP_TEXT Text = {.Narrow = RtlpWriteDigits(Magnitude, Base, Type == 'X', Digits)};
    const char *Prefix = "";
    SIZE_T Zeros = 0;

    Text.Length = (SIZE_T)(Digits + RTLP_DIGITS - Text.Narrow);
    if (Conversion->Precision >= 0)
        Conversion->Zero = FALSE;
    if (Magnitude == 0 && Conversion->Precision == 0)
        Text.Length = 0;
    if (Conversion->Precision > 0 && (SIZE_T)Conversion->Precision > Text.Length)
        Zeros = (SIZE_T)Conversion->Precision - Text.Length;
    if (Signed)
        Prefix = Value < 0 ? "-" : Conversion->Plus ? "+" : Conversion->Space ? " " : "";
    else if (Conversion->Alternate && Base == 16 && Magnitude != 0)
        Prefix = Type == 'X' ? "0X" : "0x";
    else if (Conversion->Alternate && Base == 8 && Zeros == 0
             && (Text.Length == 0 || Text.Narrow[0] != '0'))
        Zeros = 1;
    RtlpPutField(Format, Conversion, Prefix, Zeros, &Text);
}

static void RtlpPutPointer(RTLP_FORMAT *Format, RTLP_CONVERSION *Conversion)
{
    Conversion->Size = RtlpSizePointer;
    Conversion->Precision = 2 * sizeof(void *);
    RtlpPutInteger(Format, Conversion, 'X');
}

/* Whether text is wide: as prefixed, else as the format, for C and S the opposite. */
static BOOLEAN RtlpTextIsWide(
    const RTLP_FORMAT *Format, const RTLP_CONVERSION *Conversion, unsigned Type)
{
    if (Conversion->WideText)
        return TRUE;
    if (Conversion->Size == RtlpSizeShort)
        return FALSE;
    return (Format->Wide != NULL) == (Type == 'c' || Type == 's');
}

static void RtlpPutCharacter(RTLP_FORMAT *Format, const RTLP_CONVERSION *Conversion, unsigned Type)
{
    int Value = __builtin_va_arg(Format->Arguments, int);
    char Narrow = (char)Value;
    WCHAR Wide = (WCHAR)Value;
    RTLP_TEXT Text = {.Length = 1};

    if (RtlpTextIsWide(Format, Conversion, Type))
        Text.Wide = &Wide;
    else
        Text.Narrow = &Narrow;
    RtlpPutField(Format, Conversion, "", 0, &Text);
}

static const RTLP_TEXT RtlpNullText = {.Narrow = "(null)", .Length = 6};

static void RtlpPutString(RTLP_FORMAT *Format, const RTLP_CONVERSION *Conversion, unsigned Type)
{
    const void *Pointer = __builtin_va_arg(Format->Arguments, const void *);
    SIZE_T Maximum = Conversion->Precision < 0 ? MAXSIZE_T : (SIZE_T)Conversion->Precision;
    RTLP_TEXT Text = {0};

    if (Pointer == NULL) {
        Text = RtlpNullText;
        Text.Length = RtlpMinimum(Text.Length, Maximum);
    } else if (RtlpTextIsWide(Format, Conversion, Type)) {
        Text.Wide = Pointer;
        while (Text.Length < Maximum && Text.Wide[Text.Length] != 0)
            Text.Length++;
    } else {
        Text.Narrow = Pointer;
        while (Text.Length < Maximum && Text.Narrow[Text.Length] != 0)
            Text.Length++;
    }
    RtlpPutField(Format, Conversion, "", 0, &Text);
}

static void RtlpPutCounted(RTLP_FORMAT *Format, const RTLP_CONVERSION *Conversion)
{
    const STRING *String = __builtin_va_arg(Format->Arguments, const void *);
    RTLP_TEXT Text = {0};

    if (String == NULL || String->Buffer == NULL) {
        Text = RtlpNullText;
    } else if (Conversion->WideText) {
        Text.Wide = (const WCHAR *)(const void *)String->Buffer;
        Text.Length = String->Length / sizeof(WCHAR);
    } else {
        Text.Narrow = String->Buffer;
        Text.Length = String->Length;
    }
    RtlpPutField(Format, Conversion, "", 0, &Text);
}

/* The format stands behind a percent sign. */
static void RtlpConvert(RTLP_FORMAT *Format)
{
    RTLP_CONVERSION Conversion = {.Precision = -1};
    unsigned Type;

    RtlpReadFlags(Format, &Conversion);
    Conversion.Width = RtlpReadCount(Format);
    if (Conversion.Width < 0) {
        Conversion.Left = TRUE;
        Conversion.Width = Conversion.Width == (int)MINLONG ? MAXLONG : -Conversion.Width;
    }
    if (RtlpTakeIf(Format, '.')) {
        Conversion.Precision = RtlpReadCount(Format);
        if (Conversion.Precision < 0)
            Conversion.Precision = -1;
    }
    RtlpReadSize(Format, &Conversion);
    Type = RtlpPeekFormat(Format);
    if (Type == 0)
        return;
    RtlpSkipFormat(Format);

    switch (Type) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        RtlpPutInteger(Format, &Conversion, Type);
        break;
    case 'p':
        RtlpPutPointer(Format, &Conversion);
        break;
    case 'c':
    case 'C':
        RtlpPutCharacter(Format, &Conversion, Type);
        break;
    case 's':
    case 'S':
        RtlpPutString(Format, &Conversion, Type);
        break;
    case 'Z':
        RtlpPutCounted(Format, &Conversion);
        break;
    case 'n':
        (void)__builtin_va_arg(Format->Arguments, void *);
        break;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        break;
    default:
        RtlpPut(Format, Type);
        break;
    }
}

static int RtlpRunFormat(RTLP_FORMAT *Format)
{
    for (;;) {
        unsigned Character = RtlpPeekFormat(Format);

        if (Character == 0 || RtlpIsFull(Format))
            break;
        RtlpSkipFormat(Format);
        if (Character == '%')
            RtlpConvert(Format);
        else
            RtlpPut(Format, Character);
    }
    if (RtlpIsFull(Format))
        return -1;
    if (Format->Length < Format->Count && !Format->Counting) {
        if (Format->Narrow != NULL)
            Format->NarrowBuffer[Format->Length] = '\0';
        else
            Format->WideBuffer[Format->Length] = 0;
    }
    return Format->Length > MAXLONG ? -1 : (int)Format->Length;
}

int RtlpFormatA(char *Buffer, SIZE_T Count, const char *Format, NT_VA_LIST Arguments)
{
    RTLP_FORMAT State = {.Narrow = Format, .NarrowBuffer = Buffer, .Count = Count};

    if (Buffer == NULL && Count == 0) {
        State.Counting = TRUE;
        State.Count = MAXSIZE_T;
    }
    __builtin_memcpy(&State.Arguments, &Arguments, sizeof(State.Arguments));
    return RtlpRunFormat(&State);
}

int RtlpFormatW(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments)
{
    RTLP_FORMAT State = {.Wide = Format, .WideBuffer = Buffer, .Count = Count};

    if (Buffer == NULL && Count == 0) {
        State.Counting = TRUE;
        State.Count = MAXSIZE_T;
    }
    __builtin_memcpy(&State.Arguments, &Arguments, sizeof(State.Arguments));
    return RtlpRunFormat(&State);
}
