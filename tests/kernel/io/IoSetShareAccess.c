/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoSetShareAccess - the first open's counts, and what is noted in its file object.
 */
#include "share_test.h"

TEST(IoSetShareAccess, CountsTheFirstOpen)
{
    FILE_OBJECT File;
    SHARE_ACCESS Share;

    RtlZeroMemory(&File, sizeof(File));
    RtlFillMemory(&Share, sizeof(Share), 0xEE);
    IoSetShareAccess(FILE_READ_DATA | FILE_WRITE_DATA, FILE_SHARE_READ, &File, &Share);
    CHECK(ShareIs(&Share, 1, 1, 1, 0, 1, 0, 0));
    CHECK(File.ReadAccess && File.WriteAccess && !File.DeleteAccess);
    CHECK(File.SharedRead && !File.SharedWrite && !File.SharedDelete);
}

TEST(IoSetShareAccess, ExecuteReadsAndAppendWrites)
{
    FILE_OBJECT File;
    SHARE_ACCESS Share;

    RtlZeroMemory(&File, sizeof(File));
    IoSetShareAccess(FILE_EXECUTE | FILE_APPEND_DATA | DELETE, SHARE_ALL, &File, &Share);
    CHECK(ShareIs(&Share, 1, 1, 1, 1, 1, 1, 1));
}

TEST(IoSetShareAccess, AttributesAreNotCounted)
{
    FILE_OBJECT File;
    SHARE_ACCESS Share;

    RtlZeroMemory(&File, sizeof(File));
    RtlFillMemory(&Share, sizeof(Share), 0xEE);
    IoSetShareAccess(FILE_READ_ATTRIBUTES | SYNCHRONIZE, 0, &File, &Share);
    CHECK(ShareIs(&Share, 0, 0, 0, 0, 0, 0, 0));
}
