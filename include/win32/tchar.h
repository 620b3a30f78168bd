/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * tchar.h - sources that build narrow or wide by _UNICODE.
 *
 * The narrow build has the usual _t functions. The wide one has the type and the literals only: the
 * host's C library has no functions for 16-bit characters.
 */
#ifndef DOTSYS_WIN32_TCHAR_H
#define DOTSYS_WIN32_TCHAR_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"

#ifdef _UNICODE
typedef WCHAR _TCHAR;
#define _T(literal) _T_WIDE(literal)
#if __SIZEOF_WCHAR_T__ == 2
#define _T_WIDE(literal) L##literal
#else
#define _T_WIDE(literal) u##literal
#endif
#else
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef char _TCHAR;
#define _T(literal) literal

#define _tmain     main
#define _tprintf   printf
#define _ftprintf  fprintf
#define _stprintf  sprintf
#define _sntprintf snprintf
#define _puttchar  putchar
#define _putts     puts
#define _fputts    fputs
#define _fgetts    fgets
#define _tcslen    strlen
#define _tcscpy    strcpy
#define _tcsncpy   strncpy
#define _tcscat    strcat
#define _tcscmp    strcmp
#define _tcsncmp   strncmp
#define _tcsicmp   strcasecmp
#define _tcschr    strchr
#define _tcsrchr   strrchr
#define _tcsstr    strstr
#define _tcstol    strtol
#define _tcstoul   strtoul
#define _ttoi      atoi
#define _ttol      atol
#endif
#define _TEXT(literal) _T(literal)

#endif
