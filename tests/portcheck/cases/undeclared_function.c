/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is not declared returns an int: the upper half of the pointer is lost. */
#include <ntddk.h>

PVOID Find(ULONG Number)
{
    return (PVOID)FindObjectSomewhere(Number); // expect: PC4312
}
