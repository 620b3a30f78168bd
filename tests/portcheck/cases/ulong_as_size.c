/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The address of a ULONG where a SIZE_T is written. */
#include <ntddk.h>

NTSTATUS Query(PSIZE_T Bytes);

NTSTATUS Ask(VOID)
{
    ULONG Bytes;

    return Query(&Bytes); // expect: PC4133
}
