/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoDeleteSymbolicLink - the name is free at once; what is no link stays.
 */
#include "io_test.h"

TEST(IoDeleteSymbolicLink, FreesTheName)
{
    KTEST_STRING(Link, L"\\??\\KtestIoLink");
    KTEST_STRING(Target, L"\\Device\\KtestNotThere");
    ULONG Round;

    for (Round = 0; Round < 2; Round++) {
        if (!CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_SUCCESS))
            return;
        IoTestDeleteLink(&Link);
    }
    CHECK_STATUS(IoDeleteSymbolicLink(&Link), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(IoDeleteSymbolicLink, OnlyLinks)
{
    PDEVICE_OBJECT Device = IoTestCreate(L"\\Device\\KtestIoNoLink", 0, NULL);
    KTEST_STRING(Name, L"\\Device\\KtestIoNoLink");
    HANDLE Handle;

    if (Device == NULL)
        return;
    CHECK_STATUS(IoDeleteSymbolicLink(&Name), STATUS_OBJECT_TYPE_MISMATCH);
    if (CHECK_STATUS(IoTestOpen(L"\\Device\\KtestIoNoLink", FILE_READ_DATA, 0, &Handle),
                     STATUS_SUCCESS))
        ZwClose(Handle);
    IoDeleteDevice(Device);
}
