/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A comment silences a finding; of another one it does not. */
#include <ntddk.h>

ULONG Low(PVOID Object)
{
    ULONG One = (ULONG)Object; /* the low half: portcheck: ignore PC4311 */
    /* portcheck: ignore */
    ULONG Two = (ULONG)Object;
    ULONG Three = (ULONG)Object; /* portcheck: ignore PC4312 */ // expect: PC4311

    return One + Two + Three;
}
