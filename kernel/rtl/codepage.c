/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The code pages of the machine: 1252 where Windows says ANSI or multi-byte, 437 where it says OEM,
 * both with one byte a character. What 1252 does not have becomes the character it has that comes
 * closest, if Microsoft's table knows one, else, and always in 437, '?'. Counts are bytes on both
 * sides.
 */
#include "rtl/rtlp.h"

typedef struct RTLP_CODE_PAIR {
    WCHAR Character;
    UCHAR Byte;
} RTLP_CODE_PAIR;

#include "rtl/codepage.inc"

typedef enum RTLP_CASING { RtlpKeepCase, RtlpUpperCase } RTLP_CASING;

WCHAR NTAPI RtlpByteToUnicode(RTLP_CODE_PAGE Page, UCHAR Byte)
{
    if (Byte < 0x80)
        return Byte;
    return (Page == RtlpAnsiPage ? RtlpAnsiToUnicode : RtlpOemToUnicode)[Byte & 0x7F];
}

static inline UCHAR RtlpFindPair(const RTLP_CODE_PAIR *Pairs, unsigned Count, WCHAR Character)
{
    unsigned Low = 0;
    unsigned High = Count;

    while (Low < High) {
        unsigned Middle = (Low + High) / 2;

        if (Pairs[Middle].Character == Character)
            return Pairs[Middle].Byte;
        if (Pairs[Middle].Character < Character)
            Low = Middle + 1;
        else
            High = Middle;
    }
    return 0;
}

/* The byte for a character above ASCII, 0: none. */
static inline UCHAR RtlpFindByte(RTLP_CODE_PAGE Page, WCHAR Character)
{
    return RtlpFindPair(Page == RtlpAnsiPage ? RtlpAnsiFromUnicode : RtlpOemFromUnicode,
        RTL_NUMBER_OF(RtlpAnsiFromUnicode), Character);
}

BOOLEAN NTAPI RtlpPageHas(RTLP_CODE_PAGE Page, WCHAR Character)
{
    return Character < 0x80 || RtlpFindByte(Page, Character) != 0;
}

UCHAR NTAPI RtlpUnicodeToByte(RTLP_CODE_PAGE Page, WCHAR Character)
{
    UCHAR Byte;

    if (Character < 0x80)
        return (UCHAR)Character;
    Byte = RtlpFindByte(Page, Character);
    if (Byte == 0 && Page == RtlpAnsiPage)
        Byte = RtlpFindPair(RtlpAnsiBestFit, RTL_NUMBER_OF(RtlpAnsiBestFit), Character);
    return Byte != 0 ? Byte : '?';
}

/* What the conversions by count share: both return the characters converted, at most Maximum. */

static inline ULONG RtlpWiden(
    RTLP_CODE_PAGE Page, WCHAR *Destination, ULONG Maximum, const CHAR *Source, ULONG Count)
{
    ULONG Converted = Count < Maximum ? Count : Maximum;

    for (ULONG At = 0; At < Converted; At++) {
        UCHAR Byte = (UCHAR)Source[At];
        Destination[At] = Byte < 0x80 ? Byte : RtlpByteToUnicode(Page, Byte);
    }
    return Converted;
}

static inline ULONG RtlpNarrow(RTLP_CODE_PAGE Page, RTLP_CASING Casing, CHAR *Destination,
    ULONG Maximum, const WCHAR *Source, ULONG Count)
{
    ULONG Converted = Count < Maximum ? Count : Maximum;

    for (ULONG At = 0; At < Converted; At++) {
        WCHAR Character = Source[At];

        /* Through the page and back first: what it lacks is '?' before it gets a case. */
        if (Casing == RtlpUpperCase)
            Character = RtlpUpcase(RtlpByteToUnicode(Page, RtlpUnicodeToByte(Page, Character)));
        Destination[At] =
            (CHAR)(Character < 0x80 ? (UCHAR)Character : RtlpUnicodeToByte(Page, Character));
    }
    return Converted;
}

/*
 * RtlMultiByteToUnicodeN, RtlOemToUnicodeN - bytes of a code page to UTF-16.
 *
 * BytesInUnicodeString: optional, bytes written.
 * IRQL:    < DISPATCH_LEVEL
 * Returns: RtlMultiByteToUnicodeN SUCCESS, also when the text was cut to MaxBytesInUnicodeString;
 *          RtlOemToUnicodeN BUFFER_OVERFLOW then.
 * Source:  DOC ntifs/RtlMultiByteToUnicodeN, RtlOemToUnicodeN
 */
