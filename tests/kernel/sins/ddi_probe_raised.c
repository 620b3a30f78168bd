/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Probes memory at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20006 * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, ProbeForRead(NULL, 0, 1))
