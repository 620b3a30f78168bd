/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "load_test.h"

TEST(ZwLoadDriver, NoKeyNoDriver)
{
    KTEST_STRING(Path, LOAD_SERVICES L"DotsysNoSuchService");

    CHECK_STATUS(ZwLoadDriver(&Path), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwLoadDriver, NoImageNoDriver)
{
    KTEST_STRING(Path, LOAD_TEST_SERVICE);

    if (!CHECK_STATUS(
            LoadCreateService(L"\\SystemRoot\\System32\\Drivers\\DotsysNoSuchFile.sys", 1),
            STATUS_SUCCESS))
        return;
    NTSTATUS Status = ZwLoadDriver(&Path);
    CHECK(Status == STATUS_OBJECT_NAME_NOT_FOUND || Status == STATUS_OBJECT_PATH_NOT_FOUND);
    LoadDeleteService();
}

TEST(ZwLoadDriver, RelativePathsLeadFromTheSystemsFolder)
{
    KTEST_STRING(Path, LOAD_TEST_SERVICE);

    if (!CHECK_STATUS(
            LoadCreateService(L"System32\\Drivers\\DotsysNoSuchFile.sys", 1), STATUS_SUCCESS))
        return;
    NTSTATUS Status = ZwLoadDriver(&Path);
    CHECK(Status == STATUS_OBJECT_NAME_NOT_FOUND || Status == STATUS_OBJECT_PATH_NOT_FOUND);
    LoadDeleteService();
}

/* This very driver is running, so that its image cannot be another service's. */
TEST(ZwLoadDriver, ARunningServiceIsNotStartedAgain)
{
    CHECK_STATUS(ZwLoadDriver(KtestRegistryPath), STATUS_IMAGE_ALREADY_LOADED);
}

TEST(ZwLoadDriver, AnEmptyNameIsNoName)
{
    UNICODE_STRING Nothing = {0, 0, NULL};

    CHECK(!NT_SUCCESS(ZwLoadDriver(&Nothing)));
}
