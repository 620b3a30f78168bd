/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The A calls that only take names: widened, and on to the W calls. Those with data are beside
 * their W twins. */
#include "registry.h"

#include <stdlib.h>

/* Two texts at once, the second optional. ERROR_OUTOFMEMORY: nothing to free. */
static LSTATUS BasepWidenTwo(
    const char *First, BASEP_WIDE *FirstWide, const char *Second, BASEP_WIDE *SecondWide)
{
    if (!NT_SUCCESS(BasepWiden(First, FirstWide)))
        return ERROR_OUTOFMEMORY;
    if (NT_SUCCESS(BasepWiden(Second, SecondWide)))
        return ERROR_SUCCESS;
    BasepFreeWide(FirstWide);
    return ERROR_OUTOFMEMORY;
}

LSTATUS WINAPI RegOpenKeyExA(
    HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired, PHKEY phkResult)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegOpenKeyExW(hKey, Path.Text, ulOptions, samDesired, phkResult);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegOpenKeyW(hKey, Path.Text, phkResult);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass,
    DWORD dwOptions, REGSAM samDesired, LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
    LPDWORD lpdwDisposition)
{
    BASEP_WIDE Path, Class;
    LSTATUS Error = BasepWidenTwo(lpSubKey, &Path, lpClass, &Class);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = RegCreateKeyExW(hKey, Path.Text, Reserved, Class.Text, dwOptions, samDesired,
        lpSecurityAttributes, phkResult, lpdwDisposition);
    BasepFreeWide(&Class);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegCreateKeyW(hKey, Path.Text, phkResult);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegDeleteKeyExA(HKEY hKey, LPCSTR lpSubKey, REGSAM samDesired, DWORD Reserved)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegDeleteKeyExW(hKey, Path.Text, samDesired, Reserved);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey)
{
    return RegDeleteKeyExA(hKey, lpSubKey, 0, 0);
}

LSTATUS WINAPI RegDeleteTreeA(HKEY hKey, LPCSTR lpSubKey)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegDeleteTreeW(hKey, Path.Text);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegCopyTreeA(HKEY hKeySrc, LPCSTR lpSubKey, HKEY hKeyDest)
{
    BASEP_WIDE Path;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = RegCopyTreeW(hKeySrc, Path.Text, hKeyDest);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegDeleteKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName)
{
    BASEP_WIDE Path, Name;
    LSTATUS Error = BasepWidenTwo(lpSubKey, &Path, lpValueName, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = RegDeleteKeyValueW(hKey, Path.Text, Name.Text);
    BasepFreeWide(&Name);
    BasepFreeWide(&Path);
    return Error;
}

LSTATUS WINAPI RegDeleteValueA(HKEY hKey, LPCSTR lpValueName)
{
    return RegDeleteKeyValueA(hKey, NULL, lpValueName);
}
