/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Paths that 32-bit programs on an x64 machine write to its registry, changed to what they mean for
 * everybody: %ProgramFiles% to %ProgramFiles(x86)%, and in the keys that were reflected once,
 * System32 to SysWOW64.
 *
 * Source: DOC winprog64/registry-redirector
 */
#include <stdlib.h>
#include <string.h>

#include "redirect.h"
#include "registry.h"

#define BASEP_LONGEST_TEXT (MAX_PATH * 2 + 15) /* characters; a longer one stays */

/* These count in exactly this case. */
static const struct {
    const WCHAR *From, *To;
} BasepVariableTexts[] = {
    {u"%ProgramFiles%", u"%ProgramFiles(x86)%"},
    {u"%commonprogramfiles%", u"%commonprogramfiles(x86)%"},
};

/* In lower case: these do not. System32 is their end. */
static const char *const BasepSystemTexts[] = {"%windir%\\system32", "%systemroot%\\system32",
    "%systemdrive%\\windows\\system32", "c:\\windows\\system32"};

static BOOLEAN BasepBegins(const WCHAR *Text, SIZE_T Length, const WCHAR *With)
{
    const SIZE_T WithLength = BasepWideLength(With);
    return Length >= WithLength && memcmp(Text, With, WithLength * sizeof(WCHAR)) == 0;
}

/* Text with To in place of the first Removed characters. */
static LSTATUS BasepChangeText(const WCHAR *Text, SIZE_T Length, SIZE_T Removed, const WCHAR *To,
    WCHAR **Changed, SIZE_T *ChangedLength)
{
    const SIZE_T ToLength = BasepWideLength(To);
    *Changed = malloc((ToLength + Length - Removed) * sizeof(WCHAR));
    if (*Changed == NULL)
        return ERROR_OUTOFMEMORY;
    memcpy(*Changed, To, ToLength * sizeof(WCHAR));
    memcpy(*Changed + ToLength, Text + Removed, (Length - Removed) * sizeof(WCHAR));
    *ChangedLength = ToLength + Length - Removed;
    return ERROR_SUCCESS;
}

/* Characters before System32 in a text that begins with its path; 0: it does not. */
static SIZE_T BasepFindSystem(const WCHAR *Text, SIZE_T Length)
{
    while (Length != 0 && Text[Length - 1] == 0)
        Length--;
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(BasepSystemTexts); i++) {
        SIZE_T Matched = BasepFirstName(Text, Length, BasepSystemTexts[i]);
        if (Matched != 0)
            return Matched - (sizeof("system32") - 1);
    }
    return 0;
}

static LSTATUS BasepChangeSystem(
    HANDLE Key, const WCHAR *Text, SIZE_T Length, SIZE_T At, WCHAR **Changed, SIZE_T *ChangedLength)
{
    WCHAR *Path;
    LSTATUS Error = BasepHandlePath(Key, u"", &Path);
    if (Error != ERROR_SUCCESS)
        return Error;
    const BOOLEAN Reflected = BasepWasReflected(Path, BasepWideLength(Path));
    free(Path);
    if (!Reflected)
        return ERROR_SUCCESS;
    Error = BasepChangeText(Text, Length, 0, u"", Changed, ChangedLength);
    if (Error == ERROR_SUCCESS)
        memcpy(*Changed + At, u"syswow64", 8 * sizeof(WCHAR));
    return Error;
}

LSTATUS BasepRedirectText(
    HKEY Key, HANDLE Handle, DWORD Type, const void **Data, DWORD *Bytes, WCHAR **Copy)
{
    const WCHAR *Text = *Data;
    SIZE_T Length = *Bytes / sizeof(WCHAR), At;
    LSTATUS Error = ERROR_SUCCESS;

    *Copy = NULL;
    if ((Type != REG_SZ && Type != REG_EXPAND_SZ) || Text == NULL || Length == 0 ||
        *Bytes % sizeof(WCHAR) != 0 || Length > BASEP_LONGEST_TEXT || !BasepIsWow64())
        return ERROR_SUCCESS;
    if (BasepIsMarked64(Key) && BasepMachineRelease() >= BASEP_WIN7)
        return ERROR_SUCCESS;
    for (SIZE_T i = 0;
         i < RTL_NUMBER_OF(BasepVariableTexts) && *Copy == NULL && Error == ERROR_SUCCESS; i++) {
        const WCHAR *From = BasepVariableTexts[i].From;
        if (BasepBegins(Text, Length, From))
            Error = BasepChangeText(
                Text, Length, BasepWideLength(From), BasepVariableTexts[i].To, Copy, &Length);
    }
    if (*Copy == NULL && Error == ERROR_SUCCESS && (At = BasepFindSystem(Text, Length)) != 0)
        Error = BasepChangeSystem(Handle, Text, Length, At, Copy, &Length);
    if (*Copy != NULL) {
        *Data = *Copy;
        *Bytes = (DWORD)(Length * sizeof(WCHAR));
    }
    return Error;
}
