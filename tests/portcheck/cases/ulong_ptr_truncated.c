/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* ULONG_PTR and LONG_PTR into 32 bits. */
#include <ntddk.h>

ULONG Low(ULONG_PTR Value, LONG_PTR Other)
{
    ULONG One = Value; // expect: PC4244
    LONG Two = Other; // expect: PC4244

    return One + (ULONG)Two;
}
