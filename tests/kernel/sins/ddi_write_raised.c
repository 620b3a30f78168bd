/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes to a file at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20024 * @Write 2
 */
#include "ddi.h"

static void Write(void)
{
    IO_STATUS_BLOCK IoStatus;
    ZwWriteFile(NULL, NULL, NULL, NULL, &IoStatus, NULL, 0, NULL, NULL);
}

SIN_IS_CALLING(DISPATCH_LEVEL, PASSIVE_LEVEL, Write())
