/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A wide format, and one that fills a string. */
#include <windows.h>

#include <stdio.h>

void show(wchar_t *text, HWND window)
{
    wprintf(L"window %x\n", window); // expect: PC4477
    wsprintfW(text, L"%08lX", window); // expect: PC4477
}
