/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryTimeIncrement - 100 ns per tick: between half a millisecond and a sixtieth of a second.
 */
#include "ktest.h"

TEST(KeQueryTimeIncrement, IsAClockTick)
{
    ULONG Increment = KeQueryTimeIncrement();

    CHECK(Increment >= 5000 && Increment <= 166667);
    CHECK_EQ(KeQueryTimeIncrement(), Increment);
}
