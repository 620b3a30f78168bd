/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* In a program: DWORD. */
#include <windows.h>

DWORD key_of(const char *text)
{
    return (DWORD)text; // expect: PC4311
}
