/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeSinglePrivilegeCheck - the kernel has every privilege.
 */
#include "se_test.h"

TEST(SeSinglePrivilegeCheck, TheKernelHasThemAll)
{
    CHECK(SeSinglePrivilegeCheck(SE_TEST_EXPORTS->SeTcbPrivilege, KernelMode));
    CHECK(SeSinglePrivilegeCheck(SE_TEST_EXPORTS->SeChangeNotifyPrivilege, UserMode));
}
