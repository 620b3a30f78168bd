/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCopySidAndAttributesArray, RtlCopyLuidAndAttributesArray - arrays, and the SIDs they lead to.
 */
#include "se_test.h"

TEST(RtlCopySidAndAttributesArray, CopiesArrayAndSids)
{
    SE_LATER(RtlCopySidAndAttributesArray, NTSTATUS, ULONG, PSID_AND_ATTRIBUTES, ULONG,
             PSID_AND_ATTRIBUTES, PSID, PSID *, PULONG);
    SID_AND_ATTRIBUTES Source[2], Target[2];
    UCHAR Area[64];
    PSID Left = NULL;
    ULONG LeftBytes = 0;

    Source[0].Sid = SE_TEST_ADMINISTRATORS;
    Source[0].Attributes = 7;
    Source[1].Sid = SE_TEST_WORLD;
    Source[1].Attributes = 3;
    CHECK_STATUS(
        RtlCopySidAndAttributesArray(2, Source, sizeof(Area), Target, Area, &Left, &LeftBytes),
        STATUS_SUCCESS);
    CHECK_PTR(Target[0].Sid, Area);
    CHECK_PTR(Target[1].Sid, Area + 16);
    CHECK(RtlEqualSid(Target[0].Sid, SE_TEST_ADMINISTRATORS) &&
          RtlEqualSid(Target[1].Sid, SE_TEST_WORLD));
    CHECK_EQ(Target[0].Attributes, 7);
    CHECK_EQ(Target[1].Attributes, 3);
    CHECK_PTR(Left, Area + 28);
    CHECK_EQ(LeftBytes, sizeof(Area) - 28);
    CHECK_STATUS(RtlCopySidAndAttributesArray(2, Source, 27, Target, Area, &Left, &LeftBytes),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(RtlCopySidAndAttributesArray(0, Source, 0, Target, Area, &Left, &LeftBytes),
                 STATUS_SUCCESS);
    CHECK_PTR(Left, Area);
    CHECK_EQ(LeftBytes, 0);
}

TEST(RtlCopyLuidAndAttributesArray, Copies)
{
    SE_LATER(RtlCopyLuidAndAttributesArray, VOID, ULONG, PLUID_AND_ATTRIBUTES,
             PLUID_AND_ATTRIBUTES);
    LUID_AND_ATTRIBUTES Source[2] = {{{1, 2}, 3}, {{4, 5}, 6}},
                        Target[2] = {{{0, 0}, 0}, {{0, 0}, 99}};

    RtlCopyLuidAndAttributesArray(1, Source, Target);
    CHECK_EQ(Target[0].Luid.LowPart, 1);
    CHECK_EQ(Target[0].Attributes, 3);
    CHECK_EQ(Target[1].Attributes, 99);
    RtlCopyLuidAndAttributesArray(2, Source, Target);
    CHECK_EQ(Target[1].Luid.HighPart, 5);
}
