/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Initializes a device queue above DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20011 * * 3
 */
#include "ddi.h"

static void Initialize(void)
{
    KDEVICE_QUEUE Queue;
    KeInitializeDeviceQueue(&Queue);
}

SIN_IS_CALLING(ABOVE_DISPATCH, DISPATCH_LEVEL, Initialize())
