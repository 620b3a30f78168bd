/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* UlongToPtr, a cast through ULONG_PTR, and constants that fit. */
#include <ntddk.h>

PVOID Pointers(ULONG Value, LONG Number)
{
    PVOID Object = UlongToPtr(Value);

    Object = Number > 0 ? LongToPtr(Number) : Object;
    Object = (PVOID)(ULONG_PTR)Value;
    Object = Value > 0 ? (PVOID)0x70 : NULL;
    return Value > 1 ? (PVOID)(LONG_PTR)-1 : Object;
}
