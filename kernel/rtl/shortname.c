/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Names of 8.3: telling them from others, and making them. Nothing is allocated; callers have the
 * buffers. */
#include "rtl/misc.h"
#include "rtl/rtlp.h"

#define RTLP_SHORT_NAME 12

/* Whether a byte of the OEM code page may stand in a name of 8.3; the dot is the caller's. */
static BOOLEAN NTAPI RtlpIsShortCharacter(UCHAR Byte)
{
    static const char Refused[] = "\"*+,/:;<=>?[\\]|";

    for (ULONG Index = 0; Index < sizeof(Refused) - 1; Index++) {
        if (Byte == (UCHAR)Refused[Index])
            return FALSE;
    }
    return Byte >= ' ';
}

/*
 * RtlIsNameLegalDOS8Dot3 - whether a name, put in upper case, is one of 8.3.
 *
 * OemName: optional, with a buffer of 12 bytes: receives the name in upper case, in the OEM code
 *          page; its Length is the name's whatever the answer, if it has as many as 12 characters
 *          at most. NameContainsSpaces: optional; written when it is legal.
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE also for names with characters the OEM code page does not have, and for an empty
 * one.
 * Source:  DOC ntifs/RtlIsNameLegalDOS8Dot3
 */
BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(
    const UNICODE_STRING *Name, STRING *OemName, BOOLEAN *NameContainsSpaces)
{
    CHAR Own[RTLP_SHORT_NAME];
    STRING Local = {0, sizeof(Own), Own};
    ULONG Count = Name->Length / sizeof(WCHAR), Dot = 0, Dots = 0;
    BOOLEAN Spaces = FALSE;

    if (Count == 0 || Count > RTLP_SHORT_NAME)
        return FALSE;
    if (OemName == NULL)
        OemName = &Local;
    if (!NT_SUCCESS(RtlUpcaseUnicodeStringToCountedOemString(OemName, Name, FALSE)))
        return FALSE;
    if ((Count == 1 && Name->Buffer[0] == u'.') ||
        (Count == 2 && Name->Buffer[0] == u'.' && Name->Buffer[1] == u'.')) {
        if (NameContainsSpaces != NULL)
            *NameContainsSpaces = FALSE;
        return TRUE;
    }
    for (ULONG Index = 0; Index < Count; Index++) {
        UCHAR Byte = (UCHAR)OemName->Buffer[Index];
        if (!RtlpIsShortCharacter(Byte))
            return FALSE;
        Spaces |= Byte == ' ';
        if (Byte == '.') {
            if (Index == 0 || OemName->Buffer[Index - 1] == ' ')
                return FALSE;
            Dot = Index;
            Dots++;
        }
    }
    if (OemName->Buffer[Count - 1] == ' ' || OemName->Buffer[Count - 1] == '.')
        return FALSE;
    if (Dots > 1 || (Dots == 0 ? Count : Dot) > 8 || (Dots == 1 && Count - Dot - 1 > 3))
        return FALSE;
    if (NameContainsSpaces != NULL)
        *NameContainsSpaces = Spaces;
    return TRUE;
}

/* ---- Making them ----------------------------------------------------------------------------- */

#define RTLP_STEM        6u /* characters of a name before the tilde */
#define RTLP_SHORT_STEM  2u /* and before a checksum */
#define RTLP_EXTENSION   4u /* with the dot */
#define RTLP_PLAIN_TRIES 4u /* numbers before the checksum is used */
#define RTLP_MOST_INDEX  999999u

/* Four digits for a name, different for most names. */
static USHORT NTAPI RtlpNameChecksum(const UNICODE_STRING *Name)
{
    USHORT Sum = 0;

    for (ULONG Index = 0; Index < Name->Length / sizeof(WCHAR); Index++)
        Sum = (USHORT)(Sum * 0x25 + Name->Buffer[Index]);
    ULONG Spread = (ULONG)Sum * 314159269u;
    if ((LONG)Spread < 0)
        Spread = 0u - Spread;
    Spread -= (ULONG)(((ULONG64)Spread * 1152921497u) >> 60) * 1000000007u;
    return (USHORT)((Spread & 0xF000) >> 12 | (Spread & 0xF00) >> 4 | (Spread & 0xF0) << 4 |
        (Spread & 0xF) << 12);
}

/* The character a short name has for one of a long name; 0: it is left out. */
static WCHAR NTAPI RtlpShortCharacter(WCHAR Character, BOOLEAN Extended)
{
    const WCHAR Upper = RtlpUpcase(Character);

    if (Character == ' ' || Character == '.')
        return 0;
    if (!RtlpPageHas(RtlpOemPage, Upper) || (Upper > 0x7E && !Extended))
        return '_';
    return RtlpIsShortCharacter(RtlpUnicodeToByte(RtlpOemPage, Upper)) ? Upper : '_';
}

