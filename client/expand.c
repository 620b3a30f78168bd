/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The language of message definitions: %1 to %99, each with an optional printf format between
 * exclamation marks whose asterisks take further arguments; %0 ends the text, %n is a line break
 * that stays, %r a carriage return, %t a tab, %b a space; % before another character is that
 * character. Floating-point formats are refused, as on Windows.
 */
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void BasepAppendText(BASEP_TEXT *Text, const char *Piece, SIZE_T Length)
{
    if (Text->Length + Length > Text->Room) {
        SIZE_T Room = (Text->Length + Length) * 2 + 64;
        char *Moved = realloc(Text->Text, Room);
        if (Moved == NULL) {
            Text->Failed = TRUE;
            return;
        }
        Text->Text = Moved;
        Text->Room = Room;
    }
    if (Length > 0)
        memcpy(Text->Text + Text->Length, Piece, Length);
    Text->Length += Length;
}

static BOOLEAN BasepIsDigit(char Character)
{
    return Character >= '0' && Character <= '9';
}

/* The value of insert Number (from 1). FALSE: there is none. */
static BOOLEAN BasepFetchInsert(BASEP_INSERTS *Inserts, ULONG Number, ULONG_PTR *Value)
{
    if (Number == 0 || Number >= RTL_NUMBER_OF(Inserts->Value))
        return FALSE;
    if (Inserts->Array != NULL) {
        *Value = Inserts->Array[Number - 1];
        return TRUE;
    }
    if (Inserts->List == NULL)
        return FALSE;
    while (Inserts->Count < Number)
        Inserts->Value[++Inserts->Count] = va_arg(*Inserts->List, ULONG_PTR);
    *Value = Inserts->Value[Number];
    return TRUE;
}

/* ---- One insert's format --------------------------------------------------------------------- */

enum BASEP_SIZE {
    BasepSizeDefault,
    BasepSizeShort,
    BasepSizeLong,
    BasepSizeWide,
    BasepSizePointer,
    BasepSize64
};

typedef struct BASEP_FORMAT {
    char Flags[8];
    int Width;     /* 0: none */
    int Precision; /* -1: none */
    enum BASEP_SIZE Size;
    char Conversion;
} BASEP_FORMAT;

/* No message is longer, so no field of one need be. */
#define BASEP_LONGEST_FIELD 65536u

/* A number or an asterisk, which takes the argument *Next. FALSE: that argument is missing. */
static BOOLEAN BasepParseCount(const char **Format, BASEP_INSERTS *Inserts, ULONG *Next, int *Count)
{
    ULONG_PTR Value = 0;

    if (**Format == '*') {
        if (!BasepFetchInsert(Inserts, (*Next)++, &Value))
            return FALSE;
        ++*Format;
    }
    for (; BasepIsDigit(**Format); ++*Format)
        Value = Value < BASEP_LONGEST_FIELD ? Value * 10 + (ULONG_PTR)(**Format - '0') : Value;
    *Count = (int)(Value < BASEP_LONGEST_FIELD ? Value : BASEP_LONGEST_FIELD);
    return TRUE;
}

static enum BASEP_SIZE BasepParseSize(const char **Format)
{
    static const struct {
        const char *Prefix;
        enum BASEP_SIZE Size;
    } Sizes[] = {
        {"I64", BasepSize64},
        {"I32", BasepSizeLong},
        {"I", BasepSizePointer},
        {"ll", BasepSize64},
        {"l", BasepSizeLong},
        {"h", BasepSizeShort},
        {"w", BasepSizeWide},
    };

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Sizes); i++) {
        SIZE_T Length = strlen(Sizes[i].Prefix);
        if (strncmp(*Format, Sizes[i].Prefix, Length) == 0) {
            *Format += Length;
            return Sizes[i].Size;
        }
    }
    return BasepSizeDefault;
}

