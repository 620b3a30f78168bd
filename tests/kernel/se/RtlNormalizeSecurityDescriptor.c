/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlNormalizeSecurityDescriptor - one form for what means the same.
 */
#include "se_test.h"

#define BYTES 256

typedef BOOLEAN(NTAPI *NORMALIZE)(PSECURITY_DESCRIPTOR *, ULONG, PSECURITY_DESCRIPTOR *, PULONG,
                                  BOOLEAN);

/* In pool: the same allowed twice, room between the parts, an empty SACL. Its length. */
static ULONG Make(PSECURITY_DESCRIPTOR *Made)
{
    SECURITY_DESCRIPTOR Descriptor;
    SE_TEST_ACL List, Empty;
    ULONG Length = BYTES;

    *Made = ExAllocatePoolWithTag(PagedPool, BYTES, 'tseT');
    if (!CHECK(*Made != NULL))
        return 0;
    SeTestDescriptor(&Descriptor, SeTestList(&List, SE_TEST_WORLD, 5));
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 5, SE_TEST_WORLD), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAccessAllowedAce(&List.Acl, ACL_REVISION, 6, SE_TEST_WORLD), STATUS_SUCCESS);
    List.Acl.AclSize = sizeof(ACL) + 60;
    SeTestList(&Empty, NULL, 0);
    Empty.Acl.AclSize = sizeof(ACL);
    CHECK_STATUS(RtlSetSaclSecurityDescriptor(&Descriptor, TRUE, &Empty.Acl, FALSE),
                 STATUS_SUCCESS);
    CHECK_STATUS(RtlAbsoluteToSelfRelativeSD(&Descriptor, *Made, &Length), STATUS_SUCCESS);
    return RtlLengthSecurityDescriptor(*Made);
}

TEST(RtlNormalizeSecurityDescriptor, MakesOneForm)
{
    NORMALIZE Normalize = (NORMALIZE)(ULONG_PTR)KtestExport(L"RtlNormalizeSecurityDescriptor");
    PSECURITY_DESCRIPTOR Old, New = NULL;
    ULONG Length, NewLength = 0;
    BOOLEAN Present, Defaulted;
    PACL Acl = NULL;

    if (Normalize == NULL) {
        skip("newer than this Windows");
        return;
    }
    Length = Make(&Old);
    if (Length == 0)
        return;
    CHECK(Normalize(&Old, Length, &New, &NewLength, TRUE));
    CHECK_PTR(New, NULL);
    if (CHECK(Normalize(&Old, Length, &New, &NewLength, FALSE)) && CHECK(New != NULL)) {
        CHECK_EQ(NewLength, Length - sizeof(ACL) - 20);
        CHECK(RtlValidRelativeSecurityDescriptor(
            New, NewLength, OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION));
        CHECK_STATUS(RtlGetSaclSecurityDescriptor(New, &Present, &Acl, &Defaulted), STATUS_SUCCESS);
        CHECK(!Present);
        CHECK_STATUS(RtlGetDaclSecurityDescriptor(New, &Present, &Acl, &Defaulted), STATUS_SUCCESS);
        CHECK_EQ(Acl->AceCount, 2);
        CHECK(!Normalize(&New, NewLength, NULL, NULL, FALSE)); /* nothing is left to do */
        ExFreePool(New);
    }
    CHECK(Normalize(&Old, Length, NULL, &NewLength, FALSE));
    CHECK_EQ(RtlLengthSecurityDescriptor(Old), NewLength);
    ExFreePool(Old);
}

TEST(RtlNormalizeSecurityDescriptor, FillsABuffer)
{
    NORMALIZE Normalize = (NORMALIZE)(ULONG_PTR)KtestExport(L"RtlNormalizeSecurityDescriptor");
    UCHAR Buffer[BYTES] = {0};
    PSECURITY_DESCRIPTOR Old, New = Buffer;
    ULONG Length, NewLength = 0;

    if (Normalize == NULL) {
        skip("newer than this Windows");
        return;
    }
    Length = Make(&Old);
    if (Length == 0)
        return;
    CHECK(Normalize(&Old, Length, &New, &NewLength, FALSE));
    CHECK_PTR(New, Buffer);
    CHECK_EQ(RtlLengthSecurityDescriptor(Buffer), NewLength);
    ExFreePool(Old);
    Old = Buffer;
    Buffer[0] = 99;
    CHECK(!Normalize(&Old, NewLength, NULL, NULL, TRUE));
}
