/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * InitSafeBootMode - zero unless Windows was started in safe mode.
 */
#include "kvariable.h"

IMPORT_VARIABLE(ULONG, InitSafeBootMode);

TEST(InitSafeBootMode, AgreesWithTheSharedUserData)
{
    CHECK_EQ(IMPORTED(InitSafeBootMode) != 0, SharedUserData->SafeBootMode != 0);
}
