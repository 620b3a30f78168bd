/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for a device to verify above DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20022 * @Sin 3
 */
#include "ddi.h"

SIN_IS_CALLING(ABOVE_DISPATCH, DISPATCH_LEVEL, IoGetDeviceToVerify(PsGetCurrentThread()))
