/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A handle in a ULONG. */
#include <ntddk.h>

ULONG Save(HANDLE Handle)
{
    ULONG Saved = (ULONG)Handle; // expect: PC4311

    return Saved;
}
