/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <wchar.h>

int wmain(int argc, wchar_t **argv)
{
    return argc > 1 ? (int)wcslen(argv[1]) : 0;
}
