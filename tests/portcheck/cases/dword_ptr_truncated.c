/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* DWORD_PTR, WPARAM and LPARAM. */
#include <windows.h>

DWORD parts(DWORD_PTR value, WPARAM first, LPARAM second)
{
    DWORD low = value; // expect: PC4244
    UINT one = first; // expect: PC4244
    LONG two = second; // expect: PC4244

    return low + one + (DWORD)two;
}
