/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which Windows the machine stands for. A machine in this process has it in a variable; one
 * elsewhere is asked through its registry, where each start writes it. Since Windows 10 that says
 * 6.3 for CurrentVersion, and the build tells more.
 */
#include "redirect.h"

#include <stdlib.h>

#include "numbers.h"

#define BASEP_FIRST_10 10240u /* build */

/* A short text of the machine's version key; FALSE: it cannot be read. */
static BOOLEAN BasepReadVersionText(HANDLE Key, const WCHAR *Name, char Text[16])
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION Value;
        UCHAR Bytes[64];
    } Answer;
    const USHORT NameBytes = (USHORT)(BasepWideLength(Name) * sizeof(WCHAR));
    UNICODE_STRING String = {NameBytes, NameBytes, (WCHAR *)(ULONG_PTR)Name};
    ULONG Bytes;

    if (!NT_SUCCESS(SysQueryValueKey(
            Key, &String, KeyValuePartialInformation, &Answer, sizeof(Answer), &Bytes)))
        return FALSE;
    SIZE_T Length = BasepUtf8FromUtf16((const WCHAR *)(const void *)Answer.Value.Data,
        Answer.Value.DataLength / sizeof(WCHAR), Text, 15);
    Text[Length < 15 ? Length : 15] = 0;
    return TRUE;
}

static BOOLEAN BasepReadVersion(BASEP_VERSION *Version)
{
    static const UNICODE_STRING Path = RTL_CONSTANT_STRING(
        u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion");
    OBJECT_ATTRIBUTES Attributes;
    char Number[16], Build[16], *Dot;
    HANDLE Key;

    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(SysOpenKey(&Key, KEY_QUERY_VALUE, &Attributes)))
        return FALSE;
    BOOLEAN Read = BasepReadVersionText(Key, u"CurrentVersion", Number) &&
        BasepReadVersionText(Key, u"CurrentBuildNumber", Build);
    SysClose(Key);
    if (!Read)
        return FALSE;
    Version->Major = (ULONG)strtoul(Number, &Dot, 10);
    Version->Minor = *Dot == '.' ? (ULONG)strtoul(Dot + 1, NULL, 10) : 0;
    Version->Build = (ULONG)strtoul(Build, NULL, 10);
    if (Version->Build >= BASEP_FIRST_10) {
        Version->Major = 10;
        Version->Minor = 0;
    }
    return TRUE;
}

BASEP_VERSION BasepMachineVersion(void)
{
    BASEP_VERSION Version;

    if (SysAttach() != SYS_SERVED || !BasepReadVersion(&Version))
        PsGetVersion(&Version.Major, &Version.Minor, &Version.Build, NULL);
    return Version;
}

ULONG BasepMachineRelease(void)
{
    static _Atomic ULONG Served; /* 0: not asked yet; a machine in this process may be followed by
                                    another */
    const BOOLEAN Elsewhere = SysAttach() == SYS_SERVED;

    if (Elsewhere && Served != 0)
        return Served;
    const BASEP_VERSION Version = BasepMachineVersion();
    const ULONG Release = Version.Major << 8 | Version.Minor;
    if (Elsewhere)
        Served = Release;
    return Release;
}
