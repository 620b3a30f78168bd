/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Macros of windows.h. */
#include <windows.h>

HANDLE open_device(const char *name)
{
    HANDLE device = CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    LoadIconA(NULL, MAKEINTRESOURCEA(101));
    LoadCursorA(NULL, (LPCSTR)IDC_ARROW);
    SendMessageA(HWND_BROADCAST, WM_USER, MAKEWPARAM(1, 2), MAKELPARAM(3, 4));
    return device != INVALID_HANDLE_VALUE ? device : NULL;
}
