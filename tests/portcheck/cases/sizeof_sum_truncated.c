/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A length computed with a SIZE_T. */
#include <ntddk.h>

ULONG Room(SIZE_T Bytes)
{
    return sizeof(IRP) + Bytes; // expect: PC4267
}
