/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A macro of the system gives a pointer that is converted. */
#include <ntddk.h>

ULONG Address(PMDL Mdl)
{
    ULONG Value = MmGetSystemAddressForMdlSafe(Mdl, NormalPagePriority); // expect: PC4311

    return Value;
}
