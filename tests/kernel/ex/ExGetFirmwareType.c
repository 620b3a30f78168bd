/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExGetFirmwareType, ExIsSoftBoot - how the machine was started.
 */
#include "ktest.h"

TEST(ExGetFirmwareType, IsOne)
{
    ULONG(NTAPI * Get)(VOID) = KtestExport(L"ExGetFirmwareType");

    if (Get == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Get() == 1 || Get() == 2); /* BIOS, UEFI */
}

TEST(ExIsSoftBoot, CanBeAsked)
{
    BOOLEAN(NTAPI * Ask)(VOID) = KtestExport(L"ExIsSoftBoot");

    if (Ask == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Ask() == TRUE || Ask() == FALSE);
}
