/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is written as the argument of a macro of the system is the author's. */
#include <windows.h>

WORD low(void *object)
{
    return LOWORD((DWORD)object); // expect: PC4311
}
