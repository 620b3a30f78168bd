/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Any pointer counts: to a structure, to a function, an array. */
#include <ntddk.h>

static UCHAR Bytes[16];

ULONG Sum(PIRP Irp, PDRIVER_UNLOAD Unload)
{
    ULONG Value = (ULONG)Irp; // expect: PC4311

    Value += (ULONG)Unload; // expect: PC4311
    Value += (ULONG)Bytes; // expect: PC4311
    return Value + (ULONG)&Bytes[3]; // expect: PC4311
}
