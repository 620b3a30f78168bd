/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* %I64x takes eight bytes where only four are passed in 32 bits. */
#include <ntddk.h>

VOID Show(ULONG_PTR Value)
{
    DbgPrint("value %I64x\n", Value); // expect: PC4477
}
