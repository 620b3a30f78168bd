/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A name that 64-bit Windows took away. */
#include <windows.h>

LONG attached(HWND window)
{
    return GetWindowLongW(window, GWL_USERDATA); // expect: PC5004
}
