/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A DWORD for a handle that is returned. */
#include <windows.h>

BOOL start(HANDLE process)
{
    DWORD token;

    return OpenProcessToken(process, TOKEN_QUERY, (PHANDLE)&token); // expect: PC4133
}
