/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* All ones that are meant, and ranges. */
#include <ntddk.h>

BOOLEAN Check(HANDLE Handle, SIZE_T Bytes, ULONG Number, ULONG_PTR Value)
{
    return Handle == (HANDLE)(LONG_PTR)-1 || Bytes == (SIZE_T)-1 || Bytes > 0xFFFFFFFF ||
        Number == 0xFFFFFFFF || Value == MAXULONG_PTR;
}
