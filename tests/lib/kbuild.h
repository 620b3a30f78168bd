/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kbuild.h - for tests of what one Windows does otherwise than another.
 */
#ifndef DOTSYS_KBUILD_H
#define DOTSYS_KBUILD_H

#include "ktest.h"

#define KTEST_BUILD_WIN2000 2195
#define KTEST_BUILD_VISTA   6000
#define KTEST_BUILD_WIN11   22000

/* The build number of the Windows the test runs on. */
static inline ULONG KtestBuild(VOID)
{
    RTL_OSVERSIONINFOW Version = {.dwOSVersionInfoSize = sizeof(Version)};

    RtlGetVersion(&Version);
    return Version.dwBuildNumber;
}

#endif
