/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A pointer that marks an end. */
#include <ntddk.h>

PVOID Next(PVOID Object)
{
    if (Object == (PVOID)0xFFFFFFFF) // expect: PC5002
        return NULL;
    return Object;
}
