/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tables of path prefixes, whose entries and strings are their owner's, who serializes. The table's
 * list has an entry for each prefix, in order of upper case; entries alike but for case hang on one
 * of them as a ring, CaseMatch. Every call goes through the list: tables are small. IRQL: <=
 * APC_LEVEL.
 */
#include "rtl/misc.h"
#include "rtl/rtlp.h"

#define RTLP_TABLE_CODE 0x0800
#define RTLP_ENTRY_CODE 0x0801 /* on the list */
#define RTLP_CASE_CODE  0x0802 /* in another one's ring only */

/*
 * RtlInitializeUnicodePrefix - make an empty table.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/RtlInitializeUnicodePrefix
 */
void NTAPI RtlInitializeUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable)
{
    *PrefixTable = (RTLP_PREFIX_TABLE){.NodeTypeCode = RTLP_TABLE_CODE};
}

static CSHORT NTAPI RtlpCountComponents(const UNICODE_STRING *Name)
{
    CSHORT Count = 1;

    for (ULONG Index = 1; Index + 1 < Name->Length / sizeof(WCHAR); Index++)
        Count += Name->Buffer[Index] == u'\\';
    return Count;
}

/*
 * RtlInsertUnicodePrefix - add a prefix.
 *
 * Prefix, PrefixTableEntry: stay where they are as long as they are in the table.
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: the same prefix, case and all, is there.
 * Source:  DOC ntifs/RtlInsertUnicodePrefix
 */
BOOLEAN NTAPI RtlInsertUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, UNICODE_STRING *Prefix, RTLP_PREFIX_ENTRY *PrefixTableEntry)
{
    RTLP_PREFIX_ENTRY **Place = &PrefixTable->NextPrefixTree;
    LONG Order = -1;

    while (*Place != NULL && (Order = RtlCompareUnicodeString(Prefix, (*Place)->Prefix, TRUE)) > 0)
        Place = &(*Place)->NextPrefixTree;
    *PrefixTableEntry = (RTLP_PREFIX_ENTRY){
        .NameLength = RtlpCountComponents(Prefix), .Prefix = Prefix};
    PrefixTableEntry->Links.Parent = &PrefixTableEntry->Links;
    if (*Place != NULL && Order == 0) {
        RTLP_PREFIX_ENTRY *Other = *Place;
        do {
            if (RtlEqualUnicodeString(Prefix, Other->Prefix, FALSE))
                return FALSE;
            Other = Other->CaseMatch;
        } while (Other != *Place);
        PrefixTableEntry->NodeTypeCode = RTLP_CASE_CODE;
        PrefixTableEntry->CaseMatch = Other->CaseMatch;
        Other->CaseMatch = PrefixTableEntry;
    } else {
        PrefixTableEntry->NodeTypeCode = RTLP_ENTRY_CODE;
        PrefixTableEntry->CaseMatch = PrefixTableEntry;
        PrefixTableEntry->NextPrefixTree = *Place;
        *Place = PrefixTableEntry;
    }
    PrefixTable->LastNextEntry = NULL;
    return TRUE;
}

/*
 * RtlRemoveUnicodePrefix - take an entry out.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/RtlRemoveUnicodePrefix
 */
void NTAPI RtlRemoveUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, RTLP_PREFIX_ENTRY *PrefixTableEntry)
{
    RTLP_PREFIX_ENTRY **Place = &PrefixTable->NextPrefixTree, *Before = PrefixTableEntry, *Heir;

    PrefixTable->LastNextEntry = NULL;
    while (Before->CaseMatch != PrefixTableEntry)
        Before = Before->CaseMatch;
    Heir = PrefixTableEntry->CaseMatch;
    Before->CaseMatch = Heir;
    if (PrefixTableEntry->NodeTypeCode != RTLP_ENTRY_CODE)
        return;
    while (*Place != PrefixTableEntry)
        Place = &(*Place)->NextPrefixTree;
    *Place = PrefixTableEntry->NextPrefixTree;
    if (Heir != PrefixTableEntry) {
        Heir->NodeTypeCode = RTLP_ENTRY_CODE;
        Heir->NextPrefixTree = *Place;
        *Place = Heir;
    }
}

