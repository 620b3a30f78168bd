/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGetVersion - which Windows this is.
 */
#include "ktest.h"

TEST(RtlGetVersion, FillsTheShortStructure)
{
    RTL_OSVERSIONINFOW Version;

    RtlFillMemory(&Version, sizeof(Version), 0xEE);
    Version.dwOSVersionInfoSize = sizeof(Version);
    CHECK_STATUS(RtlGetVersion(&Version), STATUS_SUCCESS);
    CHECK_EQ(Version.dwOSVersionInfoSize, sizeof(Version));
    CHECK(Version.dwMajorVersion >= 5 && Version.dwMajorVersion <= 10);
    CHECK(Version.dwMinorVersion <= 3);
    CHECK(Version.dwBuildNumber >= 2195); /* Windows 2000 */
    CHECK_EQ(Version.dwPlatformId, 2);    /* VER_PLATFORM_WIN32_NT */
}

TEST(RtlGetVersion, FillsTheLongStructureToo)
{
    RTL_OSVERSIONINFOW Short;
    RTL_OSVERSIONINFOEXW Long;

    RtlFillMemory(&Long, sizeof(Long), 0xEE);
    Long.dwOSVersionInfoSize = sizeof(Long);
    CHECK_STATUS(RtlGetVersion((PRTL_OSVERSIONINFOW)&Long), STATUS_SUCCESS);
    CHECK(Long.wProductType >= VER_NT_WORKSTATION && Long.wProductType <= VER_NT_SERVER);
    CHECK(Long.wServicePackMajor < 20);

    Short.dwOSVersionInfoSize = sizeof(Short);
    CHECK_STATUS(RtlGetVersion(&Short), STATUS_SUCCESS);
    CHECK_EQ(Long.dwMajorVersion, Short.dwMajorVersion);
    CHECK_EQ(Long.dwMinorVersion, Short.dwMinorVersion);
    CHECK_EQ(Long.dwBuildNumber, Short.dwBuildNumber);
}

TEST(RtlGetVersion, WritesNoMoreThanItsStructure)
{
    RTL_OSVERSIONINFOEXW Long;

    RtlFillMemory(&Long, sizeof(Long), 0xEE);
    Long.dwOSVersionInfoSize = sizeof(RTL_OSVERSIONINFOW);
    CHECK_STATUS(RtlGetVersion((PRTL_OSVERSIONINFOW)&Long), STATUS_SUCCESS);
    CHECK_EQ(Long.wServicePackMajor, 0xEEEE);
    CHECK_EQ(Long.wProductType, 0xEE);
}
