/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExEventObjectType - exported object types tell objects apart.
 */
#include "ob_test.h"

TEST(ExEventObjectType, IsATypeOfItsOwn)
{
    CHECK(OB_TEST_EVENT != NULL);
    CHECK(OB_TEST_SEMAPHORE != NULL);
    CHECK(OB_TEST_EVENT != OB_TEST_SEMAPHORE);
}
