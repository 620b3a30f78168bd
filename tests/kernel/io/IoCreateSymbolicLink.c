/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCreateSymbolicLink - a link leads to its device; names that are taken or have no place.
 */
#include "io_test.h"

#define LINK_DEVICE L"\\Device\\KtestIoLinked"
#define LINK_NAME L"\\DosDevices\\KtestIoLink"

TEST(IoCreateSymbolicLink, LeadsToTheDevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(LINK_DEVICE, 0, NULL);
    KTEST_STRING(Link, LINK_NAME);
    KTEST_STRING(Target, LINK_DEVICE);
    HANDLE Handle;

    if (Device == NULL)
        return;
    if (CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_SUCCESS)) {
        if (CHECK_STATUS(IoTestOpen(L"\\??\\ktestiolink", FILE_READ_DATA, 0, &Handle),
                         STATUS_SUCCESS))
            ZwClose(Handle);
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE], 1);
        IoTestDeleteLink(&Link);
    }
    IoDeleteDevice(Device);
}

TEST(IoCreateSymbolicLink, HasTheTarget)
{
    KTEST_STRING(Link, LINK_NAME);
    KTEST_STRING(Target, L"\\Device\\KtestNotThere");
    KTEST_BUFFER(Found, 64);
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;

    if (!CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_SUCCESS))
        return;
    InitializeObjectAttributes(&Attributes, &Link, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    if (CHECK_STATUS(ZwOpenSymbolicLinkObject(&Handle, GENERIC_READ, &Attributes),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQuerySymbolicLinkObject(Handle, &Found, NULL), STATUS_SUCCESS);
        CHECK_STRING(&Found, L"\\Device\\KtestNotThere");
        ZwClose(Handle);
    }
    CHECK_STATUS(IoTestOpen(LINK_NAME, FILE_READ_DATA, 0, &Handle), STATUS_OBJECT_NAME_NOT_FOUND);
    IoTestDeleteLink(&Link);
}

TEST(IoCreateSymbolicLink, NamesItCannotHave)
{
    KTEST_STRING(Link, LINK_NAME);
    KTEST_STRING(Target, LINK_DEVICE);
    KTEST_STRING(Nowhere, L"\\KtestNoSuchFolder\\Link");
    KTEST_STRING(Relative, L"KtestIoLink");

    if (!CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_SUCCESS))
        return;
    CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(IoCreateSymbolicLink(&Nowhere, &Target), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(IoCreateSymbolicLink(&Relative, &Target), STATUS_OBJECT_PATH_SYNTAX_BAD);
    IoTestDeleteLink(&Link);
}

TEST(IoCreateSymbolicLink, IsNotMadeOverADevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(LINK_DEVICE, 0, NULL);
    KTEST_STRING(Name, LINK_DEVICE);
    KTEST_STRING(Target, L"\\Device\\Null");
    UNICODE_STRING None = {0, 0, NULL};
    KTEST_STRING(Link, LINK_NAME);

    if (Device == NULL)
        return;
    CHECK_STATUS(IoCreateSymbolicLink(&Name, &Target),
                 KtestIsSince(6, 0) ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(IoCreateSymbolicLink(&Link, &None), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(Device);
}