/* What Context is to have of a name: the beginning of its stem, its extension with the dot. */
static void NTAPI RtlpBeginShortName(
    const UNICODE_STRING *Name, BOOLEAN Extended, RTLP_NAME_CONTEXT *Context)
{
    const ULONG Count = Name->Length / sizeof(WCHAR);
    ULONG Dot = Count, At = 0;

    /* A dot that only dots are before begins no extension. */
    while (At < Count && (Name->Buffer[At] == '.' || Name->Buffer[At] == ' '))
        At++;
    for (; At < Count; At++) {
        if (Name->Buffer[At] == '.' && At + 1 < Count)
            Dot = At;
    }
    Context->NameLength = 0;
    for (At = 0; At < Dot && Context->NameLength < RTLP_STEM; At++) {
        const WCHAR Short = RtlpShortCharacter(Name->Buffer[At], Extended);
        if (Short != 0)
            Context->NameBuffer[Context->NameLength++] = Short;
    }
    Context->ExtensionLength = 0;
    if (Dot == Count)
        return;
    Context->ExtensionBuffer[Context->ExtensionLength++] = '.';
    for (At = Dot + 1; At < Count && Context->ExtensionLength < RTLP_EXTENSION; At++) {
        const WCHAR Short = RtlpShortCharacter(Name->Buffer[At], Extended);
        if (Short != 0)
            Context->ExtensionBuffer[Context->ExtensionLength++] = Short;
    }
}

static void NTAPI RtlpInsertChecksum(const UNICODE_STRING *Name, RTLP_NAME_CONTEXT *Context)
{
    Context->Checksum = RtlpNameChecksum(Name);
    if (Context->NameLength > RTLP_SHORT_STEM)
        Context->NameLength = RTLP_SHORT_STEM;
    for (int Shift = 12; Shift >= 0; Shift -= 4)
        Context->NameBuffer[Context->NameLength++] =
            u"0123456789ABCDEF"[Context->Checksum >> Shift & 15];
    Context->ChecksumInserted = TRUE;
}

/*
 * RtlGenerate8dot3Name - the next of the short names a long name may have.
 *
 * AllowExtendedCharacters: those of the OEM code page beyond ASCII too. Context: zero-filled before
 *          the first call for a name; each call gives another one. Name8dot3: with a buffer of 12
 *          characters.
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS; FILE_SYSTEM_LIMITATION: no more numbers.
 * Source:  DOC ntifs/RtlGenerate8dot3Name; what the names look like: INF from those Windows makes
 */
NTSTATUS NTAPI RtlGenerate8dot3Name(const UNICODE_STRING *Name, BOOLEAN AllowExtendedCharacters,
    RTLP_NAME_CONTEXT *Context, UNICODE_STRING *Name8dot3)
{
    WCHAR Tail[RTLP_STEM + 1];
    ULONG TailLength = 0, Length = 0;

    if (Context->LastIndexValue == 0) {
        RtlpBeginShortName(Name, AllowExtendedCharacters, Context);
        Context->ChecksumInserted = FALSE;
        if (Context->NameLength <= RTLP_SHORT_STEM)
            RtlpInsertChecksum(Name, Context);
    }
    if (Context->LastIndexValue == RTLP_MOST_INDEX)
        return STATUS_FILE_SYSTEM_LIMITATION;
    if (++Context->LastIndexValue > RTLP_PLAIN_TRIES && !Context->ChecksumInserted) {
        RtlpInsertChecksum(Name, Context);
        Context->LastIndexValue = 1;
    }
    for (ULONG Rest = Context->LastIndexValue; Rest != 0; Rest /= 10)
        Tail[TailLength++] = (WCHAR)('0' + Rest % 10);
    Tail[TailLength++] = '~';
    for (; Length < Context->NameLength && Length + TailLength < 8; Length++)
        Name8dot3->Buffer[Length] = Context->NameBuffer[Length];
    while (TailLength != 0)
        Name8dot3->Buffer[Length++] = Tail[--TailLength];
    for (ULONG Index = 0; Context->ExtensionLength > 1 && Index < Context->ExtensionLength; Index++)
        Name8dot3->Buffer[Length++] = Context->ExtensionBuffer[Index];
    Name8dot3->Length = (USHORT)(Length * sizeof(WCHAR));
    return STATUS_SUCCESS;
}
