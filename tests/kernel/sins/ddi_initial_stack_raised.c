/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for the stack at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20009 * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, IoGetInitialStack())
