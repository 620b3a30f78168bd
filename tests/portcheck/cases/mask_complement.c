/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* An unsigned complement is zero above. */
#include <ntddk.h>

ULONG_PTR Align(ULONG_PTR Value)
{
    Value &= ~0xFFFU; // expect: PC5003
    return Value;
}
