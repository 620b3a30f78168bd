/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoUpdateShareAccess - counts what a check has permitted before.
 */
#include "share_test.h"

TEST(IoUpdateShareAccess, CountsTheFile)
{
    FILE_OBJECT First;
    FILE_OBJECT Second;
    SHARE_ACCESS Share;

    RtlZeroMemory(&First, sizeof(First));
    RtlZeroMemory(&Second, sizeof(Second));
    IoSetShareAccess(FILE_READ_DATA, SHARE_ALL, &First, &Share);
    CHECK_STATUS(IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &Second, &Share, FALSE),
                 STATUS_SUCCESS);
    IoUpdateShareAccess(&Second, &Share);
    CHECK(ShareIs(&Share, 2, 2, 0, 0, 2, 1, 1));
}
