/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Smaller integers than ULONG. */
#include <ntddk.h>

USHORT Low(PVOID Object)
{
    UCHAR Byte = (UCHAR)Object; // expect: PC4311

    return (USHORT)Object + Byte; // expect: PC4311
}
