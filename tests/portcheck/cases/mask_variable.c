/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* So is that of a variable. */
#include <ntddk.h>

SIZE_T Round(SIZE_T Bytes, ULONG Alignment)
{
    return (Bytes + Alignment - 1) & ~(Alignment - 1); // expect: PC5003
}
