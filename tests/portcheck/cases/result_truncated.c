/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A result, and an argument. */
#include <ntddk.h>

VOID Take(ULONG Value);

ULONG Same(PVOID One, PVOID Two, SIZE_T Bytes)
{
    Take(Bytes); // expect: PC4267
    return RtlCompareMemory(One, Two, Bytes); // expect: PC4267
}