/* Whether Prefix ends where a component of Name does, or with a backslash. */
static BOOLEAN NTAPI RtlpEndsComponent(const UNICODE_STRING *Prefix, const UNICODE_STRING *Name)
{
    ULONG End = Prefix->Length / sizeof(WCHAR);

    if (Prefix->Length == Name->Length)
        return TRUE;
    return End != 0 && (Name->Buffer[End] == u'\\' || Prefix->Buffer[End - 1] == u'\\');
}

/* Whether Prefix is one of Name's, the first Insensitive characters compared without case. */
static BOOLEAN NTAPI RtlpIsPrefix(
    const UNICODE_STRING *Prefix, const UNICODE_STRING *Name, ULONG Insensitive)
{
    ULONG Count = Prefix->Length / sizeof(WCHAR);

    if (Prefix->Length > Name->Length || !RtlpEndsComponent(Prefix, Name))
        return FALSE;
    for (ULONG Index = 0; Index < Count; Index++) {
        WCHAR A = Prefix->Buffer[Index], B = Name->Buffer[Index];
        if (A != B && (Index >= Insensitive || RtlpUpcase(A) != RtlpUpcase(B)))
            return FALSE;
    }
    return TRUE;
}

/*
 * RtlFindUnicodePrefix - the longest prefix of FullName in the table.
 *
 * CaseInsensitiveIndex: 0: case counts; else it does not, among the table's own spellings the one
 * that fits best winning.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: there is none.
 * Source:  DOC ntifs/RtlFindUnicodePrefix; INF that any index but 0 has case ignored throughout
 */
RTLP_PREFIX_ENTRY *NTAPI RtlFindUnicodePrefix(
    RTLP_PREFIX_TABLE *PrefixTable, const UNICODE_STRING *FullName, ULONG CaseInsensitiveIndex)
{
    ULONG Insensitive = CaseInsensitiveIndex != 0 ? (ULONG)-1 : 0;
    RTLP_PREFIX_ENTRY *Best = NULL;

    for (RTLP_PREFIX_ENTRY *First = PrefixTable->NextPrefixTree; First != NULL;
         First = First->NextPrefixTree) {
        RTLP_PREFIX_ENTRY *Entry = First, *Fits = NULL;
        if (Best != NULL && First->Prefix->Length <= Best->Prefix->Length)
            continue;
        do {
            if (RtlpIsPrefix(Entry->Prefix, FullName, 0))
                Fits = Entry;
            else if (Fits == NULL && RtlpIsPrefix(Entry->Prefix, FullName, Insensitive))
                Fits = Entry;
            Entry = Entry->CaseMatch;
        } while (Entry != First);
        if (Fits != NULL)
            Best = Fits;
    }
    return Best;
}

/*
 * RtlNextUnicodePrefix - the prefixes in order, one a call; those alike but for case one after the
 * other.
 *
 * Restart: begin with the first; so it does also after a change of the table.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: no more.
 * Source:  DOC ntifs/RtlNextUnicodePrefix
 */
RTLP_PREFIX_ENTRY *NTAPI RtlNextUnicodePrefix(RTLP_PREFIX_TABLE *PrefixTable, BOOLEAN Restart)
{
    RTLP_PREFIX_ENTRY *Last = PrefixTable->LastNextEntry, *Next;

    if (Restart || Last == NULL) {
        Next = PrefixTable->NextPrefixTree;
    } else {
        Next = Last->CaseMatch;
        if (Next->NodeTypeCode == RTLP_ENTRY_CODE)
            Next = Next->NextPrefixTree;
    }
    if (Next != NULL)
        PrefixTable->LastNextEntry = Next;
    return Next;
}
