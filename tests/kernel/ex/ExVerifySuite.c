/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExVerifySuite - a bit of the shared data.
 */
#include "ktest.h"

TEST(ExVerifySuite, IsTheVersionsMask)
{
    RTL_OSVERSIONINFOEXW Version;
    ULONG Suite, Wrong = 0;

    Version.dwOSVersionInfoSize = sizeof(Version);
    CHECK_STATUS(RtlGetVersion((PRTL_OSVERSIONINFOW)&Version), STATUS_SUCCESS);
    for (Suite = 0; Suite < 16; Suite++)
        Wrong +=
            (ExVerifySuite((SUITE_TYPE)Suite) != 0) != ((Version.wSuiteMask >> Suite & 1) != 0);
    CHECK_EQ(Wrong, 0);
}
