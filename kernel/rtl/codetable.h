/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Exports: code pages a driver brings, as tables in the form of Windows' NLS files (codetable.c).
 */
#pragma once

#include "rtl/rtl.h"

typedef struct CPTABLEINFO {
    USHORT CodePage;
    USHORT MaximumCharacterSize; /* bytes */
    USHORT DefaultChar, UniDefaultChar;
    USHORT TransDefaultChar, TransUniDefaultChar;
    USHORT DBCSCodePage; /* not 0: some characters have two bytes */
    UCHAR LeadByte[12];
    USHORT *MultiByteTable; /* a character for each byte */
    PVOID WideCharTable;    /* a byte, or a word of two, for each character */
    USHORT *DBCSRanges;
    USHORT *
        /* for each byte: where those of its second bytes begin, in words; 0: it is no first one */
        DBCSOffsets;
} CPTABLEINFO;

void NTAPI RtlInitCodePageTable(USHORT *TableBase, CPTABLEINFO *CodePageTable);
NTSTATUS NTAPI RtlCustomCPToUnicodeN(const CPTABLEINFO *CustomCP, WCHAR *UnicodeString,
    ULONG MaxBytesInUnicodeString, ULONG *BytesInUnicodeString, const CHAR *CustomCPString,
    ULONG BytesInCustomCPString);
NTSTATUS NTAPI RtlUnicodeToCustomCPN(const CPTABLEINFO *CustomCP, CHAR *CustomCPString,
    ULONG MaxBytesInCustomCPString, ULONG *BytesInCustomCPString, const WCHAR *UnicodeString,
    ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUpcaseUnicodeToCustomCPN(const CPTABLEINFO *CustomCP, CHAR *CustomCPString,
    ULONG MaxBytesInCustomCPString, ULONG *BytesInCustomCPString, const WCHAR *UnicodeString,
    ULONG BytesInUnicodeString);
