/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * winreg.h - the machine's registry. Each call returns its error (LSTATUS) and leaves GetLastError()
 * alone. Text of the A calls, also that in values of the text types, is UTF-8.
 *
 * HKEY_CLASSES_ROOT is HKEY_LOCAL_MACHINE\Software\Classes; there is no view merged with the user's.
 *
 * On an x64 machine 32-bit programs have a view of their own, which KEY_WOW64_32KEY and KEY_WOW64_64KEY
 * choose for programs of either kind; on an x86 machine both are ignored. docs/wow64.md has the keys.
 */
#ifndef DOTSYS_WIN32_WINREG_H
#define DOTSYS_WIN32_WINREG_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"
#include "winnt.h"
#include "winbase.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef LONG LSTATUS;
typedef ACCESS_MASK REGSAM;
typedef struct HKEY__ {
    int unused;
} *HKEY, **PHKEY;

#define HKEY_CLASSES_ROOT     ((HKEY)(ULONG_PTR)(LONG)0x80000000)
#define HKEY_CURRENT_USER     ((HKEY)(ULONG_PTR)(LONG)0x80000001)
#define HKEY_LOCAL_MACHINE    ((HKEY)(ULONG_PTR)(LONG)0x80000002)
#define HKEY_USERS            ((HKEY)(ULONG_PTR)(LONG)0x80000003)
#define HKEY_PERFORMANCE_DATA ((HKEY)(ULONG_PTR)(LONG)0x80000004) /* not here */
#define HKEY_CURRENT_CONFIG   ((HKEY)(ULONG_PTR)(LONG)0x80000005)

#define REG_NONE                       0
#define REG_SZ                         1
#define REG_EXPAND_SZ                  2
#define REG_BINARY                     3
#define REG_DWORD                      4
#define REG_DWORD_LITTLE_ENDIAN        4
#define REG_DWORD_BIG_ENDIAN           5
#define REG_LINK                       6
#define REG_MULTI_SZ                   7
#define REG_RESOURCE_LIST              8
#define REG_FULL_RESOURCE_DESCRIPTOR   9
#define REG_RESOURCE_REQUIREMENTS_LIST 10
#define REG_QWORD                      11
#define REG_QWORD_LITTLE_ENDIAN        11

#define KEY_QUERY_VALUE                0x0001
#define KEY_SET_VALUE                  0x0002
#define KEY_CREATE_SUB_KEY             0x0004
#define KEY_ENUMERATE_SUB_KEYS         0x0008
#define KEY_NOTIFY                     0x0010
#define KEY_CREATE_LINK                0x0020
#define KEY_WOW64_64KEY                0x0100
#define KEY_WOW64_32KEY                0x0200
#define KEY_WOW64_RES                  0x0300
#define KEY_READ                       0x00020019
#define KEY_WRITE                      0x00020006
#define KEY_EXECUTE                    0x00020019
#define KEY_ALL_ACCESS                 0x000F003F

#define REG_OPTION_RESERVED            0x0
#define REG_OPTION_NON_VOLATILE        0x0
#define REG_OPTION_VOLATILE            0x1
#define REG_OPTION_CREATE_LINK         0x2
#define REG_OPTION_BACKUP_RESTORE      0x4
#define REG_OPTION_OPEN_LINK           0x8
#define REG_CREATED_NEW_KEY            1
#define REG_OPENED_EXISTING_KEY        2

#define REG_NOTIFY_CHANGE_NAME         0x01
#define REG_NOTIFY_CHANGE_ATTRIBUTES   0x02
#define REG_NOTIFY_CHANGE_LAST_SET     0x04
#define REG_NOTIFY_CHANGE_SECURITY     0x08
#define REG_NOTIFY_THREAD_AGNOSTIC     0x10000000

