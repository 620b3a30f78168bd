/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Names of 8.3. */
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
 * OemName: optional, with a buffer of 12 bytes: receives the name in upper case, in the OEM code page; its Length is the name's
 *          whatever the answer, if it has as many as 12 characters at most. NameContainsSpaces: optional; written when it is legal.
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE also for names with characters the OEM code page does not have, and for an empty one.
 * Source:  DOC ntifs/RtlIsNameLegalDOS8Dot3
 */
BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(const UNICODE_STRING *Name, STRING *OemName, BOOLEAN *NameContainsSpaces)
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
    if ((Count == 1 && Name->Buffer[0] == u'.') || (Count == 2 && Name->Buffer[0] == u'.' && Name->Buffer[1] == u'.')) {
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
