/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Code for 64 bits only, and for 32 only. */
#include <ntddk.h>

ULONG Value(PVOID Object)
{
#ifdef _WIN64
    return (ULONG)((ULONG_PTR)Object >> 32);
#else
    return (ULONG)Object;
#endif
}
