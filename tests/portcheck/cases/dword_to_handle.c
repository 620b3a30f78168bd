/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A DWORD becomes a handle. */
#include <windows.h>

BOOL done(DWORD kept)
{
    return CloseHandle((HANDLE)kept); // expect: PC4312
}