NTSTATUS NTAPI RtlMultiByteToUnicodeN(WCHAR *UnicodeString, ULONG MaxBytesInUnicodeString,
    ULONG *BytesInUnicodeString, const CHAR *MultiByteString, ULONG BytesInMultiByteString)
{
    ULONG Converted = RtlpWiden(RtlpAnsiPage, UnicodeString,
        MaxBytesInUnicodeString / sizeof(WCHAR), MultiByteString, BytesInMultiByteString);

    if (BytesInUnicodeString != NULL)
        *BytesInUnicodeString = Converted * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlOemToUnicodeN(WCHAR *UnicodeString, ULONG MaxBytesInUnicodeString,
    ULONG *BytesInUnicodeString, const CHAR *OemString, ULONG BytesInOemString)
{
    ULONG Converted = RtlpWiden(RtlpOemPage, UnicodeString, MaxBytesInUnicodeString / sizeof(WCHAR),
        OemString, BytesInOemString);

    if (BytesInUnicodeString != NULL)
        *BytesInUnicodeString = Converted * sizeof(WCHAR);
    return Converted < BytesInOemString ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/*
 * RtlMultiByteToUnicodeSize, RtlUnicodeToMultiByteSize - bytes the converted text takes.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC ntifs/RtlMultiByteToUnicodeSize, RtlUnicodeToMultiByteSize
 */
NTSTATUS NTAPI RtlMultiByteToUnicodeSize(
    ULONG *BytesInUnicodeString, const CHAR *MultiByteString, ULONG BytesInMultiByteString)
{
    (void)MultiByteString;
    *BytesInUnicodeString = BytesInMultiByteString * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeToMultiByteSize(
    ULONG *BytesInMultiByteString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString)
{
    (void)UnicodeString;
    *BytesInMultiByteString = BytesInUnicodeString / sizeof(WCHAR);
    return STATUS_SUCCESS;
}

/*
 * RtlUnicodeToMultiByteN, RtlUpcaseUnicodeToMultiByteN - UTF-16 to the ANSI code page, as it is or
 * in upper case.
 *
 * BytesInMultiByteString: optional, bytes written.
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS, also when the text was cut to MaxBytesInMultiByteString.
 * Source:  DOC ntifs/RtlUnicodeToMultiByteN, RtlUpcaseUnicodeToMultiByteN; best fit DOC Unicode's
 *          copy of Microsoft's bestfit1252.txt
 */
NTSTATUS NTAPI RtlUnicodeToMultiByteN(CHAR *MultiByteString, ULONG MaxBytesInMultiByteString,
    ULONG *BytesInMultiByteString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString)
{
    ULONG Converted = RtlpNarrow(RtlpAnsiPage, RtlpKeepCase, MultiByteString,
        MaxBytesInMultiByteString, UnicodeString, BytesInUnicodeString / sizeof(WCHAR));

    if (BytesInMultiByteString != NULL)
        *BytesInMultiByteString = Converted;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeToMultiByteN(CHAR *MultiByteString, ULONG MaxBytesInMultiByteString,
    ULONG *BytesInMultiByteString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString)
{
    ULONG Converted = RtlpNarrow(RtlpAnsiPage, RtlpUpperCase, MultiByteString,
        MaxBytesInMultiByteString, UnicodeString, BytesInUnicodeString / sizeof(WCHAR));

    if (BytesInMultiByteString != NULL)
        *BytesInMultiByteString = Converted;
    return STATUS_SUCCESS;
}

/*
 * RtlUnicodeToOemN, RtlUpcaseUnicodeToOemN - UTF-16 to the OEM code page, as it is or in upper
 * case.
 *
 * BytesInOemString: optional, bytes written.
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: the text was cut to MaxBytesInOemString.
 * Source:  DOC ntifs/RtlUnicodeToOemN, RtlUpcaseUnicodeToOemN; '?' for all that 437 lacks INF
 */
NTSTATUS NTAPI RtlUnicodeToOemN(CHAR *OemString, ULONG MaxBytesInOemString, ULONG *BytesInOemString,
    const WCHAR *UnicodeString, ULONG BytesInUnicodeString)
{
    ULONG Count = BytesInUnicodeString / sizeof(WCHAR);
    ULONG Converted =
        RtlpNarrow(RtlpOemPage, RtlpKeepCase, OemString, MaxBytesInOemString, UnicodeString, Count);

    if (BytesInOemString != NULL)
        *BytesInOemString = Converted;
    return Converted < Count ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeToOemN(CHAR *OemString, ULONG MaxBytesInOemString,
    ULONG *BytesInOemString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString)
{
    ULONG Count = BytesInUnicodeString / sizeof(WCHAR);
    ULONG Converted = RtlpNarrow(
        RtlpOemPage, RtlpUpperCase, OemString, MaxBytesInOemString, UnicodeString, Count);

    if (BytesInOemString != NULL)
        *BytesInOemString = Converted;
    return Converted < Count ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/*
 * RtlAnsiCharToUnicodeChar - one character of the ANSI code page; *SourceCharacter moves past it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/RtlAnsiCharToUnicodeChar
 */
WCHAR NTAPI RtlAnsiCharToUnicodeChar(UCHAR **SourceCharacter)
{
    return RtlpByteToUnicode(RtlpAnsiPage, *(*SourceCharacter)++);
}

/*
 * RtlIsValidOemCharacter - whether the OEM code page has the upper case of *Char, which it becomes.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE: it does not; *Char is then '?'.
 * Source:  DOC ntifs/RtlIsValidOemCharacter; what *Char becomes INF
 */
BOOLEAN NTAPI RtlIsValidOemCharacter(WCHAR *Char)
{
    WCHAR Upper = RtlpUpcase(*Char);
    BOOLEAN Valid = RtlpPageHas(RtlpOemPage, Upper);

    *Char = Valid ? Upper : '?';
    return Valid;
}

/*
 * RtlGetDefaultCodePage - the identifiers of the machine's code pages.
 *
 * IRQL:    any
 * Source:  DOC none; INF from the exported variables NlsAnsiCodePage and NlsOemCodePage
 */
void NTAPI RtlGetDefaultCodePage(USHORT *AnsiCodePage, USHORT *OemCodePage)
{
    *AnsiCodePage = NlsAnsiCodePage;
    *OemCodePage = NlsOemCodePage;
}

/*
 * What drivers import to know the machine's code pages: the numbers, that neither has double-byte
 * characters, and for every byte the offset of its double-byte table, which is none.
 */
static USHORT RtlpNoLeadBytes[256];

USHORT NlsAnsiCodePage = 1252;
USHORT NlsOemCodePage = 437;
BOOLEAN NlsMbCodePageTag = FALSE;
BOOLEAN NlsMbOemCodePageTag = FALSE;
USHORT *NlsLeadByteInfo = RtlpNoLeadBytes;
USHORT *NlsOemLeadByteInfo = RtlpNoLeadBytes;
