/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* How many pointers there are. */
#include <ntddk.h>

static PVOID Objects[8];

ULONG Count(VOID)
{
    return sizeof(Objects) / 4 + (Objects[0] != NULL); // expect: PC5001
}
