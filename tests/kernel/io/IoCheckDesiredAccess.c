/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckDesiredAccess - generic rights become a file's, and all must be granted.
 */
#include "io_test.h"

NTKERNELAPI NTSTATUS NTAPI IoCheckDesiredAccess(PACCESS_MASK DesiredAccess,
                                                ACCESS_MASK GrantedAccess);

TEST(IoCheckDesiredAccess, MapsAndCompares)
{
    ACCESS_MASK Desired = GENERIC_READ;

    CHECK_STATUS(IoCheckDesiredAccess(&Desired, FILE_ALL_ACCESS), STATUS_SUCCESS);
    CHECK_EQ(Desired, FILE_GENERIC_READ);
    Desired = GENERIC_WRITE;
    CHECK_STATUS(IoCheckDesiredAccess(&Desired, FILE_GENERIC_READ), STATUS_ACCESS_DENIED);
    CHECK_EQ(Desired, FILE_GENERIC_WRITE);
    Desired = FILE_READ_DATA;
    CHECK_STATUS(IoCheckDesiredAccess(&Desired, FILE_READ_DATA | FILE_WRITE_DATA), STATUS_SUCCESS);
    CHECK_EQ(Desired, FILE_READ_DATA);
}
