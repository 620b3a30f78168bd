/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A cast does not make it larger. */
#include <ntddk.h>

NTSTATUS Query(ULONG_PTR *Value);

NTSTATUS Ask(VOID)
{
    ULONG Value;

    return Query((ULONG_PTR *)&Value); // expect: PC4133
}
