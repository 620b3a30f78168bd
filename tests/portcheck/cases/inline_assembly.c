/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 64-bit compilers have none. */
#include <ntddk.h>

VOID Break(VOID)
{
    __asm { int 3 } // expect: PC4235
}
