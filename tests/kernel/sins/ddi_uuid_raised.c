/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Makes an identifier at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20008 * @Sin 2
 */
#include "ddi.h"

static UUID Uuid;

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, ExUuidCreate(&Uuid))
