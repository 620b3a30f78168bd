/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* SIZE_T into ULONG. */
#include <ntddk.h>

ULONG Length(SIZE_T Bytes)
{
    ULONG Short;

    Short = Bytes; // expect: PC4267
    return Short;
}
