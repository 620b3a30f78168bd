/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A window in a LONG. */
#include <windows.h>

LONG remember(HWND window)
{
    return (LONG)window; // expect: PC4311
}
