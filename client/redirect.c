/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Where files of a 32-bit program on an x64 machine really are. The first rule that fits an NT path
 * decides; a name counts whole, in any case. Only drive C: is looked at, under its drive letter:
 * device paths go where they say.
 *
 * Source: DOC winprog64/file-system-redirector, but for Program Files, which on Windows is a matter
 * of variables and known folders; INF: with redirection off, Sysnative is no alias either.
 */
#include "redirect.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_DRIVE_UNITS 7 /* "\??\C:\" */

typedef struct BASEP_RULE {
    const char *From; /* in lower case, behind the drive */
    const WCHAR *To;  /* in place of what is behind the first Keep characters; NULL: it stays */
    UCHAR Keep;
    BOOLEAN Whole; /* not for what is below it */
    USHORT Since;  /* the first Windows that has the rule; 0: all */
} BASEP_RULE;

static const BASEP_RULE BasepRules[] = {
    {"windows\\system32\\catroot", NULL, 0, FALSE, 0},
    {"windows\\system32\\catroot2", NULL, 0, FALSE, 0},
    {"windows\\system32\\driverstore", NULL, 0, FALSE, BASEP_WIN7},
    {"windows\\system32\\drivers\\etc", NULL, 0, FALSE, 0},
    {"windows\\system32\\logfiles", NULL, 0, FALSE, 0},
    {"windows\\system32\\spool", NULL, 0, FALSE, 0},
    {"windows\\system32", u"SysWOW64", 8, FALSE, 0},
    {"windows\\sysnative", u"System32", 8, FALSE, BASEP_VISTA},
    {"windows\\lastgood\\system32", u"SysWOW64", 17, FALSE, 0},
    {"windows\\regedit.exe", u"SysWOW64\\regedit.exe", 8, TRUE, 0},
    {"program files", u"Program Files (x86)", 0, FALSE, 0},
};

static _Thread_local BOOLEAN BasepRedirectionOff;

BOOLEAN BasepSwitchRedirection(BOOLEAN Off)
{
    BOOLEAN Before = BasepRedirectionOff;

    BasepRedirectionOff = Off;
    return Before;
}

/* Length: units behind the drive. */
static const BASEP_RULE *BasepFindRule(const WCHAR *Path, SIZE_T Length)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(BasepRules); i++) {
        const BASEP_RULE *Rule = &BasepRules[i];
        SIZE_T Matched = BasepFirstName(Path, Length, Rule->From);
        if (Matched != 0 && (!Rule->Whole || Matched == Length) &&
            (Rule->Since == 0 || BasepMachineRelease() >= Rule->Since))
            return Rule;
    }
    return NULL;
}

/* To instead of Removed units at At. */
static NTSTATUS BasepReplace(BASEP_PATH *Path, SIZE_T At, SIZE_T Removed, const WCHAR *To)
{
    const SIZE_T Length = Path->Name.Length / sizeof(WCHAR), Added = BasepWideLength(To);
    const SIZE_T NewLength = Length - Removed + Added;
    WCHAR *Buffer = Path->Name.Buffer;

    if (NewLength > UNICODE_STRING_MAX_CHARS)
        return STATUS_NAME_TOO_LONG;
    if (NewLength * sizeof(WCHAR) > Path->Name.MaximumLength) {
        Buffer = malloc(NewLength * sizeof(WCHAR));
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        memcpy(Buffer, Path->Name.Buffer, At * sizeof(WCHAR));
    }
    memmove(Buffer + At + Added, Path->Name.Buffer + At + Removed,
        (Length - At - Removed) * sizeof(WCHAR));
    memcpy(Buffer + At, To, Added * sizeof(WCHAR));
    if (Buffer != Path->Name.Buffer) {
        free(Path->Allocated);
        Path->Allocated = Buffer;
        Path->Name.Buffer = Buffer;
        Path->Name.MaximumLength = (USHORT)(NewLength * sizeof(WCHAR));
    }
    Path->Name.Length = (USHORT)(NewLength * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS BasepRedirect(BASEP_PATH *Path)
{
    const SIZE_T Length = Path->Name.Length / sizeof(WCHAR);

    if (BasepRedirectionOff || BasepFirstName(Path->Name.Buffer, Length, "\\??\\c:") == 0 ||
        Length < BASEP_DRIVE_UNITS || !BasepIsWow64())
        return STATUS_SUCCESS;
    const BASEP_RULE *Rule = BasepFindRule(
        Path->Name.Buffer + BASEP_DRIVE_UNITS, Length - BASEP_DRIVE_UNITS);
    if (Rule == NULL || Rule->To == NULL)
        return STATUS_SUCCESS;
    return BasepReplace(
        Path, BASEP_DRIVE_UNITS + Rule->Keep, strlen(Rule->From) - Rule->Keep, Rule->To);
}
