/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a symbolic link at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000D * @Delete 2
 */
#include "ddi.h"

static void Delete(void)
{
    UNICODE_STRING Name;
    RtlInitUnicodeString(&Name, L"\\DosDevices\\None");
    IoDeleteSymbolicLink(&Name);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Delete())
