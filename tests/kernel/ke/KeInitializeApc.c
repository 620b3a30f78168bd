/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeApc - what it writes into the caller's memory.
 */
#include "apc_test.h"

static APC_TEST_ONE Normal, Special;

TEST(KeInitializeApc, FillsInWhatWasGiven)
{
    KeInitializeApc(&Normal.Apc, KeGetCurrentThread(), ApcOriginal, ApcTestKernel, NULL,
                    ApcTestNormal, UserMode, &Special);
    CHECK_PTR(Normal.Apc.Thread, KeGetCurrentThread());
    CHECK_PTR(Normal.Apc.NormalContext, &Special);
    CHECK_EQ(Normal.Apc.ApcMode, UserMode);
    CHECK_EQ(Normal.Apc.Inserted, FALSE);
    CHECK_EQ(Normal.Apc.Type, 18); /* ApcObject */
}

TEST(KeInitializeApc, WithoutNormalRoutineItIsAKernelModeApc)
{
    KeInitializeApc(&Special.Apc, KeGetCurrentThread(), ApcOriginal, ApcTestKernel, NULL, NULL,
                    UserMode, &Normal);
    CHECK_EQ(Special.Apc.ApcMode, KernelMode);
    CHECK_PTR(Special.Apc.NormalContext, NULL);
}
