/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Names of files: taking paths apart, comparing, and what is legal where. Names in bytes are of the
 * OEM code page, whose characters are one byte each. Matching against expressions is in fs/match.c.
 */
#include "fsrtl/fsrtl.h"
#include "rtl/rtl.h"

#define ALL_LEGAL (FSRTL_FAT_LEGAL | FSRTL_HPFS_LEGAL | FSRTL_NTFS_LEGAL | FSRTL_OLE_LEGAL)
#define LONG_ONLY (FSRTL_HPFS_LEGAL | FSRTL_NTFS_LEGAL | FSRTL_OLE_LEGAL)
#define WILD      (FSRTL_WILD_CHARACTER | FSRTL_OLE_LEGAL)

static const UCHAR FsrtlpLegal[128] = {
    [1 ... 31] = FSRTL_OLE_LEGAL,
    [' ' ... '!'] = ALL_LEGAL,
    ['"'] = WILD,
    ['#' ... ')'] = ALL_LEGAL,
    ['*'] = WILD,
    ['+' ... ','] = LONG_ONLY,
    ['-' ... '.'] = ALL_LEGAL,
    ['0' ... '9'] = ALL_LEGAL,
    [':'] = FSRTL_NTFS_LEGAL,
    [';'] = LONG_ONLY,
    ['<'] = WILD,
    ['='] = LONG_ONLY,
    ['>' ... '?'] = WILD,
    ['@' ... 'Z'] = ALL_LEGAL,
    ['['] = LONG_ONLY,
    [']'] = LONG_ONLY,
    ['^' ... '{'] = ALL_LEGAL,
    ['|'] = FSRTL_OLE_LEGAL,
    ['}' ... 127] = ALL_LEGAL,
};

const UCHAR *const FsRtlLegalAnsiCharacterArray = FsrtlpLegal;

/*
 * FsRtlDissectName, FsRtlDissectDbcs - the first component of a path, and what follows behind its
 * backslash.
 *
 * A backslash in front is left out. The parts lie in Name's buffer; one that is not there is empty.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/FsRtlDissectName, FsRtlDissectDbcs
 */
void NTAPI FsRtlDissectName(
    UNICODE_STRING Name, UNICODE_STRING *FirstPart, UNICODE_STRING *RemainingPart)
{
    ULONG Count = Name.Length / sizeof(WCHAR), Start, End;

    *FirstPart = (UNICODE_STRING){0};
    *RemainingPart = (UNICODE_STRING){0};
    if (Count == 0)
        return;
    Start = Name.Buffer[0] == u'\\';
    for (End = Start; End < Count && Name.Buffer[End] != u'\\';)
        End++;
    FirstPart->Length = FirstPart->MaximumLength = (USHORT)((End - Start) * sizeof(WCHAR));
    FirstPart->Buffer = &Name.Buffer[Start];
    if (End >= Count)
        return;
    RemainingPart->Length = RemainingPart->MaximumLength = (USHORT)((Count - End - 1) *
        sizeof(WCHAR));
    RemainingPart->Buffer = &Name.Buffer[End + 1];
}

void NTAPI FsRtlDissectDbcs(ANSI_STRING Name, ANSI_STRING *FirstPart, ANSI_STRING *RemainingPart)
{
    ULONG Count = Name.Length, Start, End;

    *FirstPart = (ANSI_STRING){0};
    *RemainingPart = (ANSI_STRING){0};
    if (Count == 0)
        return;
    Start = Name.Buffer[0] == '\\';
    for (End = Start; End < Count && Name.Buffer[End] != '\\';)
        End++;
    FirstPart->Length = FirstPart->MaximumLength = (USHORT)(End - Start);
    FirstPart->Buffer = &Name.Buffer[Start];
    if (End >= Count)
        return;
    RemainingPart->Length = RemainingPart->MaximumLength = (USHORT)(Count - End - 1);
    RemainingPart->Buffer = &Name.Buffer[End + 1];
}

/*
 * FsRtlAreNamesEqual - whether two names are the same.
 *
 * UpcaseTable: optional, by character; without it the system's upper case counts.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/FsRtlAreNamesEqual
 */
BOOLEAN NTAPI FsRtlAreNamesEqual(const UNICODE_STRING *NameA, const UNICODE_STRING *NameB,
    BOOLEAN IgnoreCase, const WCHAR *UpcaseTable)
{
    if (NameA->Length != NameB->Length)
        return FALSE;
    if (!IgnoreCase || UpcaseTable == NULL)
        return RtlEqualUnicodeString(NameA, NameB, IgnoreCase);
    for (ULONG Index = 0; Index < NameA->Length / sizeof(WCHAR); Index++) {
        if (UpcaseTable[NameA->Buffer[Index]] != UpcaseTable[NameB->Buffer[Index]])
            return FALSE;
    }
    return TRUE;
}

static BOOLEAN FsrtlpIsWild(CHAR Character)
{
    return (UCHAR)Character < 128 && (FsrtlpLegal[(UCHAR)Character] & FSRTL_WILD_CHARACTER) != 0;
}

