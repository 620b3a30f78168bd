/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a security descriptor at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20002 * @Sin 2
 */
#include "ddi.h"

NTKERNELAPI VOID NTAPI ObReleaseObjectSecurity(
    PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN MemoryAllocated);

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, ObReleaseObjectSecurity(NULL, FALSE))
