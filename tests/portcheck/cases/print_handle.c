/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* printf of a handle, and of sizeof. */
#include <windows.h>

#include <stdio.h>

void show(HANDLE handle)
{
    printf("handle %08x\n", handle); // expect: PC4477
    printf("%d bytes\n", sizeof(handle)); // expect: PC4477
}
