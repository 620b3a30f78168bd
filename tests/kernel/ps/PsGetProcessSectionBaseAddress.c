/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetProcessSectionBaseAddress - the System process has no image.
 */
#include "pstest.h"

TEST(PsGetProcessSectionBaseAddress, IsNullForSystem)
{
    CHECK_PTR(PsGetProcessSectionBaseAddress(PsGetCurrentProcess()), NULL);
}
