/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A name of the driver's own for a 32-bit integer. */
#include <ntddk.h>

typedef ULONG COOKIE;

COOKIE Cookie(PVOID Object)
{
    return (COOKIE)Object; // expect: PC4311
}
