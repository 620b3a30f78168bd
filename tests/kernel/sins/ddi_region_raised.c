/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Enters a critical region at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20010 * @Enter 2
 */
#include "ddi.h"

static void Enter(void)
{
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Enter())