/* Parses what stands after the first exclamation mark; *Format is then after the second. */
static BOOLEAN BasepParseFormat(
    const char **Format, BASEP_INSERTS *Inserts, ULONG *Next, BASEP_FORMAT *Parsed)
{
    SIZE_T Flags = 0;

    *Parsed = (BASEP_FORMAT){.Precision = -1};
    if (**Format == '%')
        ++*Format;
    while (**Format != '\0' && strchr("-+ #0", **Format) != NULL) {
        if (Flags < sizeof(Parsed->Flags) - 1)
            Parsed->Flags[Flags++] = **Format;
        ++*Format;
    }
    if (!BasepParseCount(Format, Inserts, Next, &Parsed->Width))
        return FALSE;
    if (**Format == '.') {
        ++*Format;
        if (!BasepParseCount(Format, Inserts, Next, &Parsed->Precision))
            return FALSE;
    }
    Parsed->Size = BasepParseSize(Format);
    Parsed->Conversion = **Format;
    if (Parsed->Conversion == '\0' || (*Format)[1] != '!')
        return FALSE;
    *Format += 2;
    return TRUE;
}

/* Appends a string between the width's blanks; the precision cuts it. */
static void BasepAppendPadded(
    const BASEP_FORMAT *Format, const char *Text, SIZE_T Length, BASEP_TEXT *Result)
{
    BOOLEAN Left = strchr(Format->Flags, '-') != NULL;
    SIZE_T Width = Format->Width > 0 ? (SIZE_T)Format->Width : 0, Blanks;

    if (Format->Precision >= 0 && Length > (SIZE_T)Format->Precision)
        Length = (SIZE_T)Format->Precision;
    Blanks = Width > Length ? Width - Length : 0;
    if (Left)
        BasepAppendText(Result, Text, Length);
    while (Blanks-- > 0)
        BasepAppendText(Result, " ", 1);
    if (!Left)
        BasepAppendText(Result, Text, Length);
}

static void BasepAppendWide(
    const BASEP_FORMAT *Format, const WCHAR *Text, SIZE_T Length, BASEP_TEXT *Result)
{
    SIZE_T Bytes = BasepUtf8FromUtf16(Text, Length, NULL, 0);
    char *Narrow = malloc(Bytes + 1);

    if (Narrow == NULL) {
        Result->Failed = TRUE;
        return;
    }
    BasepUtf8FromUtf16(Text, Length, Narrow, Bytes);
    BasepAppendPadded(Format, Narrow, Bytes, Result);
    free(Narrow);
}

/* Whether %s and %c take wide characters; the capital letters mean the other kind. */
static BOOLEAN BasepIsWideFormat(const BASEP_FORMAT *Format, BOOLEAN Wide)
{
    if (Format->Size == BasepSizeLong || Format->Size == BasepSizeWide)
        return TRUE;
    if (Format->Size == BasepSizeShort)
        return FALSE;
    return Format->Conversion == 's' || Format->Conversion == 'c' ? Wide : !Wide;
}

static void BasepAppendString(
    const BASEP_FORMAT *Format, ULONG_PTR Value, BOOLEAN Wide, BASEP_TEXT *Result)
{
    SIZE_T Length = 0, Limit = Format->Precision >= 0 ? (SIZE_T)Format->Precision : MAXSIZE_T;

    if (Value == 0) {
        BasepAppendPadded(Format, "(null)", 6, Result);
    } else if (BasepIsWideFormat(Format, Wide)) {
        const WCHAR *Text = (const WCHAR *)Value;
        while (Length < Limit && Text[Length] != 0)
            Length++;
        BasepAppendWide(Format, Text, Length, Result);
    } else {
        const char *Text = (const char *)Value;
        BasepAppendPadded(Format, Text, strnlen(Text, Limit), Result);
    }
}

static void BasepAppendCharacter(
    const BASEP_FORMAT *Format, ULONG_PTR Value, BOOLEAN Wide, BASEP_TEXT *Result)
{
    if (BasepIsWideFormat(Format, Wide)) {
        WCHAR Character = (WCHAR)Value;
        BasepAppendWide(Format, &Character, 1, Result);
    } else {
        char Character = (char)Value;
        BasepAppendPadded(Format, &Character, 1, Result);
    }
}

