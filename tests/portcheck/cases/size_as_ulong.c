/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Half of a SIZE_T is written. */
#include <ntddk.h>

NTSTATUS Query(PULONG Bytes);

SIZE_T Ask(VOID)
{
    SIZE_T Bytes;

    Query(&Bytes); // expect: PC4133
    return Bytes;
}
