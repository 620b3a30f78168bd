/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExEventObjectType - exported object types tell objects apart.
 */
#include "ob_test.h"

TEST(ExEventObjectType, IsATypeOfItsOwn)
{
    CHECK(*ExEventObjectType != NULL);
    CHECK(*ExSemaphoreObjectType != NULL);
    CHECK(*ExEventObjectType != *ExSemaphoreObjectType);
}
