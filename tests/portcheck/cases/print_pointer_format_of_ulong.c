/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* %p takes eight bytes of a ULONG. */
#include <ntddk.h>

VOID Show(ULONG Value)
{
    DbgPrintEx(0, 0, "value %p\n", Value); // expect: PC4477
}
