/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates pool above DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20004 * @Allocate 3
 */
#include "ddi.h"

static void Allocate(void)
{
    PVOID Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    if (Block != NULL)
        ExFreePoolWithTag(Block, SIN_TAG);
}

SIN_IS_CALLING(ABOVE_DISPATCH, DISPATCH_LEVEL, Allocate())
