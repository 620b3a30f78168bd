/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A function of the driver's own, of printf's kind. */
#include <ntddk.h>

VOID MyTrace(ULONG Level, PCSTR Format, ...);

VOID Show(PVOID Object)
{
    MyTrace(1, "object %lx\n", Object); // expect: PC4477
}
