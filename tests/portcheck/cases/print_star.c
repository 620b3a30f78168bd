/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A width takes an argument of its own. */
#include <ntddk.h>

VOID Show(ULONG Width, PVOID Object)
{
    DbgPrint("%*lx\n", Width, Object); // expect: PC4477
}
