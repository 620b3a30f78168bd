/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a value of a key at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001E * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(
    DISPATCH_LEVEL, PASSIVE_LEVEL, RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, L"None", L"None"))
