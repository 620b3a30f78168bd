/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Code pages a driver brings: tables in the form of Windows' NLS files, which stay its own. The
 * tables are believed: they are whole and no entry leads out of them.
 */
#include "rtl/codetable.h"
#include "rtl/rtlp.h"

#define RTLP_BYTES      256u
#define RTLP_LEAD_BYTES 12u

/* Words at the beginning of a table. */
enum {
    RTLP_HEADER_WORDS,
    RTLP_PAGE,
    RTLP_CHARACTER_BYTES,
    RTLP_DEFAULT,
    RTLP_UNI_DEFAULT,
    RTLP_TRANS_DEFAULT,
    RTLP_TRANS_UNI_DEFAULT,
    RTLP_LEADS
};

/*
 * RtlInitCodePageTable - what is where in a table in the form of an NLS file.
 *
 * TableBase: stays where it is as long as CodePageTable is used.
 * IRQL:    any, if it is resident
 * Source:  INF the form of NLS files: undocumented
 */
void NTAPI RtlInitCodePageTable(USHORT *TableBase, CPTABLEINFO *CodePageTable)
{
    USHORT *Words =
        TableBase +
        TableBase[RTLP_HEADER_WORDS]; /* to the table of wide characters, then those of bytes */
    USHORT *Ranges = Words + 1 + RTLP_BYTES;

    *CodePageTable = (CPTABLEINFO){.CodePage = TableBase[RTLP_PAGE],
        .MaximumCharacterSize = TableBase[RTLP_CHARACTER_BYTES],
        .DefaultChar = TableBase[RTLP_DEFAULT],
        .UniDefaultChar = TableBase[RTLP_UNI_DEFAULT],
        .TransDefaultChar = TableBase[RTLP_TRANS_DEFAULT],
        .TransUniDefaultChar = TableBase[RTLP_TRANS_UNI_DEFAULT],
        .MultiByteTable = Words + 1,
        .WideCharTable = Words + 1 + Words[0]};
    NtCrt_memcpy(CodePageTable->LeadByte, TableBase + RTLP_LEADS, RTLP_LEAD_BYTES);
    Ranges += *Ranges != 0 ? 1 + RTLP_BYTES : 1; /* pictures for bytes below the space */
    CodePageTable->DBCSRanges = Ranges;
    if (*Ranges != 0) {
        CodePageTable->DBCSCodePage = 1;
        CodePageTable->DBCSOffsets = Ranges + 1;
    }
}

/* The character At bytes begin with, and how many of Left they are. */
static WCHAR NTAPI RtlpDecodeBytes(
    const CPTABLEINFO *Page, const UCHAR *At, ULONG Left, ULONG *Bytes)
{
    const USHORT Second = Page->DBCSCodePage != 0 ? Page->DBCSOffsets[*At] : 0;

    *Bytes = 1;
    if (Second == 0)
        return Page->MultiByteTable[*At];
    if (Left < 2)
        return Page->UniDefaultChar;
    *Bytes = 2;
    return Page->DBCSOffsets[Second + At[1]];
}

/* One byte, or two with the first in the upper half. */
static USHORT NTAPI RtlpEncodeCharacter(const CPTABLEINFO *Page, WCHAR Character)
{
    if (Page->DBCSCodePage == 0)
        return ((const UCHAR *)Page->WideCharTable)[Character];
    return ((const USHORT *)Page->WideCharTable)[Character];
}

static ULONG NTAPI RtlpSplitCharacter(USHORT Code, UCHAR Bytes[2])
{
    const ULONG Count = Code >> 8 != 0 ? 2 : 1;

    Bytes[0] = (UCHAR)(Code >> (8 * (Count - 1)));
    Bytes[1] = (UCHAR)Code;
    return Count;
}

/*
 * RtlCustomCPToUnicodeN - text of the page in wide characters, as many as fit.
 *
 * BytesInUnicodeString: optional.
 * IRQL:    any, if everything is resident
 * Returns: SUCCESS, whatever fits.
 * Source:  DOC ntifs/RtlCustomCPToUnicodeN; what half a character becomes: INF
 */
NTSTATUS NTAPI RtlCustomCPToUnicodeN(const CPTABLEINFO *CustomCP, WCHAR *UnicodeString,
    ULONG MaxBytesInUnicodeString, ULONG *BytesInUnicodeString, const CHAR *CustomCPString,
    ULONG BytesInCustomCPString)
{
    const ULONG Room = MaxBytesInUnicodeString / sizeof(WCHAR);
    ULONG Count = 0;

    for (ULONG At = 0, Bytes; At < BytesInCustomCPString && Count < Room; At += Bytes)
        UnicodeString[Count++] = RtlpDecodeBytes(
            CustomCP, (const UCHAR *)CustomCPString + At, BytesInCustomCPString - At, &Bytes);
    if (BytesInUnicodeString != NULL)
        *BytesInUnicodeString = Count * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI RtlpToCustomPage(const CPTABLEINFO *Page, BOOLEAN UpperCase, CHAR *Text,
    ULONG Room, ULONG *Written, const WCHAR *Characters, ULONG Count)
{
    ULONG At = 0;

    for (ULONG Index = 0; Index < Count; Index++) {
        UCHAR Bytes[2];
        USHORT Code = RtlpEncodeCharacter(Page, Characters[Index]);
        ULONG Length = RtlpSplitCharacter(Code, Bytes);
        if (UpperCase) { /* of what the page has for it */
            ULONG Used;
            Code =
                RtlpEncodeCharacter(Page, RtlpUpcase(RtlpDecodeBytes(Page, Bytes, Length, &Used)));
            Length = RtlpSplitCharacter(Code, Bytes);
        }
        if (Room - At < Length)
            break;
        Text[At++] = (CHAR)Bytes[0];
        if (Length == 2)
            Text[At++] = (CHAR)Bytes[1];
    }
    if (Written != NULL)
        *Written = At;
    return STATUS_SUCCESS;
}

/*
 * RtlUnicodeToCustomCPN, RtlUpcaseUnicodeToCustomCPN - wide characters in the page, as many as fit
 * whole; the second in upper case.
 *
 * BytesInCustomCPString: optional.
 * IRQL:    any, if everything is resident
 * Returns: SUCCESS, whatever fits.
 * Source:  DOC ntifs/RtlUnicodeToCustomCPN, RtlUpcaseUnicodeToCustomCPN
 */
NTSTATUS NTAPI RtlUnicodeToCustomCPN(const CPTABLEINFO *CustomCP, CHAR *CustomCPString,
    ULONG MaxBytesInCustomCPString, ULONG *BytesInCustomCPString, const WCHAR *UnicodeString,
    ULONG BytesInUnicodeString)
{
    return RtlpToCustomPage(CustomCP, FALSE, CustomCPString, MaxBytesInCustomCPString,
        BytesInCustomCPString, UnicodeString, BytesInUnicodeString / sizeof(WCHAR));
}

NTSTATUS NTAPI RtlUpcaseUnicodeToCustomCPN(const CPTABLEINFO *CustomCP, CHAR *CustomCPString,
    ULONG MaxBytesInCustomCPString, ULONG *BytesInCustomCPString, const WCHAR *UnicodeString,
    ULONG BytesInUnicodeString)
{
    return RtlpToCustomPage(CustomCP, TRUE, CustomCPString, MaxBytesInCustomCPString,
        BytesInCustomCPString, UnicodeString, BytesInUnicodeString / sizeof(WCHAR));
}
