/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Who and where the caller is: process, thread, time since start, version of the machine's
 * Windows. */
#include "redirect.h"

#include <string.h>

HANDLE WINAPI GetCurrentProcess(VOID)
{
    return (HANDLE)(LONG_PTR)-1;
}

HANDLE WINAPI GetCurrentThread(VOID)
{
    return (HANDLE)(LONG_PTR)-2;
}

DWORD WINAPI GetCurrentProcessId(VOID)
{
    return host_process_id();
}

DWORD WINAPI GetCurrentThreadId(VOID)
{
    return host_thread_id();
}

ULONGLONG WINAPI GetTickCount64(VOID)
{
    return host_clock_monotonic() / 10000;
}

DWORD WINAPI GetTickCount(VOID)
{
    return (DWORD)GetTickCount64();
}

/*
 * Tells the version --os or dotsys_options.os chose, without the lies Windows tells programs that
 * have no manifest.
 * ERROR_INSUFFICIENT_BUFFER: dwOSVersionInfoSize is neither structure's size.
 */
BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation)
{
    DWORD Size = lpVersionInformation->dwOSVersionInfoSize;

    if (Size != sizeof(OSVERSIONINFOA) && Size != sizeof(OSVERSIONINFOEXA))
        return BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    const BASEP_VERSION Version = BasepMachineVersion();
    memset(lpVersionInformation, 0, Size);
    lpVersionInformation->dwOSVersionInfoSize = Size;
    lpVersionInformation->dwMajorVersion = Version.Major;
    lpVersionInformation->dwMinorVersion = Version.Minor;
    lpVersionInformation->dwBuildNumber = Version.Build;
    lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    if (Size == sizeof(OSVERSIONINFOEXA))
        ((OSVERSIONINFOEXA *)(void *)lpVersionInformation)->wProductType = VER_NT_WORKSTATION;
    return TRUE;
}
