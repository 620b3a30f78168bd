/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* No cast at all. */
#include <ntddk.h>

VOID Take(PVOID Object);

PVOID Give(ULONG Value)
{
    PVOID Object = Value; // expect: PC4312

    Take(Value); // expect: PC4312
    return Object;
}
