/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: small ones on LUIDs and memory, short names, altitudes, prefix tables. */
#pragma once

#include "nt/ntifs.h"

/* misc.c */
#undef RtlCopyLuid
#undef RtlEqualLuid
void NTAPI RtlCopyLuid(LUID *DestinationLuid, const LUID *SourceLuid);
BOOLEAN NTAPI RtlEqualLuid(const LUID *Luid1, const LUID *Luid2);
BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length);
ULONG NTAPI RtlComputeCrc32(ULONG PartialCrc, const UCHAR *Buffer, ULONG Length);

/* shortname.c */
BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(
    const UNICODE_STRING *Name, STRING *OemName, BOOLEAN *NameContainsSpaces);

typedef struct RTLP_NAME_CONTEXT { /* GENERATE_NAME_CONTEXT */
    USHORT Checksum;
    BOOLEAN ChecksumInserted;
    UCHAR NameLength;
    WCHAR NameBuffer[8];
    ULONG ExtensionLength;
    WCHAR ExtensionBuffer[4];
    ULONG LastIndexValue;
} RTLP_NAME_CONTEXT;
NTSTATUS NTAPI RtlGenerate8dot3Name(const UNICODE_STRING *Name, BOOLEAN AllowExtendedCharacters,
    RTLP_NAME_CONTEXT *Context, UNICODE_STRING *Name8dot3);

/* altitude.c */
LONG NTAPI RtlCompareAltitudes(const UNICODE_STRING *Altitude1, const UNICODE_STRING *Altitude2);

/* ansiprefix.c */
typedef struct RTLP_ANSI_PREFIX { /* PREFIX_TABLE_ENTRY */
    CSHORT NodeTypeCode, NameLength;
    struct RTLP_ANSI_PREFIX *NextPrefixTree;
    RTL_SPLAY_LINKS Links;
    STRING *Prefix;
} RTLP_ANSI_PREFIX;

typedef struct RTLP_ANSI_PREFIX_TABLE { /* PREFIX_TABLE */
    CSHORT NodeTypeCode, NameLength;
    RTLP_ANSI_PREFIX *NextPrefixTree;
} RTLP_ANSI_PREFIX_TABLE;
void NTAPI PfxInitialize(RTLP_ANSI_PREFIX_TABLE *PrefixTable);
BOOLEAN NTAPI PfxInsertPrefix(
    RTLP_ANSI_PREFIX_TABLE *PrefixTable, STRING *Prefix, RTLP_ANSI_PREFIX *PrefixTableEntry);
void NTAPI PfxRemovePrefix(RTLP_ANSI_PREFIX_TABLE *PrefixTable, RTLP_ANSI_PREFIX *PrefixTableEntry);
RTLP_ANSI_PREFIX *NTAPI PfxFindPrefix(RTLP_ANSI_PREFIX_TABLE *PrefixTable, const STRING *FullName);

/* prefix.c */
typedef struct RTLP_PREFIX_ENTRY { /* UNICODE_PREFIX_TABLE_ENTRY */
    CSHORT NodeTypeCode, NameLength;
    struct RTLP_PREFIX_ENTRY *NextPrefixTree, *CaseMatch;
    RTL_SPLAY_LINKS Links;
    UNICODE_STRING *Prefix;
} RTLP_PREFIX_ENTRY;

typedef struct RTLP_PREFIX_TABLE { /* UNICODE_PREFIX_TABLE */
    CSHORT NodeTypeCode, NameLength;
    RTLP_PREFIX_ENTRY *NextPrefixTree, *LastNextEntry;
} RTLP_PREFIX_TABLE;
void NTAPI RtlInitializeUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable);
BOOLEAN NTAPI RtlInsertUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, UNICODE_STRING *Prefix, RTLP_PREFIX_ENTRY *PrefixTableEntry);
void NTAPI RtlRemoveUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, RTLP_PREFIX_ENTRY *PrefixTableEntry);
RTLP_PREFIX_ENTRY *NTAPI RtlFindUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, const UNICODE_STRING *FullName, ULONG CaseInsensitiveIndex);
RTLP_PREFIX_ENTRY *NTAPI RtlNextUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable, BOOLEAN Restart);