static long long BasepSignedValue(enum BASEP_SIZE Size, ULONG_PTR Value)
{
    switch (Size) {
    case BasepSize64:
        return (long long)Value;
    case BasepSizePointer:
        return (LONG_PTR)Value;
    case BasepSizeShort:
        return (SHORT)Value;
    default:
        return (LONG)Value;
    }
}

static unsigned long long BasepUnsignedValue(enum BASEP_SIZE Size, ULONG_PTR Value)
{
    switch (Size) {
    case BasepSize64:
    case BasepSizePointer:
        return Value;
    case BasepSizeShort:
        return (USHORT)Value;
    default:
        return (ULONG)Value;
    }
}

/* Prints into Text, which has room for Size bytes; returns what the whole number needs. */
static int BasepPrintNumber(const BASEP_FORMAT *Format, ULONG_PTR Value, char *Text, SIZE_T Size)
{
    BOOLEAN Pointer = Format->Conversion == 'p';
    int Precision = Pointer ? (int)sizeof(void *) * 2 : Format->Precision;
    enum BASEP_SIZE Bits = Pointer ? BasepSizePointer : Format->Size;
    char Host[24];

    snprintf(Host, sizeof(Host), "%%%s*.*ll%c", Format->Flags, Pointer ? 'X' : Format->Conversion);
    if (Format->Conversion == 'd' || Format->Conversion == 'i')
        return snprintf(Text, Size, Host, Format->Width, Precision, BasepSignedValue(Bits, Value));
    return snprintf(Text, Size, Host, Format->Width, Precision, BasepUnsignedValue(Bits, Value));
}

static void BasepAppendNumber(const BASEP_FORMAT *Format, ULONG_PTR Value, BASEP_TEXT *Result)
{
    char Short[64], *Text = Short;
    int Length = BasepPrintNumber(Format, Value, Short, sizeof(Short));

    if (Length >= (int)sizeof(Short)) {
        Text = malloc((SIZE_T)Length + 1);
        if (Text == NULL) {
            Result->Failed = TRUE;
            return;
        }
        BasepPrintNumber(Format, Value, Text, (SIZE_T)Length + 1);
    }
    if (Length > 0)
        BasepAppendText(Result, Text, (SIZE_T)Length);
    if (Text != Short)
        free(Text);
}

static BOOLEAN BasepAppendFormatted(
    const BASEP_FORMAT *Format, ULONG_PTR Value, BOOLEAN Wide, BASEP_TEXT *Result)
{
    switch (Format->Conversion) {
    case 's':
    case 'S':
        BasepAppendString(Format, Value, Wide, Result);
        return TRUE;
    case 'c':
    case 'C':
        BasepAppendCharacter(Format, Value, Wide, Result);
        return TRUE;
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
        BasepAppendNumber(Format, Value, Result);
        return TRUE;
    default:
        return FALSE;
    }
}

/* ---- Escapes --------------------------------------------------------------------------------- */

/* Skips a format that stays as it is; returns what follows it. */
static const char *BasepSkipFormat(const char *Definition)
{
    const char *End = *Definition == '!' ? strchr(Definition + 1, '!') : NULL;

    return End != NULL ? End + 1 : Definition;
}

/* Definition is at the first digit of an insert; advanced past it and its format. FALSE: no
 * argument, bad format. */
static BOOLEAN BasepExpandInsert(
    const char **Definition, BASEP_INSERTS *Inserts, BASEP_TEXT *Result)
{
    BASEP_FORMAT Format = {.Precision = -1, .Conversion = 's'};
    const char *Start = *Definition;
    ULONG Number = (ULONG)(*(*Definition)++ - '0');
    ULONG_PTR Value;

    if (BasepIsDigit(**Definition))
        Number = Number * 10 + (ULONG)(*(*Definition)++ - '0');
    if (Inserts->Ignore) {
        *Definition = BasepSkipFormat(*Definition);
        BasepAppendText(Result, "%", 1);
        BasepAppendText(Result, Start, (SIZE_T)(*Definition - Start));
        return TRUE;
    }
    if (**Definition == '!') {
        ++*Definition;
        if (!BasepParseFormat(Definition, Inserts, &Number, &Format))
            return FALSE;
    }
    if (!BasepFetchInsert(Inserts, Number, &Value))
        return FALSE;
    return BasepAppendFormatted(&Format, Value, Inserts->Wide, Result);
}

