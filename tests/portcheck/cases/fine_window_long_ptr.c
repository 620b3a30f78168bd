/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The functions for pointers, and indexes of real LONGs. */
#include <windows.h>

LONG_PTR style(HWND window)
{
    SetWindowLongPtrA(window, GWLP_USERDATA, 0);
    return GetWindowLongA(window, GWL_STYLE) + GetWindowLongPtrA(window, GWLP_WNDPROC);
}
