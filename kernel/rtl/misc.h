/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: small ones on LUIDs and memory, short names, prefix tables. */
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
BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(const UNICODE_STRING *Name, STRING *OemName, BOOLEAN *NameContainsSpaces);

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
void NTAPI RtlRemoveUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable, RTLP_PREFIX_ENTRY *PrefixTableEntry);
RTLP_PREFIX_ENTRY *NTAPI RtlFindUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, const UNICODE_STRING *FullName, ULONG CaseInsensitiveIndex);
RTLP_PREFIX_ENTRY *NTAPI RtlNextUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable, BOOLEAN Restart);
