/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* An array of pointers, four bytes each. */
#include <ntddk.h>

PVOID *Table(ULONG Count)
{
    PVOID *Table = ExAllocatePoolWithTag(NonPagedPool, Count * 4, 'tseT'); // expect: PC5001

    return Table;
}
