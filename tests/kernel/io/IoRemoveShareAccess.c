/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRemoveShareAccess - takes an open out of the counts again.
 */
#include "share_test.h"

TEST(IoRemoveShareAccess, UndoesTheCount)
{
    FILE_OBJECT First;
    FILE_OBJECT Second;
    SHARE_ACCESS Share;

    RtlZeroMemory(&First, sizeof(First));
    RtlZeroMemory(&Second, sizeof(Second));
    IoSetShareAccess(FILE_READ_DATA, SHARE_ALL, &First, &Share);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA | DELETE, SHARE_ALL, &Second, &Share, TRUE),
                 STATUS_SUCCESS);
    IoRemoveShareAccess(&First, &Share);
    CHECK(ShareIs(&Share, 1, 1, 0, 1, 1, 1, 1));
    IoRemoveShareAccess(&Second, &Share);
    CHECK(ShareIs(&Share, 0, 0, 0, 0, 0, 0, 0));
}

TEST(IoRemoveShareAccess, AttributesWereNotCounted)
{
    FILE_OBJECT First;
    FILE_OBJECT Second;
    SHARE_ACCESS Share;

    RtlZeroMemory(&First, sizeof(First));
    RtlZeroMemory(&Second, sizeof(Second));
    IoSetShareAccess(FILE_READ_DATA, SHARE_ALL, &First, &Share);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_ATTRIBUTES, SHARE_ALL, &Second, &Share, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(Share.OpenCount, 1);
    IoRemoveShareAccess(&Second, &Share);
    CHECK_EQ(Share.OpenCount, 1);
}
