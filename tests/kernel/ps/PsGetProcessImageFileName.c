/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessImageFileName - the image's file name, at most 15 characters; "System" for the System
 * process.
 */
#include "pstest.h"

TEST(PsGetProcessImageFileName, IsSystemForSystem)
{
    const CHAR *Name = PsGetProcessImageFileName(PsGetCurrentProcess());

    CHECK(RtlCompareMemory(Name, "System", 7) == 7);
}