/*
 * FsRtlDoesDbcsContainWildCards - whether the last component of a name has one of * ? < > ".
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/FsRtlDoesDbcsContainWildCards
 */
BOOLEAN NTAPI FsRtlDoesDbcsContainWildCards(const ANSI_STRING *Name)
{
    for (ULONG Index = Name->Length; Index-- != 0 && Name->Buffer[Index] != '\\';) {
        if (FsrtlpIsWild(Name->Buffer[Index]))
            return TRUE;
    }
    return FALSE;
}

static BOOLEAN FsrtlpAreLegal(const CHAR *Text, ULONG Count, UCHAR Legal, BOOLEAN WildCards)
{
    UCHAR Mask = (UCHAR)(Legal | (WildCards ? FSRTL_WILD_CHARACTER : 0));

    for (ULONG Index = 0; Index < Count; Index++) {
        if ((UCHAR)Text[Index] < 128 && !(FsrtlpLegal[(UCHAR)Text[Index]] & Mask))
            return FALSE;
    }
    return TRUE;
}

static BOOLEAN FsrtlpIsDots(const CHAR *Text, ULONG Count)
{
    return (Count == 1 && Text[0] == '.') || (Count == 2 && Text[0] == '.' && Text[1] == '.');
}

static BOOLEAN FsrtlpIsFatComponent(const CHAR *Text, ULONG Count, BOOLEAN WildCards)
{
    ULONG Dot = 0, Dots = 0;

    if (FsrtlpIsDots(Text, Count))
        return TRUE;
    if (Count == 0 || Count > 12 || !FsrtlpAreLegal(Text, Count, FSRTL_FAT_LEGAL, WildCards))
        return FALSE;
    if (WildCards)
        return TRUE; /* what a wild card stands for is not known */
    for (ULONG Index = 0; Index < Count; Index++) {
        if (Text[Index] == '.') {
            Dot = Index;
            Dots++;
        }
    }
    if (Dots == 0)
        return Count <= 8 && Text[Count - 1] != ' ';
    return Dots == 1 && Dot >= 1 && Dot <= 8 && Count - Dot - 1 >= 1 && Count - Dot - 1 <= 3 &&
        Text[Dot - 1] != ' ' && Text[Count - 1] != ' ';
}

static BOOLEAN FsrtlpIsHpfsComponent(const CHAR *Text, ULONG Count, BOOLEAN WildCards)
{
    if (FsrtlpIsDots(Text, Count))
        return TRUE;
    if (Count == 0 || Count > 255 || !FsrtlpAreLegal(Text, Count, FSRTL_HPFS_LEGAL, WildCards))
        return FALSE;
    return Text[Count - 1] != '.' && Text[Count - 1] != ' ';
}

typedef BOOLEAN FSRTLP_COMPONENT(const CHAR *Text, ULONG Count, BOOLEAN WildCards);

static BOOLEAN FsrtlpIsLegal(ANSI_STRING Name, BOOLEAN WildCards, BOOLEAN Path,
    BOOLEAN LeadingBackslash, FSRTLP_COMPONENT *IsComponent)
{
    ANSI_STRING First, Rest;

    if (Name.Length == 0)
        return FALSE;
    if (Name.Buffer[0] == '\\') {
        if (!LeadingBackslash)
            return FALSE;
        if (Name.Length == 1)
            return TRUE;
        Name.Buffer++;
        Name.Length--;
        if (Name.Buffer[0] == '\\')
            return FALSE;
    }
    for (;;) {
        FsRtlDissectDbcs(Name, &First, &Rest);
        if (!IsComponent(First.Buffer, First.Length, WildCards))
            return FALSE;
        if (Rest.Buffer == NULL)
            return TRUE;
        if (!Path || Rest.Length == 0 || Rest.Buffer[0] == '\\')
            return FALSE;
        Name = Rest;
    }
}

/*
 * FsRtlIsFatDbcsLegal, FsRtlIsHpfsDbcsLegal - whether a name is one for FAT (8.3), or for HPFS (255
 * characters, no dot or space at the end).
 *
 * PathNamePermissible: it may be of several components, the rules being for each.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/FsRtlIsFatDbcsLegal, FsRtlIsHpfsDbcsLegal; INF no empty components
 */
BOOLEAN NTAPI FsRtlIsFatDbcsLegal(ANSI_STRING DbcsName, BOOLEAN WildCardsPermissible,
    BOOLEAN PathNamePermissible, BOOLEAN LeadingBackslashPermissible)
{
    return FsrtlpIsLegal(DbcsName, WildCardsPermissible, PathNamePermissible,
        LeadingBackslashPermissible, FsrtlpIsFatComponent);
}

BOOLEAN NTAPI FsRtlIsHpfsDbcsLegal(ANSI_STRING DbcsName, BOOLEAN WildCardsPermissible,
    BOOLEAN PathNamePermissible, BOOLEAN LeadingBackslashPermissible)
{
    return FsrtlpIsLegal(DbcsName, WildCardsPermissible, PathNamePermissible,
        LeadingBackslashPermissible, FsrtlpIsHpfsComponent);
}
