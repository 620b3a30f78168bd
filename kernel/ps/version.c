/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* PsGetVersion, the oldest of the version queries; RtlGetVersion knows the numbers. */
#include <string.h>

#include "ps/psp.h"
#include "rtl/rtl.h"

static WCHAR PspServicePack[128]; /* the same text every time it is written */

/*
 * PsGetVersion - version of the Windows the machine stands for. Every argument is optional;
 * CSDVersion's text is ours.
 * Returns: TRUE on a checked build; a machine is a free one. IRQL: PASSIVE_LEVEL. Source: DOC ntddk
 * (obsolete); OBS tests.
 */
BOOLEAN NTAPI PsGetVersion(ULONG *Major, ULONG *Minor, ULONG *Build, UNICODE_STRING *CSDVersion)
{
    RTL_OSVERSIONINFOW Version = {.dwOSVersionInfoSize = sizeof(Version)};
    RtlGetVersion(&Version);
    if (Major != NULL)
        *Major = Version.dwMajorVersion;
    if (Minor != NULL)
        *Minor = Version.dwMinorVersion;
    if (Build != NULL)
        *Build = Version.dwBuildNumber;
    if (CSDVersion != NULL) {
        memcpy(PspServicePack, Version.szCSDVersion, sizeof(PspServicePack));
        RtlInitUnicodeString(CSDVersion, PspServicePack);
    }
    return FALSE;
}
