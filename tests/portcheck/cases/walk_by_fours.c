/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The n-th pointer of a table. */
#include <ntddk.h>

PVOID Nth(PUCHAR Table, ULONG Index)
{
    return *(PVOID *)(Table + Index * 4); // expect: PC5001
}
