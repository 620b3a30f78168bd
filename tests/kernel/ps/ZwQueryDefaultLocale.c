/*
 * SPDX-License-Identifier: MIT SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryDefaultLocale, ZwSetDefaultLocale, ZwQueryInstallUILanguage, ZwQueryDefaultUILanguage -
 * languages, in numbers. What is set is set back.
 */
#include "ktest.h"

NTSTATUS NTAPI ZwQueryDefaultLocale(BOOLEAN UserProfile, PLCID Locale);
NTSTATUS NTAPI ZwSetDefaultLocale(BOOLEAN UserProfile, LCID Locale);
NTSTATUS NTAPI ZwQueryInstallUILanguage(LANGID *Language);
NTSTATUS NTAPI ZwQueryDefaultUILanguage(LANGID *Language);

TEST(ZwQueryDefaultLocale, IsALanguage)
{
    LCID User = 0, System = 0;

    CHECK_STATUS(ZwQueryDefaultLocale(TRUE, &User), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryDefaultLocale(FALSE, &System), STATUS_SUCCESS);
    CHECK((User & 0xFFFF) != 0 && (System & 0xFFFF) != 0);
}

TEST(ZwSetDefaultLocale, IsThereAtOnce)
{
    LCID Before = 0, Now = 0;

    CHECK_STATUS(ZwQueryDefaultLocale(FALSE, &Before), STATUS_SUCCESS);
    CHECK_STATUS(ZwSetDefaultLocale(FALSE, 0x0407), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryDefaultLocale(FALSE, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 0x0407);
    CHECK_STATUS(ZwSetDefaultLocale(FALSE, 0x10407), STATUS_SUCCESS); /* sorted as in phone books */
    CHECK_STATUS(ZwQueryDefaultLocale(FALSE, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, 0x10407);
    CHECK_STATUS(ZwSetDefaultLocale(FALSE, 0xFFFF0407), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwSetDefaultLocale(FALSE, Before), STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryDefaultLocale(FALSE, &Now), STATUS_SUCCESS);
    CHECK_EQ(Now, Before);
}

TEST(ZwQueryInstallUILanguage, IsALanguage)
{
    LANGID Language = 0;

    CHECK_STATUS(ZwQueryInstallUILanguage(&Language), STATUS_SUCCESS);
    CHECK(Language != 0);
}

TEST(ZwQueryDefaultUILanguage, IsALanguage)
{
    LANGID Language = 0;

    CHECK_STATUS(ZwQueryDefaultUILanguage(&Language), STATUS_SUCCESS);
    CHECK(Language != 0);
}
