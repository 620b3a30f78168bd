/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory for a pointer, of half the size. */
#include <ntddk.h>

NTSTATUS Map(PVOID *Base);

NTSTATUS MapAll(VOID)
{
    ULONG Base;

    return Map((PVOID *)&Base); // expect: PC4133
}
