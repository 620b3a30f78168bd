/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Attaches a device at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000A * @Enable 2
 */
#include "ddi.h"

static void Enable(void)
{
    UNICODE_STRING Name;
    RtlInitUnicodeString(&Name, L"\\??\\None");
    IoSetDeviceInterfaceState(&Name, FALSE);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Enable())
