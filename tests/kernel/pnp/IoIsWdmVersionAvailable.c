/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(IoIsWdmVersionAvailable, OlderVersionsAre)
{
    CHECK(IoIsWdmVersionAvailable(1, 0));
    CHECK(IoIsWdmVersionAvailable(1, 0x10));
}

TEST(IoIsWdmVersionAvailable, NewerOnesAreNot)
{
    CHECK(!IoIsWdmVersionAvailable(7, 0));
    CHECK(!IoIsWdmVersionAvailable(0xFF, 0xFF));
}
