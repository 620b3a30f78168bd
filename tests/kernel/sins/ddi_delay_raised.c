/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Lets its thread sleep at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000F * @Delay 2
 */
#include "ddi.h"

static void Delay(void)
{
    LARGE_INTEGER None = {0};
    KeDelayExecutionThread(KernelMode, FALSE, &None);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Delay())
