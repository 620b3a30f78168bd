/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A size compared with the largest ULONG. */
#include <ntddk.h>

BOOLEAN IsUnknown(SIZE_T Bytes)
{
    return Bytes == 0xFFFFFFFF; // expect: PC5002
}
