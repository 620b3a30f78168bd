/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* In a program, with a shift. */
#include <windows.h>

#include <stdlib.h>

HANDLE *table(unsigned count)
{
    return malloc(count << 2); // expect: PC5001
}
