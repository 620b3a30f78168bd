/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * windows.h - the Win32 calls that reach drivers, for Linux programs: client sources written for
 * Windows compile unchanged against these headers and link to libdotsys. What is not about devices,
 * handles, waiting and errors (windows, threads, files of the host, …) is not here.
 *
 * C and C++, 32- and 64-bit. Define UNICODE before including for the W functions under the plain
 * names. A source that also includes headers from include/nt must include those first.
 *
 * Where Linux differs and a source may notice: LONG and DWORD are 32 bits wide as on Windows, but
 * they are int types, so "%lu" wants a cast to unsigned long. WCHAR is char16_t; L"" literals have
 * another type unless the program is compiled with -fshort-wchar: TEXT("") and u"" always fit.
 */
#ifndef DOTSYS_WIN32_WINDOWS_H
#define DOTSYS_WIN32_WINDOWS_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"
#include "winnt.h"
#include "winerror.h"
#include "winbase.h"
#include "sysinfoapi.h"
#include "wow64apiset.h"
#include "fileapi.h"
#include "winioctl.h"
#include "winreg.h"
#include "winsvc.h"

#endif
