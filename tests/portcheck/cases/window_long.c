/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pointers under the indexes of a window and a class. */
#include <windows.h>

void attach(HWND window, LONG value)
{
    SetWindowLongA(window, -21, value); // expect: PC5004
    GetClassLongW(window, -24); // expect: PC5004
}
