/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateUnprotectedSymbolicLink - a link like others, whose target can be read.
 */
#include "io_test.h"

TEST(IoCreateUnprotectedSymbolicLink, IsALink)
{
    KTEST_STRING(Link, L"\\??\\KtestIoOpenLink");
    KTEST_STRING(Target, L"\\Device\\KtestNotThere");
    KTEST_BUFFER(Found, 64);
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;

    if (!CHECK_STATUS(IoCreateUnprotectedSymbolicLink(&Link, &Target), STATUS_SUCCESS))
        return;
    CHECK_STATUS(IoCreateUnprotectedSymbolicLink(&Link, &Target), STATUS_OBJECT_NAME_COLLISION);
    /* Every user may do everything with it, so this one may, too. */
    InitializeObjectAttributes(&Attributes, &Link,
                               OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_FORCE_ACCESS_CHECK,
                               NULL, NULL);
    if (CHECK_STATUS(ZwOpenSymbolicLinkObject(&Handle, SYMBOLIC_LINK_ALL_ACCESS, &Attributes),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQuerySymbolicLinkObject(Handle, &Found, NULL), STATUS_SUCCESS);
        CHECK_STRING(&Found, L"\\Device\\KtestNotThere");
        ZwClose(Handle);
    }
    IoTestDeleteLink(&Link);
}
