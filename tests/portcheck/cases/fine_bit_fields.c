/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Bit-fields are where they are. */
#include <windows.h>

struct flags {
    DWORD first : 3;
    DWORD second : 5;
    DWORD third : 24;
};
