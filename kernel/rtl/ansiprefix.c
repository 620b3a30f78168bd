/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tables of prefixes of paths in bytes: the older brother of prefix.c, where case counts. Entries
 * and strings are their owner's, who serializes; the table is a list of them, the longest first.
 * IRQL: any, if everything is resident.
 */
#include "rtl/misc.h"
#include "rtl/rtlp.h"

#define RTLP_ANSI_TABLE_CODE 0x0200
#define RTLP_ANSI_ENTRY_CODE 0x0201

/*
 * PfxInitialize - make an empty table.
 * IRQL: any. Source: DOC ntifs/PfxInitialize
 */
void NTAPI PfxInitialize(RTLP_ANSI_PREFIX_TABLE *PrefixTable)
{
    *PrefixTable = (RTLP_ANSI_PREFIX_TABLE){.NodeTypeCode = RTLP_ANSI_TABLE_CODE};
}

static CSHORT NTAPI RtlpCountParts(const STRING *Name)
{
    CSHORT Count = 1;

    for (ULONG Index = 1; Index + 1 < Name->Length; Index++)
        Count += Name->Buffer[Index] == '\\';
    return Count;
}

/*
 * PfxInsertPrefix - add a prefix.
 *
 * Prefix, PrefixTableEntry: stay where they are as long as they are in the table.
 * IRQL:    any
 * Returns: FALSE: it is there already.
 * Source:  DOC ntifs/PfxInsertPrefix
 */
BOOLEAN NTAPI PfxInsertPrefix(
    RTLP_ANSI_PREFIX_TABLE *PrefixTable, STRING *Prefix, RTLP_ANSI_PREFIX *PrefixTableEntry)
{
    RTLP_ANSI_PREFIX **Place = &PrefixTable->NextPrefixTree;

    while (*Place != NULL && (*Place)->Prefix->Length > Prefix->Length)
        Place = &(*Place)->NextPrefixTree;
    for (const RTLP_ANSI_PREFIX *Other = *Place;
         Other != NULL && Other->Prefix->Length == Prefix->Length; Other = Other->NextPrefixTree) {
        if (RtlEqualString(Other->Prefix, Prefix, FALSE))
            return FALSE;
    }
    *PrefixTableEntry = (RTLP_ANSI_PREFIX){.NodeTypeCode = RTLP_ANSI_ENTRY_CODE,
        .NameLength = RtlpCountParts(Prefix),
        .NextPrefixTree = *Place,
        .Prefix = Prefix};
    PrefixTableEntry->Links.Parent = &PrefixTableEntry->Links;
    *Place = PrefixTableEntry;
    return TRUE;
}

/*
 * PfxRemovePrefix - take an entry out; nothing where it is not in the table.
 * IRQL: any. Source: DOC ntifs/PfxRemovePrefix
 */
void NTAPI PfxRemovePrefix(RTLP_ANSI_PREFIX_TABLE *PrefixTable, RTLP_ANSI_PREFIX *PrefixTableEntry)
{
    RTLP_ANSI_PREFIX **Place = &PrefixTable->NextPrefixTree;

    while (*Place != NULL && *Place != PrefixTableEntry)
        Place = &(*Place)->NextPrefixTree;
    if (*Place != NULL)
        *Place = PrefixTableEntry->NextPrefixTree;
}

/*
 * PfxFindPrefix - the longest prefix of FullName in the table, of whole components.
 * IRQL: any. Returns: NULL: there is none. Source: DOC ntifs/PfxFindPrefix
 */
RTLP_ANSI_PREFIX *NTAPI PfxFindPrefix(RTLP_ANSI_PREFIX_TABLE *PrefixTable, const STRING *FullName)
{
    RTLP_ANSI_PREFIX *Entry = PrefixTable->NextPrefixTree;

    for (; Entry != NULL; Entry = Entry->NextPrefixTree) {
        const ULONG Length = Entry->Prefix->Length;
        if (!RtlPrefixString(Entry->Prefix, FullName, FALSE))
            continue;
        if (Length == FullName->Length ||
            (Length != 0 &&
                (FullName->Buffer[Length] == '\\' || Entry->Prefix->Buffer[Length - 1] == '\\')))
            break;
    }
    return Entry;
}
