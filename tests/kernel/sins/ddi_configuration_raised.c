/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for the configuration at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000E * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, IoGetConfigurationInformation())
