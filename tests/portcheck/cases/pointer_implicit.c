/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A conversion nobody wrote: initialiser, assignment, argument, result. */
#include <ntddk.h>

VOID Take(ULONG Value);

ULONG Keep(PVOID Object)
{
    ULONG Value = Object; // expect: PC4311

    Value = Object; // expect: PC4311
    Take(Object); // expect: PC4311
    return Object; // expect: PC4311
}
