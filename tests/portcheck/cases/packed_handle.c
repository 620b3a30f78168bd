/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Packed to four: eight bytes are not aligned. */
#include <windows.h>

#pragma pack(4)
struct item {
    DWORD kind;
    HANDLE handle; // expect: PC5102
};
#pragma pack()
