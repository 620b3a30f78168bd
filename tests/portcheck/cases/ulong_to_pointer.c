/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A ULONG becomes a pointer. */
#include <ntddk.h>

PVOID Address(ULONG Value)
{
    return (PVOID)Value; // expect: PC4312
}
