/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeAssignSecurity - the descriptor of a new object.
 */
#include "se_test.h"

TEST(SeAssignSecurity, MapsWhatIsAskedFor)
{
    GENERIC_MAPPING Mapping = {0x20001, 0x20002, 0x20004, 0x1F00FF};
    SECURITY_DESCRIPTOR Explicit;
    SECURITY_SUBJECT_CONTEXT Context;
    PSECURITY_DESCRIPTOR New = NULL;
    BOOLEAN Present = FALSE, Defaulted;
    SE_TEST_ACL List;
    PVOID Ace;
    PACL Dacl = NULL;
    PSID Owner = NULL;

    RtlCreateSecurityDescriptor(&Explicit, SECURITY_DESCRIPTOR_REVISION);
    RtlSetDaclSecurityDescriptor(&Explicit, TRUE, SeTestList(&List, SE_TEST_WORLD, GENERIC_READ), FALSE);
    SeCaptureSubjectContext(&Context);
    if (CHECK_STATUS(SeAssignSecurity(NULL, &Explicit, &New, FALSE, &Context, &Mapping, PagedPool),
                     STATUS_SUCCESS)) {
        CHECK(RtlValidSecurityDescriptor(New));
        CHECK_STATUS(RtlGetOwnerSecurityDescriptor(New, &Owner, &Defaulted), STATUS_SUCCESS);
        CHECK(Owner != NULL);
        CHECK_STATUS(RtlGetDaclSecurityDescriptor(New, &Present, &Dacl, &Defaulted), STATUS_SUCCESS);
        if (CHECK(Present && Dacl != NULL) && CHECK_STATUS(RtlGetAce(Dacl, 0, &Ace), STATUS_SUCCESS))
            CHECK_EQ(((PACCESS_ALLOWED_ACE)Ace)->Mask, 0x20001);
        CHECK_STATUS(SeDeassignSecurity(&New), STATUS_SUCCESS);
        CHECK_PTR(New, NULL);
    }
    SeReleaseSubjectContext(&Context);
}
