/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* LONG and int are 32 bits, too. */
#include <ntddk.h>

LONG First(PVOID Object)
{
    LONG One = (LONG)Object; // expect: PC4311
    int Two = (int)Object; // expect: PC4311

    return One + Two;
}