#define RRF_RT_REG_NONE                0x00000001
#define RRF_RT_REG_SZ                  0x00000002
#define RRF_RT_REG_EXPAND_SZ           0x00000004
#define RRF_RT_REG_BINARY              0x00000008
#define RRF_RT_REG_DWORD               0x00000010
#define RRF_RT_REG_MULTI_SZ            0x00000020
#define RRF_RT_REG_QWORD               0x00000040
#define RRF_RT_DWORD                   0x00000018
#define RRF_RT_QWORD                   0x00000048
#define RRF_RT_ANY                     0x0000FFFF
#define RRF_SUBKEY_WOW6464KEY          0x00010000
#define RRF_SUBKEY_WOW6432KEY          0x00020000
#define RRF_WOW64_MASK                 0x00030000
#define RRF_NOEXPAND                   0x10000000
#define RRF_ZEROONFAILURE              0x20000000

WINBASEAPI LSTATUS WINAPI RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM
                                        samDesired, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM
                                        samDesired, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegOpenKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass,
                                          DWORD dwOptions, REGSAM samDesired, LPSECURITY_ATTRIBUTES
                                          lpSecurityAttributes, PHKEY phkResult, LPDWORD
                                          lpdwDisposition);
WINBASEAPI LSTATUS WINAPI RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR
                                          lpClass, DWORD dwOptions, REGSAM samDesired,
                                          LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY
                                          phkResult, LPDWORD lpdwDisposition);
WINBASEAPI LSTATUS WINAPI RegCreateKeyA(HKEY hKey, LPCSTR lpSubKey, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult);
WINBASEAPI LSTATUS WINAPI RegCloseKey(HKEY hKey);
WINBASEAPI LSTATUS WINAPI RegFlushKey(HKEY hKey);
WINBASEAPI LSTATUS WINAPI RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved,
                                           LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
WINBASEAPI LSTATUS WINAPI RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved,
                                           LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData);
WINBASEAPI LSTATUS WINAPI RegGetValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValue, DWORD dwFlags,
                                       LPDWORD pdwType, PVOID pvData, LPDWORD pcbData);
WINBASEAPI LSTATUS WINAPI RegGetValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags,
                                       LPDWORD pdwType, PVOID pvData, LPDWORD pcbData);
WINBASEAPI LSTATUS WINAPI RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD
                                         dwType, const BYTE *lpData, DWORD cbData);
WINBASEAPI LSTATUS WINAPI RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD
                                         dwType, const BYTE *lpData, DWORD cbData);
WINBASEAPI LSTATUS WINAPI RegSetKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName, DWORD
                                          dwType, LPCVOID lpData, DWORD cbData);
WINBASEAPI LSTATUS WINAPI RegSetKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD
                                          dwType, LPCVOID lpData, DWORD cbData);
WINBASEAPI LSTATUS WINAPI RegDeleteValueA(HKEY hKey, LPCSTR lpValueName);
WINBASEAPI LSTATUS WINAPI RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyExA(HKEY hKey, LPCSTR lpSubKey, REGSAM samDesired, DWORD
                                          Reserved);
WINBASEAPI LSTATUS WINAPI RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD
                                          Reserved);
WINBASEAPI LSTATUS WINAPI RegDeleteTreeA(HKEY hKey, LPCSTR lpSubKey);
WINBASEAPI LSTATUS WINAPI RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey);
WINBASEAPI LSTATUS WINAPI RegEnumKeyA(HKEY hKey, DWORD dwIndex, LPSTR lpName, DWORD cchName);
WINBASEAPI LSTATUS WINAPI RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName);
WINBASEAPI LSTATUS WINAPI RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName,
                                        LPDWORD lpReserved, LPSTR lpClass, LPDWORD lpcchClass,
                                        PFILETIME lpftLastWriteTime);
WINBASEAPI LSTATUS WINAPI RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
                                        LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass,
                                        PFILETIME lpftLastWriteTime);
WINBASEAPI LSTATUS WINAPI RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD
                                        lpcchValueName, LPDWORD lpReserved, LPDWORD lpType, LPBYTE
                                        lpData, LPDWORD lpcbData);
