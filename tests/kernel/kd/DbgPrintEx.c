/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * DbgPrintEx - succeeds whether or not the component's filter lets the message through.
 */
#include "ktest.h"

TEST(DbgPrintEx, SucceedsAtEveryLevel)
{
    ULONG Level;

    for (Level = 0; Level <= 32; Level++) {
        if (!CHECK_STATUS(DbgPrintEx(DPFLTR_IHVDRIVER_ID, Level, "# level %u\n", Level),
                          STATUS_SUCCESS))
            return;
    }
}
