/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "load_test.h"

TEST(ZwUnloadDriver, NoKeyNoDriver)
{
    KTEST_STRING(Path, LOAD_SERVICES L"DotsysNoSuchService");

    CHECK_STATUS(ZwUnloadDriver(&Path), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwUnloadDriver, WhatDoesNotRunCannotBeUnloaded)
{
    KTEST_STRING(Path, LOAD_TEST_SERVICE);

    if (!CHECK_STATUS(
            LoadCreateService(L"\\SystemRoot\\System32\\Drivers\\DotsysNoSuchFile.sys", 1),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwUnloadDriver(&Path), STATUS_OBJECT_NAME_NOT_FOUND);
    LoadDeleteService();
}

/* While DriverEntry runs there is no unload routine yet, which is as good as none. */
TEST(ZwUnloadDriver, WithoutUnloadRoutineADriverStays)
{
    PDRIVER_UNLOAD Unload = KtestDriverObject->DriverUnload;

    KtestDriverObject->DriverUnload = NULL;
    CHECK_STATUS(ZwUnloadDriver(KtestRegistryPath), STATUS_INVALID_DEVICE_REQUEST);
    KtestDriverObject->DriverUnload = Unload;
}