WINBASEAPI LSTATUS WINAPI RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD
                                        lpcchValueName, LPDWORD lpReserved, LPDWORD lpType, LPBYTE
                                        lpData, LPDWORD lpcbData);
WINBASEAPI LSTATUS WINAPI RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD
                                           lpReserved, LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen,
                                           LPDWORD lpcbMaxClassLen, LPDWORD lpcValues, LPDWORD
                                           lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD
                                           lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);
WINBASEAPI LSTATUS WINAPI RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD
                                           lpReserved, LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen,
                                           LPDWORD lpcbMaxClassLen, LPDWORD lpcValues, LPDWORD
                                           lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD
                                           lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime);
WINBASEAPI LSTATUS WINAPI RegNotifyChangeKeyValue(HKEY hKey, BOOL bWatchSubtree, DWORD
        dwNotifyFilter, HANDLE hEvent, BOOL fAsynchronous);
WINBASEAPI LSTATUS WINAPI RegDisableReflectionKey(HKEY hBase);
WINBASEAPI LSTATUS WINAPI RegEnableReflectionKey(HKEY hBase);
/* TRUE for every key: nothing is reflected, as on Windows 7 and later. */
WINBASEAPI LSTATUS WINAPI RegQueryReflectionKey(HKEY hBase, BOOL *bIsReflectionDisabled);
WINBASEAPI LSTATUS WINAPI RegRenameKey(HKEY hKey, LPCWSTR lpSubKeyName, LPCWSTR lpNewKeyName);
WINBASEAPI LSTATUS WINAPI RegCopyTreeA(HKEY hKeySrc, LPCSTR lpSubKey, HKEY hKeyDest);
WINBASEAPI LSTATUS WINAPI RegCopyTreeW(HKEY hKeySrc, LPCWSTR lpSubKey, HKEY hKeyDest);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
#define RegOpenKeyEx     RegOpenKeyExW
#define RegOpenKey       RegOpenKeyW
#define RegCreateKeyEx   RegCreateKeyExW
#define RegCreateKey     RegCreateKeyW
#define RegQueryValueEx  RegQueryValueExW
#define RegGetValue      RegGetValueW
#define RegSetValueEx    RegSetValueExW
#define RegSetKeyValue   RegSetKeyValueW
#define RegDeleteValue   RegDeleteValueW
#define RegDeleteKeyValueRegDeleteKeyValueW
#define RegDeleteKey     RegDeleteKeyW
#define RegDeleteKeyEx   RegDeleteKeyExW
#define RegDeleteTree    RegDeleteTreeW
#define RegEnumKey       RegEnumKeyW
#define RegEnumKeyEx     RegEnumKeyExW
#define RegEnumValue     RegEnumValueW
#define RegQueryInfoKey  RegQueryInfoKeyW
#define RegCopyTree      RegCopyTreeW
#else
#define RegOpenKeyEx     RegOpenKeyExA
#define RegOpenKey       RegOpenKeyA
#define RegCreateKeyEx   RegCreateKeyExA
#define RegCreateKey     RegCreateKeyA
#define RegQueryValueEx  RegQueryValueExA
#define RegGetValue      RegGetValueA
#define RegSetValueEx    RegSetValueExA
#define RegSetKeyValue   RegSetKeyValueA
#define RegDeleteValue   RegDeleteValueA
#define RegDeleteKeyValueRegDeleteKeyValueA
#define RegDeleteKey     RegDeleteKeyA
#define RegDeleteKeyEx   RegDeleteKeyExA
#define RegDeleteTree    RegDeleteTreeA
#define RegEnumKey       RegEnumKeyA
#define RegEnumKeyEx     RegEnumKeyExA
#define RegEnumValue     RegEnumValueA
#define RegQueryInfoKey  RegQueryInfoKeyA
#define RegCopyTree      RegCopyTreeA
#endif

#endif
