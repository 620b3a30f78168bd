/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Checks the access to a file at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000B * * 2
 */
#include "ddi.h"

static void Check(void)
{
    FILE_OBJECT File = {0};
    SHARE_ACCESS Share = {0};
    IoCheckShareAccess(FILE_READ_DATA, FILE_SHARE_READ, &File, &Share, FALSE);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Check())
