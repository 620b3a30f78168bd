/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A cast in a macro of the driver is found where it is used. */
#include <ntddk.h>

#define AS_NUMBER(Pointer) ((ULONG)(Pointer))

ULONG Number(PVOID Object)
{
    return AS_NUMBER(Object); // expect: PC4311
}