/* A line break in the definition; \r\n, \r and \n all are one. */
static const char *BasepExpandBreak(const char *Definition, unsigned Width, BASEP_TEXT *Result)
{
    BasepAppendText(Result, Width == 0 ? "\r\n" : " ", Width == 0 ? 2 : 1);
    return Definition + (Definition[0] == '\r' && Definition[1] == '\n' ? 2 : 1);
}

static void BasepExpandEscape(char Escape, BASEP_TEXT *Result)
{
    switch (Escape) {
    case 'n':
        BasepAppendText(Result, "\r\n", 2);
        break;
    case 'r':
        BasepAppendText(Result, "\r", 1);
        break;
    case 't':
        BasepAppendText(Result, "\t", 1);
        break;
    case 'b':
        BasepAppendText(Result, " ", 1);
        break;
    default:
        BasepAppendText(Result, &Escape, 1);
        break;
    }
}

static DWORD BasepExpandAll(
    const char *Definition, BASEP_INSERTS *Inserts, unsigned Width, BASEP_TEXT *Result)
{
    while (*Definition != '\0') {
        SIZE_T Plain = strcspn(Definition, "%\r\n");
        BasepAppendText(Result, Definition, Plain);
        Definition += Plain;
        if (*Definition == '\r' || *Definition == '\n') {
            Definition = BasepExpandBreak(Definition, Width, Result);
            continue;
        }
        if (*Definition == '\0')
            break;
        Definition++;
        if (*Definition == '0')
            break;
        if (*Definition == '\0')
            return ERROR_INVALID_PARAMETER;
        if (!BasepIsDigit(*Definition))
            BasepExpandEscape(*Definition++, Result);
        else if (!BasepExpandInsert(&Definition, Inserts, Result))
            return ERROR_INVALID_PARAMETER;
    }
    return ERROR_SUCCESS;
}

/* Breaks the lines of Text that have more than Width characters at their last space that fits, or
 * else at the next. */
static void BasepWrapLines(const char *Text, SIZE_T Length, unsigned Width, BASEP_TEXT *Result)
{
    SIZE_T Column = 0;

    for (SIZE_T i = 0; i < Length;) {
        SIZE_T Word = i;
        while (Word < Length && strchr(" \r\n", Text[Word]) == NULL)
            Word++;
        if (Column > 0 && Column + (Word - i) > Width) {
            while (Result->Length > 0 && Result->Text[Result->Length - 1] == ' ')
                Result->Length--;
            BasepAppendText(Result, "\r\n", 2);
            Column = 0;
        }
        BasepAppendText(Result, Text + i, Word - i);
        Column += Word - i;
        if (Word == Length)
            break;
        if (Text[Word] != ' ')
            Column = 0;
        else
            Column++;
        BasepAppendText(Result, Text + Word, 1);
        i = Word + 1;
    }
}

DWORD BasepExpandMessage(
    const char *Definition, BASEP_INSERTS *Inserts, unsigned Width, BASEP_TEXT *Result)
{
    BASEP_TEXT Unwrapped = {0};

    if (Width == 0 || Width == FORMAT_MESSAGE_MAX_WIDTH_MASK)
        return BasepExpandAll(Definition, Inserts, Width, Result);
    DWORD Error = BasepExpandAll(Definition, Inserts, Width, &Unwrapped);
    if (Error == ERROR_SUCCESS)
        BasepWrapLines(Unwrapped.Text, Unwrapped.Length, Width, Result);
    Result->Failed |= Unwrapped.Failed;
    free(Unwrapped.Text);
    return Error;
}
