/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtBuildNumber - the build, and in the top bits whether it is a free or checked one.
 */
#include "kvariable.h"

IMPORT_VARIABLE(ULONG, NtBuildNumber);

TEST(NtBuildNumber, IsTheBuild)
{
    RTL_OSVERSIONINFOW Version;

    Version.dwOSVersionInfoSize = sizeof(Version);
    RtlGetVersion(&Version);
    CHECK_EQ(IMPORTED(NtBuildNumber) & 0xFFFF, Version.dwBuildNumber);
    CHECK(IMPORTED(NtBuildNumber) >> 28 == 0xF || IMPORTED(NtBuildNumber) >> 28 == 0xC);
}
