/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates memory that is not cached at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20019 * @Allocate 2
 */
#include "ddi.h"

static void Allocate(void)
{
    PVOID Memory = MmAllocateNonCachedMemory(PAGE_SIZE);
    if (Memory != NULL)
        MmFreeNonCachedMemory(Memory, PAGE_SIZE);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Allocate())
