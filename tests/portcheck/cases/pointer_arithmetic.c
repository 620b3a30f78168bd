/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The classic way to reach a field. */
#include <ntddk.h>

PUCHAR Skip(PVOID Object, ULONG Bytes)
{
    return (PUCHAR)((ULONG)Object + Bytes); // expect: PC4311 PC4312
}
