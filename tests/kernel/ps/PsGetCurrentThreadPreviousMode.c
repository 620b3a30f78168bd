/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadPreviousMode - what ExGetPreviousMode says.
 */
#include "pstest.h"

TEST(PsGetCurrentThreadPreviousMode, AgreesWithExGetPreviousMode)
{
    CHECK_EQ(PsGetCurrentThreadPreviousMode(), ExGetPreviousMode());
}
