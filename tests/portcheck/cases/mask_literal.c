/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A mask of 32 bits clears the upper half. */
#include <ntddk.h>

PVOID Page(PVOID Address)
{
    return (PVOID)((ULONG_PTR)Address & 0xFFFFF000); // expect: PC5003
}
