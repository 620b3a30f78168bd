/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExGetPreviousMode - drivers are loaded on behalf of the system.
 */
#include "kthread.h"

TEST(ExGetPreviousMode, IsKernelModeInDriverEntry)
{
    CHECK_EQ(ExGetPreviousMode(), KernelMode);
}

static VOID NTAPI LookingThread(PVOID Context)
{
    *(KPROCESSOR_MODE *)Context = ExGetPreviousMode();
}

TEST(ExGetPreviousMode, IsKernelModeInASystemThread)
{
    KPROCESSOR_MODE Mode = MaximumMode;

    KtestJoinThread(KtestStartThread(LookingThread, &Mode));
    CHECK_EQ(Mode, KernelMode);
}
