/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The difference of two pointers. */
#include <ntddk.h>

ULONG Distance(PUCHAR Start, PUCHAR End)
{
    ULONG Bytes = End - Start; // expect: PC4244

    return Bytes;
}
