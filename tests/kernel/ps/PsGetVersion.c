/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetVersion - the numbers of RtlGetVersion; every argument is optional.
 */
#include "ktest.h"

TEST(PsGetVersion, AgreesWithRtlGetVersion)
{
    RTL_OSVERSIONINFOW Version;
    ULONG Major = 0, Minor = 99, Build = 0;

    Version.dwOSVersionInfoSize = sizeof(Version);
    RtlGetVersion(&Version);
    PsGetVersion(&Major, &Minor, &Build, NULL);
    CHECK_EQ(Major, Version.dwMajorVersion);
    CHECK_EQ(Minor, Version.dwMinorVersion);
    CHECK_EQ(Build, Version.dwBuildNumber);
}

TEST(PsGetVersion, TakesNoArgumentsAtAll)
{
    BOOLEAN Checked = PsGetVersion(NULL, NULL, NULL, NULL);

    CHECK(Checked == TRUE || Checked == FALSE);
}

TEST(PsGetVersion, GivesTheServicePack)
{
    RTL_OSVERSIONINFOW Version;
    UNICODE_STRING ServicePack;

    Version.dwOSVersionInfoSize = sizeof(Version);
    RtlGetVersion(&Version);
    RtlFillMemory(&ServicePack, sizeof(ServicePack), 0xEE);
    PsGetVersion(NULL, NULL, NULL, &ServicePack);
    CHECK_EQ(ServicePack.Length, wcslen(Version.szCSDVersion) * sizeof(WCHAR));
    CHECK_EQ(RtlCompareMemory(ServicePack.Buffer, Version.szCSDVersion, ServicePack.Length),
             ServicePack.Length);
}
