/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Windows versions: this machine's, their names, and what to say about an export it lacks. */
#include "ldr/ldrp.h"

#include <stdio.h>

ULONG LdrTargetVersion = EXPORT_OS_WIN10;

static const char *const LdrpVersionNames[] = {
    [WINVER_WIN2000] = "Windows 2000",
    [WINVER_XP] = "Windows XP",
    [WINVER_WS2003] = "Windows Server 2003",
    [WINVER_VISTA] = "Windows Vista",
    [WINVER_WIN7] = "Windows 7",
    [WINVER_WIN8] = "Windows 8",
    [WINVER_WIN81] = "Windows 8.1",
    [WINVER_WIN10_1507] = "Windows 10",
    [WINVER_WIN10_1511] = "Windows 10 1511",
    [WINVER_WIN10_1607] = "Windows 10 1607",
    [WINVER_WIN10_1703] = "Windows 10 1703",
    [WINVER_WIN10_1709] = "Windows 10 1709",
    [WINVER_WIN10_1803] = "Windows 10 1803",
    [WINVER_WIN10_1809] = "Windows 10 1809",
    [WINVER_WIN10_1903] = "Windows 10 1903",
    [WINVER_WIN10_2004] = "Windows 10 2004",
    [WINVER_WIN10_20H2] = "Windows 10 20H2",
    [WINVER_WIN11] = "Windows 11",
    [WINVER_WIN11_22H2] = "Windows 11 22H2",
    [WINVER_WIN11_24H2] = "Windows 11 24H2",
};

_Static_assert(RTL_NUMBER_OF(LdrpVersionNames) == WINVER_ALWAYS, "every version has a name");

/* The machines there are, oldest first. */
static const struct {
    UCHAR Version;
    const char *Option;
} LdrpMachines[] = {
    {EXPORT_OS_WIN2000, "win2000"},
    {EXPORT_OS_XP, "xp"},
    {EXPORT_OS_WIN7, "win7"},
    {EXPORT_OS_WIN81, "win81"},
    {EXPORT_OS_WIN10, "win10"},
    {EXPORT_OS_WIN11, "win11"},
};

const char *LdrVersionName(ULONG WindowsVersion)
{
    return WindowsVersion < WINVER_ALWAYS ? LdrpVersionNames[WindowsVersion] : "Windows";
}

BOOLEAN LdrExportExists(const LDR_EXPORT *Export, ULONG WindowsVersion)
{
    return Export->Since <= WindowsVersion && WindowsVersion <= Export->Last;
}

/* The --os value nearest to this machine that has the export; NULL: none. */
static const char *LdrpMachineWith(const LDR_EXPORT *Export, BOOLEAN Later)
{
    const char *Option = NULL;

    for (ULONG Index = 0; Index < RTL_NUMBER_OF(LdrpMachines); Index++) {
        if (!LdrExportExists(Export, LdrpMachines[Index].Version))
            continue;
        Option = LdrpMachines[Index].Option;
        if (Later)
            break;
    }
    return Option;
}

void LdrpDescribeAbsence(const LDR_EXPORT *Export, char *Text, SIZE_T Bytes)
{
    BOOLEAN Later = LdrTargetVersion < Export->Since;
    const char *Option = LdrpMachineWith(Export, Later);

    int Length = snprintf(Text, Bytes, "which %s in %s; this machine is %s.",
        Later ? "first exists" : "last existed",
        LdrVersionName(Later ? Export->Since : Export->Last), LdrVersionName(LdrTargetVersion));
    if (Option != NULL && Length > 0 && (SIZE_T)Length < Bytes)
        snprintf(Text + Length, Bytes - (SIZE_T)Length, " Use --os %s%s.", Option,
            Later ? (Export->Last == WINVER_ALWAYS ? " or later" : "") : " or earlier");
}
