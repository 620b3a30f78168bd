/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* scanf takes pointers. */
#include <windows.h>

#include <stdio.h>

unsigned ask(void)
{
    unsigned value = 0;

    return scanf("%x", &value) == 1 ? value : 0;
}
