/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A pointer cast to ULONG loses its upper half. */
#include <ntddk.h>

ULONG Hash(PVOID Object)
{
    return (ULONG)Object >> 4; // expect: PC4311
}
