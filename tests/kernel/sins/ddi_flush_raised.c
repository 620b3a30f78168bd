/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes a value of a key at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20023 * @Sin 2
 */
#include "ddi.h"

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL,
    RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"None\\None", L"None", REG_SZ, L"", 2))
