/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckShareAccess - who may come in beside whom, and when the open is counted.
 */
#include "share_test.h"

/* What a second open gets beside a first one; nothing is counted. */
static NTSTATUS CheckBeside(ACCESS_MASK FirstAccess, ULONG FirstShare, ACCESS_MASK Access,
                            ULONG ShareMask)
{
    FILE_OBJECT First;
    FILE_OBJECT Second;
    SHARE_ACCESS Share;
    NTSTATUS Status;

    RtlZeroMemory(&First, sizeof(First));
    RtlZeroMemory(&Second, sizeof(Second));
    IoSetShareAccess(FirstAccess, FirstShare, &First, &Share);
    Status = IoCheckShareAccess(Access, ShareMask, &Second, &Share, FALSE);
    CHECK_EQ(Share.OpenCount, 1);
    return Status;
}

TEST(IoCheckShareAccess, TheFirstMustShareWhatTheSecondWants)
{
    CHECK_STATUS(CheckBeside(FILE_READ_DATA, FILE_SHARE_READ, FILE_READ_DATA, SHARE_ALL),
                 STATUS_SUCCESS);
    CHECK_STATUS(CheckBeside(FILE_READ_DATA, 0, FILE_READ_DATA, SHARE_ALL),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(CheckBeside(FILE_READ_DATA, FILE_SHARE_READ, FILE_WRITE_DATA, SHARE_ALL),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(CheckBeside(FILE_READ_DATA, FILE_SHARE_WRITE, FILE_WRITE_DATA, SHARE_ALL),
                 STATUS_SUCCESS);
    CHECK_STATUS(CheckBeside(FILE_READ_DATA, FILE_SHARE_READ, DELETE, SHARE_ALL),
                 STATUS_SHARING_VIOLATION);
}

TEST(IoCheckShareAccess, TheSecondMustShareWhatTheFirstDoes)
{
    CHECK_STATUS(CheckBeside(FILE_WRITE_DATA, SHARE_ALL, FILE_READ_DATA, FILE_SHARE_READ),
                 STATUS_SHARING_VIOLATION);
    CHECK_STATUS(CheckBeside(FILE_WRITE_DATA, SHARE_ALL, FILE_READ_DATA, FILE_SHARE_WRITE),
                 STATUS_SUCCESS);
    CHECK_STATUS(CheckBeside(DELETE, SHARE_ALL, FILE_READ_DATA, FILE_SHARE_READ),
                 STATUS_SHARING_VIOLATION);
}

TEST(IoCheckShareAccess, AttributesAlwaysGo)
{
    CHECK_STATUS(CheckBeside(FILE_READ_DATA | FILE_WRITE_DATA, 0, FILE_READ_ATTRIBUTES, 0),
                 STATUS_SUCCESS);
}

TEST(IoCheckShareAccess, UpdateCountsWhatIsPermitted)
{
    FILE_OBJECT First;
    FILE_OBJECT Second;
    SHARE_ACCESS Share;

    RtlZeroMemory(&First, sizeof(First));
    RtlZeroMemory(&Second, sizeof(Second));
    IoSetShareAccess(FILE_READ_DATA, SHARE_ALL, &First, &Share);
    CHECK_STATUS(IoCheckShareAccess(FILE_WRITE_DATA, FILE_SHARE_READ, &Second, &Share, TRUE),
                 STATUS_SUCCESS);
    CHECK(ShareIs(&Share, 2, 1, 1, 0, 2, 1, 1));
    CHECK(Second.WriteAccess && !Second.ReadAccess && Second.SharedRead && !Second.SharedWrite);
    CHECK_STATUS(IoCheckShareAccess(FILE_WRITE_DATA, SHARE_ALL, &First, &Share, TRUE),
                 STATUS_SHARING_VIOLATION);
    CHECK(ShareIs(&Share, 2, 1, 1, 0, 2, 1, 1));
}
