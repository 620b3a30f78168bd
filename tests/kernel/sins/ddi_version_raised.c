/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for the version at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001C * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, PsGetVersion(NULL, NULL, NULL, NULL))
