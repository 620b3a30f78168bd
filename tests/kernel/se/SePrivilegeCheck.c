/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SePrivilegeCheck - any or all.
 */
#include "se_test.h"

TEST(SePrivilegeCheck, MarksWhatWasUsed)
{
    SECURITY_SUBJECT_CONTEXT Context;
    PRIVILEGE_SET Set;

    Set.PrivilegeCount = 1;
    Set.Control = PRIVILEGE_SET_ALL_NECESSARY;
    Set.Privilege[0].Luid = SE_TEST_EXPORTS->SeChangeNotifyPrivilege;
    Set.Privilege[0].Attributes = 0;
    SeCaptureSubjectContext(&Context);
    CHECK(SePrivilegeCheck(&Set, &Context, UserMode));
    CHECK(Set.Privilege[0].Attributes & SE_PRIVILEGE_USED_FOR_ACCESS);
    Set.Privilege[0].Luid.LowPart = 1; /* nobody's */
    CHECK(!SePrivilegeCheck(&Set, &Context, UserMode));
    CHECK(SePrivilegeCheck(&Set, &Context, KernelMode));
    SeReleaseSubjectContext(&Context);
}
