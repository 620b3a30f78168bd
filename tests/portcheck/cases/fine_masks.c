/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Masks of the right width, and the low half that is meant. */
#include <ntddk.h>

ULONG_PTR Masks(ULONG_PTR Value, SIZE_T Bytes, ULONG Alignment)
{
    Bytes = (Bytes + 7) & ~7;
    Bytes += (Value & ~(ULONG_PTR)0xFFF) + (Value & 0xFFF);
    Bytes &= ~((SIZE_T)Alignment - 1);
    return Bytes + (Value & 0xFFFFFFFF) + (Value & ~(PAGE_SIZE - 1));
}
