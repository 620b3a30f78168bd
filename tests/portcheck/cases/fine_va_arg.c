/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Arguments of a list have types of their own. */
#include <windows.h>

#include <stdarg.h>

DWORD sum(int count, ...)
{
    va_list list;
    DWORD total = 0;

    va_start(list, count);
    while (count-- > 0)
        total += va_arg(list, DWORD);
    va_end(list);
    return total;
}
