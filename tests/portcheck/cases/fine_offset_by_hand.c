/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* An offset computed by hand is a constant that fits. */
#include <ntddk.h>

typedef struct RECORD {
    ULONG First;
    PVOID Second;
} RECORD;

static const ULONG Offset = (ULONG)&((RECORD *)0)->Second;

ULONG Get(VOID)
{
    return Offset;
}
