/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A ULONG_PTR, with the constant on the left. */
#include <ntddk.h>

BOOLEAN IsEnd(ULONG_PTR Value)
{
    return 0xFFFFFFFFUL == Value; // expect: PC5002
}
