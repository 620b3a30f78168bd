/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 64 bits everywhere: the same in both word sizes. */
#include <ntddk.h>

ULONG Low(ULONG64 Value, LARGE_INTEGER Time)
{
    ULONG Part = Value;

    return Part + Time.QuadPart;
}
