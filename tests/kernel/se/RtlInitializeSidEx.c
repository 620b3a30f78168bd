/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeSidEx - a SID of what follows.
 */
#include "se_test.h"

typedef NTSTATUS(__cdecl *INITIALIZE)(PSID, PSID_IDENTIFIER_AUTHORITY, UCHAR, ...);

TEST(RtlInitializeSidEx, FillsInSubAuthorities)
{
    INITIALIZE Initialize = (INITIALIZE)(ULONG_PTR)KtestExport(L"RtlInitializeSidEx");
    SID_IDENTIFIER_AUTHORITY Authority = {{0, 0, 0, 0, 0, 5}};
    SE_TEST_SID Sid, Other;

    if (Initialize == NULL) {
        skip("newer than this Windows");
        return;
    }
    SeTestAdministrators(&Other);
    CHECK_STATUS(Initialize(&Sid, &Authority, 2, (ULONG)32, (ULONG)544), STATUS_SUCCESS);
    CHECK(RtlEqualSid(&Sid, &Other));
    CHECK_STATUS(Initialize(&Sid, &Authority, 0), STATUS_SUCCESS);
    CHECK_EQ(RtlLengthSid(&Sid), 8);
    CHECK_STATUS(
        Initialize(&Sid, &Authority, 5, (ULONG)21, (ULONG)1, (ULONG)2, (ULONG)3, (ULONG)0xFFFFFFFF),
        STATUS_SUCCESS);
    CHECK_EQ(*RtlSubAuthoritySid(&Sid, 4), 0xFFFFFFFF);
    CHECK_STATUS(Initialize(&Sid, &Authority, SID_MAX_SUB_AUTHORITIES + 1),
                 STATUS_INVALID_PARAMETER);
}
