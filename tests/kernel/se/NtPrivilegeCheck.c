/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtPrivilegeCheck - privileges of a token by handle; numbers nobody has twice
 */
#include "se_test.h"

TEST(NtPrivilegeCheck, TellsWhatIsInForce)
{
    SE_LATER(NtPrivilegeCheck, NTSTATUS, HANDLE, PPRIVILEGE_SET, PBOOLEAN)
    HANDLE Token = SeTestCopy(TokenImpersonation, SecurityImpersonation);
    PRIVILEGE_SET Set;
    BOOLEAN Held = FALSE;

    Set.PrivilegeCount = 1;
    Set.Control = PRIVILEGE_SET_ALL_NECESSARY;
    Set.Privilege[0].Luid = SE_TEST_EXPORTS->SeChangeNotifyPrivilege;
    Set.Privilege[0].Attributes = 0;
    CHECK_STATUS(NtPrivilegeCheck(Token, &Set, &Held), STATUS_SUCCESS);
    CHECK(Held);
    CHECK(Set.Privilege[0].Attributes & SE_PRIVILEGE_USED_FOR_ACCESS);
    CHECK_STATUS(ZwAdjustPrivilegesToken(Token, TRUE, NULL, 0, NULL, NULL), STATUS_SUCCESS);
    Set.Privilege[0].Attributes = 0;
    CHECK_STATUS(NtPrivilegeCheck(Token, &Set, &Held), STATUS_SUCCESS);
    CHECK(!Held);
    ZwClose(Token);
    CHECK_STATUS(NtPrivilegeCheck(Token, &Set, &Held), STATUS_INVALID_HANDLE);
}

TEST(NtPrivilegeCheck, WantsATokenThatIdentifies)
{
    SE_LATER(NtPrivilegeCheck, NTSTATUS, HANDLE, PPRIVILEGE_SET, PBOOLEAN)
    HANDLE Token = SeTestCopy(TokenImpersonation, SecurityAnonymous);
    PRIVILEGE_SET Set = {0};
    BOOLEAN Held = FALSE;

    CHECK_STATUS(NtPrivilegeCheck(Token, &Set, &Held), STATUS_BAD_IMPERSONATION_LEVEL);
    ZwClose(Token);
}

TEST(ZwAllocateLocallyUniqueId, NeverGivesOneTwice)
{
    SE_LATER(ZwAllocateLocallyUniqueId, NTSTATUS, PLUID)
    SE_LATER(NtAllocateLocallyUniqueId, NTSTATUS, PLUID)
    LUID First = {0, 0}, Second = {0, 0};

    CHECK_STATUS(ZwAllocateLocallyUniqueId(&First), STATUS_SUCCESS);
    CHECK_STATUS(NtAllocateLocallyUniqueId(&Second), STATUS_SUCCESS);
    CHECK(!RtlEqualLuid(&First, &Second));
    CHECK(First.LowPart > 1000 || First.HighPart != 0); /* the first thousand are well known */
}
