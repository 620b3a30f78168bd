/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pointers in an initialiser of an array of ULONG, cast. */
#include <ntddk.h>

ULONG Sum(PVOID First, PVOID Second)
{
    ULONG Values[2] = {
        (ULONG)First, // expect: PC4311
        (ULONG)Second, // expect: PC4311
    };

    return Values[0] + Values[1];
}
